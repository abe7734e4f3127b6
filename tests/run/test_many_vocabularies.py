"""A model of two hundred vocabularies, as models of tabular data are."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

import lexport
from lexport import Vocabulary
from lexport.layers import IntegerLookup, StringLookup

TERMS = 20


def _terms(number: int) -> list[str]:
    """No two vocabularies have the same terms; the same term has another id in each."""
    return [f"term {(term * 7 + number) % 220}" for term in range(TERMS)]


def _export(model: keras.Model, folder: Path) -> Path:
    report = lexport.export(model, folder, name="many")
    assert report.passed
    return report.path


@pytest.mark.slow
@pytest.mark.parametrize(("count", "write"), [(200, lexport.save), (20, _export)], ids=["saved", "verified"])
def test_many_vocabularies_are_built_written_and_loaded(
    count: int, write: Any, tmp_path: Path, serve: Callable[[dict[Path, Any]], dict[Path, Any]]
) -> None:
    """Each is one asset and one table, also where two layers use it, and every id is its own."""
    made = [Vocabulary.from_terms(f"v{number:03d}", _terms(number)) for number in range(count)]
    numbers = Vocabulary.from_terms("numbers", [7, -3, 12])
    inputs = [keras.Input((), dtype="string", name=one.name) for one in made]
    number = keras.Input((), dtype="int64", name="number")
    ids = [StringLookup(vocabulary=one, name=f"a_{one.name}")(text) for one, text in zip(made, inputs, strict=True)]
    again = StringLookup(vocabulary=made[0], name="again")(inputs[1])
    shifted = StringLookup(vocabulary=made[0], num_oov_indices=3, name="shifted")(inputs[0])
    outputs = {
        "ids": keras.ops.stack(ids, axis=1),
        "more": keras.ops.stack([again, shifted, IntegerLookup(vocabulary=numbers)(number)], axis=1),
    }
    path = write(keras.Model([*inputs, number], outputs), tmp_path / "exports")
    files = {file.name: file.read_bytes() for file in (path / "assets").iterdir()}
    assert files == {f"{one.name}.txt": one.data for one in [*made, numbers]}
    inventory = lexport.savedmodel.read_inventory(path)
    assert len(inventory.tables) == count + 2
    asked = {one.name: ["term 100", one.terms[-1], "nobody"] for one in made} | {"number": [12, 7, 5]}
    answers = serve({path: asked})[path]
    for loader in ("session", "object_graph"):
        received = np.array(answers[loader]["ids"])
        expected = [
            [
                one.terms.index(term) + 1 if term in one.terms else 0
                for one, term in ((v, asked[v.name][row]) for v in made)
            ]
            for row in range(3)
        ]
        assert received.tolist() == expected
        assert [row[2] for row in answers[loader]["more"]] == [3, 1, 0]
    assert lexport.load(path).vocabularies[made[-1].name] == made[-1]
