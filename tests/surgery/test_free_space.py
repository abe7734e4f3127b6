"""What does not fit onto a disk is told before it is written."""

import shutil
from pathlib import Path

import pytest

from lexport.errors import PublishError
from lexport.surgery.free_space import check_free_space


def test_folders_of_one_disk_share_its_space(tmp_path: Path) -> None:
    """Each would have room by itself; a folder that is still to be made has that of its parent."""
    most = shutil.disk_usage(tmp_path).free * 2 // 3
    check_free_space([(tmp_path / "to" / "be" / "made", most)])
    with pytest.raises(PublishError, match=rf"{tmp_path}: required {2 * most:,} bytes; .* are free\. Free some"):
        check_free_space([(tmp_path / "a", most), (tmp_path, most)])
