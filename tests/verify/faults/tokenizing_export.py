"""An export that nothing is wrong with, whose model tokenizes: pieces, their automaton, and a SentencePiece model.

Unlike the one of `sound_export.py` it is made by `lexport.export`, since no other library makes such assets.
"""

from pathlib import Path

import keras

import lexport
from lexport.layers import BertTokenizer, SentencepieceTokenizer
from lexport.publish import read_manifest
from lexport.savedmodel import ExpectedSignature
from lexport.verify import Baseline
from lexport.vocabulary import Vocabulary
from lexport.vocabulary.sentencepiece_model import SentencePieceModel
from tests.verify.faults.sound_export import BASELINE, SoundExport

PIECES = ("[PAD]", "[UNK]", "the", "gnu", "hurd", "##s", "##est", "great", "a", "##d")
EXAMPLES = ["the gnus", "a hurd", "greatest", "unheard of"]


def make_tokenizing_export(folder: Path, model: bytes) -> SoundExport:
    """Exports a model with the fast kernel of `BertTokenizer` and a `SentencepieceTokenizer`.

    Args:
        folder: for the published version.
        model: the bytes of a SentencePiece model.
    """
    text = keras.Input((), dtype="string", name="text")
    vocabulary = Vocabulary.from_terms("pieces", PIECES, special_tokens=())
    pieces = BertTokenizer(vocabulary, kernel="fast", sequence_length=6, name="bert")(text)
    ids = SentencepieceTokenizer(SentencePieceModel.from_bytes("spm", model), sequence_length=8, name="spm")(text)
    examples = [{"text": example} for example in EXAMPLES]
    report = lexport.export(keras.Model(text, {"pieces": pieces, "spm": ids}), folder, examples=examples, version=1)
    manifest = read_manifest(report.path)
    digests = {name: entry.sha256 for name, entry in manifest.vocabularies.items()}
    # Also those of further files, as an export knows them and a later verification does not.
    digests |= {name: manifest.files[path].sha256 for name, path in manifest.assets.items()}
    signatures = {name: ExpectedSignature(one.inputs, one.outputs) for name, one in manifest.signatures.items()}
    return SoundExport(report.path, Baseline.read(report.path / BASELINE), digests, signatures)
