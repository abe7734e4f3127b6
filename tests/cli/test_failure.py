import pytest

from lexport.cli.failure import failure_of
from lexport.cli.termination import Terminated
from lexport.errors import AssetError, ConfigError, LexportError, Problem, VerificationError
from lexport.verify import CheckResult, VerificationReport


@pytest.fixture(autouse=True)
def _no_tracebacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEXPORT_TRACEBACK", raising=False)


def test_an_error_of_ours_is_named_with_all_its_problems() -> None:
    """As DESIGN says: the class, the summary, and a line for each problem."""
    error = ConfigError("words.yaml has 2 errors", [Problem("line 1", "a"), Problem("line 2", "b", "Do c")])

    assert failure_of(error).text == "ConfigError: words.yaml has 2 errors\n  line 1: a\n  line 2: b. Do c"


def test_json_holds_the_problems_apart() -> None:
    """A program need not parse our sentences."""
    error = AssetError("x", [Problem("words.txt", "it is missing", "Copy it")])

    assert failure_of(error).as_json == {
        "error": {
            "type": "AssetError",
            "message": "x",
            "problems": [{"where": "words.txt", "message": "it is missing", "remedy": "Copy it"}],
            "exit_code": 1,
        }
    }


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigError("x"), 2),
        (LexportError("x"), 1),
        (ValueError("x"), 1),
        (KeyboardInterrupt(), 130),
        (Terminated(), 143),
        (SystemExit(0), 1),
    ],
)
def test_the_exit_code_says_what_kind_of_failure_it_was(error: BaseException, code: int) -> None:
    """Also a factory that ends the process with 0 has failed."""
    assert failure_of(error).exit_code == code


def test_an_unexpected_error_asks_to_be_reported() -> None:
    """Short, and with the way to the traceback."""
    text = failure_of(KeyError("x")).text

    assert text.startswith("lexport: unexpected KeyError: 'x'\n")
    assert "report" in text
    assert "LEXPORT_TRACEBACK=1" in text
    assert "Traceback" not in text


def test_a_traceback_is_shown_on_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """For errors of ours as well: their cause may be TensorFlow's."""
    monkeypatch.setenv("LEXPORT_TRACEBACK", "1")
    error = AssetError("x")
    error.__cause__ = OSError("the cause")
    text = failure_of(error).text

    assert "OSError: the cause" in text
    assert "lexport.errors.AssetError: x" in text
    assert text.endswith("AssetError: x")


def test_an_error_of_the_users_code_is_shown_with_its_traceback_and_not_blamed_on_lexport() -> None:
    """This file is neither lexport nor installed: it stands for a model factory."""

    def build() -> None:
        raise ValueError("no such column")

    try:
        build()
    except ValueError as error:
        failure = failure_of(error)

    assert "ValueError: no such column" in failure.text
    assert "in build" in failure.text
    assert "report" not in failure.text
    assert f"the error came out of {__file__}, line" in failure.text


def test_json_of_a_failed_verification_holds_the_report() -> None:
    """A script takes the checks that passed from there, too."""
    report = VerificationReport((CheckResult("size", False, "too large"), CheckResult("names", True, "1 name")))
    with pytest.raises(VerificationError) as raised:
        report.raise_if_failed()
    document = failure_of(raised.value).as_json

    assert document["error"]["problems"][0]["where"] == "size"
    assert [check["passed"] for check in document["report"]["checks"]] == [False, True]
