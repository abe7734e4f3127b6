import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from lexport.cli.app import app
from lexport.publish import VocabularyEntry, make_manifest, write_manifest
from lexport.vocabulary import Statistics, Vocabulary


def show(*arguments: str | Path) -> Result:
    """Runs the command in this process."""
    return CliRunner().invoke(app, ["vocab", "show", *map(str, arguments)])


@pytest.fixture
def words(tmp_path: Path) -> Path:
    """A file of twenty terms."""
    path = tmp_path / "words.txt"
    path.write_text("".join(f"term {number}\n" for number in range(1, 21)))
    return path


def test_a_file_is_shown_with_its_digest_and_its_first_terms(words: Path) -> None:
    """The digest is the one that a config's `sha256` takes."""
    lines = show(words, "--head", "2").stdout.splitlines()

    assert lines == [
        "words  20 terms, 151 B",
        f"  sha256  {hashlib.sha256(words.read_bytes()).hexdigest()}",
        f"  file    {words}",
        "  terms, by line",
        "     1  term 1",
        "     2  term 2",
        "        ... 18 more terms",
    ]


def test_the_end_of_a_file_is_shown_on_request(words: Path) -> None:
    """What lies between is counted; nothing is shown twice where both ends meet."""
    assert show(words, "--head", "1", "--tail", "2").stdout.splitlines()[-4:] == [
        "     1  term 1",
        "        ... 17 more terms",
        "    19  term 19",
        "    20  term 20",
    ]
    assert show(words, "--head", "15", "--tail", "10").stdout.count("term ") == 20
    assert "more" not in show(words, "--head", "15", "--tail", "10").stdout


def test_json_is_one_document(words: Path) -> None:
    """Terms with their line, and nothing on stderr."""
    result = show(words, "--head", "1", "--tail", "1", "--json")
    shown = json.loads(result.stdout)["vocabularies"][0]

    assert result.stderr == ""
    assert (shown["name"], shown["terms"], shown["size"]) == ("words", 20, 151)
    assert shown["head"] == [{"line": 1, "term": "term 1"}]
    assert shown["tail"] == [{"line": 20, "term": "term 20"}]


@pytest.mark.parametrize(
    ("data", "term"),
    [
        (b"[UNK]\n", "[UNK]"),
        (b"[bold]x[/bold]\n", "[bold]x[/bold]"),
        (b"\x1b[2J\n", r"\x1b[2J"),
        ("a\u2028b\n".encode(), r"a\u2028b"),
        (b"\xff\xfe\n", r"\xff\xfe"),
        (b"\xef\xbb\xbfthe\n", r"\ufeffthe"),
        (b"the\r\n", r"the\r"),
    ],
)
def test_a_term_is_shown_as_it_is_and_safely(
    tmp_path: Path, terminal: Callable[..., tuple[int, str]], data: bytes, term: str
) -> None:
    """In a pipe and on a terminal: markup is text, and what cannot be seen is escaped."""
    path = tmp_path / "words.txt"
    path.write_bytes(data)

    assert show(path).stdout.splitlines()[-1].endswith(f"  {term}")
    assert terminal("vocab", "show", path)[1].splitlines()[-1].endswith(f"  {term}")


def test_an_empty_file_has_no_terms(tmp_path: Path) -> None:
    """It is shown; whether it will do is the lint's to say."""
    path = tmp_path / "words.txt"
    path.write_bytes(b"")

    assert show(path).stdout.startswith("words  0 terms, 0 B\n")


def test_what_cannot_be_shown_is_named(tmp_path: Path, words: Path) -> None:
    """A missing file, a directory that lexport did not write, a name where there is nothing to choose."""
    assert (
        f"VocabularyError: cannot read {tmp_path / 'absent.txt'}: No such file" in show(tmp_path / "absent.txt").stderr
    )
    (tmp_path / "empty").mkdir()
    assert "is no export of lexport" in show(tmp_path / "empty").stderr
    assert "--name chooses among the vocabularies of a directory" in show(words, "--name", "words").stderr
    assert show(tmp_path / "empty").exit_code == 1


# -- what was counted -------------------------------------------------------------------------------------------


@pytest.fixture
def counted(tmp_path: Path) -> Path:
    """Twelve terms with their counts, as `lexport vocab build --out` writes them."""
    statistics = Statistics(counts=range(12, 0, -1), document_counts=[3] * 12, documents=4, tokens=100)
    terms = [f"term {number}" for number in range(1, 13)]
    made = Vocabulary("counted", "".join(f"{term}\n" for term in terms).encode(), statistics=statistics)
    return made.write(tmp_path / "out" / "counted.txt", statistics=tmp_path / "out" / "counted.statistics.parquet")


def test_counts_and_coverage_are_shown_from_the_statistics_beside_the_file(counted: Path) -> None:
    """Of the first ten, hundred, ... terms and of all, as a share of all tokens; and each term with its rows."""
    lines = show(counted, "--head", "2", "--tail", "1").stdout.splitlines()

    assert lines[2:] == [
        f"  file    {counted}",
        f"  statistics  {counted.with_name('counted.statistics.parquet')}",
        "    100 tokens counted, 4 rows",
        "    coverage of the first terms",
        "      10 terms  75 tokens   75.000%",
        "      12 terms  78 tokens   78.000%",
        "  terms, by line, with count and rows that hold it",
        "     1  12  3 (75.00%)  term 1",
        "     2  11  3 (75.00%)  term 2",
        "                        ... 9 more terms",
        "    12   1  3 (75.00%)  term 12",
    ]


def test_json_has_the_statistics(counted: Path) -> None:
    """Numbers, not words."""
    shown = json.loads(show(counted, "--head", "1", "--json").stdout)["vocabularies"][0]

    assert shown["head"] == [{"line": 1, "term": "term 1", "count": 12, "documents": 3}]
    assert shown["statistics"] == {
        "path": str(counted.with_name("counted.statistics.parquet")),
        "tokens": 100,
        "documents": 4,
        "coverage": [{"terms": 10, "tokens": 75, "share": 0.75}, {"terms": 12, "tokens": 78, "share": 0.78}],
    }


def test_statistics_may_be_elsewhere(counted: Path, tmp_path: Path) -> None:
    """Those that one names are shown, or it is an error; a vocabulary without the last line end is the same one."""
    elsewhere = tmp_path / "elsewhere.parquet"
    counted.with_name("counted.statistics.parquet").rename(elsewhere)
    counted.write_bytes(counted.read_bytes().removesuffix(b"\n"))

    assert "tokens counted" not in show(counted).stdout
    assert "100 tokens counted" in show(counted, "--statistics", elsewhere).stdout
    absent = show(counted, "--statistics", tmp_path / "absent.parquet")
    assert (absent.exit_code, absent.stdout) == (1, "")
    assert "cannot read statistics from" in absent.stderr


def test_statistics_of_another_vocabulary_are_not_taken_for_its_own(counted: Path) -> None:
    """Those beside the file are left out, and the reason is told; those that one names are an error."""
    counted.write_text(counted.read_text().replace("term 1\n", "other\n"))

    assert "statistics  left out: " in show(counted).stdout
    assert "tokens counted" not in show(counted).stdout
    assert "holds the statistics of another vocabulary" in show(counted).stdout
    named = show(counted, "--statistics", counted.with_name("counted.statistics.parquet"))
    assert (named.exit_code, named.stdout) == (1, "")
    assert "holds the statistics of another vocabulary" in named.stderr


def test_a_plot_shows_the_counts_of_the_vocabulary(counted: Path, tmp_path: Path) -> None:
    """It is drawn before anything is printed, and named at the end."""
    result = show(counted, "--plot", tmp_path / "plot.svg")

    assert result.stdout.splitlines()[-1] == f"plot  {tmp_path / 'plot.svg'}"
    assert 'id="coverage-counted"' in (tmp_path / "plot.svg").read_text()
    assert "chosen: 12 terms, 78.00 % of tokens" in (tmp_path / "plot.svg").read_text()


def test_a_plot_without_counts_is_an_error(words: Path, tmp_path: Path) -> None:
    """Nothing is written, and the reason is told; so is a file of another kind, as an error of usage."""
    result = show(words, "--plot", tmp_path / "plot.svg")
    assert result.exit_code == 1
    assert "the counts of its terms are not known" in result.stderr
    assert not (tmp_path / "plot.svg").exists()
    assert show(words, "--plot", tmp_path / "plot.pdf").exit_code == 2


def test_all_vocabularies_of_a_folder_are_shown(counted: Path, words: Path) -> None:
    """As `lexport vocab build --out` wrote them; no link out of the folder is followed."""
    (counted.parent / "words.txt").write_bytes(words.read_bytes())
    assert [line for line in show(counted.parent, "--head", "0").stdout.splitlines() if line[0] != " "] == [
        "counted  12 terms, 87 B",
        "words  20 terms, 151 B",
    ]
    assert show(counted.parent, "--name", "words").stdout.startswith("words")
    assert "has the vocabularies counted, words" in show(counted.parent, "--name", "tags").stderr
    both = show(counted.parent, "--statistics", counted.with_name("counted.statistics.parquet"))
    assert "--statistics belongs to one vocabulary" in both.stderr
    (counted.parent / "link.txt").symlink_to(words)
    assert "AssetError: cannot read link.txt" in show(counted.parent).stderr


# -- published versions ----------------------------------------------------------------------------------------


@pytest.fixture
def version(tmp_path: Path) -> Path:
    """A directory with a manifest of one vocabulary, and nothing that takes TensorFlow to make."""
    words = Vocabulary.from_terms("words", ["the", "of"])
    root = tmp_path / "1"
    words.write(root / "assets" / "words.txt")
    entry = VocabularyEntry("assets/words.txt", words.digest, 2, "string")
    write_manifest(root, make_manifest(root, name="x", vocabularies={"words": entry}))
    return root


def test_a_vocabulary_that_was_changed_after_publication_is_told(version: Path) -> None:
    """It is shown as it is, and beside it what the manifest requires; the exit code is 1."""
    assert show(version).exit_code == 0
    (version / "assets" / "words.txt").write_text("of\nthe\nand\n")
    result = show(version)

    assert result.exit_code == 1
    assert result.stdout.startswith("words  3 terms, string")
    assert "  assets/words.txt: was changed: the manifest requires 2 terms with sha256 7816c170" in result.stdout
    assert "lexport verify checks all of its files" in result.stderr
    shown = show(version, "--json")
    assert shown.exit_code == 1
    assert json.loads(shown.stdout)["vocabularies"][0]["problems"][0]["where"] == "assets/words.txt"


@pytest.mark.slow
def test_the_vocabularies_of_a_published_directory_are_shown(published: Any) -> None:
    """By name; a name that is not there is an error that tells the others."""
    result = show(published.path, "--name", "words", "--json")
    shown = json.loads(result.stdout)["vocabularies"]

    assert [one["name"] for one in shown] == ["words"]
    assert shown[0]["dtype"] == "string"
    assert shown[0]["path"] == str(published.path / "assets" / "words.txt")
    assert [entry["term"] for entry in shown[0]["head"]] == ["the", "of", "dog", "cow", "cat"]
    assert show(published.path).stdout.startswith("words  5 terms, string, 19 B\n")
    assert "has the vocabularies words" in show(published.path, "--name", "tags").stderr


@pytest.mark.slow
def test_a_link_in_a_published_directory_is_not_followed(published: Any, tmp_path: Path) -> None:
    """Whoever sends a directory must not choose which of our files are shown."""
    copy = tmp_path / "copy"
    shutil.copytree(published.path, copy)
    (copy / "assets" / "words.txt").unlink()
    (copy / "assets" / "words.txt").symlink_to("/etc/passwd")
    result = show(copy)

    assert result.exit_code == 1
    assert "root" not in result.stdout
    assert "AssetError: cannot read assets/words.txt" in result.stderr
