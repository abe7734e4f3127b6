"""`lexport vocab show PATH`: a vocabulary file, or the vocabularies of a directory."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lexport.cli.document import Span, Tree, line
from lexport.cli.measures import count_text, size_text
from lexport.cli.options import Json
from lexport.cli.output import print_json, print_note, print_result
from lexport.cli.vocab_files import VocabularyFile, find_vocabulary_files
from lexport.cli.vocab_plot import Plot, draw, plot_line
from lexport.cli.vocab_statistics import ShownStatistics, statistics_of
from lexport.errors import VocabularyError

if TYPE_CHECKING:
    from lexport.corpus.plots import Panel

__all__ = ["show"]

SHORT_HELP = "Show vocabularies: size, digest, terms, counts, coverage."
HELP = """Show vocabularies: size, sha256, the first and the last terms, and what was counted for them.

PATH is a vocabulary file, the directory of a published version, or one that `lexport vocab build --out` wrote. Terms
are shown as they stand in the file, by line; an id also depends on the layer's mask and out-of-vocabulary tokens. The
exit code is 1 where a file is not the one that the manifest of a published version requires."""


@dataclass(frozen=True)
class Shown:
    """A vocabulary and what was counted for it.

    Attributes:
        file: the vocabulary.
        statistics: what was counted, or why it is not shown, or None.
    """

    file: VocabularyFile
    statistics: ShownStatistics | Span | None

    def counted(self, number: int) -> dict[str, int]:
        """What was counted for the term in a line."""
        return self.statistics.of_line(number) if isinstance(self.statistics, ShownStatistics) else {}

    def panel(self) -> "Panel":
        """Makes what is drawn of it."""
        from lexport.corpus.plots import Panel

        known = self.statistics.known if isinstance(self.statistics, ShownStatistics) else None
        return Panel.of(self.file.name, known)


def show(
    path: Annotated[
        Path, typer.Argument(metavar="PATH", help="A vocabulary file, or a directory of several.", show_default=False)
    ],
    name: Annotated[
        list[str] | None, typer.Option(help="Which vocabulary of the directory; may be repeated. Left out, all.")
    ] = None,
    head: Annotated[int, typer.Option(min=0, help="How many of the first terms to show.")] = 10,
    tail: Annotated[int, typer.Option(min=0, help="How many of the last terms to show.")] = 0,
    statistics: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The statistics; left out, NAME.statistics.parquet beside the vocabulary."),
    ] = None,
    plot: Plot = None,
    as_json: Json = False,
) -> int:
    """Shows; see `lexport vocab show --help`."""
    files = find_vocabulary_files(path, name or ())
    if statistics is not None and len(files) > 1:
        raise VocabularyError(
            f"--statistics belongs to one vocabulary; {path} has {len(files)}. Choose one with --name"
        )
    found = [Shown(file, statistics_of(file, statistics)) for file in files]
    if plot:
        draw(plot, {one.file.name: one.panel for one in found})
    if as_json:
        print_json({"vocabularies": [_as_json(one, head, tail) for one in found], "plot": plot})
    else:
        print_result(*(_tree(one, head, tail) for one in found), *plot_line(plot))
    changed = [problem for file in files for problem in file.problems]
    if changed:
        print_note(f"{path} is not what its manifest says; lexport verify checks all of its files")
    return 1 if changed else 0


def _as_json(shown: Shown, head: int, tail: int) -> dict[str, Any]:
    file, known = shown.file, shown.statistics
    return {
        "name": file.name,
        "path": file.path,
        "dtype": file.dtype,
        "terms": file.lines,
        "size": len(file.data),
        "sha256": file.sha256,
        "problems": [{"where": problem.where, "message": problem.message} for problem in file.problems],
        "statistics": known.as_json if isinstance(known, ShownStatistics) else None,
        "head": [{"line": number, "term": term, **shown.counted(number)} for number, term in file.first(head)],
        "tail": [{"line": number, "term": term, **shown.counted(number)} for number, term in file.last(tail)],
    }


def _tree(shown: Shown, head: int, tail: int) -> Tree:
    file = shown.file
    what = "piece" if file.dtype == "sentencepiece" else "term"
    facts = [count_text(file.lines, what), *([file.dtype] if file.dtype else []), size_text(len(file.data))]
    return Tree.of(
        line(Span(file.name, "name"), f"  {', '.join(facts)}"),
        [
            f"sha256  {file.sha256}",
            f"file    {file.path}",
            *(Span(str(problem), "bad") for problem in file.problems),
            *_statistics(shown),
            Tree.of(
                f"{what}s, by {'number (the id is one less)' if what == 'piece' else 'line'}{_columns(shown)}",
                _terms(shown, head, tail),
            ),
        ],
    )


def _statistics(shown: Shown) -> list[Tree | Span]:
    if isinstance(shown.statistics, ShownStatistics):
        return [shown.statistics.tree]
    return [shown.statistics] if shown.statistics else []


def _columns(shown: Shown) -> str:
    words = {"count": "count", "documents": "rows that hold it"}
    named = [words[name] for name in shown.counted(1)] if shown.file.lines else []
    return f", with {' and '.join(named)}" if named else ""


def _terms(shown: Shown, head: int, tail: int) -> Iterator[str]:
    first = shown.file.first(head)
    last = [entry for entry in shown.file.last(tail) if entry[0] > len(first)]
    skipped = shown.file.lines - len(first) - len(last)
    cells = {number: [str(number), *_counted(shown, number)] for number, _ in [*first, *last]}
    widths = [max(map(len, column)) for column in zip(*cells.values(), strict=True)] or [0]
    widths[0] = len(str(shown.file.lines))
    for number, term in first:
        yield _row([*cells[number], term], widths)
    if skipped:
        yield _row([*([""] * len(widths)), f"... {count_text(skipped, 'more term')}"], widths)
    for number, term in last:
        yield _row([*cells[number], term], widths)


def _counted(shown: Shown, number: int) -> Iterator[str]:
    for column, value in shown.counted(number).items():
        rows = shown.statistics.known.documents if isinstance(shown.statistics, ShownStatistics) else None
        yield f"{value:,} ({value / rows:.2%})" if column == "documents" and rows else f"{value:,}"


def _row(cells: list[str], widths: list[int]) -> str:
    return "  ".join([*(f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=False)), cells[-1]])
