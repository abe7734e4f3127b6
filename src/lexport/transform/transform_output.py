"""`TransformOutput`: a directory that tensorflow_transform wrote, and its vocabularies."""

import os
import re
from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from pathlib import Path

from lexport.errors import AssetError, LexportError, Problem, VocabularyError
from lexport.savedmodel.tree import TreeFile, read_tree
from lexport.transform.leading_numbers import Numbers, split_numbers
from lexport.transform.stored_lines import read_lines
from lexport.transform.table_readings import TableReading, read_table_readings
from lexport.transform.vocabulary_files import RECORDS, file_of, names_of, read_asset_map
from lexport.vocabulary import LintRule, Statistics, Vocabulary
from lexport.vocabulary.file_format import Dtype
from lexport.vocabulary.lint import DEFAULT_SPECIAL_TOKENS

__all__ = ["TransformOutput"]

SAVED_MODEL = "transform_fn"
MADE_UP: dict[Dtype, bytes] = {"string": b"49d0cd50-04bb-48c0-bc6f-5b575dce351a", "int64": b"-1"}


class TransformOutput:
    r"""The output of tensorflow_transform or of TFX's Transform; nothing of it is run, and nothing is trusted.

    Args:
        directory: what `WriteTransformFn` wrote, or the artifact `transform_graph` of TFX: it holds `transform_fn` and
            `transformed_metadata`. On this machine; the vocabularies alone are read.

    Attributes:
        directory: the same.

    Raises:
        AssetError: it is no such directory.

    Example:
        >>> from lexport.tfformats.protos import message_class
        >>> assets = Path("output/transform_fn/assets")
        >>> assets.mkdir(parents=True)
        >>> size = (assets / "words").write_text("the\nof\n")
        >>> graph = message_class("SavedModel")()
        >>> _ = graph.meta_graphs.add()
        >>> size = (assets.parent / "saved_model.pb").write_bytes(graph.SerializeToString())
        >>> output = TransformOutput("output")
        >>> output.names, output.vocabulary("words").terms
        (('words',), ('the', 'of'))
    """

    def __init__(self, directory: str | os.PathLike[str]) -> None:
        self.directory = Path(directory)
        self._saved_model = self.directory / SAVED_MODEL
        if not self._saved_model.is_dir():
            raise AssetError(_no_output(self.directory))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the vocabularies, in order.

        Those that `tft.vocabulary` and its like, or `tft.annotate_asset`, gave; and the file of any other asset, as
        tensorflow_transform forgets names that end like another one.
        """
        return names_of(self._asset_map, self._asset_files)

    def vocabulary(
        self,
        name: str,
        *,
        numbers: Numbers | None = None,
        dtype: Dtype | None = None,
        as_name: str | None = None,
        special_tokens: Collection[str] | None = None,
        allow: Collection[LintRule | str] = (LintRule.BLANK_TERM,),
    ) -> Vocabulary:
        """Reads a vocabulary; the place of each term is the id that tensorflow_transform gave it.

        Args:
            name: one of `names`, or any `vocab_filename` that `TFTransformOutput.vocabulary_file_by_name` finds.
            numbers: what `store_frequency=True` stored before each term, `"counts"`, `"weights"` or `"scores"`;
                `"none"` where it was not given. By default what the graph and the file leave no doubt about.
            dtype: `"string"` or `"int64"`; by default that of the tables which read the file, or else strings.
            as_name: what the vocabulary is called, and so its asset; by default the name of the file, with `_` for
                each character that no vocabulary's name may have.
            special_tokens: what must not stand at the head; by default what Keras puts there, `[UNK]` and -1.
            allow: lint rules to let pass; `"special-token"` for a reserved `[UNK]`.

        Returns:
            The terms, and what was stored for them as `statistics`: reserved tokens, for which tensorflow_transform
            stores -1, have 0 there; weights and scores are in millionths.

        Raises:
            AssetError: there is no such vocabulary, its file is missing or refused, or the graph is damaged.
            VocabularyError: it is empty, holds what no vocabulary file of TensorFlow can, or nothing says whether a
                number before each term belongs to it; all such terms are named.
            ValueError: `numbers` or `dtype` is none of these.
        """
        file = self._file(name)
        where = str(self._saved_model / "assets" / file)
        reading = self._readings.get(file, TableReading())
        dtype = _dtype(dtype, reading, where)
        lines = read_lines(self._saved_model, file)
        measured = split_numbers(lines, file=file, where=where, numbers=numbers, reading=reading)
        _check_not_empty(measured.terms, where, dtype, allow)
        _check_lines(measured.terms, where)
        read = Vocabulary.from_bytes(
            as_name or _name(file),
            b"".join(term + b"\n" for term in measured.terms),
            dtype=dtype,
            source=where,
            special_tokens=tuple(DEFAULT_SPECIAL_TOKENS[dtype] if special_tokens is None else special_tokens),
            allow=allow,
        )
        return _with(read, measured.statistics)

    def vocabularies(
        self,
        names: Iterable[str] | None = None,
        *,
        numbers: Mapping[str, Numbers] | None = None,
        dtypes: Mapping[str, Dtype] | None = None,
        allow: Collection[LintRule | str] = (LintRule.BLANK_TERM,),
    ) -> dict[str, Vocabulary]:
        """Reads many vocabularies, with everything that is wrong with any of them in one error.

        Args:
            names: which; by default all of `names`.
            numbers: for each name that needs it, as for `vocabulary`.
            dtypes: likewise.
            allow: as for `vocabulary`, for all of them.

        Returns:
            The vocabularies by name.

        Raises:
            VocabularyError: some cannot be read; each is named, with its problems.
        """
        wanted = (names,) if isinstance(names, str) else tuple(self.names if names is None else names)
        numbers, dtypes, found = numbers or {}, dtypes or {}, {}
        strays = sorted({*numbers, *dtypes} - set(wanted))
        problems = [Problem(stray, "is told of, and is not among the vocabularies to read") for stray in strays]
        for name in wanted:
            try:
                found[name] = self.vocabulary(name, numbers=numbers.get(name), dtype=dtypes.get(name), allow=allow)
            except LexportError as error:
                problems += _named(name, error)
        if problems:
            remedy = "Read them one by one, or name those that are wanted"
            raise VocabularyError(f"some vocabularies of {self.directory} cannot be read. {remedy}", problems)
        return found

    def _file(self, name: str) -> str:
        found = file_of(name, self._asset_map, self._asset_files)
        if found is None and name in self._asset_map:
            raise AssetError(
                f"the vocabulary {name!r} should be {self._asset_map[name]!r} in assets/, which is not there"
            )
        if found is None:
            known = ", ".join(map(repr, self.names)) or "none"
            raise AssetError(f"{self.directory} has no vocabulary {name!r}; it has {known}")
        return found

    @cached_property
    def _asset_map(self) -> dict[str, str]:
        return read_asset_map(self.directory)

    @cached_property
    def _tree(self) -> tuple[TreeFile, ...]:
        return read_tree(self._saved_model)

    @cached_property
    def _asset_files(self) -> frozenset[str]:
        return frozenset(file.path.removeprefix("assets/") for file in self._tree if file.path.startswith("assets/"))

    @cached_property
    def _readings(self) -> dict[str, TableReading]:
        return read_table_readings(self._saved_model, self._tree)


def _no_output(directory: Path) -> str:
    if not directory.is_dir():
        what = "is a file" if directory.exists() else "does not exist"
        return f"{directory} {what}; required a directory that tensorflow_transform wrote"
    inside = sorted(found.parent for found in directory.glob(f"*/{SAVED_MODEL}"))
    hint = inside[-1] if inside else directory.parent if directory.name == SAVED_MODEL else None
    told = f". Did you mean {hint}?" if hint else ""
    return f"{directory} is no output of tensorflow_transform: it has no directory {SAVED_MODEL}{told}"


def _dtype(dtype: Dtype | None, reading: TableReading, where: str) -> Dtype:
    if dtype not in (None, *MADE_UP):
        raise ValueError(f"dtype must be one of {', '.join(MADE_UP)}; received {dtype!r}")
    if dtype is not None:
        return dtype
    if len(reading.dtypes) > 1:
        raise VocabularyError(f"{where}: tables read it as strings and as integers. Give dtype='string' or 'int64'")
    return next(iter(reading.dtypes), "string")


def _name(file: str) -> str:
    return re.sub(r"[^A-Za-z0-9_.-]|^[.-]|\.$", "_", file.removesuffix(RECORDS))


def _check_not_empty(terms: list[bytes], where: str, dtype: Dtype, allow: Collection[LintRule | str]) -> None:
    """Tells an empty vocabulary from one of a single term; -1 may be a term, which then is a special token, too."""
    if terms != [MADE_UP[dtype]] or (dtype == "int64" and LintRule.SPECIAL_TOKEN in allow):
        return
    remedy = "Look for a threshold that no term reaches, or a feature that has no values"
    if dtype == "int64":
        remedy += f"; allow {LintRule.SPECIAL_TOKEN.value!r} where -1 is a term"
    raise VocabularyError(
        f"{where} is empty: it holds {MADE_UP[dtype].decode()!r} alone, which tensorflow_transform makes up for a "
        f"vocabulary without terms. {remedy}"
    )


def _check_lines(terms: list[bytes], where: str) -> None:
    """Finds the terms that would be several lines, as the format of records alone can hold them."""
    remedy = "A vocabulary file cannot hold such a term: remove it from the data, and run the Transform again"
    problems = [
        Problem(f"line {index + 1}", f"{LintRule.LINE_FEED}: {term.decode(errors='backslashreplace')!r}", remedy)
        for index, term in enumerate(terms)
        if b"\n" in term
    ]
    if problems:
        raise VocabularyError(f"{where} holds terms with line feeds", problems)


def _with(read: Vocabulary, statistics: Statistics | None) -> Vocabulary:
    return read if statistics is None else Vocabulary(read.name, read.data, dtype=read.dtype, statistics=statistics)


def _named(name: str, error: LexportError) -> list[Problem]:
    if not error.problems:
        return [Problem(name, error.summary)]
    return [Problem(f"{name}, {one.where}" if one.where else name, one.message, one.remedy) for one in error.problems]
