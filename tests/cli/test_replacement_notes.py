"""What is worth a look is one line each, and nothing in it draws on the terminal but by the printer."""

from pathlib import Path

from lexport.cli.replacement_notes import replacement_notes
from lexport.savedmodel.graph import Place
from lexport.surgery.replacement.kept_answers import KeptAnswers
from lexport.surgery.replacement.old_terms import OldTerms
from lexport.surgery.replacement.report import ReplacementReport
from lexport.verify import VerificationReport


def test_each_vocabulary_has_its_notes() -> None:
    """Terms that are not looked up, several tables, and what stayed, in this order."""
    nothing = KeptAnswers(0, 0, 0, ())
    report = ReplacementReport(
        Path("out/1"),
        1,
        {},
        nothing,
        nothing,
        VerificationReport(()),
        unlike={"words": (b"Katze",)},
        left={"words": (OldTerms("Const 'x'", tuple(b"%d" % number for number in range(11)), copy=False),)},
        readers={"words": (Place("", "home", "LookupTableFindV2"), Place("", "away", "LookupTableFindV2"))},
    )
    unlike, readers, left = replacement_notes(report)
    assert "not answered as the old term of the same id: 'Katze'. " in unlike
    assert "fills several tables" in readers
    assert "'home'" in readers
    assert "'away'" in readers
    assert left.endswith("'9', ...)")
