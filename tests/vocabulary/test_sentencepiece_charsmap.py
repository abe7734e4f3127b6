"""The table that C++ code follows blindly is sound, or it is refused."""

import random
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from lexport.corpus import Source
from lexport.corpus.subword import build_sentencepiece
from lexport.vocabulary import sentencepiece_charsmap
from lexport.vocabulary.sentencepiece_charsmap import charsmap_problem
from lexport.vocabulary.sentencepiece_proto import model_proto

LEAF = 0x100

# Serves a model in which one place of the table is changed, and says what its check has said before.
SERVE = """
import random, sys
import tensorflow_text as tf_text
from lexport.vocabulary.sentencepiece_charsmap import charsmap_problem
from lexport.vocabulary.sentencepiece_proto import model_proto

data = open(sys.argv[1], "rb").read()
text = "hello w\\u00f6rld \\uff21\\uff22 \\ufb01 " + "".join(map(chr, range(32, 0x3000)))
served = 0
for seed in range(150):
    chance = random.Random(seed)
    message = model_proto().FromString(data)
    table = bytearray(message.normalizer_spec.precompiled_charsmap)
    for _ in range(chance.choice([1, 3, 9])):
        table[chance.randrange(4, len(table) - 1)] = chance.randrange(256)
    if charsmap_problem(bytes(table)) is None:
        message.normalizer_spec.precompiled_charsmap = bytes(table)
        tf_text.SentencepieceTokenizer(model=message.SerializeToString()).tokenize(text)
        served += 1
print("served", served)
"""


def table(units: dict[int, int], *, size: int = 512, texts: bytes = b"abc\0") -> bytes:
    """A table with some units; all others are labelled so that no byte leads to them."""
    array = [units.get(index, 0x80000000) for index in range(size)]
    return struct.pack(f"<I{size}I", 4 * size, *array) + texts


def unit(label: int, offset: int, *, leaf: bool = False) -> int:
    """A unit that leads on."""
    return label | offset << 10 | LEAF * leaf


# The first state is 256; the byte 97 leads from it to unit 256 ^ 97, and on to the state 128, where the text is 0.
FIRST = 256 ^ 97
SOUND = {0: unit(0, 256), FIRST: unit(97, FIRST ^ 128, leaf=True), 128: 0x80000000}


def test_a_sound_table_passes() -> None:
    """One that was made by hand."""
    assert charsmap_problem(table(SOUND)) is None


@pytest.mark.parametrize(
    ("broken", "expected"),
    [
        (table(SOUND)[:100], "is cut off"),
        (table(SOUND, texts=b""), "is cut off"),
        (struct.pack("<I", 0) + b"abc\0", "is cut off"),
        (struct.pack("<I", 5) + bytes(20), "does not end where it should"),
        (table(SOUND, texts=b"abc"), "does not end where it should"),
        (table(SOUND | {0: unit(0, 512)}), "leads out of its own bounds"),
        (table(SOUND | {0: unit(0, 0x1FFFFF)}), "leads out of its own bounds"),
        (table(SOUND, size=511), "leads out of its own bounds"),
        (table(SOUND | {FIRST: unit(97, 0x1000)}), "leads out of its own bounds"),
        (table(SOUND | {FIRST: unit(97, 0x1000, leaf=True)}), "leads out of its own bounds"),
        (table(SOUND | {128: 0x80000004}), "leads out of its own bounds"),
        (table(SOUND | {FIRST: unit(97, FIRST ^ 256)}), "has no end"),
        (table(SOUND | {FIRST: unit(97, FIRST ^ 256, leaf=True), 256: 0x80000000}), "keys that begin each other"),
    ],
)
def test_a_table_that_leads_astray_is_refused(broken: bytes, expected: str) -> None:
    """Too short, out of bounds in each way, in a circle."""
    assert expected in str(charsmap_problem(broken))


def test_a_table_that_would_take_long_to_follow_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a limit to its size, far above what is published."""
    monkeypatch.setattr(sentencepiece_charsmap, "MAX_BYTES", 100)
    assert charsmap_problem(table(SOUND)) == "has 2,056 bytes, more than 100"


@pytest.mark.parametrize("normalization", ["nmt_nfkc", "nfkc", "nmt_nfkc_cf", "nfkc_cf", "identity"])
def test_the_tables_of_sentencepiece_pass(tmp_path: Path, normalization: str) -> None:
    """All that its trainer writes."""
    assert charsmap_problem(real_table(tmp_path, normalization)) is None


def real_table(folder: Path, normalization: str) -> bytes:
    """What the trainer writes for a normalisation."""
    (folder / "a.txt").write_text("the cat sat on the mat\n" * 9)
    model = build_sentencepiece("x", Source(folder / "a.txt"), size=17, kind="bpe", normalization=normalization)
    model.write(folder / "x.model")
    return bytes(model_proto().FromString(model.data).normalizer_spec.precompiled_charsmap)


def test_random_damage_is_found_or_harmless(tmp_path: Path) -> None:
    """Wherever the check passes, it has looked at every unit that a text can lead to; it always comes to an end."""
    sound = real_table(tmp_path, "nmt_nfkc")
    for seed in range(50):
        chance = random.Random(seed)
        broken = bytearray(sound)
        for _ in range(1000):
            broken[chance.randrange(4, len(broken))] = chance.randrange(256)
        assert charsmap_problem(bytes(broken)) is not None


@pytest.mark.slow
def test_what_passes_does_not_crash_tensorflow_text(tmp_path: Path) -> None:
    """Without the check it does (tensorflow-text 2.21.1), at one of the first tables: the process is gone."""
    real_table(tmp_path, "nmt_nfkc")
    command = [sys.executable, "-c", SERVE, str(tmp_path / "x.model")]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert result.returncode == 0
    assert int(result.stdout.split()[-1]) > 5
