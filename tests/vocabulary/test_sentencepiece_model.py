"""A SentencePiece model: bytes with an identity, checked before C++ reads them."""

import copy
import hashlib
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lexport.corpus import Source
from lexport.corpus.subword import build_sentencepiece
from lexport.errors import VocabularyError
from lexport.vocabulary import ContentStore
from lexport.vocabulary.sentencepiece_model import SentencePieceModel
from lexport.vocabulary.sentencepiece_proto import model_proto


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a sound model with all that one can have."""
    path = tmp_path_factory.mktemp("source") / "a.txt"
    path.write_text("the cat sat on the mat\n" * 9)
    return build_sentencepiece("x", Source(path), size=275, kind="bpe", byte_fallback=True).data


@pytest.fixture
def changed(data: bytes) -> Callable[[Callable[[Any], object]], str]:
    """What is refused about a model after a change."""

    def refusal(change: Callable[[Any], object]) -> str:
        message = model_proto().FromString(data)
        change(message)
        with pytest.raises(VocabularyError) as caught:
            SentencePieceModel.from_bytes("x", message.SerializeToString())
        return str(caught.value)

    return refusal


def test_a_model_is_its_bytes(data: bytes, tmp_path: Path) -> None:
    """From a file, with a snapshot under their sha256; written, they are the same again."""
    path = tmp_path / "spm.model"
    path.write_bytes(data)
    model = SentencePieceModel.from_file("pieces", path, digest=hashlib.sha256(data).hexdigest().upper())
    assert model.path.read_bytes() == data
    assert model.path.parts[-3:] == ("sentencepiece", hashlib.sha256(data).hexdigest(), "pieces.model")
    assert model.write(tmp_path / "new" / "b.model").read_bytes() == data
    assert (len(model), model.kind) == (275, "bpe")


def test_edits_of_the_file_change_nothing(data: bytes, tmp_path: Path) -> None:
    """And a snapshot that was damaged is put back."""
    path = tmp_path / "spm.model"
    path.write_bytes(data)
    model = SentencePieceModel.from_file("pieces", path)
    path.write_bytes(b"")
    model.path.chmod(0o644)
    model.path.write_bytes(b"damaged")
    assert model.ensure_stored().read_bytes() == data


def test_two_models_are_equal_by_their_bytes(data: bytes) -> None:
    """Whatever they are called."""
    model = SentencePieceModel.from_bytes("a", data)
    other = SentencePieceModel.from_bytes("b", data)
    assert model == other == model.renamed("c")
    assert hash(model) == hash(other)
    assert model != "a"
    assert repr(model).startswith("SentencePieceModel('a', 275 pieces, bpe, sha256 ")


def test_copies_are_the_same_model(data: bytes) -> None:
    """In this process and in another one."""
    model = SentencePieceModel.from_bytes("a", data)
    for other in (copy.copy(model), copy.deepcopy(model), pickle.loads(pickle.dumps(model))):  # noqa: S301
        assert (other, other.name) == (model, "a")


def test_the_store_gives_a_model_by_its_digest(data: bytes) -> None:
    """Under any name; None for one that it does not have."""
    digest = SentencePieceModel.from_bytes("a", data).digest
    found = SentencePieceModel.from_store("b", digest)
    assert found is not None
    assert (found.data, found.name) == (data, "b")
    assert SentencePieceModel.from_store("b", "0" * 64) is None


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".hidden", "x."])
def test_a_name_names_a_file(data: bytes, name: str) -> None:
    """And no path."""
    with pytest.raises(VocabularyError, match="as it names a file"):
        SentencePieceModel.from_bytes(name, data)


def test_another_digest_is_refused(data: bytes) -> None:
    """Both are named."""
    with pytest.raises(VocabularyError, match=f"required sha256 {'0' * 64}; received [0-9a-f]{{64}}"):
        SentencePieceModel.from_bytes("x", data, digest="0" * 64)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """With what the system says."""
    with pytest.raises(VocabularyError, match=r"none\.model: No such file"):
        SentencePieceModel.from_file("x", tmp_path / "none.model")


def test_a_file_that_cannot_be_written_is_named(data: bytes, tmp_path: Path) -> None:
    """And nothing is left of the attempt."""
    (tmp_path / "taken").write_bytes(b"")
    with pytest.raises(VocabularyError, match=r"cannot write SentencePiece model 'x' to .*taken/b\.model"):
        SentencePieceModel.from_bytes("x", data).write(tmp_path / "taken" / "b.model")
    (tmp_path / "folder").mkdir()
    with pytest.raises(VocabularyError, match="cannot write"):
        SentencePieceModel.from_bytes("x", data).write(tmp_path / "folder")
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "lexport-home") == ["folder", "taken"]


@pytest.mark.parametrize("size", [0, 1, 100, -1])
def test_bytes_that_are_no_model_are_refused(data: bytes, size: int, lexport_home: Path) -> None:
    """Empty, cut off, or something else; nothing is stored."""
    for broken in (data[:size], b"the\nof\n", b"\xff" * 99):
        with pytest.raises(VocabularyError):
            SentencePieceModel.from_bytes("x", broken)
    assert not lexport_home.exists()


def test_too_many_bytes_are_refused_unread(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Before they are parsed."""
    monkeypatch.setattr("lexport.vocabulary.sentencepiece_checks.MAX_BYTES", 100)
    with pytest.raises(VocabularyError, match="a model may have 100 bytes; received"):
        SentencePieceModel.from_bytes("x", data)


def test_too_many_pieces_are_refused(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """There is a limit, far above what models have."""
    monkeypatch.setattr("lexport.vocabulary.sentencepiece_checks.MAX_PIECES", 5)
    with pytest.raises(VocabularyError, match="pieces: must be 1 to 5; received 275"):
        SentencePieceModel.from_bytes("x", data)


CHANGES: dict[str, tuple[Callable[[Any], object], str]] = {
    "no pieces": (lambda m: m.ClearField("pieces"), "pieces: must be 1 to"),
    "no unknown piece": (lambda m: setattr(m.pieces[1], "type", 3), "exactly one must be the unknown one; 0 are"),
    "two unknown pieces": (lambda m: setattr(m.pieces[0], "type", 2), "exactly one must be the unknown one; 2 are"),
    "an empty piece": (lambda m: setattr(m.pieces[270], "piece", ""), "piece 270: must be UTF-8 that is not empty"),
    "a NUL": (lambda m: setattr(m.pieces[270], "piece", "a\0"), "piece 270: must be UTF-8"),
    "a piece twice": (lambda m: setattr(m.pieces[270], "piece", "<pad>"), "piece 0: '<pad>' is there 2 times"),
    "no number": (lambda m: setattr(m.pieces[270], "score", float("nan")), "the score must be a finite number"),
    "an unknown type": (lambda m: setattr(m.pieces[270], "type", 7), "piece 270: the type must be 1 to 6; received 7"),
    "no byte": (lambda m: setattr(m.pieces[4], "piece", "<0xZZ>"), "'<0xZZ>' cannot stand for a byte"),
    "a missing byte": (lambda m: m.pieces.pop(4), "pieces: <0x00> is missing"),
    "an unknown kind": (
        lambda m: setattr(m.trainer_spec, "model_type", 9),
        "must be 1 .unigram. to 4 .char.; received 9",
    ),
    "a broken table": (
        lambda m: setattr(m.normalizer_spec, "precompiled_charsmap", b"abc"),
        "normalizer_spec.precompiled_charsmap: the table has 3 bytes: it is cut off",
    ),
    "another broken table": (
        lambda m: setattr(m.denormalizer_spec, "precompiled_charsmap", b"abc"),
        "denormalizer_spec.precompiled_charsmap: the table has 3 bytes: it is cut off",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_model_that_is_not_sound_is_refused(changed: Callable[..., str], what: str) -> None:
    """Each fault by its place; the model from which it was made passes."""
    change, expected = CHANGES[what]
    assert expected.replace(".unigram.", "(unigram)").replace(".char.", "(char)") in changed(change)


def test_all_faults_are_named_at_once(changed: Callable[..., str]) -> None:
    """One error for a model."""

    def spoil(message: Any) -> None:
        message.pieces[270].piece = ""
        message.pieces[271].score = float("inf")

    assert "x' has 2 problems" in changed(spoil)


def test_a_piece_that_is_not_utf8_is_refused(data: bytes) -> None:
    """Protobuf reads it, and gives bytes instead of text."""
    with pytest.raises(VocabularyError, match=r"must be UTF-8 that is not empty, without NUL; received b'.xff/s>'"):
        SentencePieceModel.from_bytes("x", data.replace(b"</s>", b"\xff/s>"))


def test_paths_of_the_training_machine_are_told(data: bytes) -> None:
    """A model of another trainer may hold some."""
    message = model_proto().FromString(data)
    message.trainer_spec.input.append("/home/me/corpus.txt")
    message.trainer_spec.model_prefix = "/home/me/spm"
    model = SentencePieceModel.from_bytes("x", message.SerializeToString())
    assert model.training_files == ("/home/me/corpus.txt", "/home/me/spm")


def test_the_store_is_that_of_the_package() -> None:
    """Snapshots of models stand beside those of vocabularies."""
    assert ContentStore("sentencepiece").root.parent == ContentStore("vocabularies").root.parent
