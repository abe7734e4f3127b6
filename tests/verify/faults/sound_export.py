"""The export that nothing is wrong with, as it is published: SavedModel, baseline and manifest."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import tensorflow as tf

from lexport.publish import VocabularyEntry, make_manifest, write_manifest
from lexport.savedmodel import ExpectedSignature, read_inventory
from lexport.verify import Baseline, Case
from lexport.verify.tensors import as_tensor
from tests.verify.faults.served_model import TERMS, ServedModel, save_model, write_vocabulary

MANIFEST = Path("assets.extra") / "lexport" / "manifest.json"
BASELINE = MANIFEST.with_name("baseline.npz")
TOLERANCES = {"rtol": 1e-6, "atol": 0.0}
# One word of so many is this one.
LARGE, RARE_TERM, PLACE = 100_000, "term19", 56_789


@dataclass(frozen=True)
class SoundExport:
    """An export, and what is known of it while it is verified for the first time.

    Attributes:
        path: where it is; nothing may change its files: copy it.
        baseline: what the model in memory answered.
        vocabularies: the sha256 that was sealed when the model was built, by name.
        signatures: as they were configured.
    """

    path: Path
    baseline: Baseline
    vocabularies: dict[str, str]
    signatures: dict[str, ExpectedSignature]


def make_sound_export(folder: Path) -> SoundExport:
    """Builds the model, asks it, and writes what an export consists of."""
    vocabulary, path = write_vocabulary(folder / "training"), folder / "export" / "1"
    model = ServedModel(vocabulary)
    save_model(model, path)
    baseline = _baseline(model)
    (path / BASELINE).parent.mkdir(parents=True)
    baseline.write(path / BASELINE)
    signatures = read_inventory(path).signatures
    digest = hashlib.sha256(vocabulary.read_bytes()).hexdigest()
    manifest = make_manifest(
        path,
        name="words",
        vocabularies={"words": VocabularyEntry("assets/words.txt", digest, len(TERMS), "string")},
        assets={"words.txt": "assets/words.txt"},
        signatures=signatures,
        verification=TOLERANCES,
    )
    write_manifest(path, manifest)
    expected = {name: ExpectedSignature(one.inputs, one.outputs) for name, one in signatures.items()}
    return SoundExport(path, baseline, {"words": digest}, expected)


def agree_with_manifest(directory: Path, change: Callable[[Any], None] = lambda manifest: None) -> None:
    """Writes the manifest anew for the files as they are, as somebody would who wants a fault to pass.

    Args:
        directory: the export.
        change: does the rest to the manifest's JSON.
    """
    path = directory / MANIFEST
    manifest = json.loads(path.read_bytes())
    files = {
        file.relative_to(directory).as_posix(): file.read_bytes()
        for file in sorted(directory.rglob("*"))
        if file.is_file() and not file.is_symlink() and file != path
    }
    manifest["files"] = {
        name: {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data)} for name, data in files.items()
    }
    for name, entry in list(manifest["vocabularies"].items()):
        if entry["asset"] in files:
            entry["sha256"] = manifest["files"][entry["asset"]]["sha256"]
        else:
            del manifest["vocabularies"][name], manifest["assets"][f"{name}.txt"]
    manifest.pop("canonical_digest", None)
    change(manifest)
    path.write_text(json.dumps(manifest))


def _baseline(model: ServedModel) -> Baseline:
    words = {
        "examples": ["of", "nobody", "naïve"],
        "terms": [term for term in TERMS if term != RARE_TERM],  # asked once, among many
        "odd": ["", "[UNK]", "The", " the", "the ", "a", "\ufeffthe"],
        "batch of 1": ["the"],
        "batch of 0": [],
        "large": ["the"] * PLACE + [RARE_TERM] + ["the"] * (LARGE - PLACE - 1),
    }
    return Baseline(tuple(_case(model, name, asked) for name, asked in words.items()))


def _case(model: ServedModel, name: str, words: list[str]) -> Case:
    inputs: dict[str, Any] = {"word": as_tensor(np.array(words, object))}
    inputs["other"] = as_tensor(np.array(words[1:] + ["zebra"][: len(words)], object))
    tensors = {key: tf.constant(value, tf.string) for key, value in inputs.items()}
    return Case(name, "serving_default", inputs, model.serve(**tensors))
