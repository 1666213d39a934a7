import os
import stat
from pathlib import Path

import pytest

from laptop.unprivileged import readable, server_account, server_folder

SOMEBODY = (65534, 65534)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    tree = tmp_path / "closed" / "tree"
    (tree / "below").mkdir(parents=True)
    (tree / "below" / "open").write_text("open")
    (tree / "below" / "private").write_text("private")
    (tree / "below" / "open").chmod(0o644)
    (tree / "below" / "private").chmod(0o700)
    tree.parent.chmod(0o700)
    return tree


def test_only_root_needs_another_account() -> None:
    assert (server_account() is None) == (os.geteuid() != 0)


def test_an_ordinary_user_reads_the_tree_itself(tree: Path, tmp_path: Path) -> None:
    assert readable(tree, None, beside=tmp_path) == tree


def test_a_closed_tree_is_copied_and_the_original_stays_closed(tree: Path, tmp_path: Path) -> None:
    copy = readable(tree, SOMEBODY, beside=tmp_path)
    assert copy == tmp_path / "tree"
    assert (copy / "below" / "open").samefile(tree / "below" / "open")
    assert (copy / "below" / "private").read_text() == "private"
    assert stat.S_IMODE((copy / "below" / "private").stat().st_mode) == 0o755
    assert stat.S_IMODE((tree / "below" / "private").stat().st_mode) == 0o700


def test_the_servers_folder_can_be_entered_by_its_account() -> None:
    folder = server_folder("siem-folder-", SOMEBODY)
    assert all(parent.stat().st_mode & stat.S_IXOTH for parent in (folder, *folder.parents))
    folder.rmdir()
