"""Where an export will stand: in a directory of versions, or in a directory of its own."""

from dataclasses import dataclass
from pathlib import Path

from lexport.errors import PublishError
from lexport.publish.version import check_version, existing_versions, next_version

__all__ = ["SingleTarget", "Target", "VersionTarget"]


@dataclass(frozen=True)
class VersionTarget:
    """`<directory>/<version>`.

    Attributes:
        directory: the directory of the model, absolute.
        version: the number; None for the next one.
    """

    directory: Path
    version: int | None = None

    @property
    def parent(self) -> Path:
        """The directory in which the export appears."""
        return self.directory

    @property
    def label(self) -> str:
        """What the staging directory is called after."""
        return "next" if self.version is None else str(self.version)

    @property
    def movable(self) -> bool:
        """Whether another place may be taken when the first is lost to somebody else."""
        return self.version is None

    def check(self) -> None:
        """Checks that the place is free, as far as that can be known in advance.

        Raises:
            PublishError: the version exists, in any spelling, or is no number that a server would serve.
        """
        if self.version is None:
            return
        check_version(self.version)
        existing = existing_versions(self.directory)
        if self.version in existing:
            found = self.directory / existing[self.version]
            raise PublishError(f"version {self.version} exists already: {found}. Give another version, or none")

    def place(self) -> Path:
        """Gives the path to publish at."""
        version = next_version(self.directory) if self.version is None else self.version
        return self.directory / str(version)


@dataclass(frozen=True)
class SingleTarget:
    """A directory of its own, without versions.

    Attributes:
        path: the directory, absolute.
    """

    path: Path

    @property
    def parent(self) -> Path:
        """The directory in which the export appears."""
        return self.path.parent

    @property
    def label(self) -> str:
        """What the staging directory is called after."""
        return self.path.name[:64]

    @property
    def movable(self) -> bool:
        """There is only one place."""
        return False

    def check(self) -> None:
        """Checks that there is nothing at the path, or an empty directory.

        Raises:
            PublishError: there is a file, a link or a directory with something in it.
        """
        path = self.path
        if path.is_symlink():
            raise PublishError(f"{path} is a link, which a rename would replace. Give the directory itself")
        if path.exists() and not path.is_dir():
            raise PublishError(f"{path} exists and is not a directory. Give another directory")
        try:
            if path.is_dir() and any(path.iterdir()):
                raise PublishError(
                    f"{path} exists and is not empty: what is there already would be mixed with the export. "
                    "Give another directory, or remove it"
                )
        except OSError as error:
            raise PublishError(f"cannot list {path}: {error.strerror}") from error

    def place(self) -> Path:
        """Gives the path to publish at, free of an empty directory."""
        if self.path.is_dir() and not self.path.is_symlink():
            try:
                self.path.rmdir()
            except OSError as error:
                raise PublishError(f"cannot replace {self.path}: {error.strerror}") from error
        return self.path


Target = VersionTarget | SingleTarget
