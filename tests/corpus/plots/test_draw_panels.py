"""Pictures of vocabularies."""

import math
import re
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from lexport.corpus.count_histogram import CountHistogram
from lexport.corpus.plots import Panel, check_plot, draw_panels
from lexport.errors import ConfigError, LexportError
from lexport.vocabulary import Statistics

SVG = "{http://www.w3.org/2000/svg}"
COUNTS = [round(3e5 / rank**1.1) + 1 for rank in range(1, 1001)]
TOKENS = sum(COUNTS)


def panel(name: str = "words", chosen: int = 100) -> Panel:
    """A vocabulary of the first terms of a thousand."""
    histogram = CountHistogram()
    histogram.add(COUNTS)
    return Panel.of(name, Statistics(counts=COUNTS[:chosen], tokens=TOKENS), histogram)


def points(picture: ET.Element, identity: str) -> list[tuple[float, float]]:
    """Gives the points of the line with an id, as they stand in the picture."""
    group = next(element for element in picture.iter(f"{SVG}g") if element.get("id") == identity)
    path = next(group.iter(f"{SVG}path")).get("d") or ""
    return [(float(x), float(y)) for x, y in re.findall(r"[ML] (\S+) (\S+)", path)]


def on_a_line(found: list[float], expected: list[float]) -> None:
    """Checks that positions in the picture are values on a linear axis."""
    scale = (found[-1] - found[0]) / (expected[-1] - expected[0])
    assert found == pytest.approx([found[0] + scale * (value - expected[0]) for value in expected], abs=1e-2)


def drawn(folder: Path, *panels: Panel) -> ET.Element:
    """Draws an SVG, and reads it as XML."""
    draw_panels(folder / "plot.svg", panels)
    return ET.parse(folder / "plot.svg").getroot()  # noqa: S314 - made just now


def test_the_lines_go_through_the_points_that_plain_python_computes(tmp_path: Path) -> None:
    """Count by rank on two logarithmic axes; coverage in per cent, over a logarithmic one."""
    picture = drawn(tmp_path, panel())
    ranks = panel().curves.ranks.tolist()
    assert len(ranks) > 100

    frequency = points(picture, "frequency-words")
    assert len(frequency) == len(ranks)
    on_a_line([x for x, _ in frequency], [math.log(rank) for rank in ranks])
    on_a_line([y for _, y in frequency], [math.log(COUNTS[rank - 1]) for rank in ranks])

    coverage = points(picture, "coverage-words")
    on_a_line([x for x, _ in coverage], [math.log(rank) for rank in ranks])
    on_a_line([y for _, y in coverage], [100 * sum(COUNTS[:rank]) / TOKENS for rank in ranks])


def test_the_cut_is_marked_where_the_vocabulary_ends(tmp_path: Path) -> None:
    """At its number of terms, in both curves; with the share of the tokens in words."""
    picture = drawn(tmp_path, panel(chosen=10))
    frequency = points(picture, "frequency-words")
    left, right = frequency[0][0], frequency[-1][0]

    for x, _ in points(picture, "cut-words"):
        assert (x - left) / (right - left) == pytest.approx(math.log(10) / math.log(1000), abs=1e-4)
    told = [text.text for text in picture.iter(f"{SVG}text")]
    assert f"chosen: 10 terms, {100 * sum(COUNTS[:10]) / TOKENS:.2f} % of tokens" in told
    assert {"count (tokens)", "tokens covered (%)", "rank (terms, most frequent first)"} <= set(told)


def test_several_vocabularies_have_a_row_each(tmp_path: Path) -> None:
    """From the top to the bottom, in their order."""
    picture = drawn(tmp_path, panel("words"), panel("tags"), panel("a.b-c"))
    tops = [points(picture, f"coverage-{name}")[0][1] for name in ("words", "tags", "a.b-c")]
    assert tops == sorted(tops)


def test_the_same_panels_give_the_same_bytes(tmp_path: Path) -> None:
    """In another process too, whatever settings of matplotlib its user has, and without a display."""
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); from test_draw_panels import panel; "
        "from lexport.corpus.plots import draw_panels; from pathlib import Path; "
        "[draw_panels(Path(sys.argv[2]) / f'plot{suffix}', [panel()]) for suffix in ('.svg', '.png')]"
    )
    made = []
    for number, settings in enumerate(["", "axes.facecolor: red\nbackend: TkAgg\nfont.size: 30\n"]):
        folder = tmp_path / str(number)
        folder.mkdir()
        (folder / "matplotlibrc").write_text(settings)
        command = [sys.executable, "-c", program, Path(__file__).parent, folder]
        env = {"MATPLOTLIBRC": str(folder), "MPLCONFIGDIR": str(tmp_path), "PYTHONPATH": ":".join(sys.path)}
        subprocess.run(command, check=True, env=env | {"LEXPORT_HOME": str(folder), "HOME": str(folder)})
        made.append([(folder / f"plot{suffix}").read_bytes() for suffix in (".svg", ".png")])
    assert made[0] == made[1]
    assert not re.search(rb"\d{4}-\d\d-\d\dT", made[0][0])


def test_a_png_is_a_png(tmp_path: Path) -> None:
    """With its signature and a size in pixels, twice as high for twice as many vocabularies."""
    sizes = []
    for panels in ([panel()], [panel(), panel("tags")]):
        draw_panels(tmp_path / "plot.PNG", panels)
        data = (tmp_path / "plot.PNG").read_bytes()
        assert data[:8] == b"\x89PNG\r\n\x1a\n"
        sizes.append(struct.unpack(">II", data[16:24]))
    assert sizes == [(1200, 408), (1200, 816)]


@pytest.mark.parametrize("counts", [[7], [3, 0], [2, 2, 2]])
def test_small_vocabularies_can_be_drawn(tmp_path: Path, counts: list[int]) -> None:
    """A single term, a reserved one that was never seen, equal counts."""
    picture = drawn(tmp_path, Panel.of("words", Statistics(counts=counts, tokens=9)))
    assert len(points(picture, "frequency-words")) == sum(count > 0 for count in counts)
    assert len(points(picture, "coverage-words")) == len(counts)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    """Before anything is drawn, or counted."""
    for name in ("plot.pdf", "plot", "svg"):
        with pytest.raises(ConfigError, match=r"a plot must be an \.svg or \.png file"):
            check_plot(tmp_path / name)
        with pytest.raises(ConfigError):
            draw_panels(tmp_path / name, [panel()])


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """And nothing is left beside it."""
    (tmp_path / "file").write_text("here")
    with pytest.raises(LexportError, match=r"cannot write the plot .*file/plot\.svg: "):
        draw_panels(tmp_path / "file" / "plot.svg", [panel()])
    assert [path.name for path in tmp_path.iterdir() if path.name != "lexport-home"] == ["file"]


def test_without_matplotlib_the_extra_is_named() -> None:
    """It is not needed for anything else."""
    program = (
        "import sys; sys.modules['matplotlib'] = None; "
        "from lexport.corpus.plots import check_plot; check_plot('words.svg')"
    )
    result = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert "a plot takes matplotlib, which is not installed. Install it: pip install 'lexport[plot]'" in result.stderr
