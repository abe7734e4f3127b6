"""`example_files`: the files of an Examples artifact."""

from collections.abc import Iterator, Sequence

from tfx.dsl.io import fileio
from tfx.types import artifact_utils
from tfx.types.artifact import Artifact

from lexport.errors import Problem, VocabularyError

__all__ = ["example_files"]

# The names of the custom properties that ExampleGen sets; an artifact without them is older, and has these values.
FILE_FORMAT, FILES_OF_RECORDS = "file_format", "tfrecords_gzip"
PAYLOAD_FORMAT, EXAMPLES = "payload_format", "FORMAT_TF_EXAMPLE"


def example_files(examples: Sequence[Artifact], splits: Sequence[str]) -> list[str]:
    """Lists the files of TFRecords that ExampleGen wrote.

    Args:
        examples: artifacts of the standard type Examples, one or several spans.
        splits: which of their splits; all where none is named.

    Returns:
        Paths or URLs, in order.

    Raises:
        VocabularyError: an artifact holds something else than `tf.Example`s, lacks a split, or is empty; all are told.
    """
    problems = [problem for one in examples for problem in _problems(one, splits)]
    if problems:
        raise VocabularyError("vocabularies cannot be built from the Examples", problems)
    folders = [
        folder
        for one in examples
        for split in splits or artifact_utils.decode_split_names(one.split_names)
        for folder in artifact_utils.get_split_uris([one], split)
    ]
    files = [
        f"{folder}/{name}" for folder in folders for name in sorted(fileio.listdir(folder)) if name[:1] not in "._"
    ]
    if not files:
        raise VocabularyError(f"the Examples have no files; looked in {', '.join(folders) or 'no split'}")
    return files


def _problems(examples: Artifact, splits: Sequence[str]) -> Iterator[Problem]:
    for name, required in {FILE_FORMAT: FILES_OF_RECORDS, PAYLOAD_FORMAT: EXAMPLES}.items():
        received = examples.get_string_custom_property(name)
        if received and received != required:
            yield Problem(examples.uri, f"{name} must be {required}; received {received}")
    known = artifact_utils.decode_split_names(examples.split_names)
    for split in splits:
        if split not in known:
            yield Problem(examples.uri, f"has no split {split!r}; it has {', '.join(known) or 'none'}")
