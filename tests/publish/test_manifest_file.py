import dataclasses
import hashlib
import os
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lexport.errors import AssetError, PublishError
from lexport.publish import (
    MANIFEST,
    FileEntry,
    Manifest,
    VocabularyEntry,
    check_files,
    installed_versions,
    make_manifest,
    read_manifest,
    write_manifest,
)

FILES = {"saved_model.pb": b"graph", "assets/words.txt": b"the\nof\n", "assets.extra/lexport/baseline.npz": b"zip"}


@pytest.fixture
def export(tmp_path: Path) -> Path:
    """A directory with the files of an export."""
    for name, data in FILES.items():
        path = tmp_path / "export" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return tmp_path / "export"


@pytest.fixture
def manifest(export: Path) -> Manifest:
    """Its manifest, written."""
    made = make_manifest(export, name="sections")
    write_manifest(export, made)
    return made


def test_every_file_but_the_manifest_is_listed(export: Path, manifest: Manifest) -> None:
    """With size and digest; making it again, with the old one in place, gives the same files."""
    expected = {name: FileEntry(hashlib.sha256(data).hexdigest(), len(data)) for name, data in FILES.items()}
    assert manifest.files == expected
    assert make_manifest(export, name="sections").files == expected
    assert read_manifest(export) == manifest
    assert check_files(export, manifest) == []


def test_time_and_versions_are_filled_in(manifest: Manifest) -> None:
    """In UTC, and as installed."""
    created = datetime.fromisoformat(manifest.created)
    assert abs((datetime.now(UTC) - created).total_seconds()) < 60
    assert manifest.versions == installed_versions()
    assert {"tensorflow", "keras", "tensorflow-text", "python"} <= set(manifest.versions)


def test_the_verification_can_be_added_later(export: Path, manifest: Manifest) -> None:
    """The digests are not computed again."""
    verified = dataclasses.replace(manifest, verification={"passed": True})
    write_manifest(export, verified)
    assert read_manifest(export).verification == {"passed": True}
    assert sorted(path.name for path in (export / MANIFEST).parent.iterdir()) == ["baseline.npz", "manifest.json"]


def test_a_vocabulary_that_is_another_file_is_refused(export: Path) -> None:
    """What is claimed about a file must be what the file is."""
    entry = VocabularyEntry("assets/words.txt", "0" * 64, 2, "string")
    with pytest.raises(AssetError, match=r"vocabularies\.words: has sha256 0000"):
        make_manifest(export, name="sections", vocabularies={"words": entry})


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ({"metrics": {"loss": float("nan")}}, "cannot be written as JSON"),
        ({"verification": {"when": datetime.now(UTC)}}, "cannot be written as JSON"),
        ({"assets": {"../labels": "assets/words.txt"}}, "is refused"),
        ({"name": ""}, "name: must be a printable string"),
    ],
)
def test_what_could_not_be_read_back_is_not_written(export: Path, arguments: dict, told: str) -> None:
    """The writer is held to the rules of the reader."""
    with pytest.raises(AssetError, match=told):
        make_manifest(export, **{"name": "sections", **arguments})


def test_links_are_no_part_of_an_export(export: Path) -> None:
    """All of them are named."""
    (export / "one").symlink_to("saved_model.pb")
    (export / "assets" / "two").symlink_to("/")
    with pytest.raises(AssetError, match=r"(?s)assets/two: is a symbolic link.*one: is a symbolic link"):
        make_manifest(export, name="sections")


def _change(export: Path) -> None:
    (export / "assets/words.txt").write_bytes(b"of\nthe\n")


def _truncate(export: Path) -> None:
    (export / "saved_model.pb").write_bytes(b"")


def _link(export: Path) -> None:
    (export / "saved_model.pb").rename(export.parent / "graph")
    (export / "saved_model.pb").symlink_to(export.parent / "graph")


def _link_folder(export: Path) -> None:
    (export / "assets").rename(export.parent / "assets")
    (export / "assets").symlink_to(export.parent / "assets")


def _pipe(export: Path) -> None:
    (export / "saved_model.pb").unlink()
    os.mkfifo(export / "saved_model.pb")


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda export: (export / "saved_model.pb").unlink(), ["saved_model.pb: .* not on disk. Restore the file"]),
        (
            lambda export: (export / "extra").write_bytes(b""),
            ["extra: is not in the manifest. Remove it"],
        ),
        (
            _change,
            [r"assets/words.txt: was changed: required 7 bytes with sha256 \w{64}; received 7 bytes with sha256"],
        ),
        (_truncate, [r"saved_model.pb: was changed: required 5 bytes with sha256 \w{64}; received 0 bytes"]),
        (_link, ["saved_model.pb: is a symbolic link; it is not followed"]),
        (
            _link_folder,
            ["assets: is a symbolic link; it is not followed", "assets/words.txt: is in the manifest and not on disk"],
        ),
        (_pipe, ["saved_model.pb: is a special file, such as a pipe, a socket or a device. Restore the file"]),
    ],
)
def test_every_difference_from_the_manifest_is_found(
    export: Path, manifest: Manifest, spoil: Callable[[Path], object], told: list[str]
) -> None:
    """Missing, added, changed, cut off, linked, and what is no file at all."""
    spoil(export)
    problems = [str(problem) for problem in check_files(export, manifest)]
    assert len(problems) == len(told)
    for problem, expected in zip(problems, told, strict=True):
        assert re.match(expected, problem), problem


def test_several_differences_are_found_at_once(export: Path, manifest: Manifest) -> None:
    """In the order of their paths."""
    _change(export)
    _truncate(export)
    (export / "extra").write_bytes(b"")
    assert [problem.where for problem in check_files(export, manifest)] == [
        "assets/words.txt",
        "extra",
        "saved_model.pb",
    ]


@pytest.mark.parametrize("path", ["../secret", "/etc/hostname"])
def test_a_path_that_leaves_the_export_is_not_opened(export: Path, manifest: Manifest, path: str) -> None:
    """Even where a manifest was not read by `read_manifest`."""
    (export.parent / "secret").write_bytes(b"secret")
    files = {**manifest.files, path: FileEntry(hashlib.sha256(b"secret").hexdigest(), 6)}
    (problem,) = check_files(export, dataclasses.replace(manifest, files=files))
    assert problem.where == path
    assert problem.message.startswith("the path is refused")


def test_a_directory_without_a_manifest_was_not_exported_by_lexport(tmp_path: Path) -> None:
    """The error says so, rather than that a file is missing."""
    with pytest.raises(AssetError, match="is no export of lexport"):
        read_manifest(tmp_path)
    with pytest.raises(AssetError, match="is not a directory"):
        read_manifest(tmp_path / "nowhere")


def test_a_linked_manifest_is_not_followed(export: Path, manifest: Manifest) -> None:
    """Neither the file nor a folder above it; and the link is no part of the export."""
    path = export / MANIFEST
    path.rename(export.parent / "manifest.json")
    path.symlink_to(export.parent / "manifest.json")
    with pytest.raises(AssetError, match="cannot read"):
        read_manifest(export)
    assert [problem.where for problem in check_files(export, manifest)] == [MANIFEST]


def test_an_oversized_manifest_is_not_parsed(export: Path, manifest: Manifest) -> None:
    """No export has a manifest of more than 64 MiB."""
    with (export / MANIFEST).open("r+b") as file:
        file.truncate((64 << 20) + 1)
    with pytest.raises(AssetError, match="is larger than 67108864 bytes"):
        read_manifest(export)


def test_a_manifest_that_cannot_be_written_is_a_publish_error(export: Path, manifest: Manifest) -> None:
    """A file where its folder should be."""
    (export.parent / "file").write_bytes(b"")
    with pytest.raises(PublishError, match="cannot write"):
        write_manifest(export.parent / "file", manifest)


def test_the_directory_above_the_versions_is_not_mistaken_for_one(tmp_path: Path) -> None:
    """The most natural mistake of all; the newest version is named."""
    for version in ("3", "12"):
        (tmp_path / version).mkdir()
    with pytest.raises(AssetError, match=rf"Did you mean {re.escape(str(tmp_path / '12'))}\?"):
        read_manifest(tmp_path)
