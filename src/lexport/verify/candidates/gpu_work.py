"""What a GPU had to compute of a signature, told by the graphs that TensorFlow makes of it, one for each device.

That a process has a GPU does not say that anything was computed there: a graph may hold no op that a GPU knows, or be
bound to the CPU.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from lexport.verify.exchange import Answer
from lexport.verify.request import Request

__all__ = ["GPU_FACT", "gpu_work", "gpu_work_facts", "work_fact"]

GPU_FACT = "gpu"  # under which a candidate says which GPUs its process has
SHOWN_OPS = 12
# These hold tensors, hand them on or tell their shape. Where a GPU has nothing else to do it computes nothing.
PLUMBING = frozenset(
    (
        *("_Arg", "_DeviceArg", "_DeviceRetval", "_EagerConst", "_HostRecv", "_HostSend", "_Recv", "_Retval", "_Send"),
        *("Const", "EnsureShape", "ExpandDims", "Fill", "HostConst", "Identity", "IdentityN", "NoOp", "Pack"),
        *("Placeholder", "Rank", "ReadVariableOp", "Reshape", "Shape", "ShapeN", "Size", "Squeeze", "StopGradient"),
        *("StridedSlice", "Unpack", "VarHandleOp"),
    )
)


def work_fact(signature: str) -> str:
    """Names the fact that a GPU computed something of a signature.

    Example:
        >>> work_fact("serving_default")
        'on the gpu, serving_default'
    """
    return f"on the gpu, {signature}"


def gpu_work_facts(
    requests: Sequence[Request], answers: Sequence[Answer], placed: Callable[[Request], Iterable[Any]]
) -> dict[str, str]:
    """Says of each signature what a GPU computed of it; nothing of those of which it computed nothing.

    Args:
        requests: as they were asked.
        answers: one for each.
        placed: asks a request once more, after all the answers were given, and gives the graph of each device.
    """
    answered: dict[str, Request] = {}
    for request, answer in zip(requests, answers, strict=True):
        if answer.outputs is not None:
            answered.setdefault(request.signature, request)
    work = {signature: gpu_work(placed(request)) for signature, request in answered.items()}
    return {work_fact(signature): done for signature, done in work.items() if done}


def gpu_work(graphs: Iterable[Any], device: str = "GPU") -> str | None:
    """Says which ops of the graphs are on a device, beside those that only move tensors.

    Args:
        graphs: `GraphDef`s in which each node has its device.
        device: a kind of device, or one device such as `CPU:1`.

    Returns:
        How many ops, of how many, and which; None where there are none.
    """
    nodes = [node for graph in graphs for node in graph.node if node.op not in PLUMBING]
    there = [node.op for node in nodes if _is_on(device, node.device)]
    if not there:
        return None
    kinds = sorted(set(there))
    more = [f"{len(kinds) - SHOWN_OPS} more kinds"] if len(kinds) > SHOWN_OPS else []
    return f"{len(there)} of {len(nodes)} ops: {', '.join([*kinds[:SHOWN_OPS], *more])}"


def _is_on(device: str, place: str) -> bool:
    """Whether a full name of a device, such as `/job:localhost/replica:0/task:0/device:GPU:0`, is of that kind."""
    name = place.rpartition("/device:")[2]
    return name == device or name.startswith(f"{device}:")
