"""The vocabularies of a config: built from data, or read from files."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lexport.config import VocabularyConfig
from lexport.errors import VocabularyError
from lexport.run.announcer import SilentAnnouncer

Build = Callable[..., dict[str, Any]]


@contextmanager
def project_at(folder: Path) -> Iterator[None]:
    """Makes a folder the project, and the path of imports what it was."""
    before = list(sys.path)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        yield
    sys.path[:] = before


class Recorder(SilentAnnouncer):
    """Remembers what it hears."""

    def __init__(self) -> None:
        self.steps: list[str] = []
        self.reached: list[tuple[int, int]] = []

    def step(self, text: str) -> None:
        self.steps.append(text)

    def progress(self, done: int, total: int) -> None:
        self.reached.append((done, total))


def source(path: Path, **rest: object) -> VocabularyConfig:
    """A vocabulary that is built from a column of a file."""
    return VocabularyConfig.model_validate({"source": {"files": [str(path)], "column": "text"}, **rest})


def test_each_is_built_or_read_as_its_config_says(build_of: Build, tmp_path: Path) -> None:
    """Every setting reaches the engine; steps and bytes are announced."""
    (tmp_path / "rows.csv").write_text('text,code\n"The cat, the DOG",7\n"the cat, the end",8\n"the mouse",7\n')
    (tmp_path / "labels.txt").write_text("b\na\n")
    text, recorder = tmp_path / "rows.csv", Recorder()
    built = build_of(
        {
            "words": source(
                text, terms={"standardize": "lower_and_strip_punctuation", "split": "whitespace"}, min_count=2
            ),
            "top": source(text, terms={"standardize": "lower", "split": "whitespace"}, max_terms=1),
            "parts": source(text, terms={"split": ", "}),
            "codes": VocabularyConfig.model_validate(
                {"source": {"files": [str(text)], "column": "code"}, "dtype": "int64"}
            ),
            "labels": VocabularyConfig(file=tmp_path / "labels.txt"),
        },
        recorder,
    )
    assert {name: vocabulary.terms for name, vocabulary in built.items()} == {
        "words": ("the", "cat"),
        "top": ("the",),
        "parts": ("the mouse", "the end", "the cat", "the DOG", "The cat"),
        "codes": (7, 8),
        "labels": ("b", "a"),
    }
    assert all(vocabulary.name == name for name, vocabulary in built.items())
    assert recorder.steps == ["reading vocabulary labels", "building vocabularies words, top, parts, codes"]
    size = text.stat().st_size
    assert {total for _, total in recorder.reached} == {size}  # one pass for all of them
    assert recorder.reached[-1] == (size, size)


def test_the_settings_of_a_file_are_heeded(build_of: Build, tmp_path: Path) -> None:
    """Its dtype, its digest, and the lint rules that it may break."""
    (tmp_path / "codes.txt").write_text("700\n800\n")
    (tmp_path / "dumped.txt").write_text("[UNK]\n \n")
    codes = VocabularyConfig(file=tmp_path / "codes.txt", dtype="int64")
    dumped = VocabularyConfig(file=tmp_path / "dumped.txt", allow=["special-token", "blank-term"])
    built = build_of({"codes": codes, "dumped": dumped})
    assert (built["codes"].terms, built["dumped"].terms) == ((700, 800), ("[UNK]", " "))
    pinned = VocabularyConfig(file=tmp_path / "codes.txt", sha256="0" * 64)
    with pytest.raises(VocabularyError, match="is not the expected vocabulary 'pinned'"):
        build_of({"pinned": pinned})


def test_the_problems_of_all_are_in_one_error(build_of: Build, tmp_path: Path) -> None:
    """Those that could be built are not in it; each line of a file's lint is."""
    (tmp_path / "good.txt").write_text("a\n")
    (tmp_path / "double.txt").write_text("a\nb\na\n\nc\n")
    (tmp_path / "rows.csv").write_text("other\nx\n")
    configs = {
        "good": VocabularyConfig(file=tmp_path / "good.txt"),
        "double": VocabularyConfig(file=tmp_path / "double.txt"),
        "column": source(tmp_path / "rows.csv"),
        "gone": VocabularyConfig(file=tmp_path / "good.txt", sha256="0" * 64),
    }
    with pytest.raises(VocabularyError, match="the vocabularies cannot be built") as raised:
        build_of(configs)
    wheres = [problem.where for problem in raised.value.problems]
    assert wheres == ["vocabularies.double", "vocabularies.double", "vocabularies.gone", "vocabularies.column"]
    messages = [problem.message for problem in raised.value.problems]
    file = tmp_path / "double.txt"
    assert {message.split(":")[0] for message in messages[:2]} == {f"{file}, line 3", f"{file}, line 4"}
    assert "is not the expected vocabulary 'gone'" in messages[2]
    assert "'text'" in messages[3]


def test_terms_may_be_replaced_split_by_a_pattern_and_joined(build_of: Build, tmp_path: Path) -> None:
    """Every key of `terms` reaches the counting, a function of the project's too."""
    (tmp_path / "rows.csv").write_text('text\n"New York 12;Boston 7"\n')
    (tmp_path / "words_of_the_test.py").write_text("def upper(texts):\n    return [text.upper() for text in texts]\n")
    pattern = {"replace": {"pattern": "[0-9]+", "by": "#"}, "split_pattern": "[ ;]+", "ngrams": [2]}
    rows = tmp_path / "rows.csv"
    config = {
        "pairs": source(rows, terms=pattern),
        "upper": source(rows, terms={"function": "words_of_the_test:upper", "split": ";"}),
    }
    with project_at(tmp_path):
        built = build_of(config)
    assert set(built["pairs"].terms) == {"New York", "York #", "# Boston", "Boston #"}
    assert set(built["upper"].terms) == {"NEW YORK 12", "BOSTON 7"}


def test_selection_counts_and_updates_of_a_config_are_heeded(build_of: Build, tmp_path: Path) -> None:
    """Yesterday's counts are added, ids of yesterday stay, and what was counted is there for tomorrow."""
    (tmp_path / "monday.csv").write_text("text\na\na\nb\n")
    (tmp_path / "tuesday.csv").write_text("text\nc\nc\nc\nc\na\n")
    counts, old = tmp_path / "counts.parquet", tmp_path / "old.txt"
    monday = build_of({"x": source(tmp_path / "monday.csv", counts={"to": str(counts)})})["x"]
    monday.write(old)
    update = {"counts": {"from": str(counts), "to": str(counts)}, "update": {"from": str(old)}, "max_terms": 3}
    tuesday = build_of({"x": source(tmp_path / "tuesday.csv", **update)})["x"]
    assert (monday.terms, monday.counts) == (("a", "b"), (2, 1))
    assert (tuesday.terms, tuesday.counts) == (("a", "b", "c"), (3, 1, 4))


def test_the_engine_of_the_config_counts(build_of: Build, tmp_path: Path) -> None:
    """Where its limit cannot be kept, it says so before it reads anything."""
    (tmp_path / "rows.csv").write_text("text\na\n")
    with pytest.raises(VocabularyError, match="memory_limit: must be at least"):
        build_of({"x": source(tmp_path / "rows.csv")}, engine={"memory_limit": "1MiB", "workers": 4})
    assert build_of({"x": source(tmp_path / "rows.csv")}, engine={"memory_limit": "1GB", "workers": 1})["x"].terms == (
        "a",
    )
