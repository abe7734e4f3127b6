"""What `--plot` draws: the counts of vocabularies, and what they cover."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lexport.cli.document import Line, Span, line
from lexport.cli.output import print_note
from lexport.errors import VocabularyError

if TYPE_CHECKING:
    from lexport.corpus.plots import Panel

__all__ = ["Plot", "draw", "plot_line"]

Plot = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Draw counts by rank, and coverage with the cut, into an .svg or .png file (extra lexport[plot]).",
    ),
]


def draw(path: Path, panels: Mapping[str, Callable[[], "Panel"]]) -> None:
    """Draws the vocabularies that can be drawn, and tells of the others.

    Args:
        path: of the picture.
        panels: by the name of each vocabulary, what makes its panel; it raises where there are no counts.

    Raises:
        VocabularyError: none can be drawn; the reasons are named.
        ConfigError: the name does not end in `.svg` or `.png`.
        LexportError: the picture cannot be drawn or written.
    """
    from lexport.corpus.plots import check_plot, draw_panels

    check_plot(path)
    made: list[Panel] = []
    reasons: list[str] = []
    for panel in panels.values():
        try:
            made.append(panel())
        except VocabularyError as error:
            reasons.append(error.summary)
    if not made:
        raise VocabularyError(f"nothing can be drawn into {path}: {'; '.join(reasons) or 'there is no vocabulary'}")
    _tell(reasons)
    draw_panels(path, made)


def plot_line(path: Path | None) -> list[Line]:
    """Tells where the picture is."""
    return [line(Span("plot", "name"), f"  {path}")] if path else []


def _tell(reasons: Iterable[str]) -> None:
    for reason in reasons:
        print_note(reason)
