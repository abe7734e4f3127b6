"""Models as files of artifacts: the trained one that is read, the version that is written."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lexport.errors import ConfigError, PublishError
from lexport.run.checked_manifest import checked_manifest

__all__ = ["keras_file", "put_version"]


@contextmanager
def keras_file(path: str, folder: Path) -> Iterator[Path]:
    """Gives the `.keras` file of an artifact, under a name that Keras takes.

    Args:
        path: of the artifact: the file itself, whatever its name, or a folder with one `.keras` file.
        folder: where a link may be made for as long as it is read.

    Raises:
        ConfigError: there is none, or more than one.
    """
    place = Path(path).absolute()
    if place.is_file():
        named = folder / "trained.keras"
        named.symlink_to(place)
        yield named
        return
    files = sorted(place.glob("*.keras"))
    if len(files) != 1:
        found = ", ".join(sorted(one.name for one in place.iterdir())) if place.is_dir() else "nothing"
        raise ConfigError(
            f"trained_model must be a .keras file, or a folder with one; received {path} with {found or 'nothing'}. In "
            "the training component call model.save(os.path.join(output.path, 'model.keras'))"
        )
    yield files[0]


def put_version(export: Path, base: Path, version: int) -> Path:
    """Copies an export to `base/version`, whole or not at all.

    A place that Kubeflow mounts may know no rename, so it is copied file by file and compared with its manifest; no
    task that reads the artifact runs before.

    Args:
        export: what was verified.
        base: the path of the artifact.
        version: the number.

    Raises:
        PublishError: it cannot be written; nothing is there then.
        AssetError: what was written is not what was verified; nothing is there then.
    """
    place = base / str(version)
    try:
        base.mkdir(parents=True, exist_ok=True)
        shutil.copytree(export, place)
        checked_manifest(place)
    except (OSError, shutil.Error) as error:
        shutil.rmtree(place, ignore_errors=True)
        raise PublishError(f"the model cannot be written to {place}: {error}") from error
    except BaseException:
        shutil.rmtree(place, ignore_errors=True)
        raise
    return place
