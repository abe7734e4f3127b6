"""A table that no request reaches fails the verification by its name; what cannot be seen is never claimed."""

import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tensorflow as tf

from lexport.savedmodel import read_inventory
from lexport.savedmodel.table_watch import TableWatch, read_table_watch
from lexport.verify import Baseline, Case, CheckResult, VerificationReport, verify_export
from lexport.verify.candidates import CANDIDATES, Candidate
from lexport.verify.judge import Replay
from lexport.verify.observation import Observation
from lexport.verify.table_names import TableNames
from lexport.verify.tables_reached import TABLES_CHECK, tables_check

CPP = CANDIDATES[2:]
WORDS = [tf.TensorSpec([None], tf.string, name="x")]
MakeTable = Callable[..., Any]


class Words(tf.Module):
    """Looks its input up in tables, each in its way, and gives the sum of the ids."""

    def __init__(self, *ways: tuple[Any, Callable[[Any, Any], Any]]) -> None:
        super().__init__()
        self.tables = [table for table, _ in ways]
        self.ways = [way for _, way in ways]

    @tf.function(input_signature=WORDS)
    def serve(self, x: Any) -> dict[str, Any]:
        """Gives a number for each word."""
        return {"y": tf.add_n([way(table, x) for table, way in zip(self.tables, self.ways, strict=True)])}


def plainly(table: Any, x: Any) -> Any:
    """Looks up as usual."""
    return table.lookup(x)


def lowered(table: Any, x: Any) -> Any:
    """Looks up what is left of upper-case letters."""
    return table.lookup(tf.strings.lower(x))


def never(table: Any, x: Any) -> Any:
    """Looks up behind a gate that is shut, but nobody knows that it is."""
    return tf.cond(tf.size(x) < 0, lambda: table.lookup(x), lambda: tf.zeros_like(x, tf.int64))


def masked(table: Any, x: Any) -> Any:
    """Looks up what is none of its terms, whatever is asked."""
    return table.lookup(tf.where(tf.size(x) < 0, x, ""))


def one_by_one(table: Any, x: Any) -> Any:
    """Looks up in a loop."""
    return tf.map_fn(table.lookup, x, fn_output_signature=tf.int64)


def verify(tmp_path: Path, module: Words, texts: Sequence[str] = ("the", "THE"), **options: Any) -> VerificationReport:
    """Saves a module, and verifies it on a request."""
    tf.saved_model.save(module, str(tmp_path / "1"), signatures={"serving_default": module.serve})
    x = np.array(texts, object)
    case = Case("examples", "serving_default", {"x": x}, {"y": module.serve(tf.constant(x))["y"].numpy()})
    return verify_export(tmp_path / "1", Baseline((case,)), candidates=CPP, **options)


def check_of(report: VerificationReport) -> CheckResult:
    """Gives the one check."""
    [check] = [check for check in report.checks if check.name == TABLES_CHECK]
    return check


@pytest.mark.slow
def test_tables_that_are_reached_pass(make_table: MakeTable, tmp_path: Path) -> None:
    """Also in a loop; the detail counts the tables and what was found in them."""
    module = Words((make_table("words", ["a", "the", "x"]), plainly), (make_table("more", ["THE", "the"]), one_by_one))
    report = verify(tmp_path, module)
    assert report.passed, str(report)
    assert check_of(report).detail == "2 of 2 tables, 3 distinct values found by 2 requests"


@pytest.mark.slow
@pytest.mark.parametrize("way", [lowered, never, masked])
def test_a_table_that_is_not_reached_fails_and_is_named(
    way: Callable[[Any, Any], Any], make_table: MakeTable, tmp_path: Path
) -> None:
    """Upper-case terms behind lower-casing, a shut gate, a mask: every loader agrees, and nothing was looked up."""
    tags = Words((make_table("words", ["the"]), plainly), (make_table("tags", ["THE", "OF"]), way))
    report = verify(tmp_path, tags)
    assert [check.name for check in report.checks if check.passed is False] == [TABLES_CHECK]
    detail = check_of(report).detail
    assert "(string to int64), filled from the asset 'tags.txt', which the signature serving_default uses" in detail
    assert "although the requests held 1 of its 2 terms, as 'THE'. Look at what standardizes" in detail
    assert detail.endswith("or name 'tags.txt' in verify.allow_unreached")
    assert "words" not in detail


@pytest.mark.slow
def test_a_table_whose_terms_nobody_asked_wants_a_row(make_table: MakeTable, tmp_path: Path) -> None:
    """The remedy is another one than where they were asked."""
    report = verify(tmp_path, Words((make_table("tags", ["x", "y"]), plainly)))
    assert "Add a row that holds one of its terms to verify.examples, or name 'tags.txt'" in check_of(report).detail


@pytest.mark.slow
def test_a_table_in_which_little_is_found_is_told(make_table: MakeTable, tmp_path: Path) -> None:
    """All terms were asked, and what stands before the lookup lets few through."""
    terms = ["the", "OF", "AND"]
    report = verify(tmp_path, Words((make_table("words", terms), lowered)), texts=[*terms, "x"])
    assert report.passed, str(report)
    assert "all 3 terms were asked, and 1 found, in table" in check_of(report).detail


@pytest.mark.slow
@pytest.mark.parametrize("name", ["tags", "tags.txt"])
def test_a_table_need_not_be_reached_where_that_is_allowed(name: str, make_table: MakeTable, tmp_path: Path) -> None:
    """By the name of its vocabulary or of its file; the detail names it all the same."""
    module = Words((make_table("words", ["the"]), plainly), (make_table("tags", ["THE"]), lowered))
    tf.saved_model.save(module, str(tmp_path / "0"), signatures={"serving_default": module.serve})
    vocabularies = {"tags": _digest(tmp_path / "0", "tags.txt")}
    report = verify(tmp_path, module, vocabularies=vocabularies, allow_unreached=[name])
    assert report.passed, str(report)
    first, second = check_of(report).detail.splitlines()
    assert first == "1 of 2 tables, 1 distinct value found by 2 requests"
    assert second.startswith("not reached, as is allowed: table '")
    assert second.endswith("filled from the asset 'tags.txt'")


@pytest.mark.slow
def test_what_cannot_be_watched_is_named_and_never_claimed(make_table: MakeTable, tmp_path: Path) -> None:
    """A tokenizer of tensorflow-text keeps to itself which word pieces it found."""
    tensorflow_text = pytest.importorskip("tensorflow_text")

    def tokenize(table: Any, x: Any) -> Any:
        pieces = tensorflow_text.WordpieceTokenizer(table, token_out_type=tf.string).tokenize(x)
        return tf.cast(pieces.row_lengths(), tf.int64)

    module = Words((make_table("words", ["the"]), plainly), (make_table("pieces", ["[UNK]", "the"]), tokenize))
    report = verify(tmp_path, module)
    assert report.passed, str(report)
    first, second = check_of(report).detail.splitlines()
    assert first == "1 of 1 table, 1 distinct value found by 2 requests"
    assert second.startswith("not watched: table '")
    assert "the asset 'pieces.txt': " in second
    assert second.endswith("reads it, which does not say what it finds")


def _digest(directory: Path, asset: str) -> str:
    found = read_inventory(directory).asset(asset)
    assert found is not None
    assert found.content is not None
    return found.content.sha256


# -- the judgement alone ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def saved(make_table: MakeTable, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two tables that are looked up, and one that no signature takes."""
    module = Words((make_table("words", ["the"]), plainly), (make_table("tags", ["THE"]), lowered))
    module.spare = make_table("spare", ["x"])
    directory = tmp_path_factory.mktemp("saved") / "1"
    tf.saved_model.save(module, str(directory), signatures={"serving_default": module.serve})
    return directory


@pytest.fixture(scope="module")
def tables(saved: Path) -> TableWatch:
    """Its tables."""
    return read_table_watch(saved)


def judged(
    saved: Path,
    tables: TableWatch,
    observation: Observation | None,
    candidates: Sequence[Candidate] = CPP,
    allow: Sequence[str] = (),
) -> CheckResult:
    """Judges what a candidate saw."""
    replay = Replay((CheckResult("replay", None, "this loader cannot run here: no library"),), {}, observation)
    names = TableNames(read_inventory(saved), {}, tables.tables)
    [check] = tables_check(tables, candidates, [replay] * len(candidates), names, allow)
    return check


def counts(tables: TableWatch, **found: int) -> tuple[int, ...]:
    """Gives counts in the order of the tables, by the names of their files."""
    return tuple(found[str(table.content[0].asset).removesuffix(".txt")] for table in tables.watched)


def test_what_no_signature_reads_is_told_and_fails_nothing(saved: Path, tables: TableWatch) -> None:
    """Nobody can ask for it."""
    check = judged(saved, tables, Observation(counts(tables, words=3, tags=1), 7))
    assert check.passed
    first, second = check.detail.splitlines()
    assert first == "2 of 2 tables, 4 distinct values found by 7 requests"
    assert second.startswith("no signature reads table '")
    assert second.endswith("'spare.txt'")


def test_every_table_that_was_not_reached_is_named(saved: Path, tables: TableWatch) -> None:
    """And not the first alone."""
    check = judged(saved, tables, Observation((0, 0), 7))
    assert check.passed is False
    assert all(f"the asset '{name}.txt'" in check.detail for name in ("words", "tags"))


def test_an_unknown_name_is_an_error(saved: Path, tables: TableWatch) -> None:
    """A misspelt one would otherwise allow nothing; those that there are are named."""
    check = judged(saved, tables, Observation((1, 1), 7), allow=["tagz", "tags.txt"])
    assert check.passed is False
    assert check.detail == (
        "verify.allow_unreached: 'tagz' names nothing; the vocabularies and asset files are "
        "spare.txt, tags.txt, words.txt"
    )


def test_nothing_is_claimed_where_nobody_watched(saved: Path, tables: TableWatch) -> None:
    """The loader cannot run, was not asked for, has seen an error, or says what cannot be."""
    for observation, candidates, reason in [
        (None, CPP, "this loader cannot run here: no library"),
        (None, CANDIDATES[:1], "only TF_LoadSessionFromSavedModel sees which tables are reached, and it is not among"),
        (Observation((0, 1), 2, "INTERNAL: broken"), CPP, "the lookups cannot be watched: INTERNAL: broken"),
        (Observation((1,), 2), CPP, "the candidate tells of 1 tables; 2 were to be watched"),
        (Observation((0, 0), 0), CPP, "no request that looks anything up was answered"),
    ]:
        check = judged(saved, tables, observation, candidates)
        assert check.passed is None
        assert check.detail.startswith(reason)


def test_it_is_required_as_the_loader_is_that_watches(saved: Path, tmp_path: Path) -> None:
    """Where a static check failed nothing is loaded, and so nothing is watched."""
    damaged = Path(shutil.copytree(saved, tmp_path / "damaged"))
    (damaged / "assets" / "tags.txt").unlink()
    for require, required in [([], False), ([CPP[0].name], True)]:
        report = verify_export(damaged, Baseline(()), candidates=CPP, require=require)
        check = check_of(report)
        assert (check.passed, check.required) == (None, required)
        assert check.detail == "a static check failed, so the graph was not loaded"
