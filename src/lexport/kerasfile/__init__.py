"""A `.keras` file as data: never loaded, and nothing in it trusted.

- `archive.py`: `KerasArchive`, its members and its config.
- `config_objects.py`: every object that the config names.
- `shifted_vocabularies.py`: vocabularies that Keras reads back otherwise than it wrote them.
"""

from lexport.kerasfile.archive import KerasArchive

__all__ = ["KerasArchive"]
