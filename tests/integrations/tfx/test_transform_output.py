"""`lexport.TransformOutput` beside `tft.TFTransformOutput`, on what tensorflow_transform writes here and now."""

import json
from pathlib import Path
from typing import Any

import pytest

tft = pytest.importorskip("tensorflow_transform")
pytest.importorskip("apache_beam")

import tensorflow as tf  # noqa: E402
from hypothesis import given  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from tensorflow_transform import analyzers  # noqa: E402

from lexport.errors import VocabularyError  # noqa: E402
from lexport.transform import Numbers, TransformOutput  # noqa: E402
from lexport.transform.transform_output import MADE_UP  # noqa: E402
from lexport.transform.vocabulary_files import sanitized  # noqa: E402
from tests.data.make_transform_output import DATA, applied, ids_of, preprocess, write_transform_output  # noqa: E402

MEASURED: dict[str, Numbers] = {
    "approximate": "counts",
    "counted": "counts",
    "counted_reserved": "counts",
    "informative": "scores",
    "measured_records": "counts",
    "weighted": "weights",
}
REFUSED = {"empty", "empty_numbers", "lines"}


def read(directory: Path) -> dict[str, Any]:
    output = TransformOutput(directory)
    wanted = sorted(set(output.names) - REFUSED)
    return {
        name: (one.dtype, one.terms, one.statistics)
        for name, one in output.vocabularies(wanted, numbers=MEASURED, allow=["special-token"]).items()
    }


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What Beam's DirectRunner analysed just now."""
    directory = tmp_path_factory.mktemp("transform") / "output"
    write_transform_output(directory)
    return directory


def test_the_committed_output_is_what_tensorflow_transform_writes(written: Path) -> None:
    """So the tests that run without it are about the real thing: the vocabularies, and the ids that it gives."""
    assert read(written) == read(DATA / "transform_output")
    facts = json.loads((DATA / "transform_ids.json").read_text(encoding="utf-8"))
    assert ids_of(written) == facts["ids"]


def test_a_graph_of_tensorflow_1_has_the_same_vocabularies(tmp_path: Path) -> None:
    """`force_tf_compat_v1=True` writes another kind of SavedModel, with its assets in another place."""
    write_transform_output(tmp_path / "output", preprocess, tensorflow_1=True)
    numbered = {name for name in TransformOutput(tmp_path / "output").names if name.startswith("vocab_")}
    found, committed = read(tmp_path / "output"), read(DATA / "transform_output")
    assert {name: one for name, one in found.items() if name not in numbered} == {
        name: one for name, one in committed.items() if not name.startswith("vocab_")
    }
    assert len(numbered) == 2


def test_each_name_leads_to_the_file_of_tensorflow_transform(written: Path) -> None:
    """Those of its map, those that it cut at a slash, and those that it made safe."""
    theirs, ours = tft.TFTransformOutput(str(written)), TransformOutput(written)
    for name in [*ours.names, "cities of the/world", "plain ", "of the/world", "gone"]:
        file = theirs.vocabulary_file_by_name(name)
        known = name in ours.names or file is not None
        assert file is not None or not known
        if known and name not in REFUSED | set(MEASURED):
            terms = [str(term).encode() for term in ours.vocabulary(name, allow=["special-token"]).terms]
            stored = [
                line.rpartition(b" ")[2] if name == "spaces" else line for line in theirs.vocabulary_by_name(name)
            ]
            stored = [line.replace(b"__SPACE__", b" ") for line in stored]
            counted = name.startswith("vocab_frequency_")
            assert terms == ([line.partition(b" ")[2] for line in stored] if counted else stored)


@given(st.text(max_size=20))
def test_names_are_made_safe_as_tensorflow_transform_does(name: str) -> None:
    """For any text; it is how a name finds its file where the map has none."""
    assert sanitized(name) == analyzers.sanitized_vocab_filename(filename=name)


def test_the_made_up_term_is_that_of_tensorflow_transform() -> None:
    """It is nowhere in its public API, and marks an empty vocabulary."""
    assert {
        "string": analyzers.get_empy_vocabulary_dummy_value(tf.string)[1],
        "int64": analyzers.get_empy_vocabulary_dummy_value(tf.int64)[1],
    } == MADE_UP


def test_a_reserved_token_that_the_table_cuts_is_refused(tmp_path: Path) -> None:
    """tensorflow_transform (1.21) writes it with its spaces, and reads its first word: the token had no id."""

    def reserving(inputs: dict[str, Any]) -> dict[str, Any]:
        tokens, city = ["los angeles", "rome"], inputs["city"]
        return {
            "city": tft.compute_and_apply_vocabulary(
                city, vocab_filename="cut", store_frequency=True, reserved_tokens=tokens
            ),
            "plain": applied(inputs)["plain"],
        }

    write_transform_output(tmp_path / "output", reserving)
    with pytest.raises(VocabularyError, match="'los angeles' is 'los' to the table of the graph"):
        TransformOutput(tmp_path / "output").vocabulary("cut")
    layer = tft.TFTransformOutput(str(tmp_path / "output")).transform_features_layer()
    asked = {"city": tf.constant(["los angeles", "los", "rome"])}
    assert layer(asked)["city"].numpy().tolist() == [-1, 0, 1]
