"""Variables that are filled from an asset when a SavedModel is loaded, such as the models of tokenizers."""

from dataclasses import dataclass

from lexport.savedmodel.dataflow import Dataflow, OriginKind
from lexport.savedmodel.graph import Place

__all__ = ["FileResource", "read_file_resources"]


@dataclass(frozen=True)
class FileResource:
    """A variable whose value is made of the content of an asset.

    Attributes:
        place: the node that makes the variable.
        shared_name: what the process knows it by.
        asset: the file name of the asset.
    """

    place: Place
    shared_name: str
    asset: str


def read_file_resources(flow: Dataflow, assets: list[str]) -> tuple[FileResource, ...]:
    """Finds the variables that are assigned what is made of the content of assets.

    Args:
        flow: the edges of the graph.
        assets: the file name of each `asset_file_def`, in order.
    """
    found = set()
    for name in flow.live:
        body = flow.bodies[name]
        for node in body.nodes.values():
            inputs = body.inputs(node.name) if node.op == "AssignVariableOp" else []
            if len(inputs) < 2:
                continue
            files = {one.asset for one in flow.origins(inputs[1]) if one.kind is OriginKind.ASSET and one.read}
            for origin in flow.origins(inputs[0]) if files else ():
                if origin.kind is OriginKind.VARIABLE:
                    places = origin.place, _shared_name(flow, origin.place)
                    found |= {FileResource(*places, assets[index]) for index in files if 0 <= index < len(assets)}
    return tuple(sorted(found, key=lambda one: (one.place, one.asset)))


def _shared_name(flow: Dataflow, place: Place) -> str:
    attributes = flow.bodies[place.function].nodes[place.node].attr if place.function in flow.bodies else {}
    return attributes["shared_name"].s.decode(errors="replace") if "shared_name" in attributes else ""
