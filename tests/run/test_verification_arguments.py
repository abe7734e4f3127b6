"""The arguments of `lexport.export` that say how an export is verified do what the keys of the config do."""

from pathlib import Path
from typing import Any

import keras
import pytest

import lexport
from lexport import Vocabulary
from lexport.layers import StringLookup
from lexport.run.verify_directory import verify_directory

pytestmark = pytest.mark.slow


def lookup() -> Any:
    """A model of one lookup."""
    word = keras.Input((), dtype="string", name="word")
    return keras.Model(word, {"id": StringLookup(vocabulary=Vocabulary.from_terms("words", ["the", "of"]))(word)})


def test_the_report_says_how_an_export_was_judged(tmp_path: Path) -> None:
    """What is not the default, too; all but the sandbox holds for a later verification as well."""
    report = lexport.export(
        lookup(),
        tmp_path,
        rtol=0.25,
        require="tf.saved_model.load",
        hermetic=False,
        allow_ops=["PrintV2"],
        allow_unreached="words",
    ).verification
    told = {
        "rtol": "0.25",
        "atol": "1e-06",
        "require": "tf.saved_model.load",
        "allow_ops": "PrintV2",
        "allow_unreached": "words",
    }
    assert told.items() <= report.facts.items()
    assert report.facts["hermetic"] == "no (it was turned off)"
    again = verify_directory(next(tmp_path.glob("[0-9]*")))
    assert told.items() <= again.facts.items()
    assert again.facts["hermetic"] != "no (it was turned off)"
