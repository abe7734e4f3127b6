"""LX201 to LX207: the files of the directory, and the assets that the graph names."""

import re
from collections import defaultdict
from collections.abc import Iterator

from lexport.doctor.finding import Finding, at_file
from lexport.doctor.subject import Subject
from lexport.savedmodel.assets import ASSETS
from lexport.savedmodel.checks.counted import counted
from lexport.savedmodel.stale_files import stale_files

__all__ = ["assets", "other_files"]

NUMBERED = re.compile(r"(.+)_(\d+)")


def assets(subject: Subject) -> Iterator[Finding]:
    """Finds assets that are missing, refused, stored twice or renamed."""
    inventory = subject.inventory
    for asset in inventory.assets:
        where, readers = f"{ASSETS}/{asset.name}", ", ".join(map(str, asset.readers[:3])) or "nothing in the graph"
        if asset.refused:
            code = "LX206" if asset.problem and "is a symbolic link" in asset.problem else _refused(asset.problem)
            yield at_file(code, where, f"{asset.problem}; it is read by {readers}")
        elif asset.problem:
            yield at_file("LX202", where, f"{asset.problem}; it is read by {readers}")
    yield from _duplicates(subject)
    names = {asset.name for asset in inventory.assets}
    for name in sorted(names):
        match = NUMBERED.fullmatch(name)
        if match and match[1] in names:
            yield at_file("LX204", f"{ASSETS}/{name}", f"the name {match[1]!r} belongs to another asset")


def _refused(problem: str | None) -> str:
    return "LX206" if problem and "is not a regular file" in problem else "LX207"


def _duplicates(subject: Subject) -> Iterator[Finding]:
    by_content: dict[str, list[str]] = defaultdict(list)
    for asset in subject.inventory.assets:
        if asset.content and asset.content.size:
            by_content[asset.content.sha256].append(asset.name)
    for first, *others in by_content.values():
        if others:
            size = next(one.content.size for one in subject.inventory.assets if one.name == first and one.content)
            told = f"{', '.join(map(repr, others))} {'has' if len(others) == 1 else 'have'} the same {size} bytes"
            yield at_file("LX203", f"{ASSETS}/{first}", told)


def other_files(subject: Subject) -> Iterator[Finding]:
    """Finds files that the graph does not know, left-overs, links and special files."""
    inventory = subject.inventory
    referenced = {f"{ASSETS}/{asset.name}" for asset in inventory.assets}
    kinds = {file.path: file for file in inventory.files}
    known = ", ".join(repr(asset.name) for asset in inventory.assets[:5]) or "no asset"
    for path in inventory.orphans:
        if kinds[path].kind == "file":
            told = f"its {counted(kinds[path].size, 'byte')} lie there; the graph knows {known}"
            yield at_file("LX201", path, told)
    for path, why in stale_files(inventory.files):
        yield at_file("LX205", path, why)
    for file in inventory.files:
        if file.kind != "file" and file.path not in referenced:
            yield at_file("LX206", file.path, f"it is {file.what}")
