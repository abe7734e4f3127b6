import pytest

from lexport.errors import AssetError
from lexport.transform.vocabulary_files import file_of, names_of, sanitized


@pytest.mark.parametrize(
    ("name", "file"),
    [("a/b c", "a_b-c"), (" a.txt ", "a_txt"), ("a - b", "a-b"), ("städte", "städte"), ("a\tb--c", "a-b-c")],
)
def test_names_become_files_as_in_tensorflow_transform(name: str, file: str) -> None:
    """`tests/integrations/tfx` compares more of them with `sanitized_vocab_filename` itself."""
    assert sanitized(name) == file


def test_of_two_names_with_one_end_both_are_listed() -> None:
    """The map has one of `a/words` and `b/words`, as tensorflow_transform keeps what stands after the last slash."""
    assert names_of({"words": "b_words"}, ["a_words", "b_words"]) == ("a_words", "words")
    assert file_of("a/words", {"words": "b_words"}, ["a_words", "b_words"]) == "a_words"


def test_the_map_goes_first() -> None:
    """An asset that somebody annotated may have the name of another vocabulary's file."""
    assert file_of("words", {"words": "other"}, ["other", "words"]) == "other"


def test_a_map_that_names_no_file_is_passed_over() -> None:
    """As tensorflow_transform does."""
    assert file_of("words", {"words": "gone"}, ["words.tfrecord.gz"]) == "words.tfrecord.gz"


def test_a_name_of_two_files_is_refused() -> None:
    """One is text, the other compressed."""
    with pytest.raises(AssetError, match="must have one file"):
        file_of("words", {}, ["words", "words.tfrecord.gz"])
