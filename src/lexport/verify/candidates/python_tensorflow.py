"""What both loaders of TensorFlow's Python package begin with."""

import tensorflow as tf
from tensorflow.python.framework import op_def_registry

from lexport.verify.candidates.gpu_work import GPU_FACT
from lexport.verify.candidates.op_libraries import make_ops_known
from lexport.verify.exchange import Task

__all__ = ["prepare"]


def prepare(task: Task) -> dict[str, str]:
    """Loads the op libraries that the graph needs, and lets GPUs calculate with full precision.

    Returns:
        Facts for the report: TensorFlow's version, and the libraries and GPUs where there are any.
    """
    facts = {"tensorflow": tf.__version__} | _gpu_facts()
    libraries = make_ops_known(task.ops, _is_known, lambda library: tf.load_op_library(str(library)))
    return facts | ({"op libraries": ", ".join(libraries)} if libraries else {})


def _gpu_facts() -> dict[str, str]:
    tf.config.experimental.enable_tensor_float_32_execution(False)
    gpus = tf.config.get_visible_devices("GPU")
    names = [str(tf.config.experimental.get_device_details(gpu).get("device_name", gpu.name)) for gpu in gpus]
    return {GPU_FACT: ", ".join(names)} if names else {}


def _is_known(op: str) -> bool:
    return op_def_registry.get(op) is not None
