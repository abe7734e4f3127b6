"""`lexport replace DIR --vocabulary NAME=FILE OUT`: another vocabulary in a SavedModel, without the model's code."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lexport.cli.announcers import StepAnnouncer
from lexport.cli.document import Span, Tree, line
from lexport.cli.options import Json
from lexport.cli.output import is_terminal, print_json, print_note, print_result, print_text
from lexport.cli.printable import printable
from lexport.cli.replacement_notes import replacement_notes
from lexport.cli.verification import verification_documents, verification_json
from lexport.errors import ConfigError, Problem, VerificationError

if TYPE_CHECKING:
    from lexport.surgery.replacement.old_terms import OldTerms
    from lexport.surgery.replacement.report import ReplacementReport
    from lexport.surgery.replacement.term_changes import TermChanges

__all__ = ["replace"]

SHORT_HELP = "Put a new vocabulary into a SavedModel, without the model's code."
HELP = """Put new vocabularies into a copy of DIR, any SavedModel, and publish it as the next version in OUT.

A new vocabulary has as many terms as the old one, or begins with all of them where every use of its ids has room for
more. Other processes serve the copy: it must give the answers of the original with the new file in the place of the
old one, and the same answers as before to terms that were kept. Where anything is wrong nothing is published.

Steps go to stderr, what changed and the verification to stdout; the last line of stdout is the path of the published
version."""
SHOWN = 10


def replace(
    directory: Annotated[
        Path, typer.Argument(metavar="DIR", help="The directory that holds saved_model.pb.", show_default=False)
    ],
    out: Annotated[
        Path,
        typer.Argument(
            metavar="OUT", help="The directory of the model, whose children are versions.", show_default=False
        ),
    ],
    vocabulary: Annotated[
        list[str],
        typer.Option(
            metavar="NAME=FILE",
            help="Which vocabulary, by its name in the manifest or by its file in assets/, and the file of its new "
            "terms. May be repeated.",
            show_default=False,
        ),
    ],
    version: Annotated[int | None, typer.Option(help="Publish as this version, instead of the next.")] = None,
    allow_moved: Annotated[
        bool, typer.Option("--allow-moved", help="Let terms have another id than in training.")
    ] = False,
    examples: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Rows to ask beside the probes: one JSON object a line, with the inputs of a signature as keys. "
            "Needed where no probe finds a term of some table.",
        ),
    ] = None,
    as_json: Json = False,
) -> int:
    """Replaces; see `lexport replace --help`."""
    given = _pairs(vocabulary)
    with StepAnnouncer() as announcer:
        # TensorFlow is imported by the other processes alone.
        from lexport.surgery.replacement.replace_vocabularies import replace_vocabularies

        try:
            report = replace_vocabularies(
                directory, given, out, version=version, allow_moved=allow_moved, examples=examples, announcer=announcer
            )
        except VerificationError as error:
            if error.report is None or as_json:
                raise
            announcer.step("not published")
            print_result(*verification_documents(error.report))
            failed = ", ".join(problem.where for problem in error.problems)
            raise VerificationError(f"{error.summary}: {failed}" if failed else error.summary) from error
        announcer.step("published")
    _print(report, as_json=as_json)
    return 0


def _pairs(vocabulary: list[str]) -> list[tuple[str, Path]]:
    split = [text.partition("=") for text in vocabulary]
    problems = [
        Problem("--vocabulary", f"must be NAME=FILE, such as labels=new.txt; received {text!r}")
        for text, (name, _, file) in zip(vocabulary, split, strict=True)
        if not name or not file
    ]
    if problems:
        raise ConfigError("the options do not fit", problems)
    return [(name, Path(file)) for name, _, file in split]


def _print(report: "ReplacementReport", *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "path": report.path,
                "version": report.version,
                "passed": report.verification.passed,
                "vocabularies": {name: _changes_json(changes) for name, changes in report.changes.items()},
                "unlike": {name: [_text(term) for term in terms] for name, terms in report.unlike.items()},
                "left": {name: [_left_json(one) for one in left] for name, left in report.left.items()},
                "readers": {name: [str(place) for place in readers] for name, readers in report.readers.items()},
                "requests": {"as_before": report.answers.same, "otherwise": len(report.answers.faults)},
                "verification": verification_json(report.verification),
            }
        )
        return
    trees = [_tree(name, changes) for name, changes in report.changes.items()]
    for note in replacement_notes(report):
        print_note(note)
    print_result(*trees, *verification_documents(report.verification))
    # Never drawn: a script takes the last line as it is.
    here = Path.cwd()
    path = str(report.path.relative_to(here) if report.path.is_relative_to(here) else report.path)
    print_text(f"{printable(path) if is_terminal(sys.stdout) else path}\n")


def _tree(name: str, changes: "TermChanges") -> Tree:
    told = [
        *(f"line {at + 1}: {_text(changes.old[at])} -> {_text(changes.new[at])}" for at in changes.exchanged[:SHOWN]),
        *(f"line {at + 1}: + {_text(changes.new[at])}" for at in changes.added[:SHOWN]),
        *(f"line {at + 1}: - {_text(changes.old[at])}" for at in changes.removed[:SHOWN]),
        *(f"line {after + 1}: {_text(term)}, from line {before + 1}" for term, before, after in changes.moved[:SHOWN]),
    ]
    return Tree.of(line(Span(name, "name"), f"  {changes}"), told)


def _changes_json(changes: "TermChanges") -> dict[str, Any]:
    return {
        "terms": len(changes.new),
        "kept": len(changes.kept),
        "exchanged": [
            {"line": at + 1, "old": _text(changes.old[at]), "new": _text(changes.new[at])} for at in changes.exchanged
        ],
        "added": [{"line": at + 1, "new": _text(changes.new[at])} for at in changes.added],
        "removed": [{"line": at + 1, "old": _text(changes.old[at])} for at in changes.removed],
        "moved": [
            {"term": _text(term), "old_line": before + 1, "new_line": after + 1}
            for term, before, after in changes.moved
        ],
    }


def _left_json(left: "OldTerms") -> dict[str, Any]:
    return {"where": left.where, "terms": [_text(term) for term in left.terms]}


def _text(term: bytes) -> str:
    return term.decode(errors="backslashreplace")
