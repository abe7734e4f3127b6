"""`verify.baseline_limit` decides what travels with an export, and never what is compared before it is published."""

from pathlib import Path
from typing import Any

import keras
import pytest

import lexport
from lexport import Vocabulary
from lexport.layers import StringLookup
from lexport.run.verify_directory import verify_directory
from lexport.verify import Baseline

pytestmark = pytest.mark.slow

BASELINE = Path("assets.extra") / "lexport" / "baseline.npz"
WORDS = Vocabulary.from_terms("words", [f"word{number}" for number in range(100)])


AGAIN = 1  # one request of each signature is asked again


def wide() -> Any:
    """A model with a wide answer to each word."""
    word = keras.Input((), dtype="string", name="word")
    return keras.Model(word, {"y": keras.layers.Embedding(101, 500)(StringLookup(vocabulary=WORDS)(word))})


def requests(report: Any) -> set[str]:
    """What the rows of the loaders say about the number of requests."""
    return {check.detail.split(" requests")[0] for check in report.checks if check.name.startswith("replay:")}


def test_all_requests_are_compared_and_some_travel(tmp_path: Path) -> None:
    """Each loader answers as many as without a limit; another machine repeats those that travelled."""
    model = wide()
    examples = [{"word": "word7"}]
    whole = lexport.export(model, tmp_path / "whole", examples=examples)
    limited = lexport.export(model, tmp_path / "limited", examples=examples, baseline_limit=20_000)
    asked = len(Baseline.read(whole.path / BASELINE).cases)
    travelled = len(Baseline.read(limited.path / BASELINE).cases)
    assert travelled < asked
    assert requests(limited.verification) == requests(whole.verification) == {str(asked + AGAIN)}
    told = f"{travelled} of {asked} requests travel with the export (verify.baseline_limit)"
    assert limited.verification.facts["baseline"] == told
    assert "baseline" not in whole.verification.facts
    again = verify_directory(limited.path)
    assert again.passed, str(again)
    assert again.facts["baseline"] == told
    assert requests(again) == {str(travelled + AGAIN)}


def test_what_the_requests_that_travel_do_not_reach_fails_nothing(tmp_path: Path) -> None:
    """It was reached before the publication; the row says that it was not verified again."""
    report = lexport.export(wide(), tmp_path, examples=[{"word": "unknown"}], baseline_limit=2_100)
    assert report.passed
    again = verify_directory(report.path)
    assert again.passed, str(again)
    [check] = [check for check in again.checks if check.name == "probes:tables-reached"]
    assert check.passed is None
    assert check.detail.startswith("not all requests travel with the export")
