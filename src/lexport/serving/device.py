"""The device on which the model is built and exported."""

from contextlib import suppress

import tensorflow as tf

from lexport.errors import DeviceError

__all__ = ["present_device", "select_device"]


def select_device(device: str) -> str:
    """Makes TensorFlow see the requested device, before anything runs on it.

    A GPU's memory is taken as it is needed, where TensorFlow would take all of it: the candidates that verify the
    export need some of it while the model is still there.

    Args:
        device: `"cpu"`, `"gpu"` or `"auto"` (a GPU where there is one).

    Returns:
        `"cpu"` or `"gpu"`.

    Raises:
        DeviceError: a GPU is requested and none is visible, or TensorFlow runs on one already and `"cpu"` is
            requested.
    """
    place = present_device(device)
    # What was hidden from this process, by an export on the CPU before, is no GPU that the model could be built on.
    gpus = tf.config.get_visible_devices("GPU")
    if place == "cpu" and gpus:
        try:
            tf.config.set_visible_devices([], "GPU")
        except RuntimeError as error:
            raise DeviceError(f"device: cpu cannot be chosen any more: {error}. Choose it before other work") from error
    for gpu in gpus if place == "gpu" else ():
        # A GPU that is in use already keeps the memory that it has.
        with suppress(RuntimeError, ValueError):
            tf.config.experimental.set_memory_growth(gpu, True)
    return place


def present_device(device: str) -> str:
    """Says where a model that is in memory already is to be replayed.

    Args:
        device: `"cpu"`, `"gpu"` or `"auto"` (a GPU where this process uses one).

    Returns:
        `"cpu"` or `"gpu"`.

    Raises:
        DeviceError: a GPU is requested and this process has none, or there is no such device.
    """
    if device not in ("cpu", "gpu", "auto"):
        raise DeviceError(f"device must be cpu, gpu or auto; received {device!r}")
    gpus = tf.config.get_visible_devices("GPU")
    if device == "gpu" and not gpus:
        raise DeviceError("device: gpu requires a GPU that TensorFlow can see; received none. Use cpu or auto")
    return "gpu" if gpus and device != "cpu" else "cpu"
