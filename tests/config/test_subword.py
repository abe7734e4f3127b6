"""A vocabulary of pieces of words, as the config describes it."""

import inspect
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from lexport.config.subword import SubwordConfig
from lexport.corpus.subword import build_sentencepiece, build_wordpiece
from lexport.corpus.subword.sentencepiece_options import NORMALIZATIONS

WORDPIECE = {"kind": "wordpiece", "size": 100}
UNIGRAM = {"kind": "sentencepiece-unigram", "size": 100}
BPE = {"kind": "sentencepiece-bpe", "size": 100}


def problems_of(given: dict[str, Any]) -> list[str]:
    """What is wrong with a section, with its place."""
    try:
        SubwordConfig.model_validate(given)
    except ValidationError as error:
        return [f"{'.'.join(map(str, details['loc']))}: {details['msg']}" for details in error.errors()]
    return []


@pytest.mark.parametrize(
    "given",
    [
        WORDPIECE | {"lower_case": False, "reserved": ["[PAD]"], "min_count": 2, "max_characters": 5},
        UNIGRAM | {"control": ["[CLS]"], "reserved": ["[MASK]"], "character_coverage": 1.0, "max_lines": 5},
        BPE | {"size": 300, "byte_fallback": True, "normalization": "identity"},
    ],
)
def test_each_kind_has_its_keys(given: dict[str, Any]) -> None:
    """What is given reaches the builder by its name, and nothing else does."""
    assert problems_of(given) == []
    arguments = SubwordConfig.model_validate(given).arguments()
    kind = {"kind": given["kind"].removeprefix("sentencepiece-")} if given["kind"] != "wordpiece" else {}
    assert arguments == {key: value for key, value in given.items() if key != "kind"} | kind
    builder = build_wordpiece if given["kind"] == "wordpiece" else build_sentencepiece
    assert set(arguments) <= set(inspect.signature(builder).parameters)


def test_kind_and_size_are_required() -> None:
    """There is no size that fits all."""
    assert problems_of({}) == ["kind: must be given; received no such key", "size: must be given; received no such key"]


@pytest.mark.parametrize("key", ["control", "character_coverage", "byte_fallback", "normalization", "max_lines"])
def test_keys_of_sentencepiece_do_not_stand_beside_wordpiece(key: str) -> None:
    """A setting that would be ignored is an error."""
    values = {"control": ["[CLS]"], "character_coverage": 1.0, "byte_fallback": True, "normalization": "nfkc"}
    (problem,) = problems_of(WORDPIECE | {key: values.get(key, 5)})
    assert problem.startswith(f"{key}: must stand beside kind sentencepiece-unigram")
    assert problem.endswith("received kind wordpiece")


@pytest.mark.parametrize("key", ["lower_case", "min_count", "max_characters"])
def test_keys_of_wordpiece_do_not_stand_beside_sentencepiece(key: str) -> None:
    """Not even where they say what would happen anyway."""
    (problem,) = problems_of(UNIGRAM | {key: True if key == "lower_case" else 1})
    assert problem == f"{key}: must stand beside kind wordpiece; received kind sentencepiece-unigram"


def test_bpe_takes_every_line() -> None:
    """It learns from counted words, so there is nothing to leave out."""
    assert problems_of(BPE | {"max_lines": 5}) == [
        "max_lines: must stand beside kind sentencepiece-unigram; received kind sentencepiece-bpe"
    ]


@pytest.mark.parametrize("symbol", ["", "a b", "a\n", "\t", "\u2028"])
def test_a_reserved_piece_is_printable(symbol: str) -> None:
    """Others could stand in no file, or in no text that is cut at white space."""
    (problem,) = problems_of(WORDPIECE | {"reserved": [symbol]})
    assert problem.startswith("reserved.0: must be printable characters without white space; received ")


def test_a_piece_is_there_once() -> None:
    """Among the reserved ones, the control ones, and those that SentencePiece has in any case."""
    given = UNIGRAM | {"control": ["[CLS]", "<s>"], "reserved": ["[A]", "[CLS]", "[A]"]}
    assert problems_of(given) == [
        "control.1: must be a piece that is not there already; received '<s>'",
        "reserved.1: must be a piece that is not there already; received '[CLS]'",
        "reserved.2: must be a piece that is not there already; received '[A]'",
    ]
    assert problems_of(WORDPIECE | {"reserved": ["<s>"]}) == []


def test_rules_hold_beside_broken_fields() -> None:
    """A wrong type does not hide what is wrong elsewhere."""
    found = problems_of({"kind": "bpe", "size": 0, "reserved": "x", "character_coverage": 2})
    assert sorted(problem.split(";")[0] for problem in found) == [
        "character_coverage: must be <= 1",
        "kind: must be one of wordpiece, sentencepiece-unigram, sentencepiece-bpe",
        "reserved: must be a list",
        "size: must be >= 1",
    ]


def test_every_normalisation_can_be_written() -> None:
    """The config knows those of the builder."""
    assert [name for name in NORMALIZATIONS if problems_of(BPE | {"normalization": name})] == []


def test_a_vocabulary_of_pieces_comes_from_a_source(section_problems: Callable[..., list[str]]) -> None:
    """What is beside it and would be ignored is an error."""
    source = {"files": "pipelines/data/*", "format": "csv", "column": "tags"}
    assert section_problems(vocabularies={"v": {"source": source, "subword": WORDPIECE}}) == []
    given = {"source": source, "subword": WORDPIECE, "terms": {}, "max_terms": 5, "min_count": 2, "dtype": "int64"}
    found = section_problems(vocabularies={"v": given})
    assert [problem.split(";")[0] for problem in found] == [
        "vocabularies.v.terms: must be left out beside subword, which has settings of its own",
        "vocabularies.v.max_terms: must be left out beside subword, which has settings of its own",
        "vocabularies.v.min_count: must be left out beside subword, which has settings of its own",
        "vocabularies.v.dtype: must be string beside subword",
    ]
    (problem,) = section_problems(vocabularies={"v": {"file": "pipelines/sections.txt", "subword": WORDPIECE}})
    assert problem.startswith("vocabularies.v.subword: must stand beside source, not beside file")


def test_there_is_room_for_pieces_of_text() -> None:
    """Beside the four of SentencePiece, those that the config names, and the bytes: found before anything is read."""
    assert problems_of(BPE | {"size": 5}) == []
    assert problems_of(BPE | {"size": 6, "control": ["[CLS]"], "reserved": ["[A]"]}) == [
        "size: must be more than the 6 pieces that are there in any case; received 6"
    ]
    assert problems_of(BPE | {"byte_fallback": True, "size": 260})[0].startswith("size: must be more than the 260")
    assert problems_of(WORDPIECE | {"size": 1}) == []
