"""Where a published export is replayed is known before anything is started."""

from collections.abc import Sequence

import pytest

from lexport.errors import DeviceError
from lexport.verify.device_choice import choose_device

ONE = ("/job:localhost/replica:0/task:0/device:GPU:0",)


@pytest.mark.parametrize(
    ("device", "gpus", "chosen"),
    [("auto", (), "cpu"), ("auto", ONE, "gpu"), ("gpu", ONE, "gpu"), ("cpu", ONE, "cpu"), ("cpu", (), "cpu")],
)
def test_auto_takes_a_gpu_where_there_is_one(device: str, gpus: Sequence[str], chosen: str) -> None:
    """What was asked for by name is taken."""
    assert choose_device(device, lambda: gpus) == chosen


def test_a_gpu_that_is_not_there_is_an_error() -> None:
    """A verification that falls back to the CPU in silence would say nothing about GPUs."""
    with pytest.raises(DeviceError, match=r"requires a GPU that TensorFlow can see; received none\. Use cpu or auto"):
        choose_device("gpu", lambda: ())


def test_the_cpu_needs_no_list_of_gpus() -> None:
    """So it costs no process, and works where the list cannot be had."""

    def broken() -> Sequence[str]:
        raise DeviceError("which GPUs there are cannot be known")

    assert choose_device("cpu", broken) == "cpu"
    with pytest.raises(DeviceError, match="cannot be known"):
        choose_device("auto", broken)


def test_an_unknown_device_is_refused() -> None:
    """Before any GPU is looked for."""
    with pytest.raises(DeviceError, match="must be cpu, gpu or auto; received 'tpu'"):
        choose_device("tpu", lambda: ONE)
