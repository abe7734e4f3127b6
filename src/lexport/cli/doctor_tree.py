"""A `DoctorReport` as a tree."""

from collections.abc import Iterator
from itertools import groupby

from lexport.cli.document import Span, Tone, Tree, line
from lexport.cli.measures import count_text, size_text
from lexport.doctor import DoctorReport, Finding
from lexport.doctor.stored_vocabulary import StoredVocabulary
from lexport.doctor.vocabulary_use import EmbeddingRows, VocabularyUse

__all__ = ["doctor_tree"]

SHOWN = 5
SOURCES = {
    "inlined": "constants in the graph",
    "path": "a file that is no asset",
    "checkpoint": "the variables",
    "unknown": "something that the graph does not tell",
    "nothing": "nothing",
}
STORAGES = {
    "config": "a list in config.json",
    "path": "a file outside of the archive",
    "file": "a file that Keras reads",
}


def doctor_tree(report: DoctorReport) -> Tree:
    """Draws up what was found: vocabularies, what else is worth knowing, then each finding by its code."""
    vocabularies = [_use(one) for one in report.vocabularies] + [_stored(one) for one in report.stored]
    found = [Tree.of(line(Span("no finding", "good")))] if not report.findings else list(_findings(report.findings))
    count = f"{count_text(len(report.errors), 'error')}, {count_text(len(report.warnings), 'warning')}"
    return Tree.of(
        line(Span(report.path, "name"), Span(f"  {report.kind}, {_origin(report)}", "note")),
        [
            Tree.of(Span("vocabularies", "name"), vocabularies or [Span("none", "note")]),
            *_facts(report),
            Tree.of(line(Span(count, "bad" if report.errors else "name")), found),
        ],
    )


def _origin(report: DoctorReport) -> str:
    if report.kind == "Keras file":
        return f"Keras {report.facts['keras_version']}, {size_text(report.facts['size'])}"
    era = "" if report.facts["object_graph"] else ", as of TensorFlow 1: no object graph"
    return f"TensorFlow {report.facts['tensorflow_version']}{era}"


def _facts(report: DoctorReport) -> Iterator[Tree]:
    if report.kind == "Keras file":
        return
    facts, sizes = report.facts, report.facts["sizes"]
    parts = ", ".join(f"{part} {size_text(sizes[part])}" for part in ("graph", "variables", "assets", "other"))
    yield Tree.of(line(Span("signatures", "name"), f"  {', '.join(facts['signatures']) or 'none'}"))
    yield Tree.of(line(Span("sizes", "name"), f"  {size_text(sizes['total'])}: {parts}"))
    beside = [f"{part} {'present' if facts[part] else 'none'}" for part in ("warmup", "manifest", "fingerprint")]
    yield Tree.of(line(Span("beside the graph", "name"), f"  {', '.join(beside)}"))


def _use(use: VocabularyUse) -> Tree:
    source = f"the asset {use.name}" if use.source == "asset" else SOURCES[use.source]
    source = f"{source}, {use.name}" if use.source == "path" else source
    measures = [] if use.terms is None else [count_text(use.terms, "term")]
    measures += [] if use.size is None else [size_text(use.size)]
    children = [f"filled from {', '.join([source, *measures])}"]
    ids = [f"the first term has id {use.offset}"] if use.offset is not None else []
    ids += [f"an unknown one gets {use.default} from the table"] if use.default is not None else []
    children += [", ".join(ids)] if ids else []
    signatures = f", for {', '.join(use.signatures)}" if use.signatures else ""
    children += [f"read by {place}{signatures}" for place in use.readers[:SHOWN]]
    children += [] if use.readers else ["no signature reads it"]
    children += [_rows(one) for one in use.embeddings]
    return Tree.of(line(Span(use.table, "name"), f"  {use.types}"), children)


def _rows(embedding: EmbeddingRows) -> str:
    ids = "an unknown number of ids" if embedding.ids is None else count_text(embedding.ids, "id")
    return f"embedding {embedding.variable}: {count_text(embedding.rows, 'row')} for {ids}"


def _stored(stored: StoredVocabulary) -> Tree:
    what = STORAGES.get(stored.storage, "a file that lexport checks by its digest")
    measures = [] if stored.terms is None else [count_text(stored.terms, "line")]
    measures += [] if stored.size is None else [size_text(stored.size)]
    layer = f"  layer {stored.layer}" if stored.layer else ""
    return Tree.of(line(Span(stored.where, "name"), layer), [", ".join([what, *measures])])


def _findings(findings: tuple[Finding, ...]) -> Iterator[Tree]:
    for code, group in groupby(findings, key=lambda one: one.code):
        found = list(group)
        places = [line(f"{one.where}: {one.message}") for one in found[:SHOWN]]
        places += (
            [line(Span(f"and {len(found) - SHOWN} more, which --json lists", "note"))] if len(found) > SHOWN else []
        )
        tone: Tone = "bad" if code.severity == "error" else "name"
        label = line(Span(f"{code.name} {code.severity}", tone), f"  {code.title}")
        yield Tree.of(label, [*places, f"why: {code.why}", f"remedy: {code.remedy}"])
