"""Root -> an account for a server that refuses to run as root, and files that this account can read.

Everything here is a no-op for ordinary users: they run their servers themselves.
"""

import os
import pwd
import shutil
import stat
import tempfile
from pathlib import Path

ACCOUNT_NAME = "nobody"

Account = tuple[int, int]
"""User and group number."""


def server_account() -> Account | None:
    """Who a server must run as: None is the caller, who is not root."""
    if os.geteuid() != 0:
        return None
    entry = pwd.getpwnam(ACCOUNT_NAME)
    return entry.pw_uid, entry.pw_gid


def server_folder(prefix: str, account: Account | None) -> Path:
    """A new temporary folder that `account` can enter, in the first temporary place that it can reach."""
    if account is None:
        return Path(tempfile.mkdtemp(prefix=prefix)).resolve()
    places = (Path(tempfile.gettempdir()).resolve(), Path("/tmp").resolve(), Path("/var/tmp"))  # noqa: S108 - mkdtemp below
    place = next((place for place in places if _reachable(place)), places[0])
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=place))
    folder.chmod(0o755)
    return folder


def own_folder(folder: Path, account: Account | None) -> Path:
    """Create `folder` for `account` to write in."""
    folder.mkdir(mode=0o700)
    if account is not None:
        os.chown(folder, *account)
    return folder


def readable(tree: Path, account: Account | None, *, beside: Path) -> Path:
    """`tree` if `account` can read all of it, else a copy in the folder `beside`.

    A tree below root's home cannot be read by others. Its copy is made of hard links where the file system allows,
    which takes milliseconds and no space.
    """
    if account is None or (_reachable(tree) and all(map(_open_to_all, (tree, *tree.rglob("*"))))):
        return tree
    copy = beside / tree.name
    shutil.copytree(tree, copy, copy_function=_link_or_copy)
    for folder, _, _ in os.walk(copy):
        Path(folder).chmod(0o755)
    return copy


def _reachable(path: Path) -> bool:
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in (path, *path.parents))


def _open_to_all(path: Path) -> bool:
    needed = stat.S_IROTH | stat.S_IXOTH if path.is_dir() else stat.S_IROTH
    return path.stat().st_mode & needed == needed


def _link_or_copy(source: str, target: str) -> None:
    mode = Path(source).stat().st_mode
    if mode & stat.S_IROTH:
        try:
            os.link(source, target, follow_symlinks=True)
        except OSError:  # another file system, or one without hard links
            shutil.copyfile(source, target)
    else:
        shutil.copyfile(source, target)
    if not mode & stat.S_IROTH or not Path(target).samefile(source):
        Path(target).chmod(0o755 if mode & stat.S_IXUSR else 0o644)
