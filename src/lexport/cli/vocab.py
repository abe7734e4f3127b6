"""`lexport vocab`: vocabularies without a model."""

import typer

from lexport.cli import vocab_build, vocab_coverage, vocab_diff, vocab_lint, vocab_show
from lexport.cli.guard import guarded

__all__ = ["vocab"]

vocab = typer.Typer(name="vocab", help="Build, show, lint and compare vocabularies.", no_args_is_help=True)
vocab.command("build", help=vocab_build.HELP, short_help=vocab_build.SHORT_HELP)(guarded(vocab_build.build))
vocab.command("show", help=vocab_show.HELP, short_help=vocab_show.SHORT_HELP)(guarded(vocab_show.show))
vocab.command("lint", help=vocab_lint.HELP, short_help=vocab_lint.SHORT_HELP)(guarded(vocab_lint.lint))
vocab.command("diff", help=vocab_diff.HELP, short_help=vocab_diff.SHORT_HELP)(guarded(vocab_diff.diff))
vocab.command("coverage", help=vocab_coverage.HELP, short_help=vocab_coverage.SHORT_HELP)(
    guarded(vocab_coverage.coverage)
)
