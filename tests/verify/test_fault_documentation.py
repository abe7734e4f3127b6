"""`docs/verification.md` tells what is tested, no more and no less; and no check is without a fault."""

import re
from pathlib import Path

import pytest

from lexport.savedmodel import Expectations, ExpectedSignature
from lexport.verify.static import static_checks
from tests.verify.faults.document import documented_faults
from tests.verify.faults.fault import Passes
from tests.verify.faults.table import FAULTS

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "verification.md").read_text(encoding="utf-8")
SECTION = DOCUMENT.partition("## Which fault is caught by which check\n")[2].partition("\n## ")[0]


def static_check_names(directory: Path, missing: Path) -> set[str]:
    """Gives the names of all static checks, of an export that can be read and of one that cannot."""
    expectations = Expectations(signatures={"serving_default": ExpectedSignature({})})
    checks = static_checks(directory, expectations)[0] + static_checks(missing, expectations)[0]
    return {check.name.removeprefix("static:") for check in checks}


def test_every_static_check_has_a_fault_that_it_finds(export_dir: Path, tmp_path: Path) -> None:
    """Whoever adds a check adds a fault to `faults/table.py`, and sees every line of defence against it."""
    found = {check for fault in FAULTS if not isinstance(fault.static, Passes) for check in fault.static}
    assert found == static_check_names(export_dir, tmp_path)


def test_the_document_has_the_table_of_faults() -> None:
    """As `python -m tests.verify.faults.document` prints it."""
    rows = [line for line in SECTION.splitlines() if line.startswith("|")]
    table = documented_faults()
    assert rows[: len(table)] == table


@pytest.mark.parametrize("path", sorted(set(re.findall(r"`(tests/[\w/]+\.py)`", SECTION))))
def test_a_test_that_the_document_names_is_there(path: str) -> None:
    """The reader is sent to it."""
    assert (ROOT / path).is_file()
