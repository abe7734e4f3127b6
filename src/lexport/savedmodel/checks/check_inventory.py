"""`check_inventory`: all static checks of a SavedModel."""

import re
from collections.abc import Mapping
from dataclasses import replace

from lexport.savedmodel.checks.allowed_ops import check_allowed_ops
from lexport.savedmodel.checks.assets import check_asset_names, check_asset_present, check_orphan_files
from lexport.savedmodel.checks.content_named import check_content_named
from lexport.savedmodel.checks.devices import check_pinned_devices
from lexport.savedmodel.checks.embedding_rows import check_embedding_rows
from lexport.savedmodel.checks.expectations import Expectations
from lexport.savedmodel.checks.finding import StaticFinding
from lexport.savedmodel.checks.paths import check_absolute_paths, check_file_reads
from lexport.savedmodel.checks.session_state import check_tables_initialized, check_variables_restored
from lexport.savedmodel.checks.signatures import check_signatures
from lexport.savedmodel.checks.size import check_size
from lexport.savedmodel.checks.stale_files import check_stale_files
from lexport.savedmodel.checks.tables import check_tables
from lexport.savedmodel.inventory import Inventory

__all__ = ["check_inventory"]

FUNCTION = re.compile(r"in function ([^\s:;,()]*[^\s:;,().])")


def check_inventory(inventory: Inventory, expectations: Expectations | None = None) -> list[StaticFinding]:
    """Runs every static check.

    Args:
        inventory: what `read_inventory` gave.
        expectations: what the SavedModel is checked against; by default only what holds for any SavedModel.

    Returns:
        One finding a check, in a fixed order; `signatures` only where signatures are expected.

    Example:
        >>> import tempfile, tensorflow as tf
        >>> from lexport.savedmodel import read_inventory
        >>> directory = tempfile.mkdtemp()
        >>> tf.saved_model.save(tf.Module(), directory)
        >>> findings = check_inventory(read_inventory(directory))
        >>> [finding.check for finding in findings if finding.passed][:3]
        ['asset-names', 'asset-present', 'no-orphan-files']
    """
    expected = expectations or Expectations()
    findings = [
        check_asset_names(inventory),
        check_asset_present(inventory, expected.vocabularies or {}),
        check_orphan_files(inventory),
        check_stale_files(inventory),
        check_tables(inventory, expected.inline_limit),
        check_content_named(inventory),
        check_tables_initialized(inventory),
        check_variables_restored(inventory),
        check_embedding_rows(inventory),
        check_file_reads(inventory),
        check_absolute_paths(inventory, expected.forbidden_prefixes, expected.allowed_strings),
        check_allowed_ops(inventory, expected.allowed_ops),
        check_pinned_devices(inventory),
        check_size(inventory, expected.size_limit),
    ]
    if expected.signatures is not None:
        findings.append(check_signatures(inventory, expected.signatures))
    return [replace(one, detail=_with_users(one.detail, inventory.session_state.users)) for one in findings]


def _with_users(detail: str, users: Mapping[str, tuple[str, ...]]) -> str:
    """Says which signatures call a function: TensorFlow's own names of functions tell a user nothing."""

    def told(match: re.Match[str]) -> str:
        names = users.get(match[1], ())
        plural = "s" if len(names) > 1 else ""
        return f"{match[0]} (signature{plural} {', '.join(names)})" if names else match[0]

    return FUNCTION.sub(told, detail)
