"""The catalogue, the table of codes and the code that reports them agree."""

import ast
import re
from pathlib import Path

import pytest

from lexport.doctor import codes

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "doctor.md"
PROMISE = re.compile(r'"""LX(\d{3}) to LX(\d{3}): ')
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
def test_each_code_is_reported_somewhere(name: str) -> None:
    """No code is only promised."""
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "src" / "lexport" / "doctor").glob("*.py")]
    assert any(f'"{name}"' in text for text in sources)


@pytest.mark.parametrize("name", codes())
def test_each_code_is_provoked_by_the_file_of_tests_that_promises_it(name: str) -> None:
    """The first line of a file says which codes it provokes, and a test of it expects each by its name."""
    [file] = [path for path in Path(__file__).parent.glob("test_*.py") if name in promised(path)]
    assert name in expected(ast.parse(file.read_text(encoding="utf-8")))


def promised(path: Path) -> list[str]:
    """Gives the codes of a file that begins with `LX101 to LX107: ...`."""
    match = PROMISE.match(path.read_text(encoding="utf-8"))
    return [f"LX{number}" for number in range(int(match[1]), int(match[2]) + 1)] if match else []


def expected(node: ast.AST) -> set[str]:
    """Gives the codes that are looked for in what was found, or that a table of cases has; not those ruled out."""
    if isinstance(node, ast.Compare) and any(isinstance(one, ast.NotIn | ast.NotEq) for one in node.ops):
        return set()
    own = {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()
    return own.union(*map(expected, ast.iter_child_nodes(node)))


def test_a_code_that_is_only_ruled_out_is_not_expected() -> None:
    """What the test above would otherwise take for a proof."""
    assert expected(ast.parse('assert "LX101" not in codes and codes["LX102"]')) == {"LX102"}


@pytest.mark.parametrize("name", codes())
def test_why_is_one_sentence(name: str) -> None:
    """Nobody reads two."""
    why = codes()[name].why
    assert why.endswith(".")
    assert not re.search(r"\. [A-Z]", why)
