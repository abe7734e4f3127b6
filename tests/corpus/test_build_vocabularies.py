"""Many vocabularies in one pass, and what a kill leaves."""

import dataclasses
import os
import signal
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from lexport.corpus import Selection, Source, TextTerms, VocabularyDefinition, build_vocabularies, build_vocabulary
from lexport.errors import VocabularyError

WORDS = TextTerms("lower_and_strip_punctuation", "whitespace")


def test_each_vocabulary_is_that_which_is_built_alone(tmp_path: Path) -> None:
    """From columns of the same files and from others, whatever else is counted in the same pass."""
    (tmp_path / "a.csv").write_text("text,tag,n,w,l\nThe cat,x,7,0.5,p\nthe dog,y,8,2,q\nthe cat,x,7,1,p\n")
    (tmp_path / "b.txt").write_text("other words\n")
    text = Source(f"{tmp_path}/a.csv", "text")
    definitions = [
        VocabularyDefinition("words", text, WORDS),
        VocabularyDefinition("tags", Source(f"{tmp_path}/a.csv", "tag"), documents=True),
        VocabularyDefinition("numbers", Source(f"{tmp_path}/a.csv", "n"), dtype="int64"),
        VocabularyDefinition("heavy", text, WORDS, Selection(rank="weight"), weight="w"),
        VocabularyDefinition("telling", text, WORDS, Selection(rank="mutual_information"), label="l"),
        VocabularyDefinition("lines", Source(f"{tmp_path}/b.txt"), WORDS),
    ]
    together = build_vocabularies(definitions)
    assert list(together) == [one.name for one in definitions]
    for one in definitions:
        alone = build_vocabularies([one])[one.name]
        assert (alone.terms, alone.statistics) == (together[one.name].terms, together[one.name].statistics)
    assert together["words"].terms == ("the", "cat", "dog")
    assert together["heavy"].terms == ("the", "dog", "cat")
    assert together["numbers"].counts == (2, 1)
    assert together["tags"].document_counts == (2, 1)


def test_hundreds_of_columns_are_counted_in_one_pass(tmp_path: Path) -> None:
    """The file is read once: its bytes are reported once."""
    names = [f"c{number}" for number in range(300)]
    rows = "\n".join(",".join(f"v{row * number % 7}" for number in range(300)) for row in range(50))
    (tmp_path / "wide.csv").write_text(f"{','.join(names)}\n{rows}\n")
    reached: list[tuple[int, int]] = []
    definitions = [VocabularyDefinition(name, Source(f"{tmp_path}/wide.csv", name)) for name in names]
    built = build_vocabularies(definitions, progress=lambda done, total: reached.append((done, total)))
    assert {total for _, total in reached} == {(tmp_path / "wide.csv").stat().st_size}
    assert built["c0"].terms == ("v0",)
    assert all(sum(one.counts or ()) == 50 for one in built.values())


def test_everything_that_is_wrong_is_named_with_its_vocabulary(tmp_path: Path) -> None:
    """Missing files, wrong definitions and names that two have, before anything is read."""
    (tmp_path / "a.txt").write_text("a\n")
    text = Source(f"{tmp_path}/a.txt")
    definitions = [
        VocabularyDefinition("gone", Source(f"{tmp_path}/gone.txt")),
        VocabularyDefinition("a/b", text, dtype="int64", terms=TextTerms("lower")),
        VocabularyDefinition("heavy", text, selection=Selection(rank="weight")),
        VocabularyDefinition("heavy", text),
    ]
    with pytest.raises(VocabularyError) as raised:
        build_vocabularies(definitions)
    assert [problem.where for problem in raised.value.problems] == [
        f"gone: {tmp_path}/gone.txt",
        "a/b: name",
        "a/b: standardize",
        "heavy: weight",
        "heavy",
    ]


def test_no_vocabulary_is_given_where_one_cannot_be_chosen(tmp_path: Path) -> None:
    """The others are not half a result; each one's problem is named."""
    (tmp_path / "a.csv").write_text('x,y\na,"b\nc"\n')
    sources = {name: Source(f"{tmp_path}/a.csv", name) for name in "xy"}
    few = Selection(min_count=9)
    definitions = [
        VocabularyDefinition("x", sources["x"]),
        VocabularyDefinition("y", sources["y"]),
        VocabularyDefinition("none", sources["x"], selection=few),
    ]
    with pytest.raises(VocabularyError) as raised:
        build_vocabularies(definitions)
    assert sorted({problem.where.split(":")[0] for problem in raised.value.problems}) == ["none", "y"]


def test_counting_day_by_day_is_counting_everything(tmp_path: Path) -> None:
    """The file of counts takes the place of the data of before, also where it is replaced by its sum."""
    (tmp_path / "1.txt").write_text("a b a c\n")
    (tmp_path / "2.txt").write_text("c c d\n")
    counts = tmp_path / "counts.parquet"
    for day in "12":
        before = counts if counts.exists() else None
        source = Source(f"{tmp_path}/{day}.txt")
        last = VocabularyDefinition("x", source, WORDS, documents=True, counts_from=before, counts_to=counts)
        built = build_vocabularies([last])["x"]
    whole = build_vocabularies([VocabularyDefinition("x", Source(f"{tmp_path}/*.txt"), WORDS, documents=True)])["x"]
    assert (built.digest, built.statistics) == (whole.digest, whole.statistics)


def test_counts_stay_as_they_were_where_another_vocabulary_fails(tmp_path: Path) -> None:
    """Otherwise whoever tries again would add the same data twice."""
    (tmp_path / "a.txt").write_text("a b\n")
    counts = tmp_path / "counts.parquet"
    words = VocabularyDefinition("words", Source(f"{tmp_path}/a.txt"), WORDS, counts_to=counts)
    build_vocabularies([words])
    before = counts.read_bytes()
    again = dataclasses.replace(words, counts_from=counts)
    rare = VocabularyDefinition("rare", Source(f"{tmp_path}/a.txt"), WORDS, Selection(min_count=9))
    with pytest.raises(VocabularyError, match="rare: none of the 2 terms that were counted in 1 rows is left"):
        build_vocabularies([again, rare])
    assert counts.read_bytes() == before
    assert sorted(path.name for path in tmp_path.glob("*.*")) == ["a.txt", "counts.parquet"]


def test_counts_take_their_place_when_the_stack_of_the_caller_ends(tmp_path: Path) -> None:
    """And not at all where it ends with an error."""
    (tmp_path / "a.txt").write_text("a b\n")
    counts = tmp_path / "counts.parquet"
    words = VocabularyDefinition("words", Source(f"{tmp_path}/a.txt"), WORDS, counts_to=counts)

    def publish() -> None:
        with ExitStack() as stack:
            build_vocabularies([words], counts=stack)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        publish()
    assert not counts.exists()
    with ExitStack() as stack:
        build_vocabularies([words], counts=stack)
        assert not counts.exists()
    assert counts.exists()


def test_vocabularies_do_not_share_a_file_of_counts(tmp_path: Path) -> None:
    """The last one would be left, or one would be added to another."""
    (tmp_path / "a.txt").write_text("a b\n")
    counts = tmp_path / "x.parquet"
    one = VocabularyDefinition("one", Source(f"{tmp_path}/a.txt"), WORDS, counts_to=counts)
    for its in ({"counts_to": counts}, {"counts_to": None, "counts_from": counts}):
        with pytest.raises(VocabularyError, match=r"one: counts_to: .*x.parquet is also the file of 'other'"):
            build_vocabularies([one, dataclasses.replace(one, name="other", **its)])


def test_a_single_vocabulary_needs_no_definition(tmp_path: Path) -> None:
    """`build_vocabulary` says the same with arguments."""
    (tmp_path / "a.txt").write_text("b a b\n")
    alone = build_vocabulary("x", Source(f"{tmp_path}/a.txt"), WORDS, max_terms=1)
    assert (alone.terms, alone.counts) == (("b",), (2,))


BUILD = """
import sys
from pathlib import Path
from lexport.corpus import Source, TextTerms, VocabularyDefinition, build_vocabularies
folder = Path(sys.argv[1])
definition = VocabularyDefinition(
    "x", Source(f"{folder}/*.csv", "text"), TextTerms(split="whitespace"), counts_to=folder / "counts.parquet"
)
print("started", flush=True)
build_vocabularies([definition])["x"].write(folder / "x.txt")
print("written", flush=True)
"""


@pytest.mark.slow
def test_a_kill_leaves_the_old_files_or_the_new_ones(tmp_path: Path) -> None:
    """At forty moments between the start and the end: never half a file, neither of terms nor of counts."""
    rows = "\n".join(" ".join(f"w{(row * 31 + place * 7919) % 50_000}" for place in range(10)) for row in range(50_000))
    (tmp_path / "a.csv").write_text(f"text\n{rows}\n")
    command = [sys.executable, "-c", BUILD, str(tmp_path)]
    (tmp_path / "x.txt").write_text("old\n")
    begin = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    whole = time.monotonic() - begin
    new = {name: (tmp_path / name).read_bytes() for name in ("x.txt", "counts.parquet")}
    for moment in range(40):
        (tmp_path / "x.txt").write_text("old\n")
        (tmp_path / "counts.parquet").unlink(missing_ok=True)
        with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(whole * moment / 40)
            os.killpg(process.pid, signal.SIGKILL)
        assert (tmp_path / "x.txt").read_bytes() in (b"old\n", new["x.txt"])
        if (tmp_path / "counts.parquet").exists():
            assert (tmp_path / "counts.parquet").read_bytes() == new["counts.parquet"]
