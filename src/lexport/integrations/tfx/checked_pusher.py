"""`CheckedPusher`: TFX's Pusher, for exports that are still what was verified."""

from pathlib import Path
from typing import Any

from tfx.components.pusher.component import Pusher
from tfx.components.pusher.executor import Executor
from tfx.dsl.components.base.executor_spec import ExecutorClassSpec
from tfx.types import artifact_utils
from tfx.types.artifact import Artifact
from tfx.utils import path_utils

from lexport.errors import AssetError, Problem
from lexport.integrations.export_notes import noted_digests
from lexport.integrations.tfx.artifact_notes import notes_of
from lexport.integrations.tfx.local_folders import read_locally
from lexport.publish import Manifest
from lexport.run.checked_manifest import checked_manifest

__all__ = ["CheckedPusher", "CheckedPusherExecutor"]

DIGEST = "canonical_digest"


class CheckedPusherExecutor(Executor):
    """Compares every file with the manifest, and that with ML Metadata, before TFX's own executor copies."""

    def Do(  # noqa: N802
        self,
        input_dict: dict[str, list[Artifact]],
        output_dict: dict[str, list[Artifact]],
        exec_properties: dict[str, Any],
    ) -> None:
        """Pushes; see `CheckedPusher`.

        Args:
            input_dict: `model`, and the blessings that there are.
            output_dict: `pushed_model`.
            exec_properties: those of TFX's Pusher.

        Raises:
            AssetError: the export is not what was verified; nothing is pushed.
        """
        model = artifact_utils.get_single_instance(input_dict["model"])
        with read_locally(model.uri) as folder:
            manifest = checked_manifest(Path(path_utils.serving_model_dir(str(folder))))
        _check_noted(manifest, notes_of(model))
        super().Do(input_dict, output_dict, exec_properties)


class CheckedPusher(Pusher):
    """TFX's Pusher, with its arguments, that takes an export of `KerasExporter` only as it was verified.

    What was edited after the verification, in a file or together with its manifest, fails the component before anything
    is where a server looks.

    Example:
        ```python
        pusher = CheckedPusher(
            model=exporter.outputs["model"],
            infra_blessing=exporter.outputs["infra_blessing"],
            push_destination=...,
        )
        ```
    """

    EXECUTOR_SPEC = ExecutorClassSpec(CheckedPusherExecutor)


def _check_noted(manifest: Manifest, notes: dict[str, Any]) -> None:
    """A manifest that was written anew agrees with its files, and not with what was noted at the export."""
    required = {**noted_digests(notes), DIGEST: notes.get(DIGEST)}
    received = {**{name: one.sha256 for name, one in manifest.vocabularies.items()}, DIGEST: manifest.canonical_digest}
    problems = [
        Problem(name, f"was noted as {digest} when it was verified; received {received.get(name)}", "Export again")
        for name, digest in required.items()
        if digest is not None and digest != received.get(name)
    ]
    if problems:
        raise AssetError("the model is not the one that was verified", problems)
