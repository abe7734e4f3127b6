"""The static checks of a SavedModel, each a function from an inventory to a finding.

| check | file |
|---|---|
| `asset-present`, `asset-names`, `no-orphan-files` | `assets.py` |
| `no-stale-files` | `stale_files.py` |
| `no-absolute-path`, `reads-from-assets` | `paths.py` |
| `tables-from-assets` | `tables.py` |
| `content-named` | `content_named.py` |
| `tables-initialized`, `variables-restored` | `session_state.py` |
| `embedding-rows` | `embedding_rows.py` |
| `allowed-ops` | `allowed_ops.py` |
| `no-pinned-device` | `devices.py` |
| `signatures` | `signatures.py` |
| `size-limit` | `size.py` |

`check_inventory` runs them all against `Expectations`.
"""

from lexport.savedmodel.checks.check_inventory import check_inventory
from lexport.savedmodel.checks.expectations import Expectations, ExpectedSignature
from lexport.savedmodel.checks.finding import StaticFinding

__all__ = ["Expectations", "ExpectedSignature", "StaticFinding", "check_inventory"]
