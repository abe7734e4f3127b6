"""`SparkEngine`: counts on Apache Spark."""

import os
import re
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

from lexport.corpus.counted import Counted
from lexport.corpus.engines.extras import load_extra
from lexport.corpus.engines.gathering import GATHERING_MEMORY, gathered
from lexport.corpus.engines.limits import limit_problems
from lexport.corpus.engines.pieces import Piece
from lexport.corpus.engines.portable import scans_to_bytes, to_bytes
from lexport.corpus.engines.reporting import reporting
from lexport.corpus.engines.scan import Scan
from lexport.corpus.engines.share_counter import WORKER_MEMORY
from lexport.corpus.engines.shares import Share, share_out
from lexport.corpus.engines.spark_rows import KEYS, PACKED, ROWS, SUMS, CountShares, pack_rows, pieces_of
from lexport.corpus.engines.spark_session import check_session, spark_session
from lexport.corpus.progress import Progress, ProgressMeter
from lexport.errors import Problem, VocabularyError

__all__ = ["SparkEngine"]

# For so many bytes that were read, a partition of what comes of them.
FETCHED = 256 << 20


class SparkEngine:
    """Counts on Apache Spark: tasks read parts of the files and count them with the kernel that every engine has.

    Spark adds up what they give. lexport, of the same version, must be installed where the executors run, and so must
    be the module of a function that standardises.

    Args:
        session: a `SparkSession` to count with; it is left as it is. By default one is made, and stopped afterwards.
        master: where the session that is made runs, such as `"local[*]"` or `"spark://host:7077"`; by default what
            Spark's own configuration says, or else this machine.
        conf: Spark's settings for the session that is made, by name.
        memory_limit: how many bytes putting the counts together may add to what this process takes already.
        worker_memory: how many bytes a task may take before it hands its counts on.
        share_size: how many bytes a task reads; by default 16 to 128 MiB, depending on how much there is.
        spill_directory: where counts go that do not fit into the memory of this process; by default the system's
            folder for temporary files.

    Raises:
        ConfigError: Spark is not installed; the extra `lexport[spark]` is named.
        VocabularyError: a value is not valid; all such values are named.

    Example:
        >>> SparkEngine(master="local[2]", conf={"spark.driver.memory": "2g"}).master
        'local[2]'
    """

    def __init__(
        self,
        session: Any = None,
        *,
        master: str | None = None,
        conf: Mapping[str, str] | None = None,
        memory_limit: int = GATHERING_MEMORY,
        worker_memory: int = WORKER_MEMORY,
        share_size: int | None = None,
        spill_directory: str | os.PathLike[str] | None = None,
    ) -> None:
        for module in ("pyspark", "pandas"):  # `mapInArrow` asks for pandas, and uses none of it
            load_extra(module, "spark")
        problems = [*check_session(session), *limit_problems(memory_limit, worker_memory, share_size)]
        if session is not None and (master is not None or conf):
            given = "master" if master is not None else "conf"
            problems.append(Problem(given, "belongs to a session that is made; received a session, too"))
        if problems:
            raise VocabularyError("the engine 'spark' cannot be set up", problems)
        self.master = master
        self._session = session
        self._conf = dict(conf or {})
        self._memory_limit = memory_limit
        self._worker_memory = worker_memory
        self._share_size = share_size
        self._spill_directory = spill_directory

    @contextmanager
    def count(
        self, scans: Sequence[Scan], progress: Progress | None = None
    ) -> Iterator[tuple[tuple[Counted, ...], ...]]:
        """Counts all scans in one job; see `Engine.count`."""
        packed = scans_to_bytes(scans)
        shares = share_out(scans, self._share_size)
        meter = ProgressMeter(progress, [sum(share.size for share in shares)])
        with (
            closing(self._pieces(shares, packed, meter)) as pieces,
            gathered(scans, pieces, self._memory_limit, self._spill_directory) as counted,
        ):
            meter.finish()
            yield counted

    def _pieces(self, shares: Sequence[Share], scans: bytes, meter: ProgressMeter) -> Generator[Piece, None, None]:
        """Lets Spark count, and fetches what came of it; the session ends when all is here."""
        if not shares:
            return
        with spark_session(self._session, self.master, self._conf) as session:
            read = session.sparkContext.accumulator(0)
            rows = self._rows(session, shares, CountShares(scans, self._worker_memory, read))
            together = max(2 * session.sparkContext.defaultParallelism, sum(share.size for share in shares) // FETCHED)
            # Each partition is some work for Python, and fetched by a job of its own; Spark makes 200 of them.
            packed = rows.coalesce(together).mapInArrow(pack_rows, PACKED).persist()
            try:
                with reporting(_report(meter, read)):
                    packed.count()  # so that all partitions are added up side by side
                for row in packed.toLocalIterator(prefetchPartitions=True):
                    yield from pieces_of(bytes(row[0]))
            except _failure() as error:
                raise VocabularyError("Spark cannot count", [Problem("", _reason(error))]) from error
            finally:
                packed.unpersist()

    @staticmethod
    def _rows(session: Any, shares: Sequence[Share], count: CountShares) -> Any:
        """Says what Spark is to do; it does so when the rows are asked for."""
        functions = load_extra("pyspark.sql.functions", "spark")
        frame = session.createDataFrame([(to_bytes(share),) for share in shares], "share binary")
        # From one partition, rows are dealt out one by one: each share is a task of its own.
        counted = frame.coalesce(1).repartition(len(shares)).mapInArrow(count, ROWS)
        sums = [functions.sum(name).alias(name) for name in SUMS]
        return counted.groupBy(*KEYS).agg(*sums)


def _report(meter: ProgressMeter, read: Any) -> Callable[[], None]:
    """Says how many bytes the tasks have read that have ended."""
    whole, known = meter.of(0), 0

    def report() -> None:
        nonlocal known
        whole.read(read.value - known)
        known = read.value
        meter.report()

    return report


def _failure() -> tuple[type[Exception], ...]:
    """What Spark raises where a task fails, or the connection to it."""
    java = load_extra("py4j.protocol", "spark").Py4JError
    spark = load_extra("pyspark.errors", "spark").PySparkException
    return java, spark


def _reason(error: Exception) -> str:
    """Of the traceback that came from a task, the line that says what went wrong."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    python = [line for line in lines if re.match(r"[\w.]+(Error|Exception): ", line)]
    return (python or lines or [type(error).__name__])[0][:300]
