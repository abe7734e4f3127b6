"""`lexport vocab build CONFIG`: the vocabularies of a config, without a model."""

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lexport.cli.announcers import StepAnnouncer
from lexport.cli.document import Span, Tree, line
from lexport.cli.foreign_output import prints_to_stderr
from lexport.cli.measures import count_text
from lexport.cli.options import Json
from lexport.cli.output import print_json, print_result
from lexport.errors import ConfigError, Problem

if TYPE_CHECKING:
    from lexport.vocabulary import Vocabulary

__all__ = ["build"]

SHORT_HELP = "Build the vocabularies of a config."
HELP = """Build the vocabularies of CONFIG from their data, or read them from their files.

They are put into the store, as by `lexport export`; with --out they are written as files, too."""


def build(
    config: Annotated[Path, typer.Argument(metavar="CONFIG", help="The YAML file.", show_default=False)],
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Which ones; all where none is named.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write each as NAME.txt into this directory.")] = None,
    head: Annotated[int, typer.Option(min=0, help="How many of the first terms to show.")] = 5,
    as_json: Json = False,
) -> int:
    """Builds; see `lexport vocab build --help`."""
    from lexport.config import load_config

    loaded = load_config(config)
    wanted = _wanted(config, loaded.vocabularies, names or [])
    with prints_to_stderr(), StepAnnouncer() as announcer:
        from lexport.run.vocabularies import build_vocabularies

        built = build_vocabularies(loaded, announcer, wanted)
        announcer.step("built")
    files = {name: vocabulary.write(out / f"{name}.txt") for name, vocabulary in built.items()} if out else {}
    if as_json:
        print_json({"vocabularies": [_as_json(one, files.get(name), head) for name, one in built.items()]})
    else:
        print_result(*(_tree(one, files.get(name), head) for name, one in built.items()))
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


def _as_json(vocabulary: "Vocabulary", file: Path | None, head: int) -> dict[str, Any]:
    return {
        "name": vocabulary.name,
        "dtype": vocabulary.dtype,
        "terms": len(vocabulary),
        "sha256": vocabulary.digest,
        "path": vocabulary.path,
        "file": file,
        "head": [{"term": term, "count": count} for term, count in _head(vocabulary, head)],
    }


def _tree(vocabulary: "Vocabulary", file: Path | None, head: int) -> Tree:
    label = line(Span(vocabulary.name, "name"), f"  {count_text(len(vocabulary), 'term')}, {vocabulary.dtype}")
    first = _head(vocabulary, head)
    width = max((len(f"{count:,}") for _, count in first if count is not None), default=0)
    terms = [line(f"{f'{count:,}' if count is not None else '':>{width}}  {term}") for term, count in first]
    return Tree.of(
        label,
        [
            f"sha256  {vocabulary.digest}",
            f"store   {vocabulary.path}",
            *([f"file    {file}"] if file else []),
            *([Tree.of("first terms" + (", with their counts" if width else ""), terms)] if terms else []),
        ],
    )


def _head(vocabulary: "Vocabulary", size: int) -> list[tuple[str | int, int | None]]:
    counts = vocabulary.counts or [None] * min(size, len(vocabulary))
    return list(zip(vocabulary.terms[:size], counts[:size], strict=True))
