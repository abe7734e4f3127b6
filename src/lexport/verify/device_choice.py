"""`choose_device`: where a published export is to be replayed, before anything is started."""

from collections.abc import Callable, Sequence

from lexport.errors import DeviceError
from lexport.verify.devices import checked_device
from lexport.verify.visible_gpus import visible_gpus

__all__ = ["choose_device"]


def choose_device(device: str, list_gpus: Callable[[], Sequence[str]] = visible_gpus) -> str:
    """Says whether to replay on the CPU alone, or on a GPU as well.

    Args:
        device: `cpu`, `gpu` or `auto` (on a GPU as well where there is one).
        list_gpus: gives the GPUs that TensorFlow sees; not asked for `cpu`.

    Returns:
        `cpu` or `gpu`.

    Raises:
        DeviceError: a GPU is requested and TensorFlow sees none, which GPUs there are cannot be known, or there is no
            such device.

    Example:
        >>> choose_device("auto", lambda: []), choose_device("auto", lambda: ["/device:GPU:0"])
        ('cpu', 'gpu')
    """
    if checked_device(device) == "cpu":
        return "cpu"
    gpus = list_gpus()
    if device == "gpu" and not gpus:
        raise DeviceError("device: gpu requires a GPU that TensorFlow can see; received none. Use cpu or auto")
    return "gpu" if gpus else "cpu"
