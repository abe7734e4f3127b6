"""A SavedModel in the C++ session answers, and what goes wrong there is an error with its code."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lexport.tfformats.protos import parse_message
from lexport.verify.c_api.saved_model import CSavedModel, knows_op, load_op_library
from lexport.verify.c_api.status import StatusError
from lexport.verify.tensors import as_tensor

FEEDS = {"serving_default_word:0": as_tensor(["of", "zz"]), "serving_default_weight:0": np.array([1, 2], np.float32)}


def output_names(saved_model: CSavedModel) -> dict[str, str]:
    """Gives the graph's names of the outputs."""
    outputs = parse_message("MetaGraphDef", saved_model.meta_graph).signature_def["serving_default"].outputs
    return {name: info.name for name, info in outputs.items()}


def test_a_saved_model_answers(library: Any, export_dir: Path) -> None:
    """With its assets and its variables."""
    with CSavedModel(library, export_dir) as saved_model:
        names = output_names(saved_model)
        ids, score = saved_model.run(FEEDS, [names["id"], names["score"]])
    assert ids.tolist() == [1, 5]
    assert score.tolist() == [-1.25, -15.0]


def test_a_graph_that_raises_is_an_error_with_its_code(library: Any, export_dir: Path) -> None:
    """And the session answers the next request."""
    with CSavedModel(library, export_dir) as saved_model:
        names = output_names(saved_model)
        negative = {**FEEDS, "serving_default_weight:0": np.array([1, -1], np.float32)}
        with pytest.raises(StatusError, match="INVALID_ARGUMENT"):
            saved_model.run(negative, [names["score"]])
        with pytest.raises(StatusError, match="INVALID_ARGUMENT"):
            saved_model.run({"serving_default_word:0": as_tensor(["of"])}, [names["score"]])
        assert saved_model.run(FEEDS, [names["id"]])[0].tolist() == [1, 5]


def test_a_session_tells_where_it_ran_what(library: Any, export_dir: Path) -> None:
    """Every op that answers is there with its device; a run that raises tells nothing, and the next one does."""
    with CSavedModel(library, export_dir) as saved_model:
        names = list(output_names(saved_model).values())
        with pytest.raises(StatusError, match="INVALID_ARGUMENT"):
            saved_model.placed({**FEEDS, "serving_default_weight:0": np.array([1, -1], np.float32)}, names)
        nodes = [node for graph in saved_model.placed(FEEDS, names) for node in graph.node]
    assert "LookupTableFindV2" in {node.op for node in nodes}
    assert {node.device for node in nodes} == {"/job:localhost/replica:0/task:0/device:CPU:0"}


@pytest.mark.parametrize("name", ["missing:0", "serving_default_word:7", "missing"])
def test_a_tensor_that_the_graph_does_not_have_is_named(name: str, library: Any, export_dir: Path) -> None:
    """TensorFlow itself would end the process."""
    with CSavedModel(library, export_dir) as saved_model, pytest.raises(ValueError, match=f"no tensor '{name}'"):
        saved_model.run(FEEDS, [name])


def test_what_is_no_saved_model_does_not_load(library: Any, tmp_path: Path) -> None:
    """The message has the directory."""
    with pytest.raises(StatusError, match=f"NOT_FOUND.*{tmp_path}"):
        CSavedModel(library, tmp_path)


def test_a_missing_asset_does_not_load(library: Any, copied: Path) -> None:
    """The C++ loader fills the tables while it loads."""
    (copied / "assets" / "words.txt").unlink()
    with pytest.raises(StatusError, match=r"NOT_FOUND.*words\.txt"):
        CSavedModel(library, copied)


def test_known_ops_are_told_from_others(library: Any) -> None:
    """So that only the libraries that are needed are loaded."""
    assert knows_op(library, "LookupTableFindV2")
    assert not knows_op(library, "NoSuchOp")


def test_a_file_that_is_no_op_library_is_refused(library: Any, tmp_path: Path) -> None:
    """With the reason of the system's loader."""
    (tmp_path / "ops.so").write_text("no library")
    with pytest.raises(StatusError, match=r"ops\.so"):
        load_op_library(library, tmp_path / "ops.so")
