"""An `Inspection` as a tree."""

import textwrap
from collections.abc import Iterator, Mapping

from lexport.cli.document import Span, Tree, line
from lexport.cli.inspection import Inspection
from lexport.cli.measures import count_text, size_text
from lexport.savedmodel import Asset, FileRead, Signature, Table, TensorSpec
from lexport.savedmodel.term_ends import TermEnds

__all__ = ["inspection_tree"]

OPS_WIDTH = 96
TERM_WIDTH = 80


def inspection_tree(inspection: Inspection) -> Tree:
    """Draws up what was found, each part as a branch."""
    inventory = inspection.inventory
    assets = [_asset(asset, inspection.vocabularies_of(asset.name)) for asset in inventory.assets]
    parts = [
        _part("signatures", [_signature(name, one) for name, one in inventory.signatures.items()]),
        _part("assets", assets),
        _part("vocabularies", [_vocabulary(ends) for ends in inspection.vocabularies]),
        _part("tables", [_table(table) for table in inventory.tables]),
        *([_part("ops that read files", list(map(_file_read, inventory.file_reads)))] if inventory.file_reads else []),
        _ops(inventory.op_counts),
        _part("versions", list(_aligned(inspection.versions))),
        *_digest(inspection),
        _sizes(inspection),
        _problems(inspection),
    ]
    tags = "; ".join(", ".join(tags) for tags in inventory.tags)
    return Tree.of(line(Span(str(inventory.directory), "name"), Span(f"  tagged {tags}", "note")), parts)


def _part(title: str, children: list[Tree]) -> Tree:
    return Tree.of(Span(title, "name"), children or [Tree.of(Span("none", "note"))])


def _signature(name: str, signature: Signature) -> Tree:
    sides = [Tree.of("inputs", _specs(signature.inputs)), Tree.of("outputs", _specs(signature.outputs))]
    return Tree.of(line(Span(name, "name"), Span(f"  {signature.method}", "note")), sides)


def _specs(specs: Mapping[str, TensorSpec]) -> list[Tree]:
    return list(_aligned({name: str(spec) for name, spec in specs.items()}))


def _aligned(values: Mapping[str, str]) -> Iterator[Tree]:
    width = max(map(len, values), default=0)
    for name, value in values.items():
        yield Tree.of(f"{name:<{width}}  {value}")


def _asset(asset: Asset, vocabularies: tuple[str, ...]) -> Tree:
    content = asset.content
    told = f"  {count_text(content.lines, 'line')}, {size_text(content.size)}" if content else ""
    children = [line(Span(asset.problem, "bad"))] if asset.problem else []
    children += [line(f"vocabulary {name}") for name in vocabularies]
    children += [line(f"sha256 {content.sha256}")] if content else []
    children += [line(f"read by {place}") for place in asset.readers]
    children += [] if asset.readers else [line(Span("read by nothing in the graph", "note"))]
    return Tree.of(line(Span(asset.name, "name"), told), children)


def _vocabulary(ends: TermEnds) -> Tree:
    skipped = ends.count - len(ends.first) - len(ends.last)
    # As an ellipsis where the terms stand, so that nobody takes the last ones for those that follow.
    width = max((len(str(number)) for number, _ in (*ends.first, *ends.last) if number is not None), default=0)
    first, last = ([_term(number, term, width) for number, term in terms] for terms in (ends.first, ends.last))
    shown = [*first, *(["..."] if skipped > 0 else []), *last]
    source = "" if ends.asset is not None else ", constants in the graph"
    label = line(Span(ends.name, "name"), f"  {count_text(ends.count, 'term')}{source}, in {ends.table}")
    return Tree.of(label, shown)


def _term(number: int | None, term: bytes, width: int) -> str:
    text = term.decode(errors="backslashreplace")
    text = text if len(text) <= TERM_WIDTH else f"{text[:TERM_WIDTH]}..."
    return text if number is None else f"{number:>{width}}  {text}"


def _table(table: Table) -> Tree:
    filled = [f"filled from {content}" for content in table.content]
    return Tree.of(str(table), filled or [Span("filled by nothing in the graph", "bad")])


def _file_read(read: FileRead) -> Tree:
    names = [f"the asset {name!r}" for name in read.assets]
    names += [f"the constant path {path!r}" for path in read.paths]
    names += ["a name that the caller gives"] if read.from_caller else []
    return Tree.of(str(read.place), [f"reads {name}" for name in names])


def _ops(counts: Mapping[str, int]) -> Tree:
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    # Between an op and its count the line must not be broken.
    text = ", ".join(f"{op}\0{count}" for op, count in ordered)
    lines = [part.replace("\0", " ") for part in textwrap.wrap(text, OPS_WIDTH, break_long_words=False)]
    label = line(
        Span("ops", "name"), f"  {count_text(sum(counts.values()), 'node')} of {count_text(len(counts), 'kind')}"
    )
    return Tree.of(label, lines)


def _digest(inspection: Inspection) -> list[Tree]:
    digest = inspection.manifest.canonical_digest if inspection.manifest else None
    return [_part("canonical digest, by the manifest", [Tree.of(digest)])] if digest else []


def _sizes(inspection: Inspection) -> Tree:
    sizes = inspection.inventory.sizes
    parts = {"graph": sizes.graph, "variables": sizes.variables, "assets": sizes.assets, "other": sizes.other}
    label = line(
        Span("sizes", "name"), f"  {size_text(sizes.total)} in {count_text(len(inspection.inventory.files), 'file')}"
    )
    return Tree.of(label, _aligned({name: size_text(size) for name, size in parts.items()}))


def _problems(inspection: Inspection) -> Tree:
    found = [line(Span(str(problem), "bad")) for problem in inspection.problems]
    return Tree.of(Span("problems", "name"), found or [Span("none", "good")])
