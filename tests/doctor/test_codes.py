"""The catalogue, the table of codes and the code that reports them agree."""

import re
from pathlib import Path

import pytest

from lexport.doctor import codes

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "doctor.md"
SECTION = re.compile(r"^### (LX\d{3}) (error|warning): (.+)\n\n((?:(?!^##).*\n)+)", re.MULTILINE)


def sections() -> dict[str, tuple[str, str, str]]:
    """Gives severity, title and text of each code in the catalogue."""
    return {match[1]: (match[2], match[3], match[4]) for match in SECTION.finditer(DOCS.read_text(encoding="utf-8"))}


def test_the_catalogue_has_every_code_and_no_other() -> None:
    """In the order of their numbers."""
    assert list(sections()) == list(codes()) == sorted(codes())


@pytest.mark.parametrize("name", codes())
def test_the_catalogue_says_what_the_command_says(name: str) -> None:
    """Severity, title, why and remedy are those of the table, and there are a cause and an example."""
    code, (severity, title, text) = codes()[name], sections()[name]
    flowing = " ".join(text.split())
    assert (severity, title) == (code.severity, code.title)
    assert f"**Why.** {code.why}" in flowing
    assert f"**Remedy.** {code.remedy}" in flowing
    assert "**Cause.** " in flowing
    assert "**Example.** " in flowing


@pytest.mark.parametrize("name", codes())
def test_each_code_is_reported_somewhere_and_seen_by_a_test(name: str) -> None:
    """No code is only promised."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "src" / "lexport" / "doctor").glob("*.py")]
    tests = [path.read_text(encoding="utf-8") for path in Path(__file__).parent.glob("test_*.py")]
    assert any(f'"{name}"' in text for text in sources)
    assert any(f'"{name}"' in text for text in tests)


@pytest.mark.parametrize("name", codes())
def test_why_is_one_sentence(name: str) -> None:
    """Nobody reads two."""
    why = codes()[name].why
    assert why.endswith(".")
    assert not re.search(r"\. [A-Z]", why)
