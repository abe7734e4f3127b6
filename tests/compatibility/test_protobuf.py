"""Both protobufs: 6, which Beam asks for, and 7, which an installation without Beam gets.

`make test` runs with 6, as Beam is part of its environment; `make test-plain` runs these tests, and those of all that
reads messages, with 7.
"""

import os
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import keras
import pytest
import tensorflow as tf
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from tensorflow.core.protobuf import saved_model_pb2

import lexport
from lexport.layers import StringLookup
from lexport.savedmodel import read_inventory
from lexport.tfformats.protos import message_class

SIX, SEVEN = "6.33.6", "7.36.2"
BEAM = "<7"  # what apache-beam 2.70 and later ask for


@pytest.fixture(scope="module")
def model() -> keras.Model:
    """A model whose graph has functions, a table and an asset."""
    word = keras.Input((), dtype="string", name="word")
    return keras.Model(word, {"id": StringLookup(vocabulary=["the", "of"])(word)})


def asked_of_protobuf(package: str, seen: set[str]) -> Iterator[tuple[str, Requirement]]:
    """Finds what a package, and all that it brings without extras, asks of protobuf."""
    seen.add(canonicalize_name(package))
    for requirement in map(Requirement, requires(package) or ()):
        name = canonicalize_name(requirement.name)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        if name == "protobuf":
            yield package, requirement
        elif name not in seen:
            yield from asked_of_protobuf(name, seen)


@pytest.mark.parametrize("candidate", [SIX, SEVEN])
def test_what_lexport_brings_admits_both(candidate: str) -> None:
    """Otherwise nobody could install lexport beside Beam, or beside what wants protobuf 7."""
    asked = list(asked_of_protobuf("lexport", set()))
    assert {"lexport", "tensorflow"} <= {package for package, _ in asked}
    assert [f"{package}: {one}" for package, one in asked if not one.specifier.contains(candidate)] == []


def test_the_protobuf_of_this_run_is_the_one_that_is_meant() -> None:
    """`make test-plain` says which; beside Beam it is one that Beam admits."""
    running = version("protobuf")
    expected = os.environ.get("LEXPORT_PROTOBUF")
    assert expected in (None, running.partition(".")[0])
    try:
        beam = [one for name, one in asked_of_protobuf("apache-beam", set()) if name == "apache-beam"]
    except PackageNotFoundError:
        return
    assert beam
    assert all(one.specifier.contains(running) for one in beam)
    assert not any(one.specifier.contains(SEVEN) for one in beam), f"Beam admits 7 now: {BEAM} in the docs is over"


def test_messages_are_those_of_tensorflow(model: keras.Model, tmp_path: Path) -> None:
    """Only descriptors come out of TensorFlow's wheel, and whichever protobuf runs, not a field is lost."""
    tf.saved_model.save(model, tmp_path)
    data = (tmp_path / "saved_model.pb").read_bytes()
    theirs = saved_model_pb2.SavedModel.FromString(data).SerializeToString(deterministic=True)
    assert message_class("SavedModel").FromString(data).SerializeToString(deterministic=True) == theirs
    assert {table.key_dtype for table in read_inventory(tmp_path).tables} == {"string"}


@pytest.mark.slow
def test_an_export_is_verified_published_and_loaded(model: keras.Model, tmp_path: Path) -> None:
    """From the layer to the processes that serve it, with this protobuf in each of them."""
    report = lexport.export(model, tmp_path, examples=[{"word": "of"}, {"word": "gnu"}])
    loaded = lexport.load(report.path)
    assert loaded.vocabularies[next(iter(loaded.vocabularies))].terms == ("the", "of")
