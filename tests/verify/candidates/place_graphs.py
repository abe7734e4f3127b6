"""Tells on which device each loader places the ops of an export: `place_graphs.py EXPORT DEVICE [CPUS]`.

With CPUS, so many logical CPUs take the place of other devices; the C API knows none of them. Prints for each loader
the ops with their devices, and what of them is work of the device.
"""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from lexport.tfformats.protos import parse_message
from lexport.verify import Request
from lexport.verify.c_api.saved_model import CSavedModel
from lexport.verify.candidates import c_api, session
from lexport.verify.candidates.gpu_work import gpu_work
from lexport.verify.candidates.traced_graphs import traced_graphs

REQUEST = Request("examples", "serving_default", {"word": ["of", "zz"], "weight": np.array([1, 2], np.float32)})


def of_object_graph(export: Path) -> Iterable[Any]:
    """Traces the first call of the function."""
    function = tf.saved_model.load(str(export)).signatures[REQUEST.signature]
    with traced_graphs() as graphs:
        function(word=tf.constant(["of", "zz"]), weight=tf.constant([1.0, 2.0]))
    return graphs


def of_session(export: Path, cpus: int) -> Iterable[Any]:
    """Asks a session."""
    config = tf.compat.v1.ConfigProto(device_count={"CPU": cpus})
    with tf.compat.v1.Session(graph=tf.Graph(), config=config) as opened:
        return session.placed(opened, tf.compat.v1.saved_model.load(opened, ["serve"], str(export)), REQUEST)


def of_c_api(export: Path) -> Iterable[Any]:
    """Asks the C++ session."""
    with CSavedModel(c_api.LIBRARY, export) as saved_model:
        return c_api.placed(saved_model, parse_message("MetaGraphDef", saved_model.meta_graph), REQUEST)


def main(export: Path, device: str, cpus: int = 0) -> None:
    """Prints what the loaders tell."""
    if cpus:
        [cpu] = tf.config.list_physical_devices("CPU")
        tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * cpus)
    graphs = {"object graph": of_object_graph(export), "session": of_session(export, cpus or 1)}
    graphs |= {} if cpus else {"C API": of_c_api(export)}
    told = {}
    for loader, found in graphs.items():
        placed = [(node.op, node.device.rpartition("/device:")[2]) for graph in found for node in graph.node]
        told[loader] = {"placed": placed, "work": gpu_work(found, device)}
    print(json.dumps(told))  # noqa: T201


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], *map(int, sys.argv[3:]))
