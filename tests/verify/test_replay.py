"""A single candidate serves a copy of the export, and must raise where the live model raised.

One loader stands for all here: the C++ loader, which starts in a second. `test_faults.py` asks them all.
"""

import shutil
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from lexport.verify import Baseline, Case
from lexport.verify.candidates import CANDIDATES
from lexport.verify.judge import Replay
from lexport.verify.replay import replay

pytestmark = pytest.mark.slow

CPP = CANDIDATES[2]
CHECK = "replay:TF_LoadSessionFromSavedModel:serving_default"


def serve(directory: Path, baseline: Baseline) -> Replay:
    """Replays at a tight tolerance."""
    return replay(directory, baseline, CPP, rtol=1e-6, atol=0.0)


def test_a_path_that_only_works_in_place_is_found(tmp_path: Path) -> None:
    """A file that was put into `assets/` by hand and is read by its full path is gone with the directory."""
    (tmp_path / "labels.txt").write_text("spam")
    path = str(tmp_path / "1" / "assets" / "labels.txt")

    class Reader(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([], tf.int64, name="x")])
        def serve(self, x: object) -> dict[str, object]:
            return {"label": tf.io.read_file(path), "x": x}

    module = Reader()
    tf.saved_model.save(module, str(tmp_path / "1"), signatures={"serving_default": module.serve})
    shutil.copy(tmp_path / "labels.txt", path)
    case = Case("examples", "serving_default", {"x": np.int64(1)}, {"label": b"spam", "x": np.int64(1)})
    moved = (tmp_path / "1").rename(tmp_path / "2")
    [check] = serve(moved, Baseline((case,))).checks
    assert (check.name, check.passed) == (CHECK, False)
    assert "raised NOT_FOUND" in check.detail


def test_errors_of_the_live_model_must_be_errors_of_the_candidate(export_dir: Path, baseline: Baseline) -> None:
    """An answer where it raised is a difference, and so is an error where it answered.

    A baseline of errors alone proves nothing: a signature that is not there agrees with it.
    """
    good = next(case for case in baseline.cases if case.name == "examples")
    raising = next(case for case in baseline.cases if case.error)
    cases = (
        Case("a", "serving_default", good.inputs, None, "ValueError: no"),
        Case("b", "serving_default", raising.inputs, good.outputs),
        Case("c", "errors_only", good.inputs, None, "ValueError: no"),
    )
    first, second = serve(export_dir, Baseline(cases)).checks
    assert (first.passed, second.passed) == (False, False)
    assert "a: answered, where the live model raised ValueError: no" in first.detail
    assert "b: raised INVALID_ARGUMENT" in first.detail
    assert "nothing was compared" in second.detail
