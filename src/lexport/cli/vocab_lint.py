"""`lexport vocab lint FILE...`: every problem of every vocabulary file."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from lexport.cli.document import Document, Span, line
from lexport.cli.measures import count_text
from lexport.cli.options import Json
from lexport.cli.output import print_json, print_note, print_result
from lexport.cli.vocab_files import MODEL
from lexport.errors import Problem

__all__ = ["lint"]

SHORT_HELP = "Find what TensorFlow would misread."
HELP = """Find everything in vocabulary files that TensorFlow would silently read differently, and everything in
SentencePiece models (.model) that would crash or misread where they serve.

Every problem of every file is printed, one a line. The exit code is 1 where there is any."""


class Dtype(StrEnum):
    """What the terms are."""

    STRING = "string"
    INT64 = "int64"


class Allowed(StrEnum):
    """The rules that a vocabulary may break on purpose."""

    BLANK_TERM = "blank-term"
    SPECIAL_TOKEN = "special-token"  # noqa: S105 - a lint rule, not a password


@dataclass(frozen=True)
class Linted:
    """One file and its problems.

    Attributes:
        file: as it was named.
        terms: how many lines it has, or pieces; None where it cannot be read.
        problems: in the order of the lint.
    """

    file: Path
    terms: int | None
    problems: tuple[Problem, ...]


def lint(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Vocabulary files.", show_default=False)],
    dtype: Annotated[Dtype, typer.Option(help="What the terms are.")] = Dtype.STRING,
    allow: Annotated[list[Allowed] | None, typer.Option(help="A rule to let pass; may be repeated.")] = None,
    special_token: Annotated[
        list[str] | None,
        typer.Option(
            metavar="TOKEN",
            help="A mask or out-of-vocabulary token that must not stand at the head; may be repeated. "
            "Left out, that of the Keras layers: [UNK], or -1.",
        ),
    ] = None,
    as_json: Json = False,
) -> int:
    """Lints; see `lexport vocab lint --help`."""
    linted = [_lint(file, dtype.value, allow or (), special_token or None) for file in files]
    count = sum(len(one.problems) for one in linted)
    if as_json:
        print_json({"passed": not count, "files": [_as_json(one) for one in linted]})
    else:
        print_result(*(document for one in linted for document in _documents(one)))
        print_note(f"{count_text(count, 'problem')} in {count_text(len(linted), 'file')}")
    return 1 if count else 0


def _lint(
    file: Path, dtype: Literal["string", "int64"], allow: Sequence[Allowed], special_tokens: list[str] | None
) -> Linted:
    from lexport.vocabulary import lint as lint_bytes

    try:
        data = file.read_bytes()
    except OSError as error:
        return Linted(file, None, (Problem("", f"cannot be read: {error.strerror}"),))
    if file.suffix == MODEL:
        return _lint_model(file, data)
    problems = lint_bytes(data, dtype=dtype, special_tokens=special_tokens, allow=[rule.value for rule in allow])
    terms = data.count(b"\n") + (not data.endswith(b"\n") and bool(data))
    return Linted(file, terms, tuple(problems))


def _lint_model(file: Path, data: bytes) -> Linted:
    """Checks a SentencePiece model as every layer and every build does; dtype and rules of terms have no place."""
    from lexport.vocabulary.sentencepiece_checks import check_model, parse_model

    try:
        model = parse_model(data)
    except ValueError as error:
        return Linted(file, None, (Problem("", f"cannot be read as a SentencePiece model: {error}"),))
    return Linted(file, len(model.pieces), tuple(check_model(model)))


def _as_json(linted: Linted) -> dict[str, Any]:
    problems = [
        {"where": problem.where, "message": problem.message, "remedy": problem.remedy} for problem in linted.problems
    ]
    return {"file": linted.file, "terms": linted.terms, "problems": problems}


def _documents(linted: Linted) -> list[Document]:
    if not linted.problems:
        return [line(Span(str(linted.file), "name"), f": {count_text(linted.terms or 0, _what(linted))}, no problem")]
    return [line(Span(str(linted.file), "name"), f": {problem}") for problem in linted.problems]


def _what(linted: Linted) -> str:
    return "piece" if linted.file.suffix == MODEL else "term"
