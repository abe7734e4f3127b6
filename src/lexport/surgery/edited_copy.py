"""`write_edited_copy`: a SavedModel with an edited graph, files left out and files added."""

import shutil
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import Any

from lexport.errors import AssetError, PublishError
from lexport.savedmodel.saved_model_file import GRAPH_FILE, PROTO_LIMIT
from lexport.savedmodel.tree import TreeFile, open_inside, path_problem
from lexport.surgery.fingerprint import FINGERPRINT, write_fingerprint

__all__ = ["Content", "write_edited_copy"]

Content = bytes | Callable[[], Iterable[bytes]]  # of a file: its bytes, or what gives them in pieces


def write_edited_copy(
    source: Path,
    files: tuple[TreeFile, ...],
    out: Path,
    *,
    saved_model: Any = None,
    without: Collection[str] = (),
    written: Mapping[str, Content] | None = None,
) -> None:
    """Copies a SavedModel but for what is edited; its `fingerprint.pb` is made anew, where it has one.

    Args:
        source: the SavedModel; not trusted, and not changed.
        files: what `read_tree` found in it.
        out: an empty directory.
        saved_model: the edited `SavedModel` message; None where the graph stays as it is.
        without: the paths of files that are left out.
        written: the content of files that are added or replaced, by path.

    Raises:
        AssetError: there are links among the files, or the edited graph is larger than protocol buffers can be.
        PublishError: the copy cannot be written.

    Example:
        >>> import tempfile
        >>> from lexport.savedmodel.tree import read_tree
        >>> source, out = Path(tempfile.mkdtemp()), Path(tempfile.mkdtemp())
        >>> _ = (source / "saved_model.pb").write_bytes(b"")
        >>> write_edited_copy(source, read_tree(source), out, written={"assets/words.txt": b"the"})
        >>> (out / "assets" / "words.txt").read_text()
        'the'
    """
    new = dict(written or {})
    if saved_model is not None:
        new[GRAPH_FILE] = _graph_bytes(source, saved_model)
    left_out = {*without, *new}
    try:
        for file in files:
            if file.path not in left_out:
                _copy(source, file, out)
        for path, data in new.items():
            problem = path_problem(path)
            if problem:
                raise AssetError(f"cannot write {path!r}: {problem}")
            (out / path).parent.mkdir(parents=True, exist_ok=True)
            with (out / path).open("xb") as target:
                target.writelines([data] if isinstance(data, bytes) else data())
    except OSError as error:
        raise PublishError(f"cannot copy {source} to {out}: {error.strerror}") from error
    if any(file.path == FINGERPRINT for file in files) and FINGERPRINT not in left_out and new:
        write_fingerprint(out)


def _graph_bytes(source: Path, saved_model: Any) -> bytes:
    size = saved_model.ByteSize()
    if size > PROTO_LIMIT:
        raise AssetError(
            f"{source}: the edited graph would have {size} bytes; protocol buffers hold at most {PROTO_LIMIT}"
        )
    data: bytes = saved_model.SerializeToString(deterministic=True)
    return data


def _copy(source: Path, file: TreeFile, out: Path) -> None:
    if file.kind != "file":
        raise AssetError(f"{source}: {file.path} is {file.what}, which is not copied. Copy the directory with `cp -RL`")
    target = out / file.path
    target.parent.mkdir(parents=True, exist_ok=True)
    with open_inside(source, file.path) as read, target.open("xb") as written:
        shutil.copyfileobj(read, written, 1 << 20)
