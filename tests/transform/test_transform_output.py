"""Everything below is about `tests/data/transform_output`, which tensorflow_transform 1.21 wrote."""

import gzip
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lexport.errors import AssetError, LexportError, VocabularyError
from lexport.transform import Numbers, TransformOutput

DATA = Path(__file__).parents[1] / "data"
CITIES = ("rome", "new york", "new jersey", "café")
NUMBERS = (7, 3, 12, -2)
MEASURED: dict[str, Numbers] = {
    "approximate": "counts",
    "counted": "counts",
    "counted_reserved": "counts",
    "informative": "scores",
    "measured_records": "counts",
    "weighted": "weights",
}


@pytest.fixture
def output(tmp_path: Path) -> Path:
    """A copy of a real output, to be broken."""
    return Path(shutil.copytree(DATA / "transform_output", tmp_path / "output"))


def asset(output: Path, name: str) -> Path:
    return output / "transform_fn" / "assets" / name


def problems(error: LexportError) -> str:
    return "\n".join(map(str, error.problems))


@pytest.mark.parametrize(
    ("name", "terms"),
    [
        ("plain", CITIES),
        ("world", CITIES),
        ("cities of the/world", CITIES),
        ("cities-of-the_world", CITIES),
        ("vocab_compute_and_apply_vocabulary_3_vocabulary", CITIES),
        ("records", CITIES),
        ("spaces", CITIES),
        ("vocab_frequency_vocabulary_1", CITIES),
        ("shuffled", ("rome", "new jersey", "new york")),
        ("keyed", ("rome", "new york", "café")),
        ("numbers", NUMBERS),
        ("number_records", NUMBERS),
    ],
)
def test_the_terms_stand_in_the_order_of_their_ids(name: str, terms: tuple[str | int, ...]) -> None:
    """In either format, of strings and integers, under every name by which tensorflow_transform finds the file."""
    read = TransformOutput(DATA / "transform_output").vocabulary(name)
    assert read.terms == terms
    assert read.dtype == ("int64" if isinstance(terms[0], int) else "string")


def test_every_vocabulary_is_listed() -> None:
    """A name for each file, so that nothing has to be known of the preprocessing function."""
    output = TransformOutput(DATA / "transform_output")
    files = {path.name for path in (output.directory / "transform_fn" / "assets").iterdir()}
    assert len(output.names) == len(files)
    assert {"plain", "records", "world", "vocab_frequency_vocabulary_1"} < set(output.names)


def test_all_vocabularies_are_read_at_once() -> None:
    """With what has to be said of some of them; those that are empty, or have no form, are left out by name."""
    output = TransformOutput(DATA / "transform_output")
    wanted = set(output.names) - {"empty", "empty_numbers", "lines"}
    read = output.vocabularies(sorted(wanted), numbers=MEASURED, allow=["special-token"])
    assert set(read) == wanted
    assert {frozenset(read[name].terms) for name in MEASURED} == {frozenset(CITIES), frozenset({"[PAD]", *CITIES})}


def test_everything_that_cannot_be_read_is_told_at_once() -> None:
    """One error names each vocabulary with its reason, and the remedy for each."""
    with pytest.raises(VocabularyError) as caught:
        TransformOutput(DATA / "transform_output").vocabularies(numbers={"gone": "counts"})
    told = {problem.where.split(",")[0] for problem in caught.value.problems}
    assert told == {*MEASURED, "empty", "empty_numbers", "gone", "lines", "reserved"}


def test_counts_travel() -> None:
    """What `store_frequency=True` stored is what the vocabulary knows of its terms."""
    output = TransformOutput(DATA / "transform_output")
    assert output.vocabulary("spaces").counts == (3, 1, 1, 1)
    assert output.vocabulary("vocab_frequency_vocabulary_1").counts == (3, 1, 1, 1)
    assert output.vocabulary("measured_records", numbers="counts").counts == (3, 1, 1, 1)
    assert output.vocabulary("approximate", numbers="counts").counts == (3, 1, 1, 1)
    assert output.vocabulary("plain").counts is None


def test_a_reserved_token_was_not_counted() -> None:
    """tensorflow_transform stores -1 for it, which is no count: 0 stands for it."""
    read = TransformOutput(DATA / "transform_output").vocabulary("counted_reserved", numbers="counts")
    assert dict(zip(read.terms, read.counts or (), strict=True)) == {
        "[PAD]": 0,
        "rome": 0,
        "new york": 1,
        "new jersey": 1,
        "café": 1,
    }


def test_weights_and_scores_travel_in_millionths() -> None:
    """As lexport's own builds have them; which of the two they are, only the user knows."""
    output = TransformOutput(DATA / "transform_output")
    weighted = output.vocabulary("weighted", numbers="weights").statistics
    informative = output.vocabulary("informative", numbers="scores").statistics
    assert weighted is not None
    assert informative is not None
    assert list(weighted.weights or ()) == [2_250_000, 2_000_000, 1_500_000, 1_000_000]
    assert list(informative.scores or ()) == [1_584_940, 584_942, 584_942, 0]
    assert weighted.counts is informative.counts is weighted.scores is informative.weights is None


def test_a_number_that_may_belong_to_the_term_is_never_guessed() -> None:
    """A guess would make each term another one, without a word: the user says it."""
    output = TransformOutput(DATA / "transform_output")
    with pytest.raises(VocabularyError, match="nothing in the output says"):
        output.vocabulary("counted")
    assert output.vocabulary("counted", numbers="none").terms[0] == "3 rome"
    assert output.vocabulary("counted", numbers="counts").terms[0] == "rome"


@pytest.mark.parametrize(("name", "numbers"), [("plain", "counts"), ("spaces", "none")])
def test_what_the_graph_looks_up_cannot_be_read_otherwise(name: str, numbers: Numbers) -> None:
    """The terms are those that had their ids in training; the graph knows them."""
    with pytest.raises(VocabularyError, match="a table of the graph"):
        TransformOutput(DATA / "transform_output").vocabulary(name, numbers=numbers)


@pytest.mark.parametrize("name", ["empty", "empty_numbers"])
def test_an_empty_vocabulary_is_refused(name: str) -> None:
    """tensorflow_transform makes up a term for it, which no data hold."""
    with pytest.raises(VocabularyError, match=r"is empty: it holds .* alone, which tensorflow_transform makes up"):
        TransformOutput(DATA / "transform_output").vocabulary(name)


@pytest.mark.parametrize(("name", "content"), [("plain", b""), ("records.tfrecord.gz", gzip.compress(b""))])
def test_a_file_of_nothing_is_refused(output: Path, name: str, content: bytes) -> None:
    """tensorflow_transform never writes one, so something was lost on the way."""
    asset(output, name).write_bytes(content)
    with pytest.raises(VocabularyError, match="empty-vocabulary"):
        TransformOutput(output).vocabulary(name.removesuffix(".tfrecord.gz"))


def test_minus_one_may_be_the_only_term() -> None:
    """Of integers the made-up term is one that data may hold: the user can say so."""
    read = TransformOutput(DATA / "transform_output").vocabulary("empty_numbers", allow=["special-token"])
    assert read.terms == (-1,)


def test_a_term_with_a_line_feed_is_refused() -> None:
    """Compressed TFRecords hold such terms, and the empty one; the file of a table cannot."""
    with pytest.raises(VocabularyError) as caught:
        TransformOutput(DATA / "transform_output").vocabulary("lines")
    assert "line-feed: 'a\\nb'" in problems(caught.value)


def test_an_empty_term_is_refused(output: Path) -> None:
    """A table that reads a file refuses it, too."""
    asset(output, "plain").write_bytes(b"rome\n\nparis\n")
    with pytest.raises(VocabularyError, match="line 2: empty-term"):
        TransformOutput(output).vocabulary("plain")


def test_a_reserved_special_token_is_allowed_by_name() -> None:
    """`[UNK]` at the head is what a dump of a layer looks like; here it may be a reserved token."""
    output = TransformOutput(DATA / "transform_output")
    with pytest.raises(VocabularyError, match="special-token"):
        output.vocabulary("reserved")
    read = output.vocabulary("reserved", allow=["special-token"])
    assert read.terms == ("[PAD]", "[UNK]", "rome", "new york", "new jersey", "café")
    assert output.vocabulary("reserved", special_tokens=["<oov>"]) == read


def test_a_vocabulary_has_a_name_that_an_asset_may_have(output: Path) -> None:
    """tensorflow_transform keeps letters of every script; whoever wants another name gives it."""
    asset(output, "plain").rename(asset(output, "-städte."))
    read = TransformOutput(output)
    assert "-städte." in read.names
    assert read.vocabulary("-städte.").name == "_st_dte_"
    assert read.vocabulary("-städte.", as_name="cities").name == "cities"


def test_a_name_that_is_not_there_is_told_with_those_that_are() -> None:
    """A slip of the pen is seen at once."""
    with pytest.raises(AssetError, match=r"has no vocabulary 'plane'; it has 'approximate', .*'plain'"):
        TransformOutput(DATA / "transform_output").vocabulary("plane")


def test_a_file_that_is_gone_is_told(output: Path) -> None:
    """The map promises it."""
    asset(output, "plain").unlink()
    read = TransformOutput(output)
    assert "plain" in read.names
    with pytest.raises(AssetError, match="'plain' should be 'plain' in assets/, which is not there"):
        read.vocabulary("plain")


def test_two_files_of_one_name_are_refused(output: Path) -> None:
    """As tensorflow_transform refuses them: nobody knows which was trained with."""
    asset(output, "twice").write_text("a\n")
    asset(output, "twice.tfrecord.gz").write_bytes(gzip.compress(b""))
    with pytest.raises(AssetError, match=r"must have one file in assets/; received twice, twice.tfrecord.gz"):
        TransformOutput(output).vocabulary("twice")


def test_an_output_without_a_map_is_read(output: Path) -> None:
    """Older versions of tensorflow_transform wrote none."""
    (output / "transformed_metadata" / "asset_map").unlink()
    read = TransformOutput(output)
    assert "records" in read.names
    assert read.vocabulary("records").terms == CITIES


@pytest.mark.parametrize("file", ["../../../secret", "/etc/passwd", "../variables/variables.index"])
def test_a_map_cannot_lead_out_of_the_assets(output: Path, file: str) -> None:
    """The map is a file that anybody may have written."""
    (output.parent / "secret").write_text("a\n")
    (output / "transformed_metadata" / "asset_map").write_text(json.dumps({"words": file}))
    with pytest.raises(AssetError, match="not there"):
        TransformOutput(output).vocabulary("words")


def test_a_link_is_not_followed(output: Path, tmp_path: Path) -> None:
    """It would read another file than the one that travels."""
    (tmp_path / "secret").write_text("a\n")
    asset(output, "plain").unlink()
    asset(output, "plain").symlink_to(tmp_path / "secret")
    with pytest.raises(AssetError, match="cannot read"):
        TransformOutput(output).vocabulary("plain")


@pytest.mark.parametrize("content", ["{", "[]", '{"a": 1}', "[" * 100_000])
def test_a_damaged_map_is_told(output: Path, content: str) -> None:
    """By its name, and what it should be."""
    (output / "transformed_metadata" / "asset_map").write_text(content)
    with pytest.raises(AssetError, match="asset_map must be a JSON object of names and files"):
        _ = TransformOutput(output).names


def test_a_damaged_graph_is_told(output: Path) -> None:
    """What the tables look up is not known then."""
    (output / "transform_fn" / "saved_model.pb").write_bytes(b"\xff\xff")
    with pytest.raises(AssetError, match=r"saved_model.pb is damaged"):
        TransformOutput(output).vocabulary("plain")


def test_strings_and_integers_have_to_be_told_apart_by_a_table(output: Path) -> None:
    """Digits in a file that no table reads are strings, unless somebody says what they are."""
    asset(output, "counted").write_text("7\n3\n")
    read = TransformOutput(output)
    assert read.vocabulary("counted").terms == ("7", "3")
    assert read.vocabulary("counted", dtype="int64").terms == (7, 3)


def test_another_dtype_is_refused() -> None:
    """Any integer of tensorflow_transform is an int64 here."""
    with pytest.raises(ValueError, match="dtype must be one of string, int64; received 'int32'"):
        TransformOutput(DATA / "transform_output").vocabulary("numbers", dtype="int32")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("output/transform_fn", "Did you mean .*/output?"),
        (".", "Did you mean .*output?"),
        ("output/transformed_metadata", "no dir"),
    ],
)
def test_another_directory_is_told_with_the_right_one(output: Path, given: str, hint: str) -> None:
    """The artifact of TFX and its folders are easily taken for each other."""
    with pytest.raises(AssetError, match=f"is no output of tensorflow_transform.*{hint}"):
        TransformOutput(output.parent / given)


def test_reading_needs_neither_tensorflow_nor_tensorflow_transform() -> None:
    """So that it costs no seconds, and no environment with older packages."""
    program = (
        "import sys; from lexport import TransformOutput; "
        f"TransformOutput({str(DATA / 'transform_output')!r}).vocabulary('records'); "
        "print(sorted({'tensorflow', 'tensorflow_transform', 'keras', 'apache_beam'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_what_is_no_directory_is_told_as_that(tmp_path: Path) -> None:
    """A misspelt path is another thing than a directory without an output."""
    (tmp_path / "file").touch()
    for name, told in (("nope", "nope does not exist"), ("file", "file is a file")):
        with pytest.raises(AssetError, match=f"{told}; required a directory that tensorflow_transform wrote"):
            TransformOutput(tmp_path / name)
