"""The tests of this folder need KFP's SDK, which lives with TFX: `make test-tfx`."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("kfp") else ["test_*.py"]
