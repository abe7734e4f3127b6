"""What other tools are told of an export."""

from lexport.integrations.export_notes import digest_notes, export_notes, noted_digests
from lexport.publish import Manifest, VocabularyEntry
from lexport.verify import CheckResult, VerificationReport

ENTRY = VocabularyEntry("words.txt", "0f", 2, "string")
MANIFEST = Manifest("fruit", "2026-01-01T00:00:00Z", {}, {"words": ENTRY}, versions={"lexport": "0.1.0"})


def test_digests_are_found_again() -> None:
    """Whatever else is noted beside them, and whatever the vocabularies are called."""
    digests = {"words": "0f", "sha256": "1e"}
    assert noted_digests({**digest_notes(digests), "name": "fruit", "checks": 3}) == digests


def test_a_verification_is_told_by_its_outcome() -> None:
    """And by how many checks passed; what was not run did not pass."""
    checks = (CheckResult("a", True, ""), CheckResult("b", None, "", required=False))
    notes = export_notes(MANIFEST, VerificationReport(checks), 7)
    assert (notes["verification"], notes["checks_passed"], notes["version"]) == ("passed", 1, "7")
    failed = export_notes(MANIFEST, VerificationReport((CheckResult("a", False, ""),)))
    assert (failed["verification"], failed["checks_passed"]) == ("failed", 0)
    assert "version" not in failed


def test_what_nobody_verified_is_not_told_as_verified() -> None:
    """After `lexport.save` there is a manifest, and no report."""
    notes = export_notes(MANIFEST, None)
    assert notes == {"sha256:words": "0f", "name": "fruit", "verification": "not run", "lexport_version": "0.1.0"}
