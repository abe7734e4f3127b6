"""The device on which a model is built and served."""

import subprocess
import sys
from collections.abc import Callable

import pytest
import tensorflow as tf

from lexport.errors import DeviceError
from lexport.serving.device import present_device, select_device

without_gpu = pytest.mark.skipif(bool(tf.config.list_physical_devices("GPU")), reason="for machines without a GPU")
choices = pytest.mark.parametrize("choose", [select_device, present_device])


@choices
@without_gpu
def test_a_gpu_that_is_not_there_is_an_error(choose: Callable[[str], str]) -> None:
    """A run that falls back to the CPU in silence would take a day instead of an hour."""
    with pytest.raises(DeviceError, match=r"requires a GPU that TensorFlow can see; received none\. Use cpu or auto"):
        choose("gpu")


@choices
def test_an_unknown_device_is_refused(choose: Callable[[str], str]) -> None:
    """And not taken for a GPU."""
    with pytest.raises(DeviceError, match="device must be cpu, gpu or auto; received 'tpu'"):
        choose("tpu")


@choices
@without_gpu
@pytest.mark.parametrize("device", ["cpu", "auto"])
def test_auto_is_the_cpu_where_there_is_no_gpu(choose: Callable[[str], str], device: str) -> None:
    """So one config works on both kinds of machines."""
    assert choose(device) == "cpu"


def run(program: str) -> str:
    """Chooses in a new process: TensorFlow lets a process choose only once."""
    imports = "from lexport.serving.device import present_device, select_device\nimport tensorflow as tf\n"
    result = subprocess.run([sys.executable, "-c", imports + program], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


@pytest.mark.gpu
@pytest.mark.slow
@pytest.mark.parametrize("device", ["gpu", "auto"])
def test_a_gpu_that_is_there_is_taken(device: str) -> None:
    """And TensorFlow places work on it."""
    program = f"print(select_device({device!r}), present_device({device!r}), tf.constant([1.0]).device.split('/')[-1])"
    assert run(program) == "gpu gpu device:GPU:0"


@pytest.mark.gpu
@pytest.mark.slow
def test_the_cpu_is_taken_although_there_is_a_gpu() -> None:
    """The GPU is hidden from the whole process."""
    program = "print(select_device('cpu'), present_device('auto'), tf.constant([1.0]).device.split('/')[-1])"
    assert run(program) == "cpu cpu device:CPU:0"


@pytest.mark.gpu
@pytest.mark.slow
def test_the_cpu_cannot_be_chosen_once_the_gpu_works() -> None:
    """TensorFlow cannot let go of it, so the error says to choose first."""
    program = """
from lexport.errors import DeviceError
tf.constant([1.0])
try:
    select_device("cpu")
except DeviceError as error:
    print(error)
"""
    assert run(program).startswith("device: cpu cannot be chosen any more: ")


@pytest.mark.gpu
@pytest.mark.slow
def test_a_gpu_that_was_hidden_is_not_there() -> None:
    """A process that exported on the CPU cannot go on with a GPU, and must not say that it did."""
    program = """
from lexport.errors import DeviceError
select_device("cpu")
tf.constant([1.0])
print(select_device("auto"), present_device("auto"))
for choose in (select_device, present_device):
    try:
        choose("gpu")
    except DeviceError as error:
        print(error)
"""
    first, *errors = run(program).splitlines()
    assert first == "cpu cpu"
    assert errors == ["device: gpu requires a GPU that TensorFlow can see; received none. Use cpu or auto"] * 2
