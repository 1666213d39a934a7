"""The code, its configuration and its dependencies -> the one asset of all functions, without Docker.

What is in it: the packages of lambda/, `config/` with the users' own file, and the packages of lambda/requirements.txt,
which come as wheels for the processor and Python of the functions, whatever machine this is.
"""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import aws_cdk as cdk
import jsii
from aws_cdk import aws_lambda as lambda_

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = Path("lambda", "requirements.txt")
PACKAGES = ("domain_setup", "es_loader", "loader_pause")
CONFIGURATION = ("aws.ini", "user.ini")
USERS_FILES = ("sf_*.py", "*.csv")
"""Scripts and patterns of exclusions, which lie beside user.ini."""


PIP = (
    *("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input", "--no-compile"),
    *("--require-hashes", "--no-deps", "--only-binary=:all:"),
)
PLATFORM: dict[str, tuple[str, ...]] = {
    # Of all wheels that run on Amazon Linux 2023, pip finds only those of the platforms that it is given by name.
    "arm64": (
        *("--platform", "manylinux2014_aarch64", "--platform", "manylinux_2_24_aarch64"),
        *("--platform", "manylinux_2_28_aarch64"),
        *("--implementation", "cp", "--python-version", "3.13", "--abi", "cp313", "--abi", "abi3", "--abi", "none"),
    ),
    "host": (),
}
UNUSED = ("__pycache__", "tests", "bin")
"""Of installed packages. Their metadata stays: some look up their own version there."""


class BundlingError(RuntimeError):
    """The dependencies cannot be installed; the text has what pip said."""


def code(architecture: str) -> lambda_.Code:
    """Return the code of all functions, which is built when it is used first and its sources have changed."""
    return lambda_.Code.from_asset(
        str(ROOT / "lambda"),
        asset_hash=source_hash(architecture),
        asset_hash_type=cdk.AssetHashType.CUSTOM,
        bundling=cdk.BundlingOptions(image=cdk.DockerImage.from_registry("unused"), local=_Bundle(architecture)),
    )


def source_hash(architecture: str, root: Path = ROOT) -> str:
    """Return the name of a bundle: it changes if and only if what goes into it does."""
    found = hashlib.sha256(architecture.encode())
    for path in sorted(_sources(root)):
        content = path.read_bytes()
        found.update(f"\0{path.relative_to(root).as_posix()}\0{len(content)}\0".encode() + content)
    return found.hexdigest()


def bundle(folder: Path, architecture: str, root: Path = ROOT) -> None:
    """Fill a folder with all that the functions import and read.

    Raises:
        BundlingError: see there.
    """
    _install(folder, architecture, root)
    for path in _sources(root):
        if path != root / REQUIREMENTS:
            place = folder / _place(path.relative_to(root))
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)


def _sources(root: Path) -> Iterator[Path]:
    """Yield the files of the project that make a bundle."""
    yield root / REQUIREMENTS
    for name in PACKAGES:
        files = (path for path in (root / "lambda" / name).rglob("*") if path.is_file())
        yield from (path for path in files if "__pycache__" not in path.parts)
    yield from (path for path in (root / "config" / name for name in CONFIGURATION) if path.is_file())
    yield from sorted(path for pattern in USERS_FILES for path in (root / "config").glob(pattern))


def _place(path: Path) -> Path:
    """Return where a file of the project is in the bundle, whose root is the import root."""
    return path.relative_to("lambda") if path.is_relative_to("lambda") else path


def _install(folder: Path, architecture: str, root: Path) -> None:
    command = [sys.executable, *PIP, *PLATFORM[architecture], "--target", str(folder)]
    done = subprocess.run(  # noqa: S603 - our own arguments
        [*command, "--requirement", str(root / REQUIREMENTS)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise BundlingError(f"pip cannot install {REQUIREMENTS} for {architecture}:\n{done.stderr}")
    for pattern in UNUSED:
        for path in list(folder.rglob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


@jsii.implements(cdk.ILocalBundling)
class _Bundle:
    """Builds on this machine, so that CDK does not ask for Docker."""

    def __init__(self, architecture: str) -> None:
        self._architecture = architecture

    def try_bundle(self, output_dir: str, *_: Any, **__: Any) -> bool:
        """Fill the folder; there is no other way, so it never declines."""
        bundle(Path(output_dir), self._architecture)
        return True
