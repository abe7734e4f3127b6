"""From files to a WordPiece vocabulary that tensorflow-text serves."""

import csv
import gzip
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import tensorflow as tf
import tensorflow_text as tf_text
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tensorflow_text.tools.wordpiece_vocab.bert_vocab_from_dataset import bert_vocab_from_dataset

from lexport import Vocabulary
from lexport.corpus import Source
from lexport.corpus.subword import BERT_TOKENS, build_wordpiece
from lexport.errors import VocabularyError

DESCRIPTIONS = Path(__file__).parents[3] / "pipelines/debian_sections/data/debian_packages.csv.gz"
SECTIONS = DESCRIPTIONS.parents[1] / "sections.txt"
COLUMN = Source(DESCRIPTIONS, column="description")
CHARACTERS = st.sampled_from("aAbB \t\u00c9\u00e9e\u0301\u0130\ufb01\u2026.,#[]\u6771\u00ad\u00a0\u200d\u302e\u1715")
LINES = st.lists(st.text(CHARACTERS, max_size=12), min_size=1, max_size=8)
RESERVED = ["[PAD]", "[UNK]"]

BUILD = """
import sys
from lexport.corpus import Source
from lexport.corpus.subword import build_wordpiece
words = build_wordpiece("pieces", Source(sys.argv[1], column="description"), size=3000)
words.write(sys.argv[2])
"""


@pytest.fixture(scope="module")
def pieces() -> Vocabulary:
    """A vocabulary of real text."""
    return build_wordpiece("pieces", COLUMN, size=4000)


def bert_tokenizer(pieces: Vocabulary, **options: Any) -> Any:
    """tensorflow-text's tokenizer over the snapshot of the vocabulary."""
    return tf_text.BertTokenizer(str(pieces.path), **options)


@pytest.mark.parametrize("lower_case", [True, False])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=LINES, size=st.integers(1, 60), min_count=st.integers(1, 4))
def test_the_vocabulary_is_that_of_bert_vocab_from_dataset(
    tmp_path: Path, lower_case: bool, lines: list[str], size: int, min_count: int
) -> None:
    """The whole way, from text to pieces: same pieces, same order, unless the original exceeds the size."""
    learned = learned_by_the_original(lines, size, lower_case, min_count)
    path = tmp_path / "a.jsonl"
    path.write_text("".join(json.dumps({"x": line}) + "\n" for line in lines))
    options: Any = {"size": size, "lower_case": lower_case, "reserved": RESERVED, "min_count": min_count}
    required = [piece for piece in learned if is_required(piece)]
    if not learned or len(required) > size:
        with pytest.raises(VocabularyError, match="must be at least" if learned else "holds no word"):
            build_wordpiece("x", Source(path, "x"), **options)
        return
    words = build_wordpiece("x", Source(path, "x"), **options)
    if len(learned) <= size:
        assert list(words.terms) == learned
    else:
        least = [piece for piece in learned if not is_required(piece)][size - len(learned) :]
        assert list(words.terms) == [piece for piece in learned if piece not in least]


def learned_by_the_original(lines: list[str], size: int, lower_case: bool, min_count: int) -> list[str]:
    """What `bert_vocab_from_dataset` gives; nothing where there is no word."""
    dataset = tf.data.Dataset.from_tensor_slices(lines).batch(3)
    options, learn = {"lower_case": lower_case}, {"lower_thresh": min_count}
    try:
        return list(bert_vocab_from_dataset(dataset, size, RESERVED, options, learn))
    except StopIteration:
        return []


def is_required(piece: str) -> bool:
    """Whether words could not be cut without it, or it is reserved."""
    return piece in RESERVED or len(piece) == 1 or len(piece.removeprefix("##")) == 1


def test_the_bert_tokenizer_serves_the_vocabulary(pieces: Vocabulary) -> None:
    """Every id is that of the piece, and no word of ordinary characters is unknown."""
    ids = bert_tokenizer(pieces, lower_case=True).tokenize(["Libraries for unfoldable Gadgets!"]).flat_values.numpy()
    texts = [pieces.terms[number] for number in ids]
    joined = "".join(text.removeprefix("##") if text.startswith("##") else f" {text}" for text in map(str, texts))
    assert joined == " libraries for unfoldable gadgets !"


def test_the_fast_tokenizer_gives_the_same_ids(pieces: Vocabulary) -> None:
    """`FastWordpieceTokenizer` takes the pieces as they are."""
    words = ["libraries", "unfoldable", "qqq", "x"]
    fast = tf_text.FastWordpieceTokenizer(list(pieces.terms), token_out_type=tf.int64, no_pretokenization=True)
    slow = bert_tokenizer(pieces).tokenize(words)
    assert fast.tokenize(words).to_list() == slow.merge_dims(1, 2).to_list()


def test_no_more_than_the_size_is_given(tmp_path: Path) -> None:
    """The least frequent pieces go, and never one that words are cut into; the order stays."""
    (tmp_path / "a.txt").write_text("abc abc abd abd abe abe\n" * 5)
    words = build_wordpiece("x", Source(tmp_path / "a.txt"), size=12, reserved=["[UNK]"], min_count=1, slack=0)
    assert words.terms == ("[UNK]", *"abcde", "abc", *("##a", "##b", "##c", "##d", "##e"))


def test_tokens_are_normalised_batch_by_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the batches end changes nothing, even where a token is longer than one."""
    monkeypatch.setattr(sys.modules[build_wordpiece.__module__], "BATCH_BYTES", 9)
    cut = build_wordpiece("pieces", Source(SECTIONS), size=200, min_count=1)
    monkeypatch.setattr(sys.modules[build_wordpiece.__module__], "BATCH_BYTES", 1 << 20)
    assert cut == build_wordpiece("pieces", Source(SECTIONS), size=200, min_count=1)


def test_reserved_pieces_come_first_and_stay_as_they_are(tmp_path: Path) -> None:
    """Also those that are a word of the text."""
    (tmp_path / "a.txt").write_text("ab ab ab\n" * 9)
    words = build_wordpiece("x", Source(tmp_path / "a.txt"), size=12, reserved=["[UNK]", "ab", "[Q]"], min_count=1)
    assert words.terms == ("[UNK]", "ab", "[Q]")


def test_by_default_the_pieces_of_bert_are_reserved(pieces: Vocabulary) -> None:
    """At the ids that BERT gives them: 0 is the padding."""
    assert pieces.terms[:5] == BERT_TOKENS


@pytest.mark.slow
def test_every_process_builds_the_same_bytes(tmp_path: Path) -> None:
    """Whatever the seed of hashes, the number of threads, and the order of the lines."""
    with (tmp_path / "a.csv").open("w", newline="") as file:
        rows = [["description"], *([text] for text in descriptions())]
        csv.writer(file).writerows(rows)
    with (tmp_path / "b.csv").open("w", newline="") as file:
        csv.writer(file).writerows([rows[0], *reversed(rows[1:])])
    digests = set()
    for seed, threads, source in [("0", "1", "a.csv"), ("1", "2", "a.csv"), ("2", "8", "b.csv")]:
        variables = {**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": threads, "ARROW_NUM_THREADS": threads}
        command = [sys.executable, "-c", BUILD, str(tmp_path / source), str(tmp_path / "pieces.txt")]
        subprocess.run(command, env=variables, check=True, timeout=120)
        digests.add(hashlib.sha256((tmp_path / "pieces.txt").read_bytes()).hexdigest())
    assert len(digests) == 1


def descriptions() -> list[str]:
    """Real text."""
    with gzip.open(DESCRIPTIONS, "rt", encoding="utf-8") as file:
        return [row["description"] for row in csv.DictReader(file)][:20_000]


def test_all_wrong_arguments_are_named() -> None:
    """In one error, before a file is opened."""
    with pytest.raises(VocabularyError) as caught:
        build_wordpiece(
            "x", COLUMN, size=0, min_count=0, max_characters=0, slack=1, reserved=["[A]", "[A]", "", "a b", "\n"]
        )
    places = [problem.where for problem in caught.value.problems]
    assert places == ["size", "min_count", "max_characters", "slack", *["reserved"] * 4]


def test_reserved_pieces_are_a_list() -> None:
    """A string would be taken for its characters."""
    with pytest.raises(VocabularyError, match=r"must be a list of strings; received '\[UNK\]'"):
        build_wordpiece("x", COLUMN, size=10, reserved="[UNK]")


def test_a_size_below_the_characters_is_refused(lexport_home: Path) -> None:
    """Words could not be cut; the error says how many pieces it takes."""
    with pytest.raises(
        VocabularyError, match=r"size: must be at least \d+: the source has \d+ characters.*received 50"
    ):
        build_wordpiece("x", COLUMN, size=50)
    assert not lexport_home.exists()


@pytest.mark.parametrize("text", [" \n", "\u200b\n"])
def test_a_source_without_a_word_is_an_error(tmp_path: Path, text: str) -> None:
    """White space and what vanishes."""
    (tmp_path / "a.txt").write_text(text)
    with pytest.raises(VocabularyError, match="holds no word"):
        build_wordpiece("x", Source(tmp_path / "a.txt"), size=10)


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    """As for every other vocabulary."""
    with pytest.raises(VocabularyError, match=r"'x' cannot be built(.|\n)*missing\.txt: there is no such file"):
        build_wordpiece("x", Source(tmp_path / "missing.txt"), size=10)


def test_progress_ends_at_the_size_of_all_files(tmp_path: Path) -> None:
    """It counts the bytes that are read."""
    (tmp_path / "a.txt").write_text("a b c\n" * 9)
    calls: list[tuple[int, int]] = []
    build_wordpiece("x", Source(tmp_path / "a.txt"), size=20, progress=lambda *call: calls.append(call))
    assert calls[-1] == (54, 54)
