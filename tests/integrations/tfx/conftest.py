"""The tests of this folder need TFX, and so an environment of its own: `make test-tfx`."""

from importlib.util import find_spec

collect_ignore_glob = [] if find_spec("tfx") else ["test_*.py"]
