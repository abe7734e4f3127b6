"""`main`: the `lexport` command."""

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any

import typer

from lexport.cli import diff, digest, doctor, export, extract, inspect, replace, schema, verify
from lexport.cli.failure import Failure
from lexport.cli.guard import guarded, report
from lexport.cli.output import print_text
from lexport.cli.vocab import vocab

__all__ = ["app", "main"]

HELP = """Export Keras models whose preprocessing layers own their vocabulary files.

Exit codes: 0 success; 1 something is wrong, such as a failed check; 2 a bad config or command line; 130 Ctrl-C.
LEXPORT_TRACEBACK=1 shows tracebacks, LEXPORT_TENSORFLOW_LOGS=1 TensorFlow's log, NO_COLOR=1 plain text only."""
USAGE = 2
STDOUT, STDERR = 1, 2

# Rich's help panels would double the time of each `--help`.
app = typer.Typer(
    name="lexport", help=HELP, no_args_is_help=True, rich_markup_mode=None, pretty_exceptions_enable=False
)
app.command("export", help=export.HELP, short_help=export.SHORT_HELP)(guarded(export.export))
app.command("verify", help=verify.HELP, short_help=verify.SHORT_HELP)(guarded(verify.verify))
app.command("inspect", help=inspect.HELP, short_help=inspect.SHORT_HELP)(guarded(inspect.inspect))
app.command("doctor", help=doctor.HELP, short_help=doctor.SHORT_HELP)(guarded(doctor.doctor))
app.command("digest", help=digest.HELP, short_help=digest.SHORT_HELP)(guarded(digest.digest))
app.command("diff", help=diff.HELP, short_help=diff.SHORT_HELP)(guarded(diff.diff))
app.command("extract", help=extract.HELP, short_help=extract.SHORT_HELP)(guarded(extract.extract))
app.command("replace", help=replace.HELP, short_help=replace.SHORT_HELP)(guarded(replace.replace))
app.add_typer(vocab)
app.command("schema", help=schema.HELP, short_help=schema.SHORT_HELP)(guarded(schema.schema))


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print_text(f"lexport {version('lexport')}\n")
        raise typer.Exit


@app.callback()
def _before_the_command(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command.

    Args:
        arguments: without the program's name; by default those of this process, whose stdout is then at its end.

    Returns:
        The exit code: 0, 1 for what is wrong, 2 for a bad config or command line, 130 after Ctrl-C, 141 where the
        reader of stdout went away, 143 after SIGTERM.

    Example:
        >>> main(["vocab", "lint", "--dtype", "float"])
        2
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        _never_fail_on_a_character(stream)
    try:
        code = app(args=given, prog_name="lexport", standalone_mode=False)
    except typer.TyperException as error:
        code = report(_usage_failure(error), as_json="--json" in given)
    if arguments is None:
        _end_stdout()
    return code if isinstance(code, int) else 0


def _never_fail_on_a_character(stream: Any) -> None:
    """Escapes what the locale's encoding cannot express."""
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors="backslashreplace")


def _usage_failure(error: typer.TyperException) -> Failure:
    context = getattr(error, "ctx", None)
    # Typer reads enumerations with pydantic, and names the class of its error.
    message = error.format_message().replace("Value error, ", "")
    if context is None:
        return Failure("UsageError", f"UsageError: {message}", message, exit_code=USAGE)
    if message == context.get_help():
        return Failure("UsageError", message, "a command is required", exit_code=USAGE)
    text = f"{context.get_usage()}\nUsageError: {message}\n  See {context.command_path} --help"
    return Failure("UsageError", text, message, exit_code=USAGE)


def _end_stdout() -> None:
    """Sends to stderr what other code still prints while the interpreter shuts down."""
    try:
        sys.stdout.flush()
        os.dup2(STDERR, STDOUT)
    except (OSError, AttributeError):
        return
