"""`engine_of`: the engine that a config names."""

from lexport.config import EngineConfig
from lexport.corpus import Engine, LocalEngine

__all__ = ["engine_of"]


def engine_of(config: EngineConfig) -> Engine:
    """Makes the engine that counts the vocabularies of a config.

    Raises:
        VocabularyError: a value does not fit, or the packages of the engine are not installed.

    Example:
        >>> engine_of(EngineConfig(workers=1)).workers
        1
    """
    return LocalEngine(memory_limit=config.memory_limit, workers=config.workers, spill_directory=config.spill_directory)
