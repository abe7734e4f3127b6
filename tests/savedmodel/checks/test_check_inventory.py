from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import tensorflow as tf

from lexport.savedmodel import Expectations, check_inventory, read_inventory

Failed = Callable[..., dict[str, str]]


def test_a_sound_saved_model_passes_every_check(sound: Path, expectations: dict[str, Any]) -> None:
    """A pathless table on an asset, found under its digest, with the configured signature."""
    findings = check_inventory(read_inventory(sound), Expectations(**expectations))
    assert [finding.check for finding in findings] == [
        "asset-names",
        "asset-present",
        "no-orphan-files",
        "no-stale-files",
        "tables-from-assets",
        "content-named",
        "tables-initialized",
        "variables-restored",
        "embedding-rows",
        "reads-from-assets",
        "no-absolute-path",
        "allowed-ops",
        "no-pinned-device",
        "size-limit",
        "signatures",
    ]
    assert all(finding.passed for finding in findings), "\n".join(map(str, findings))


def test_signatures_are_compared_only_where_some_are_expected(sound: Path) -> None:
    """A check that has nothing to compare with gives no finding, rather than a pass."""
    findings = check_inventory(read_inventory(sound))
    assert "signatures" not in {finding.check for finding in findings}
    assert all(finding.passed for finding in findings)


def test_a_moved_copy_passes_too(sound_copy: Path, expectations: dict[str, Any], failed: Failed) -> None:
    """No check depends on where the directory lies."""
    assert failed(sound_copy, **expectations) == {}


def test_a_stock_layer_from_a_path_leaks_the_path_and_nothing_else(
    export: Callable[..., Path], words: Path, failed: Failed
) -> None:
    """Stock Keras keeps the asset, and the training machine's path in the table's name."""
    directory = export(keras.layers.StringLookup(vocabulary=str(words)))
    assert list(failed(directory)) == ["no-absolute-path"]


def test_a_stock_layer_from_a_list_has_no_asset(
    export: Callable[..., Path], expectations: dict[str, Any], failed: Failed
) -> None:
    """The vocabulary is neither a file nor out of the graph."""
    directory = export(keras.layers.StringLookup(vocabulary=[f"term{index}" for index in range(38)]))
    found = failed(directory, vocabularies=expectations["vocabularies"])
    assert list(found) == ["asset-present", "tables-from-assets"]


def test_a_bare_asset_on_a_keras_model_is_lost(tmp_path_factory: Any, words: Path, failed: Failed) -> None:
    """`model.export` drops an asset that no tracked resource owns; the path of this machine stays."""

    @keras.saving.register_keras_serializable("lexport_tests")
    class ReadsAsset(keras.Layer):
        def __init__(self) -> None:
            super().__init__()
            self.asset = tf.saved_model.Asset(str(words))

        def call(self, inputs):
            return inputs + tf.io.read_file(self.asset.asset_path)

        def compute_output_shape(self, input_shape):
            return input_shape

    inputs = keras.Input((1,), dtype="string", name="words")
    directory = tmp_path_factory.mktemp("bare") / "model"
    keras.Model(inputs, ReadsAsset()(inputs)).export(str(directory), verbose=False)
    inventory = read_inventory(directory)
    assert inventory.assets == ()
    assert [read.paths for read in inventory.file_reads] == [(str(words),)]
    assert list(failed(directory)) == ["reads-from-assets", "no-absolute-path"]
