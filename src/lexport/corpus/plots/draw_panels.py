"""`draw_panels`: the curves of vocabularies as a picture."""

import importlib.util
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from lexport.corpus.plots.panel import Panel
from lexport.errors import ConfigError, LexportError
from lexport.vocabulary.atomic_files import atomic_files

__all__ = ["check_plot", "draw_panels"]

# In inches.
WIDTH, HEIGHT = 10.0, 3.4
LEFT, GAP, RIGHT, BOTTOM, TOP = 0.9, 0.9, 0.2, 0.65, 0.45
UNITS = ((10**9, "G"), (10**6, "M"), (10**3, "k"))
DPI, MOST_PIXELS = 120, 1 << 15
# Whatever the user's own settings are, the picture is the same: all points, text as text, no random names.
SETTINGS: Any = {"path.simplify": False, "svg.fonttype": "none", "svg.hashsalt": "lexport"}
METADATA: Any = {"svg": {"Date": None, "Creator": "lexport"}, "png": {"Software": "lexport"}}
CUT: Any = {"color": "tab:red", "linewidth": 1, "linestyle": "--"}


def check_plot(path: str | os.PathLike[str]) -> str:
    """Finds out whether a picture can be drawn, before the work that leads to it.

    Returns:
        Its format: `svg` or `png`.

    Raises:
        ConfigError: the name does not end in `.svg` or `.png`.
        LexportError: matplotlib is not installed.

    Example:
        >>> check_plot("words.svg")
        'svg'
    """
    kind = Path(path).suffix.lower().removeprefix(".")
    if kind not in METADATA:
        raise ConfigError(f"a plot must be an .svg or .png file; received {os.fspath(path)}")
    if importlib.util.find_spec("matplotlib") is None:
        raise LexportError("a plot takes matplotlib, which is not installed. Install it: pip install 'lexport[plot]'")
    return kind


def draw_panels(path: str | os.PathLike[str], panels: Sequence[Panel]) -> None:
    """Draws a row for each vocabulary: on the left count by rank, on the right coverage by number of terms.

    The same panels give the same bytes. In an SVG the lines have the ids `frequency-<name>`, `coverage-<name>` and
    `cut-<name>`.

    Args:
        path: an `.svg` or `.png` file; an existing one is replaced whole or not at all.
        panels: at least one.

    Raises:
        ConfigError: the name does not end in `.svg` or `.png`.
        LexportError: matplotlib is not installed, or the file cannot be written.

    Example:
        >>> from lexport.vocabulary import Statistics
        >>> draw_panels("words.svg", [Panel.of("words", Statistics(counts=[5, 3, 1], tokens=10))])
        >>> "tokens covered (%)" in Path("words.svg").read_text()
        True
    """
    kind = check_plot(path)
    import matplotlib as mpl
    from matplotlib.figure import Figure

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(SETTINGS)
        # Without pyplot there is neither a display nor anything that would have to be closed.
        figure = Figure(figsize=(WIDTH, HEIGHT * len(panels)))
        for row, panel in enumerate(panels):
            bottom = HEIGHT * (len(panels) - 1 - row)
            _draw_frequency(_axes(figure, bottom, 0), panel)
            _draw_coverage(_axes(figure, bottom, 1), panel)
        try:
            with atomic_files(path) as (file,):
                dpi = min(DPI, int(MOST_PIXELS / (HEIGHT * len(panels))))
                figure.savefig(file, format=kind, metadata=METADATA[kind], dpi=dpi)
        except OSError as error:
            raise LexportError(f"cannot write the plot {os.fspath(path)}: {error.strerror}") from error


def _axes(figure: Any, bottom: float, column: int) -> Any:
    height = figure.get_figheight()
    width = (WIDTH - LEFT - GAP - RIGHT) / 2
    left = LEFT + column * (width + GAP)
    size = ((bottom + BOTTOM) / height, (HEIGHT - BOTTOM - TOP) / height)
    axes = figure.add_axes((left / WIDTH, size[0], width / WIDTH, size[1]))
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(_number)
    # Ticks between the powers of ten take half of the time.
    axes.minorticks_off()
    axes.grid(visible=True, alpha=0.3)
    return axes


def _draw_frequency(axes: Any, panel: Panel) -> None:
    # A reserved term may never have been seen, and zero has no place on a logarithmic axis.
    seen = panel.curves.counts > 0
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(_number)
    axes.minorticks_off()
    axes.plot(panel.curves.ranks[seen], panel.curves.counts[seen], gid=f"frequency-{panel.name}")
    axes.axvline(panel.terms, gid=f"cut-{panel.name}", **CUT)
    axes.set_title(f"{panel.name}: counts of {panel.curves.ranks[-1]:,} terms", loc="left", fontsize="medium")
    axes.set_xlabel("rank (terms, most frequent first)")
    axes.set_ylabel("count (tokens)")


def _draw_coverage(axes: Any, panel: Panel) -> None:
    axes.plot(panel.curves.ranks, 100 * panel.curves.covered, gid=f"coverage-{panel.name}")
    axes.axvline(panel.terms, **CUT)
    axes.plot([panel.terms], [100 * panel.covered], "o", color=CUT["color"], gid=f"chosen-{panel.name}")
    axes.set_ylim(0, 105)
    told = f"chosen: {panel.terms:,} terms, {100 * panel.covered:.2f} % of tokens"
    axes.set_title(told, loc="left", fontsize="medium", color=CUT["color"])
    axes.set_xlabel("vocabulary (terms, most frequent first)")
    axes.set_ylabel("tokens covered (%)")


def _number(value: float, _: int) -> str:
    for size, unit in UNITS:
        if value >= size:
            return f"{value / size:g}{unit}"
    return f"{value:g}"
