"""`lexport vocab build CONFIG`: the vocabularies of a config, without a model."""

import difflib
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lexport.cli.announcers import StepAnnouncer
from lexport.cli.document import Span, Tree, line
from lexport.cli.foreign_output import prints_to_stderr
from lexport.cli.measures import count_text
from lexport.cli.options import Json
from lexport.cli.output import print_json, print_result
from lexport.cli.vocab_out import Written, write_vocabularies
from lexport.cli.vocab_plot import Plot, draw, plot_line
from lexport.errors import ConfigError, Problem

if TYPE_CHECKING:
    from lexport.corpus.count_histogram import CountHistogram
    from lexport.vocabulary import Vocabulary
    from lexport.vocabulary.sentencepiece_model import SentencePieceModel

__all__ = ["build"]

SHORT_HELP = "Build the vocabularies of a config."
HELP = """Build the vocabularies of CONFIG from their data, or read them from their files.

They are put into the store, as by `lexport export`; with --out they are written as files, too: NAME.txt, and what was
counted as NAME.statistics.parquet; SentencePiece models as NAME.model. Files of other vocabularies are not replaced
unless --force says so."""


class EngineKind(StrEnum):
    """Who counts."""

    LOCAL = "local"
    BEAM = "beam"
    SPARK = "spark"


def build(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="The YAML file.", show_default=False)],
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Which ones; all where none is named.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write each as NAME.txt into this directory.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace other vocabularies that are in --out.")] = False,
    engine: Annotated[EngineKind | None, typer.Option(help="Who counts; left out, engine.kind of the config.")] = None,
    plot: Plot = None,
    head: Annotated[int, typer.Option(min=0, help="How many of the first terms to show.")] = 5,
    as_json: Json = False,
) -> int:
    """Builds; see `lexport vocab build --help`."""
    from lexport.config import load_vocabularies_config

    loaded = load_vocabularies_config(config)
    wanted = _wanted(config, loaded.vocabularies, names or [])
    if engine:
        settings = loaded.engine.model_copy(update={"kind": engine.value})
        loaded = loaded.model_copy(update={"engine": settings})
    _check_plot(plot, wanted)
    histograms: dict[str, CountHistogram] = {}
    with ExitStack() as counts:  # whose files take their places after all others
        with prints_to_stderr(), StepAnnouncer() as announcer:
            from lexport.run.vocabularies import build_vocabularies

            built = build_vocabularies(loaded, announcer, wanted, histograms if plot else None, counts)
            announcer.step("built")
        files = write_vocabularies(built, out, force=force) if out else {}
        if plot:
            _draw(plot, built, histograms)
    if as_json:
        shown = [_as_json(one, files.get(name), head) for name, one in built.items()]
        print_json({"vocabularies": shown, "plot": plot})
    else:
        print_result(*(_tree(one, files.get(name), head) for name, one in built.items()), *plot_line(plot))
    return 0


def _wanted(config: Path, known: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    problems = [
        Problem(name, f"the config has no such vocabulary; it has {', '.join(known) or 'none'}", _similar(name, known))
        for name in names
        if name not in known
    ]
    if problems:
        raise ConfigError(f"{config} has not the vocabularies that were named", problems)
    return {name: one for name, one in known.items() if name in names or not names}


def _similar(name: str, known: Mapping[str, Any]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean {close[0]}?" if close else ""


def _check_plot(plot: Path | None, wanted: Mapping[str, Any]) -> None:
    """Finds out before hours of counting that nothing can be drawn."""
    if plot is None:
        return
    from lexport.corpus.plots import check_plot

    check_plot(plot)
    if not any(one.statistics or (one.source and one.subword is None) for one in wanted.values()):
        raise ConfigError(f"nothing can be drawn into {plot}: no counts of terms belong to {', '.join(wanted)}")


def _draw(
    plot: Path, built: Mapping[str, "Vocabulary | SentencePieceModel"], histograms: Mapping[str, "CountHistogram"]
) -> None:
    from lexport.corpus.plots import Panel

    draw(plot, {name: partial(Panel.of, name, one.statistics, histograms.get(name)) for name, one in built.items()})


def _as_json(vocabulary: "Vocabulary | SentencePieceModel", written: Written | None, head: int) -> dict[str, Any]:
    return {
        "name": vocabulary.name,
        "dtype": vocabulary.dtype,
        "terms": len(vocabulary),
        "sha256": vocabulary.digest,
        "path": vocabulary.path,
        "file": written and written.file,
        "statistics": written and written.statistics,
        "head": [{"term": term, "count": count} for term, count in _head(vocabulary, head)],
    }


def _tree(vocabulary: "Vocabulary | SentencePieceModel", written: Written | None, head: int) -> Tree:
    what = "piece" if vocabulary.dtype == "sentencepiece" else "term"
    label = line(Span(vocabulary.name, "name"), f"  {count_text(len(vocabulary), what)}, {vocabulary.dtype}")
    first = _head(vocabulary, head)
    width = max((len(f"{count:,}") for _, count in first if count is not None), default=0)
    terms = [line(f"{f'{count:,}' if count is not None else '':>{width}}  {term}") for term, count in first]
    return Tree.of(
        label,
        [
            f"sha256  {vocabulary.digest}",
            f"store   {vocabulary.path}",
            *([f"file    {written.file}"] if written else []),
            *([f"counts  {written.statistics}"] if written and written.statistics else []),
            *([Tree.of(f"first {what}s" + (", with their counts" if width else ""), terms)] if terms else []),
        ],
    )


def _head(vocabulary: "Vocabulary | SentencePieceModel", size: int) -> list[tuple[str | int, int | None]]:
    from itertools import islice, repeat

    known = vocabulary.statistics.counts if vocabulary.statistics else None
    counts: Any = repeat(None) if known is None else known
    terms: Any = vocabulary.pieces if vocabulary.dtype == "sentencepiece" else vocabulary.terms
    return list(islice(zip(terms, counts, strict=False), size))
