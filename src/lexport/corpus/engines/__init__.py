"""The engines: who counts, and where. One definition, the same result byte for byte.

- `scan.py`: `Scan`, the files of a source and all that is counted in them in one pass.
- `local.py`: `LocalEngine`, on this machine; `scan_reader.py`, `budget.py`.
- `beam.py`, `beam_pipeline.py`: `BeamEngine`, on Apache Beam; `result_files.py`, through which results come back.
- `spark.py`, `spark_session.py`, `spark_rows.py`, `java.py`: `SparkEngine`, on Apache Spark.
- What both of them share: `shares.py`, what a worker reads; `share_counter.py`, how it counts; `pieces.py`, what it
  hands back; `gathering.py`, how that becomes `Counted` here; `portable.py`, what travels; `limits.py`, `reporting.py`,
  `refusals.py` and `extras.py`.

Beam and Spark are imported when one of their engines is made, and not before.
"""

from lexport.corpus.engines.beam import BeamEngine
from lexport.corpus.engines.local import LocalEngine
from lexport.corpus.engines.scan import Engine, Scan
from lexport.corpus.engines.spark import SparkEngine

__all__ = ["BeamEngine", "Engine", "LocalEngine", "Scan", "SparkEngine"]
