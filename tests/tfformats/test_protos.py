"""The conformance of lexport.tfformats.protos with the installed TensorFlow."""

import subprocess
import sys
from pathlib import Path

import pytest
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

from lexport.errors import AssetError
from lexport.tfformats import protos

PROTOS_THEN_TENSORFLOW = """
import sys
from lexport.tfformats.protos import parse_message
parse_message("SavedModel", data := open(sys.argv[1], "rb").read())
assert not [name for name in sys.modules if name.split(".")[0] == "tensorflow"]
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2
assert tf.constant([1]).numpy() == [1]
assert saved_model_pb2.SavedModel.FromString(data).SerializeToString()
"""
TENSORFLOW_THEN_PROTOS = """
import sys
import tensorflow as tf
from lexport.tfformats.protos import parse_message
assert parse_message("SavedModel", open(sys.argv[1], "rb").read()).meta_graphs
assert tf.constant([1]).numpy() == [1]
"""


def test_parses_what_tensorflows_own_classes_parse(sound: Path) -> None:
    """Every field that TensorFlow reads from saved_model.pb is there with the same value."""
    data = (sound / "saved_model.pb").read_bytes()
    ours, theirs = protos.parse_message("SavedModel", data), saved_model_pb2.SavedModel.FromString(data)
    assert str(ours) == str(theirs)
    assert ours.meta_graphs[0].meta_info_def.tensorflow_version == tf.__version__


def test_descriptors_equal_those_of_the_installed_wheel() -> None:
    """The literal that is taken from the source text is the descriptor that TensorFlow registers."""
    assert protos._serialized_descriptor(protos.SAVED_MODEL_PROTO) == saved_model_pb2.DESCRIPTOR.serialized_pb


@pytest.mark.slow
@pytest.mark.parametrize("program", [PROTOS_THEN_TENSORFLOW, TENSORFLOW_THEN_PROTOS])
def test_lives_beside_tensorflow_in_one_process(sound: Path, program: str) -> None:
    """Reading a SavedModel imports nothing of TensorFlow, and either may come first."""
    command = [sys.executable, "-c", program, str(sound / "saved_model.pb")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr


def test_builds_the_classes_fast() -> None:
    """A command line that reads a graph does not wait for it: about 10 ms, 300 at most."""
    program = (
        "import time; start = time.process_time();"
        "from lexport.tfformats.protos import message_class; message_class('SavedModel');"
        "print(time.process_time() - start)"
    )
    output = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert float(output) < 0.3


def test_says_so_when_the_wheel_is_laid_out_differently(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A TensorFlow that ships its descriptors in another way is named, not half read."""
    monkeypatch.setattr(protos, "_wheel", lambda: tmp_path)
    with pytest.raises(AssetError, match="not laid out as lexport expects"):
        protos._serialized_descriptor(protos.SAVED_MODEL_PROTO)
    module = tmp_path / "tensorflow/core/protobuf/saved_model_pb2.py"
    module.parent.mkdir(parents=True)
    module.write_text("DESCRIPTOR = None\n")
    with pytest.raises(AssetError, match="has no AddSerializedFile call"):
        protos._serialized_descriptor(protos.SAVED_MODEL_PROTO)


def test_names_the_missing_wheel(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without TensorFlow the error says what to install."""
    protos._wheel.cache_clear()
    monkeypatch.setattr(protos.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(AssetError, match="Install tensorflow"):
        protos._wheel()


def test_damaged_bytes_are_a_value_error() -> None:
    """What is not a message is refused, not guessed."""
    with pytest.raises(ValueError, match="not a SavedModel"):
        protos.parse_message("SavedModel", b"\xff\xff\xff")
