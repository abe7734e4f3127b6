"""The layers against `tests/data/transform_ids.json`: the ids that tensorflow_transform 1.21 itself gave."""

import json
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import lexport
from lexport.layers import IntegerLookup, StringLookup

DATA = Path(__file__).parents[1] / "data"
FACTS: dict[str, Any] = json.loads((DATA / "transform_ids.json").read_text(encoding="utf-8"))
CITIES, NUMBERS = np.array(FACTS["city"], object), np.array(FACTS["number"])
OUTPUT = lexport.TransformOutput(DATA / "transform_output")


def looked_up(vocabulary: lexport.Vocabulary, buckets: int, **options: Any) -> list[int]:
    """As docs/transform.md says for `num_oov_buckets` of one and more."""
    if vocabulary.dtype == "int64":
        ids = IntegerLookup(vocabulary=vocabulary, num_oov_indices=buckets, **options)(NUMBERS)
    else:
        asked = CITIES if options.pop("of", "city") == "city" else NUMBERS.astype(str).astype(object)
        ids = StringLookup(vocabulary=vocabulary, num_oov_indices=buckets, **options)(asked)
    return keras.ops.convert_to_numpy(keras.ops.mod(ids - buckets, len(vocabulary) + buckets)).tolist()


@pytest.mark.parametrize("feature", ["plain", "shuffled", "keyed", "numbers", "measured_records", "unnamed"])
def test_without_buckets_ids_are_those_of_the_layer_less_one(feature: str) -> None:
    """And so is the -1 of what is unknown."""
    name = "vocab_compute_and_apply_vocabulary_3_vocabulary" if feature == "unnamed" else feature
    vocabulary = OUTPUT.vocabulary(name, numbers="counts" if feature == "measured_records" else None)
    layer, asked = (IntegerLookup, NUMBERS) if vocabulary.dtype == "int64" else (StringLookup, CITIES)
    ids = layer(vocabulary=vocabulary)(asked) - 1
    assert keras.ops.convert_to_numpy(ids).tolist() == FACTS["ids"][feature]


def test_another_default_takes_its_place() -> None:
    """`default_value=7`, which the layer has at 0."""
    ids = StringLookup(vocabulary=OUTPUT.vocabulary("defaulted"))(CITIES)
    given = keras.ops.where(ids == 0, 7, ids - 1)
    assert keras.ops.convert_to_numpy(given).tolist() == FACTS["ids"]["defaulted"]


@pytest.mark.parametrize(("feature", "buckets"), [("world", 2), ("records", 1)])
def test_buckets_turn_around(feature: str, buckets: int) -> None:
    """Keras has them in front of the terms, tensorflow_transform behind; both take the same hash of a string."""
    assert looked_up(OUTPUT.vocabulary(feature), buckets) == FACTS["ids"][feature]


def test_reserved_special_tokens_keep_their_ids() -> None:
    """Where the layer's own token for unknown terms is another one."""
    vocabulary = OUTPUT.vocabulary("reserved", allow=["special-token"])
    unknown = "<oov>"
    assert looked_up(vocabulary, 1, oov_token=unknown) == FACTS["ids"]["reserved"]


def test_integers_fall_into_other_buckets() -> None:
    """tensorflow_transform hashes their digits, Keras takes the remainder: read as strings they are the same."""
    expected, known = FACTS["ids"]["number_records"], len(OUTPUT.vocabulary("number_records"))
    integers = looked_up(OUTPUT.vocabulary("number_records"), 3)
    assert [one for one in integers if one < known] == [one for one in expected if one < known]
    assert integers != expected
    assert looked_up(OUTPUT.vocabulary("number_records", dtype="string"), 3, of="number") == expected


def test_unknown_terms_with_spaces_fall_into_other_buckets() -> None:
    """tensorflow_transform hashes `__SPACE__` for each space where counts are in a text; known terms are equal."""
    pairs = list(zip(CITIES, looked_up(OUTPUT.vocabulary("spaces"), 3), FACTS["ids"]["spaces"], strict=True))
    assert {term for term, ours, theirs in pairs if ours != theirs} == {"a b"}
    assert all(ours == theirs for _, ours, theirs in pairs if theirs < 4)


def test_rows_of_an_embedding_turn_with_the_ids() -> None:
    """`np.roll(matrix, buckets, axis=0)` puts the row of each id of tensorflow_transform where the layer looks."""
    vocabulary = OUTPUT.vocabulary("world")
    matrix = np.arange(len(vocabulary) + 2)  # the row of an id is the id itself
    ids = keras.ops.convert_to_numpy(StringLookup(vocabulary=vocabulary, num_oov_indices=2)(CITIES))
    assert np.roll(matrix, 2, axis=0)[ids].tolist() == FACTS["ids"]["world"]


@pytest.mark.slow
def test_a_model_with_the_ids_of_tensorflow_transform_is_published(tmp_path: Path) -> None:
    """The arithmetic stands no check in the way, and every loader gives those ids."""
    vocabulary = OUTPUT.vocabulary("world")
    city = keras.Input((), dtype="string", name="city")
    ids = keras.ops.mod(StringLookup(vocabulary=vocabulary, num_oov_indices=2)(city) - 2, len(vocabulary) + 2)
    report = lexport.export(
        keras.Model(city, {"id": ids}), tmp_path / "ids", examples=[{"city": one} for one in CITIES]
    )
    loaded = lexport.load(report.path)
    assert loaded.vocabularies["cities-of-the_world"] == vocabulary
    given = loaded.signatures["serving_default"](city=CITIES)
    assert given["id"].numpy().tolist() == FACTS["ids"]["world"]
