"""aws.ini, user.ini and further layers -> the declarations of all log types, or what is wrong with them."""

from pathlib import Path

from es_loader.config_layers import Layers, references
from es_loader.config_section import Section, unknown_options
from es_loader.declarations import Config, LogType

USER_LAYERS = ("/opt/user.ini",)
"""Layers that a Lambda layer may bring, read after those beside the code."""


def load_config(*paths: Path) -> Config:
    """Read the layers in order; later ones override option by option.

    Args:
        paths: the built-in file first, then users' files.

    Returns:
        The sound log types and every mistake found; a section with a mistake is left out. An unknown option in DEFAULT
        is a mistake that costs no section.
    """
    layers = Layers()
    for number, path in enumerate(paths):
        layers.add(path)
        if number == 0:
            layers.builtin = frozenset(layers.merged.sections())
            layers.builtin_file = path.name
    layers.referenced = frozenset(references(layers.merged))
    log_types: list[LogType] = []
    problems = list(layers.problems)
    targets: set[str] = set()
    for section in layers.merged.sections():
        found = Section(layers, section)
        log_type = found.log_type()
        problems.extend(found.problems)
        targets |= found.targets
        if log_type and not found.problems:
            log_types.append(log_type)
    problems.extend(unknown_options(layers, "DEFAULT", frozenset(targets)))
    log_types.sort(key=lambda log_type: (log_type.builtin, not log_type.user_key))
    return Config({log_type.name: log_type for log_type in log_types}, tuple(problems))


def load_deployed_config(*extra: Path, root: Path | None = None) -> Config:
    """Read the configuration that lies beside the code, in Lambda as in a checkout, and any `extra` layers.

    Args:
        extra: layers on top of the deployed ones.
        root: the folder that holds `config/`; found by itself where this is None.
    """
    folder = root / "config" if root else deployed_folder()
    users = [path for path in (folder / "user.ini", *map(Path, USER_LAYERS)) if path.is_file()]
    return load_config(folder / "aws.ini", *users, *extra)


def deployed_folder() -> Path:
    """Return the folder of the configuration that lies beside the code."""
    return _root() / "config"


def golden_folder() -> Path:
    """Return the folder of users' golden pairs, which need not be there."""
    return deployed_folder() / "golden"


def _root() -> Path:
    here = Path(__file__).resolve().parent
    return next(parent for parent in here.parents if (parent / "config" / "aws.ini").is_file())
