"""`lexport vocab coverage VOCAB DATA...`: what of new data a vocabulary does not know."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lexport.cli.announcers import StepAnnouncer
from lexport.cli.document import Span, Tree, line
from lexport.cli.foreign_output import prints_to_stderr
from lexport.cli.measures import count_text
from lexport.cli.options import Json
from lexport.cli.output import print_json, print_note, print_result
from lexport.cli.vocab_data import DataOptions, NewData, new_data
from lexport.cli.vocab_lint import Dtype

if TYPE_CHECKING:
    from lexport.corpus import CoverageReport

__all__ = ["coverage"]

SHORT_HELP = "Tell how much of new data a vocabulary covers."
HELP = """Tell how much of DATA is out of the vocabulary VOCAB: the share of tokens and of distinct terms, the most
frequent terms that it does not have, and the rows of which it knows nothing.

With --config, values become terms as in the vocabulary --name of the config, which is as in training; DATA takes the
place of its files. Without, the options say it. With --max-oov the exit code is 1 where more tokens are out of
vocabulary."""


class Standardize(StrEnum):
    """Keras's standardisations."""

    LOWER = "lower"
    STRIP_PUNCTUATION = "strip_punctuation"
    LOWER_AND_STRIP_PUNCTUATION = "lower_and_strip_punctuation"


def coverage(
    vocabulary: Annotated[
        Path,
        typer.Argument(metavar="VOCAB", help="A vocabulary file, a directory or a config.", show_default=False),
    ],
    data: Annotated[list[str], typer.Argument(metavar="DATA...", help="Files, globs or URLs.", show_default=False)],
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Take column, format and terms from this config.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Which vocabulary of VOCAB, and of the config.")] = None,
    column: Annotated[str | None, typer.Option(help="The column, key or feature of DATA; none for text.")] = None,
    data_format: Annotated[
        str | None, typer.Option("--format", help="What DATA are; left out, what their names say.")
    ] = None,
    standardize: Annotated[Standardize | None, typer.Option(help="What is done to each value first.")] = None,
    split: Annotated[
        str | None, typer.Option(help="whitespace, character or a separator; left out, whole values are terms.")
    ] = None,
    ngrams: Annotated[
        str | None, typer.Option(metavar="N", help="Runs of 1 to N tokens, or of just these: 2,3.")
    ] = None,
    dtype: Annotated[
        Dtype | None, typer.Option(help="What the terms are, where neither a manifest nor a config says it.")
    ] = None,
    worst: Annotated[int, typer.Option(min=0, help="How many of the unknown terms to show.")] = 10,
    max_oov: Annotated[
        float | None, typer.Option(min=0, max=1, help="The largest share of tokens, from 0 to 1, to accept.")
    ] = None,
    as_json: Json = False,
) -> int:
    """Counts; see `lexport vocab coverage --help`."""
    options = DataOptions(
        tuple(data),
        column,
        data_format,
        standardize and standardize.value,
        split,
        ngrams,
        dtype.value if dtype else None,
    )
    asked = new_data(vocabulary, options, config, name)
    report = _report(asked, worst)
    passed = max_oov is None or report.oov_rate <= max_oov
    if as_json:
        print_json({"passed": passed, "max_oov": max_oov, **_as_json(asked, report)})
    else:
        print_result(_tree(asked, report))
    if not passed:
        print_note(f"too much is out of vocabulary: {report.oov_rate:.4%} of tokens, {max_oov:.4%} are accepted")
    return 0 if passed else 1


def _report(asked: NewData, worst: int) -> "CoverageReport":
    with prints_to_stderr(), StepAnnouncer() as announcer:
        from lexport.corpus import coverage as count

        announcer.step(f"counting what {asked.vocabulary.name} does not know")
        report = count(asked.vocabulary, asked.definition, asked.engine, worst=worst, progress=announcer.progress)
        announcer.step("counted")
    return report


def _as_json(asked: NewData, report: "CoverageReport") -> dict[str, Any]:
    return {
        "name": asked.vocabulary.name,
        "sha256": asked.vocabulary.digest,
        "tokens": report.tokens,
        "oov_tokens": report.oov_tokens,
        "oov_rate": report.oov_rate,
        "distinct": report.distinct,
        "oov_distinct": report.oov_distinct,
        "oov_distinct_rate": report.oov_distinct_rate,
        "rows": report.rows,
        "rows_without_terms": report.rows_without_terms,
        "rows_without_known_terms": report.rows_without_known_terms,
        "terms": report.vocabulary,
        "unseen": report.unseen,
        "worst": [{"term": term, "count": count} for term, count in report.worst],
    }


def _tree(asked: NewData, report: "CoverageReport") -> Tree:
    width = max((len(f"{count:,}") for _, count in report.worst), default=0)
    worst = [f"{count:>{width},}  {count / report.tokens:8.4%}  {term}" for term, count in report.worst]
    facts = [
        f"tokens          {report.oov_tokens:,} of {report.tokens:,} ({report.oov_rate:.4%})",
        f"distinct terms  {report.oov_distinct:,} of {report.distinct:,} ({report.oov_distinct_rate:.4%})",
    ]
    rows = [
        f"without any known term  {_part(report.rows_without_known_terms, report.rows)}",
        f"without any term        {_part(report.rows_without_terms, report.rows)}",
    ]
    unseen = f"{report.unseen:,} of {count_text(report.vocabulary, 'term')} do not occur in the data"
    return Tree.of(
        line(Span(asked.vocabulary.name, "name"), f"  {unseen}"),
        [
            Tree.of("out of vocabulary", facts),
            Tree.of("rows", rows),
            *(
                [Tree.of("most frequent unknown terms, with their counts and shares of all tokens", worst)]
                if worst
                else []
            ),
        ],
    )


def _part(count: int, whole: int) -> str:
    return f"{count:,} of {whole:,} ({count / max(whole, 1):.4%})"
