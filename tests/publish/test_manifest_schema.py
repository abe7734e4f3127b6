import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lexport.errors import AssetError
from lexport.publish.manifest import FileEntry, Manifest, VocabularyEntry
from lexport.publish.manifest_schema import parse_manifest
from lexport.savedmodel import Signature, TensorSpec

DIGEST = "ab" * 32
FULL = Manifest(
    name="sections",
    created="2025-01-31T12:00:00Z",
    files={
        "saved_model.pb": FileEntry("0" * 64, 5),
        "assets/words.txt": FileEntry(DIGEST, 7),
        "assets/sub/élèves.txt": FileEntry("1" * 64, 0),
    },
    vocabularies={"words": VocabularyEntry("assets/words.txt", DIGEST, 3, "string")},
    assets={"labels/élèves.txt": "assets/sub/élèves.txt"},
    signatures={
        "serving_default": Signature({"text": TensorSpec("string", (None, 2))}, {"score": TensorSpec("float32", None)})
    },
    versions={"tensorflow": "2.21.0"},
    config_sha256=DIGEST,
    metrics={"accuracy": 0.75},
    verification={"checks": [{"name": "python", "passed": True}]},
    canonical_digest="cd" * 32,
)


def _problems(change: Callable[[dict[str, Any]], object]) -> list[str]:
    value = copy.deepcopy(FULL.to_json())
    change(value)
    with pytest.raises(AssetError) as caught:
        parse_manifest(json.dumps(value).encode(), "manifest.json")
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize("manifest", [FULL, Manifest("m", "2025-01-31T12:00:00+00:00", {})])
def test_a_manifest_is_read_back_as_it_was(manifest: Manifest) -> None:
    """Every field survives, and equal manifests have equal bytes."""
    data = manifest.encode()
    assert parse_manifest(data, "manifest.json") == manifest
    assert parse_manifest(data, "manifest.json").encode() == data


@pytest.mark.parametrize(
    "path", ["../secret", "/etc/passwd", "assets/../../x", "", "a//b", "./a", "C:/x", "a\\b", "a\u0000b", "\udc80"]
)
def test_paths_that_leave_the_export_are_refused(path: str) -> None:
    """Wherever a manifest names a path."""
    changes: list[Callable[[dict[str, Any]], object]] = [
        lambda value: value["files"].update({path: {"sha256": DIGEST, "size": 1}}),
        lambda value: value["vocabularies"]["words"].update(asset=path),
        lambda value: value["assets"].update(labels=path),
        lambda value: value["assets"].update({path: "assets/words.txt"}),
    ]
    for change in changes:
        assert any("is refused" in problem for problem in _problems(change))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda value: value.pop("files"), "files: is missing"),
        (lambda value: value.update(extra=1), "extra: is not a known key"),
        (lambda value: value.update(format_version="1"), "format_version: must be 1; received '1'"),
        (lambda value: value.update(format_version=True), "format_version: must be 1; received True"),
        (lambda value: value.update(name=""), "name: must be a printable string"),
        (lambda value: value.update(name="a\nb"), "name: must be a printable string"),
        (lambda value: value.update(name=["x"]), "name: must be a printable string"),
        (lambda value: value.update(created="yesterday"), "created: must be a time in UTC"),
        (lambda value: value.update(created="2025-01-31T12:00:00+02:00"), "created: must be a time in UTC"),
        (lambda value: value.update(created="2025-01-31T12:00:00"), "created: must be a time in UTC"),
        (lambda value: value.update(files=[]), "files: must be an object; received []"),
        (lambda value: value["files"].update(x=1), "files.'x': must be an object; received 1"),
        (lambda value: value["files"]["saved_model.pb"].update(size=-1), "'saved_model.pb'.size: must be an integer"),
        (lambda value: value["files"]["saved_model.pb"].update(size=True), "'saved_model.pb'.size: must be an"),
        (lambda value: value["files"]["saved_model.pb"].update(size=1.0), "'saved_model.pb'.size: must be an"),
        (lambda value: value["files"]["saved_model.pb"].update(sha256="AB" * 32), "sha256: must be a sha256"),
        (lambda value: value["files"]["saved_model.pb"].update(mode=1), "mode: is not a known key"),
        (lambda value: value["vocabularies"]["words"].update(terms=0), "words.terms: must be an integer >= 1"),
        (
            lambda value: value["vocabularies"]["words"].update(dtype="str"),
            "words.dtype: must be string, int64 or sentencepiece",
        ),
        (
            lambda value: value["vocabularies"]["words"].update(sha256="0" * 64),
            f"vocabularies.words: has sha256 {'0' * 64}, but the file 'assets/words.txt' has {DIGEST}",
        ),
        (
            lambda value: value["vocabularies"]["words"].update(asset="saved_model.pb"),
            "'saved_model.pb' must be a file below assets/ that stands in files",
        ),
        (
            lambda value: value["assets"].update(other="assets/other.txt"),
            "assets.other: 'assets/other.txt' must be a file below assets/ that stands in files",
        ),
        (
            lambda value: value["files"].update({"assets.extra/lexport/manifest.json": {"sha256": DIGEST, "size": 1}}),
            "is the manifest itself",
        ),
        (lambda value: value.update(config_sha256="x"), "config_sha256: must be a sha256"),
        (lambda value: value.update(metrics={"loss": "0.1"}), "metrics.loss: must be a finite number"),
        (lambda value: value.update(metrics={"loss": True}), "metrics.loss: must be a finite number"),
        (lambda value: value.update(metrics={"loss": 10**400}), "metrics.loss: must be a finite number"),
        (lambda value: value.update(versions={"tensorflow": 2}), "versions.tensorflow: must be a printable string"),
        (lambda value: value.update(verification=[]), "verification: must be an object"),
        (
            lambda value: value["signatures"]["serving_default"]["inputs"]["text"].update(shape=["?"]),
            "signatures.serving_default.inputs.text.shape: must be an integer >= 0; received '?'",
        ),
        (
            lambda value: value["signatures"]["serving_default"]["inputs"]["text"].update(shape="?"),
            "text.shape: must be an array",
        ),
        (lambda value: value["signatures"]["serving_default"].pop("method"), "method: is missing"),
    ],
)
def test_each_fault_is_named_with_its_key(change: Callable[[dict[str, Any]], object], told: str) -> None:
    """A manifest comes from anywhere: every type and every range is checked."""
    problems = _problems(change)
    assert any(told in problem for problem in problems), problems


def test_all_faults_are_told_at_once() -> None:
    """Three faults in three places are three problems of one error."""

    def change(value: dict[str, Any]) -> None:
        value["name"] = 1
        value["created"] = 2
        value["vocabularies"]["words"]["terms"] = "three"

    assert [problem.split(":")[0] for problem in _problems(change)] == [
        "name",
        "created",
        "vocabularies.words.terms",
    ]


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "is not JSON"),
        (b"{", "is not JSON"),
        (b"\xff", "is not JSON"),
        (b"[" * 100_000, "is not JSON"),
        (b'{"metrics": NaN}', "NaN is not a number of JSON"),
        (b'{"size": ' + b"9" * 5000 + b"}", "is not JSON"),
        (b"[]", "must be an object"),
        (b'{"name": "a", "name": "b"}', "'name': stands twice in one object"),
        (b'{"files": {"a": {}, "a": {}}}', "'a': stands twice in one object"),
    ],
)
def test_bytes_that_are_no_strict_json_are_refused(data: bytes, told: str) -> None:
    """Duplicate keys too: two readers could each see another file under one path."""
    with pytest.raises(AssetError) as caught:
        parse_manifest(data, "manifest.json")
    assert told in str(caught.value)


def test_a_newer_format_asks_for_a_newer_lexport() -> None:
    """Its keys are not judged by the rules of the older format."""
    value = {**FULL.to_json(), "format_version": 2, "new": 1}
    with pytest.raises(AssetError, match=r"has format 2; this lexport reads format 1\. Install a newer lexport"):
        parse_manifest(json.dumps(value).encode(), "manifest.json")


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(FULL.to_json())), VALUES)
def test_whatever_stands_in_a_field_only_an_asset_error_is_raised(key: str, value: object) -> None:
    """A hostile manifest is refused, or is a manifest; it never breaks the reader."""
    data = json.dumps({**FULL.to_json(), key: value}).encode()
    try:
        manifest = parse_manifest(data, "manifest.json")
    except AssetError:
        return
    assert parse_manifest(manifest.encode(), "manifest.json") == manifest


@given(st.binary(max_size=40))
def test_random_bytes_are_refused(data: bytes) -> None:
    """None of them is a manifest."""
    with pytest.raises(AssetError):
        parse_manifest(data, "manifest.json")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"version": 2}, "canonical_digest.version: must be 1; received 2"),
        ({"version": True}, "canonical_digest.version: must be 1; received True"),
        ({"sha256": "AB" * 32}, "canonical_digest.sha256: must be a sha256 of 64 hexadecimal digits"),
        ({"more": 1}, "canonical_digest.more: is not a known key"),
    ],
)
def test_a_canonical_digest_is_of_a_known_version(change: dict[str, Any], told: str) -> None:
    """Those of two versions cannot be compared, so no other is let pass."""
    [problem] = _problems(lambda value: value["canonical_digest"].update(change))
    assert problem.startswith(told)


def test_a_manifest_of_before_there_was_a_digest_is_read() -> None:
    """It has none, and says nothing about it."""
    value = FULL.to_json()
    del value["canonical_digest"]
    assert parse_manifest(json.dumps(value).encode(), "manifest.json").canonical_digest is None
