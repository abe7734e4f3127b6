"""The names that lexport gives to what it holds in memory tell which file must fill it, whatever a manifest says."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf

from lexport.layers import BertTokenizer, SentencepieceTokenizer, StringLookup
from lexport.savedmodel import read_inventory
from lexport.vocabulary.sentencepiece_proto import model_proto

PIECES = ["[PAD]", "[UNK]", "the", "gnu", "##s"]
Failed = Callable[..., dict[str, str]]
Save = Callable[..., Path]


class Asked(tf.Module):
    """Gives what a layer makes of strings."""

    def __init__(self, layer: Any) -> None:
        super().__init__()
        self.layer = layer

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def serve(self, words: Any) -> Any:
        """Calls the layer."""
        return {"ids": self.layer(words)}


@pytest.fixture(params=["lookup", "fast bert", "sentencepiece"])
def saved(request: pytest.FixtureRequest, save: Save, sentencepiece_model: bytes) -> Path:
    """A SavedModel with owned assets, by plain TensorFlow."""
    layers: dict[str, Callable[[], Any]] = {
        "lookup": lambda: StringLookup(vocabulary=PIECES[2:], name="spm"),
        "fast bert": lambda: BertTokenizer(PIECES, kernel="fast", sequence_length=4),
        "sentencepiece": lambda: SentencepieceTokenizer(sentencepiece_model, sequence_length=4),
    }
    return save(Asked(layers[request.param]()))


def test_each_edited_asset_is_found_and_named(saved: Path, failed: Failed) -> None:
    """With nothing to compare with but the graph; a vocabulary, an automaton, normalization and models alike."""
    assert failed(saved) == {}
    assets = sorted((saved / "assets").iterdir())
    assert len(read_inventory(saved).file_resources) == 2 * sum(asset.suffix != ".txt" for asset in assets)
    for asset in assets:
        data = asset.read_bytes()
        asset.write_bytes(data[:-2] + bytes([data[-2] ^ 1]) + data[-1:])
        found = failed(saved)
        assert list(found) == ["content-named"]
        assert f"the asset {asset.name!r} that fills it has " in found["content-named"]
        asset.write_bytes(data)


def test_a_missing_asset_is_told_by_another_check(saved: Path, failed: Failed) -> None:
    """Nothing is told twice."""
    for asset in (saved / "assets").iterdir():
        asset.unlink()
    assert list(failed(saved)) == ["asset-present"]


def test_names_that_are_not_lexport_s_say_nothing(sound_copy: Path, failed: Failed, words: Path) -> None:
    """Whatever they look like; the file may be any."""
    (sound_copy / "assets" / words.name).write_text("another\n")
    assert "content-named" not in failed(sound_copy)


def test_more_pieces_than_rows_are_found(save: Save, sentencepiece_model: bytes, failed: Failed) -> None:
    """Of SentencePiece the pieces are counted in the file; of wordpieces the lines, packed or not."""

    class Embedded(Asked):
        def __init__(self, layer: Any, rows: int, key: str = "") -> None:
            super().__init__(layer)
            self.rows, self.key = tf.Variable(tf.zeros([rows, 2]), name="rows"), key

        @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
        def serve(self, words: Any) -> Any:
            ids = self.layer(words)
            return {"rows": tf.gather(self.rows, ids[self.key] if self.key else ids)}

    size = len(model_proto().FromString(sentencepiece_model).pieces)
    packed = BertTokenizer([*PIECES, "[CLS]", "[SEP]"], pack=True, sequence_length=6)
    cases = [
        (SentencepieceTokenizer(sentencepiece_model, sequence_length=4), size, "", f"{size} pieces of"),
        (BertTokenizer(PIECES, kernel="fast", sequence_length=4), 5, "", "5 lines of"),
        (packed, 7, "input_word_ids", "7 lines of"),
    ]
    for layer, ids, key, told in cases:
        detail = failed(save(Embedded(layer, ids - 1, key)))["embedding-rows"]
        assert f"gives {ids} ids, from {told}" in detail
        assert failed(save(Embedded(layer, ids, key))) == {}
    for key in ("input_mask", "input_type_ids"):
        assert failed(save(Embedded(packed, 2, key))) == {}
