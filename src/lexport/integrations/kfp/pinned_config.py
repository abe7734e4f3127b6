"""`check_pinned`: whether the config in the image is the one that the pipeline was made for."""

import hashlib
from pathlib import Path

from lexport.errors import ConfigError

__all__ = ["check_pinned"]


def check_pinned(config: str, sha256: str) -> None:
    """Compares the bytes of a config file with a digest, which is part of what Kubeflow's cache looks at.

    Args:
        config: the path of the file.
        sha256: in hexadecimal; nothing is compared where it is empty.

    Raises:
        ConfigError: the file is another one, or cannot be read.

    Example:
        >>> check_pinned("fruit.yaml", "")
    """
    if not sha256:
        return
    try:
        received = hashlib.sha256(Path(config).read_bytes()).hexdigest()
    except OSError as error:
        raise ConfigError(f"{config} cannot be read: {error.strerror}") from error
    if received != sha256.lower():
        raise ConfigError(
            f"{config} is not the config that the pipeline was made for: required sha256 {sha256}; received "
            f"{received}. Build the image again, or give the sha256 of the file that is in it"
        )
