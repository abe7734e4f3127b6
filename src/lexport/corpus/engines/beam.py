"""`BeamEngine`: counts on Apache Beam, on any of its runners."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from lexport.corpus.counted import Counted
from lexport.corpus.engines.extras import load_extra
from lexport.corpus.engines.gathering import GATHERING_MEMORY, gathered
from lexport.corpus.engines.limits import limit_problems
from lexport.corpus.engines.portable import scans_to_bytes
from lexport.corpus.engines.reporting import reporting
from lexport.corpus.engines.result_files import ResultFiles
from lexport.corpus.engines.scan import Scan
from lexport.corpus.engines.share_counter import WORKER_MEMORY
from lexport.corpus.engines.shares import Share, share_out
from lexport.corpus.progress import Progress, ProgressMeter
from lexport.errors import Problem, VocabularyError

__all__ = ["BeamEngine"]

HERE = ("DirectRunner", "SwitchingDirectRunner", "BundleBasedDirectRunner", "FnApiRunner", "PrismRunner")


class BeamEngine:
    """Counts on Apache Beam: workers read parts of the files and count them with the kernel that every engine has.

    lexport, of the same version, must be installed where the workers run, and so must be the module of a function
    that standardises. What the workers have counted goes through files.

    Args:
        options: Beam's pipeline options, as its command line has them (`["--runner=DirectRunner"]`), by name
            (`{"runner": "DirectRunner"}`), or as its `PipelineOptions`. Without a runner it is the direct one.
        temp_location: a path or a URL that this process and the workers reach by the same name; by default that of
            the options, or, where the workers run on this machine, its folder for temporary files.
        memory_limit: how many bytes putting the counts together may add to what this process takes already.
        worker_memory: how many bytes a worker may take before it hands its counts on.
        share_size: how many bytes a worker reads in one go; by default 16 to 128 MiB, depending on how much there is.
        spill_directory: where counts go that do not fit into the memory of this process; by default the system's
            folder for temporary files.

    Raises:
        ConfigError: Beam is not installed; the extra `lexport[beam]` is named.
        VocabularyError: a value is not valid; all such values are named.

    Example:
        >>> engine = BeamEngine(["--direct_num_workers=2", "--direct_running_mode=multi_processing"])
        >>> engine.options["direct_num_workers"]
        2
    """

    def __init__(
        self,
        options: Any = None,
        *,
        temp_location: str | os.PathLike[str] | None = None,
        memory_limit: int = GATHERING_MEMORY,
        worker_memory: int = WORKER_MEMORY,
        share_size: int | None = None,
        spill_directory: str | os.PathLike[str] | None = None,
    ) -> None:
        self._options = _options(options)
        self._memory_limit = memory_limit
        self._worker_memory = worker_memory
        self._share_size = share_size
        self._spill_directory = spill_directory
        known = self._options.get_all_options()
        self._runner = str(known["runner"] or "DirectRunner").rpartition(".")[2]
        self._temp_location = temp_location or known.get("temp_location")
        problems = list(limit_problems(memory_limit, worker_memory, share_size))
        if self._temp_location is None and self._runner not in HERE:
            message = f"is required by {self._runner}, whose workers may run on other machines; received none"
            problems.append(Problem("temp_location", message, "Give a place that all of them reach, such as a URL"))
        if problems:
            raise VocabularyError("the engine 'beam' cannot be set up", problems)

    @property
    def options(self) -> Mapping[str, Any]:
        """The pipeline options that are not Beam's defaults, by name."""
        known: Mapping[str, Any] = self._options.get_all_options(drop_default=True)
        return known

    @contextmanager
    def count(
        self, scans: Sequence[Scan], progress: Progress | None = None
    ) -> Iterator[tuple[tuple[Counted, ...], ...]]:
        """Counts all scans in one pipeline; see `Engine.count`."""
        packed = scans_to_bytes(scans)
        shares = share_out(scans, self._share_size)
        with ResultFiles.within(self._temp_location) as files:
            meter = ProgressMeter(progress, [share.size for share in shares])
            if shares:
                with reporting(_report(meter, shares, files)):
                    self._run(shares, packed, files)
            pieces = files.read() if shares else ()
            with gathered(scans, pieces, self._memory_limit, self._spill_directory) as counted:
                meter.finish()
                yield counted

    def _run(self, shares: Sequence[Share], scans: bytes, files: ResultFiles) -> None:
        beam = load_extra("apache_beam", "beam")
        build_pipeline = load_extra("lexport.corpus.engines.beam_pipeline", "beam").build_pipeline
        try:
            pipeline = beam.Pipeline(options=self._options)
            build_pipeline(pipeline, shares, scans, self._worker_memory, files)
            state = pipeline.run().wait_until_finish()
        except Exception as error:
            raise VocabularyError(f"{self._runner} cannot count", [Problem("", _reason(error))]) from error
        if state != beam.runners.runner.PipelineState.DONE:
            raise VocabularyError(f"{self._runner} did not finish; its state is {state}")


def _options(given: Any) -> Any:
    known = load_extra("apache_beam.options.pipeline_options", "beam")
    if isinstance(given, known.PipelineOptions):
        # Beam writes into its options.
        options = known.PipelineOptions.from_dictionary(
            given.get_all_options(drop_default=True, retain_unknown_options=True)
        )
    elif isinstance(given, Mapping):
        options = known.PipelineOptions.from_dictionary(dict(given))
    else:
        options = known.PipelineOptions(list(given or []))
    direct = (options.get_all_options()["runner"] or "DirectRunner").rpartition(".")[2] == "DirectRunner"
    if direct:
        # Otherwise it downloads a program, Prism, which knows nothing of the workers that the options ask for. What is
        # allowed changes nothing else: the pipeline has no triggers.
        options.view_as(known.TypeOptions).allow_unsafe_triggers = True
    logs = options.view_as(known.WorkerOptions)
    if direct and not logs.default_sdk_harness_log_level:
        logs.default_sdk_harness_log_level = "ERROR"
    return options


def _report(meter: ProgressMeter, shares: Sequence[Share], files: ResultFiles) -> Callable[[], None]:
    """Says which shares were read, as files tell: most runners are silent until all is done."""
    unread = {share.number: meter.of(place) for place, share in enumerate(shares)}

    def report() -> None:
        with suppress(OSError):  # a store that does not answer now does so later
            for number in unread.keys() & set(files.shares_read()):
                unread.pop(number).read(shares[number].size)
        meter.report()

    return report


def _reason(error: Exception) -> str:
    """The errors of worker processes come as the text of what Python printed there."""
    if not isinstance(error, RuntimeError):
        return f"{type(error).__name__}: {error}"[:300]
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return (lines or [type(error).__name__])[-1][:300]
