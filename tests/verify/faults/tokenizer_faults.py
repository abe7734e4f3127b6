"""Faults of the assets of tokenizers."""

from pathlib import Path

from lexport.layers import BertTokenizer
from lexport.vocabulary.sentencepiece_proto import model_proto
from tests.verify.faults.tokenizing_export import PIECES

VOCABULARY, MODEL = Path("assets/pieces.txt"), Path("assets/spm.model")


def automaton_of(directory: Path) -> Path:
    """The file is called after its content."""
    [path] = (directory / "assets").glob("*.wordpiece")
    return path


def swap_pieces(directory: Path) -> None:
    lines = (directory / VOCABULARY).read_bytes().split(b"\n")
    lines[2], lines[3] = lines[3], lines[2]
    (directory / VOCABULARY).write_bytes(b"\n".join(lines))


def swap_automaton(directory: Path) -> None:
    """Puts that of a vocabulary with other pieces there, as of another training."""
    others = BertTokenizer([piece for piece in PIECES if piece != "gnu"], kernel="fast", name="others")
    automaton = others._lookup_layer.automaton
    assert automaton is not None
    automaton_of(directory).write_bytes(automaton.file.data)


def edit_automaton(directory: Path) -> None:
    """Changes one byte in the middle."""
    path = automaton_of(directory)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(data)


def cut_automaton(directory: Path) -> None:
    """Leaves a half; the kernel does not look where the end is, and the process that serves dies."""
    path = automaton_of(directory)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def swap_model(directory: Path) -> None:
    """Puts one of the same size there: two pieces have changed places, and nothing else."""
    message = model_proto().FromString((directory / MODEL).read_bytes())
    letters = [piece for piece in message.pieces if piece.type == 1 and len(piece.piece.encode()) == 1][:2]
    letters[0].piece, letters[1].piece = letters[1].piece, letters[0].piece
    data = message.SerializeToString()
    assert len(data) == (directory / MODEL).stat().st_size
    (directory / MODEL).write_bytes(data)


def replace_model(directory: Path) -> None:
    """Puts one of another size there, without its last piece."""
    message = model_proto().FromString((directory / MODEL).read_bytes())
    del message.pieces[-1]
    (directory / MODEL).write_bytes(message.SerializeToString())


def cut_model(directory: Path) -> None:
    data = (directory / MODEL).read_bytes()
    (directory / MODEL).write_bytes(data[:-100])
