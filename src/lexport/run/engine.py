"""`engine_of`: the engine that a config names."""

from typing import Any

from lexport.config import EngineConfig
from lexport.corpus import BeamEngine, Engine, LocalEngine, SparkEngine

__all__ = ["engine_of"]


def engine_of(config: EngineConfig) -> Engine:
    """Makes the engine that counts the vocabularies of a config.

    Raises:
        VocabularyError: a value does not fit, or the packages of the engine are not installed.

    Example:
        >>> engine_of(EngineConfig(workers=1)).workers
        1
    """
    memory: dict[str, Any] = {"memory_limit": config.memory_limit, "spill_directory": config.spill_directory}
    if config.kind == "beam":
        return BeamEngine(config.options, temp_location=config.temp_location, **memory)
    if config.kind == "spark":
        return SparkEngine(master=config.master, conf=config.conf, **memory)
    return LocalEngine(workers=config.workers, **memory)
