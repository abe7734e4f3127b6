"""`compare_vocabularies`: whether a pipeline exported the vocabularies of `lexport export`."""

from pathlib import Path

from lexport.config import load_config
from lexport.publish import read_manifest
from lexport.run.announcer import SilentAnnouncer
from lexport.run.verify_directory import verify_directory
from lexport.run.vocabularies import build_vocabularies

__all__ = ["compare_vocabularies"]


def compare_vocabularies(export: Path, config: Path) -> bool:
    """Verifies an export once more, and prints the digest of each vocabulary beside that of `lexport export`.

    Args:
        export: the directory of the version.
        config: the YAML file that both were made from.

    Returns:
        Whether all are the same.

    Raises:
        LexportError: the export does not hold.
    """
    verify_directory(export).raise_if_failed()
    expected = build_vocabularies(load_config(config), SilentAnnouncer())
    entries = read_manifest(export).vocabularies
    same = entries.keys() == expected.keys()
    for name, vocabulary in expected.items():
        received = entries[name].sha256 if name in entries else "missing"
        same = same and received == vocabulary.digest
        told = "as lexport export builds it" if received == vocabulary.digest else f"NOT {vocabulary.digest}"
        print(f"{name:<14} {len(vocabulary):>7,} terms  {received}  {told}")  # noqa: T201
    print(f"verified: {export}")  # noqa: T201
    return same
