"""LX801 to LX806: what stands in a `.keras` file, and what becomes of it when it is loaded or exported."""

from collections.abc import Iterator
from pathlib import PurePosixPath

from lexport.doctor.finding import Finding, at_file
from lexport.doctor.stored_vocabulary import StoredVocabulary
from lexport.errors import AssetError
from lexport.kerasfile.archive import CONFIG, KerasArchive
from lexport.kerasfile.config_objects import FUNCTION, LAMBDA, ConfigObject, config_objects
from lexport.kerasfile.shifted_vocabularies import RECORD_FILE, TERMS_FILE, shifted_terms
from lexport.savedmodel.checks.counted import counted

__all__ = ["keras_findings", "stored_vocabularies"]

LOOKUPS = frozenset({"StringLookup", "IntegerLookup", "TextVectorization", "IndexLookup"})
INNER = "_lookup_layer"


def keras_findings(archive: KerasArchive) -> Iterator[Finding]:
    """Finds everything that is wrong with the archive, its objects and its vocabularies."""
    refused = set()
    for problem in archive.problems():
        refused.add(problem.where)
        yield at_file("LX806", problem.where, problem.message)
    for one in config_objects(archive.config):
        yield from _object(one)
    for name in _terms_files(archive):
        if name not in refused:
            yield from _terms(archive, name)
    for vocabulary in stored_vocabularies(archive):
        inner = PurePosixPath(vocabulary.where).parent.name == INNER
        if vocabulary.storage in ("file", "config") and not inner:
            layer = f"the layer {vocabulary.layer!r} holds " if vocabulary.layer else "it holds "
            terms = counted(vocabulary.terms, "term") if vocabulary.terms is not None else "terms"
            special = ", special tokens included" if vocabulary.storage == "file" else ""
            yield at_file("LX803", vocabulary.where, f"{layer}{terms}{special}")


def _object(one: ConfigObject) -> Iterator[Finding]:
    where = f"the layer {one.layer!r}" if one.layer else "the model"
    if one.class_name == LAMBDA:
        yield at_file("LX801", CONFIG, f"{where} holds the bytecode of a Python function")
    elif one.is_custom:
        what = one.config if one.class_name == FUNCTION and isinstance(one.config, str) else one.class_name
        source = one.registered_name or one.module
        told = "the function" if one.class_name == FUNCTION else "the class"
        module = f" of {one.module!r}" if one.module else ""
        yield at_file("LX802", CONFIG, f"{where} needs {told} {what!r}{module}, registered as {source!r}")
    elif one.is_keras and one.class_name in LOOKUPS and isinstance(_vocabulary(one), str):
        yield at_file("LX805", CONFIG, f"{where} names the file {_vocabulary(one)!r}")


def _vocabulary(one: ConfigObject) -> object:
    return one.config.get("vocabulary") if isinstance(one.config, dict) else None


def _terms_files(archive: KerasArchive) -> list[str]:
    """Gives the vocabularies of Keras's own layers: lexport's stand beside a record, and are read as they are."""
    return [
        name
        for name in sorted(archive.names)
        if PurePosixPath(name).name == TERMS_FILE
        and str(PurePosixPath(name).with_name(RECORD_FILE)) not in archive.names
    ]


def _terms(archive: KerasArchive, name: str) -> Iterator[Finding]:
    try:
        data = archive.read(name)
    except AssetError as error:
        yield at_file("LX806", name, error.summary)
        return
    for problem in shifted_terms(name, data):
        line = problem.where.rpartition("line ")[2]
        yield at_file("LX804", name, problem.message, line=int(line) if line.isdecimal() else None)


def stored_vocabularies(archive: KerasArchive) -> Iterator[StoredVocabulary]:
    """Tells where each vocabulary of the model is."""
    for one in config_objects(archive.config):
        vocabulary = _vocabulary(one) if one.is_keras and one.class_name in LOOKUPS else None
        if isinstance(vocabulary, list):
            size = sum(len(str(term).encode(errors="replace")) for term in vocabulary)
            yield StoredVocabulary(CONFIG, one.layer, "config", len(vocabulary), size)
        elif isinstance(vocabulary, str):
            yield StoredVocabulary(vocabulary, one.layer, "path", None, None)
    stock = set(_terms_files(archive))
    for name in sorted(archive.names):
        member = PurePosixPath(name)
        owned = str(member.with_name(RECORD_FILE)) in archive.names and member.name != RECORD_FILE
        if name in stock or owned:
            try:
                data = archive.read(name)
            except AssetError:
                data = None
            lines = None if data is None else data.count(b"\n") + (not data.endswith(b"\n"))
            storage = "owned" if owned else "file"
            yield StoredVocabulary(name, "", storage, lines, None if data is None else len(data))
