"""`file_name`: what the file of a vocabulary is called that had none."""

import re
from collections.abc import Collection
from itertools import count

__all__ = ["file_name"]

UNSAFE = re.compile(r"[^\w.-]+", re.ASCII)
LONGEST = 200


def file_name(name: str, taken: Collection[str]) -> str:
    """Makes the name of a file out of that of a node.

    Args:
        name: of a node; any text.
        taken: paths below the SavedModel, such as `assets/words.txt`.

    Example:
        >>> file_name("model/hash_table", {"assets/model_hash_table.txt"})
        'model_hash_table_1.txt'
    """
    stem = UNSAFE.sub("_", name).lstrip(".").removesuffix(".txt")[:LONGEST] or "vocabulary"
    names = (f"{stem}_{number}.txt" if number else f"{stem}.txt" for number in count())
    return next(one for one in names if f"assets/{one}" not in taken)
