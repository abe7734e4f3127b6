"""The engines: who counts, and where. One definition, the same result byte for byte.

- `scan.py`: `Scan`, the files of a source and all that is counted in them in one pass.
- `local.py`: `LocalEngine`, on this machine.
"""

from lexport.corpus.engines.local import LocalEngine
from lexport.corpus.engines.scan import Engine, Scan

__all__ = ["Engine", "LocalEngine", "Scan"]
