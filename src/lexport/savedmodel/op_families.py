"""Whose ops those probably are that neither TensorFlow nor tensorflow-text has, by their names alone."""

__all__ = ["op_family"]

# The longest prefix counts: ScaNN registers its ops in the name space of TensorFlow Addons.
FAMILIES = {
    "Addons>": "tensorflow_addons",
    "Addons>Scann": "scann",
    "IO>": "tensorflow_io",
    "SimpleML": "tensorflow_decision_forests",
    "TRTEngineOp": "TensorFlow's TensorRT bridge",
}
NAME_SPACE = ">"


def op_family(op: str) -> str:
    """Names the library that registers ops of such a name, as its authors chose it; empty where the name says nothing.

    It is a guess, since anybody can register any name.

    Example:
        >>> op_family("SimpleMLInferenceOpWithHandle"), op_family("Addons>ScannToTensors"), op_family("Mine")
        ('tensorflow_decision_forests', 'scann', '')
        >>> op_family("Acme>Hash")
        'Acme'
    """
    known = [prefix for prefix in FAMILIES if op.startswith(prefix)]
    if known:
        return FAMILIES[max(known, key=len)]
    space, found, _ = op.partition(NAME_SPACE)
    return space if found else ""
