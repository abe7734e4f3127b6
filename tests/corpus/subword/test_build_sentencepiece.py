"""From files to a SentencePiece model that tensorflow-text serves."""

import gzip
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pyarrow.csv
import pyarrow.parquet
import pytest
import sentencepiece
import tensorflow_text as tf_text

from lexport.corpus import Source
from lexport.corpus.subword import build_sentencepiece
from lexport.corpus.subword.sentencepiece_options import SentencePieceOptions
from lexport.errors import VocabularyError
from lexport.vocabulary.sentencepiece_model import SentencePieceModel

DESCRIPTIONS = Path(__file__).parents[3] / "pipelines/debian_sections/data/debian_packages.csv.gz"
TEXTS = [
    "Libraries for unfoldable gadgets!", " two  spaces\t", "", "日本語 ＡＢＣ ﬁn", "[MASK] in the middle", "naïve",
    "e\u0301 zq\u00a0\u200bx", "🙂 \u0e01", "</s><pad>",
]  # fmt: skip
KINDS = pytest.mark.parametrize("kind", ["unigram", "bpe"])

BUILD = """
import sys
from lexport.corpus import Source
from lexport.corpus.subword import build_sentencepiece
build_sentencepiece("pieces", Source(sys.argv[1]), size=500, kind=sys.argv[2]).write(sys.argv[3])
"""


@pytest.fixture(scope="module")
def lines() -> list[str]:
    """Real text."""
    with gzip.open(DESCRIPTIONS) as file:
        return [str(text) for text in pyarrow.csv.read_csv(file)["description"].slice(0, 4000).to_pylist()]


@pytest.fixture(scope="module")
def source(lines: list[str], tmp_path_factory: pytest.TempPathFactory) -> Source:
    """The text in a file."""
    path = tmp_path_factory.mktemp("source") / "a.txt"
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return Source(path)


@pytest.fixture(scope="module", params=["unigram", "bpe", "bytes"])
def model(request: pytest.FixtureRequest, source: Source) -> SentencePieceModel:
    """A model of each kind, and one that knows bytes."""
    kind = "unigram" if request.param == "bytes" else request.param
    return build_sentencepiece(
        "pieces", source, size=800, kind=kind, byte_fallback=request.param == "bytes", reserved=["[MASK]"],
        control=["[CLS]", '[","]'],
    )  # fmt: skip


def test_tensorflow_text_gives_the_ids_of_the_package(model: SentencePieceModel) -> None:
    """The bytes serve: same pieces, same ids, there and back."""
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.data)
    tokenizer = tf_text.SentencepieceTokenizer(model=model.data)
    ids = tokenizer.tokenize(TEXTS)
    assert ids.to_list() == [processor.encode(text) for text in TEXTS]
    assert [text.decode() for text in tokenizer.detokenize(ids).numpy()] == [
        processor.decode(processor.encode(text)) for text in TEXTS
    ]
    assert int(tokenizer.vocab_size()) == len(model) == 800


def test_the_model_knows_its_pieces_as_the_package_does(model: SentencePieceModel) -> None:
    """Text and score by id, and the special ids, without the package."""
    processor = sentencepiece.SentencePieceProcessor(model_proto=model.data)
    numbers = list(range(len(model)))
    assert list(model.pieces) == processor.id_to_piece(numbers)
    assert list(model.scores) == processor.get_score(numbers)
    special = (model.pad_id, model.unk_id, model.bos_id, model.eos_id)
    assert special == (processor.pad_id(), processor.unk_id(), processor.bos_id(), processor.eos_id()) == (0, 1, 2, 3)
    assert model.training_files == ()


def test_reserved_pieces_stand_behind_the_special_ones(model: SentencePieceModel) -> None:
    """In the order in which they were given; text is never cut inside a reserved one."""
    assert model.pieces[4:7] == ("[CLS]", '[","]', "[MASK]")
    ids = tf_text.SentencepieceTokenizer(model=model.data).tokenize("x[MASK]y [CLS]").numpy().tolist()
    assert 6 in ids
    assert 4 not in ids


def test_special_pieces_may_be_left_out(source: Source) -> None:
    """The ids of the others close up."""
    model = build_sentencepiece("x", source, size=300, kind="bpe", pad_id=None, unk_id=0, bos_id=None, eos_id=1)
    assert (model.pad_id, model.unk_id, model.bos_id, model.eos_id) == (None, 0, None, 1)
    assert model.pieces[:2] == ("<unk>", "</s>")


def trained_on_lines(lines: Iterator[str], options: SentencePieceOptions) -> SentencePieceModel:
    """What the trainer makes of plain lines."""
    out = BytesIO()
    arguments: dict[str, Any] = options.trainer_arguments()
    sentencepiece.SentencePieceTrainer.train(sentence_iterator=lines, model_writer=out, **arguments)
    return SentencePieceModel.from_bytes("x", out.getvalue())


@pytest.mark.parametrize("normalization", ["nmt_nfkc", "nmt_nfkc_cf", "identity"])
def test_bpe_of_counted_words_is_bpe_of_the_lines(tmp_path: Path, lines: list[str], normalization: str) -> None:
    """Same pieces with the same ids and scores, though the trainer sees each distinct word once."""
    texts = [*lines, *TEXTS * 3, "a\u00a0b c\u3000d \u200b \u00ad e\x1cf \u2581x"] * 2
    (tmp_path / "a.txt").write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    ours = build_sentencepiece("x", Source(tmp_path / "a.txt"), size=700, kind="bpe", normalization=normalization)
    theirs = trained_on_lines(iter(texts), SentencePieceOptions(700, "bpe", normalization=normalization))
    assert ours.pieces == theirs.pieces
    assert ours.scores == theirs.scores


def test_a_unigram_model_is_that_of_the_lines(source: Source, lines: list[str]) -> None:
    """Byte for byte, as long as no line is left out."""
    ours = build_sentencepiece("x", source, size=700)
    assert ours.data == trained_on_lines(iter(lines), SentencePieceOptions(700)).data


def test_a_unigram_model_may_learn_from_some_lines(source: Source) -> None:
    """The same ones each time."""
    some = [build_sentencepiece("x", source, size=300, max_lines=2000).digest for _ in range(2)]
    assert some[0] == some[1] != build_sentencepiece("x", source, size=300, max_lines=None).digest


@KINDS
def test_long_lines_are_learned_from(tmp_path: Path, kind: Any) -> None:
    """The trainer would leave out lines of more than 4192 bytes by default, without a word."""
    (tmp_path / "a.txt").write_text(f"{'kayak ' * 2000}\nother words\n")
    assert (
        "k" in build_sentencepiece("x", Source(tmp_path / "a.txt"), size=17, kind=kind, character_coverage=1.0).pieces
    )


@KINDS
def test_lines_with_the_sign_of_the_trainer_are_learned_from(tmp_path: Path, kind: Any) -> None:
    """The trainer would leave them out, too; only the sign itself is left out."""
    (tmp_path / "a.txt").write_text("kayak\u2585kayak\nother words\n" * 3)
    pieces = build_sentencepiece("x", Source(tmp_path / "a.txt"), size=17, kind=kind).pieces
    assert "k" in pieces
    assert "\u2585" not in "".join(pieces)


@pytest.mark.slow
@KINDS
def test_every_process_trains_the_same_bytes(source: Source, tmp_path: Path, kind: str) -> None:
    """Whatever the seed of hashes and the number of threads."""
    digests = set()
    for seed, threads in [("0", "1"), ("1", "2"), ("2", "8")]:
        variables = {**os.environ, "PYTHONHASHSEED": seed, "OMP_NUM_THREADS": threads, "ARROW_NUM_THREADS": threads}
        command = [sys.executable, "-c", BUILD, source.files[0], kind, str(tmp_path / "pieces.model")]
        subprocess.run(command, env=variables, check=True, timeout=120)
        digests.add(hashlib.sha256((tmp_path / "pieces.model").read_bytes()).hexdigest())
    assert len(digests) == 1


def test_all_wrong_arguments_are_named(source: Source) -> None:
    """In one error, before a file is opened."""
    with pytest.raises(VocabularyError) as caught:
        build_sentencepiece(
            "x", source, size=5, kind="word", normalization="nfd", character_coverage=0.5, max_lines=0,  # type: ignore[arg-type]
            control=["[A]", "[A]", "<s>"], reserved="[A]", pad_id=1, eos_id=9,
        )  # fmt: skip
    assert [str(problem).split(";")[0] for problem in caught.value.problems] == [
        "kind: must be one of unigram, bpe",
        "normalization: must be one of nmt_nfkc, nfkc, nmt_nfkc_cf, nfkc_cf, identity",
        "character_coverage: must be 0.98 to 1",
        "max_lines: must be at least 1 or None",
        "control: '[A]' is there twice",
        "reserved: must be a list of strings",
        "control: '<s>' has an id of its own already. Leave it out",
        "unk_id: 1 is the id of <pad>, too",
        "eos_id: must be 0 to 3, as 4 pieces have an id",
        "size: must be more than the 10 reserved pieces",
    ]


def test_a_reserved_piece_is_no_control_piece(source: Source) -> None:
    """It stands in text, or it does not."""
    with pytest.raises(VocabularyError, match=r"reserved: '\[A\]' is among the control pieces, too"):
        build_sentencepiece("x", source, size=100, control=["[A]"], reserved=["[A]"])


def test_a_missing_package_is_named(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the extra that brings it."""
    monkeypatch.setitem(sys.modules, "sentencepiece", None)
    with pytest.raises(VocabularyError, match=r"Install lexport\[subword\]"):
        build_sentencepiece("x", source, size=100)


@KINDS
def test_a_source_with_too_little_text_is_an_error(tmp_path: Path, kind: Any, lexport_home: Path) -> None:
    """The error says how many pieces it gives; nothing is written."""
    (tmp_path / "a.txt").write_text("the cat sat on the mat\n")
    with pytest.raises(VocabularyError, match=r"too small\n  size: the source gives \d+ pieces at most; received 400"):
        build_sentencepiece("x", Source(tmp_path / "a.txt"), size=400, kind=kind)
    assert not lexport_home.exists()


@KINDS
def test_a_source_with_too_many_characters_is_an_error(source: Source, kind: Any) -> None:
    """The error says how many pieces it takes."""
    with pytest.raises(VocabularyError, match=r"size: must be more than the \d+ reserved pieces and characters"):
        build_sentencepiece("x", source, size=20, kind=kind)


@KINDS
@pytest.mark.parametrize("text", [" \n\n", "\u200b\n"])
def test_a_source_without_text_is_an_error(tmp_path: Path, kind: Any, text: str) -> None:
    """White space, and what normalisation removes."""
    (tmp_path / "a.txt").write_text(text)
    with pytest.raises(VocabularyError, match="the source holds no text"):
        build_sentencepiece("x", Source(tmp_path / "a.txt"), size=400, kind=kind)


@KINDS
def test_files_that_cannot_be_read_are_named(tmp_path: Path, kind: Any) -> None:
    """All of them, as for every other vocabulary."""
    (tmp_path / "a.txt").write_bytes(b"fine\n\xff\n")
    with pytest.raises(VocabularyError, match=r"'x' cannot be built(.|\n)*a\.txt: line 2 is not UTF-8"):
        build_sentencepiece("x", Source(tmp_path / "a.txt"), size=10, kind=kind)
    with pytest.raises(VocabularyError, match=r"missing\.txt: there is no such file"):
        build_sentencepiece("x", Source(tmp_path / "missing.txt"), size=10, kind=kind)


def test_integers_are_no_text(tmp_path: Path) -> None:
    """A column of them teaches no pieces."""
    pyarrow.parquet.write_table(pyarrow.table({"x": [7]}), tmp_path / "a.parquet")
    with pytest.raises(VocabularyError, match="the column must hold text; it holds int64"):
        build_sentencepiece("x", Source(tmp_path / "a.parquet", "x"), size=10)


@KINDS
def test_progress_ends_at_the_size_of_all_files(source: Source, kind: Any) -> None:
    """It counts the bytes that are read; what follows is training."""
    calls: list[tuple[int, int]] = []
    build_sentencepiece("x", source, size=300, kind=kind, progress=lambda *call: calls.append(call))
    size = Path(source.files[0]).stat().st_size
    assert calls[-1] == (size, size)
