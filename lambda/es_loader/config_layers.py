"""INI files laid over each other, option by option, each knowing the file that it comes from."""

import configparser
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from es_loader.declarations import ConfigProblem

_REFERENCE = re.compile(r"\$\{(?:[^}:]*:)?([^}:]+)\}")


class _Interpolation(configparser.ExtendedInterpolation):
    """Interpolation that complains about a lone `$` where the option is read, so that its section is known."""

    def before_set(self, _parser: Any, _section: str, _option: str, value: str) -> str:
        return value


class Layers:
    """The merged files: raw text of every option and the file that set it last."""

    def __init__(self) -> None:
        self.merged = configparser.ConfigParser(interpolation=_Interpolation(), delimiters=("=",), strict=False)
        self.merged.optionxform = str  # type: ignore[assignment,method-assign]
        self.files: dict[tuple[str, str], str] = {}
        self.builtin: frozenset[str] = frozenset()
        self.builtin_file = ""
        self.referenced: frozenset[str] = frozenset()
        self.problems: list[ConfigProblem] = []
        self.folders: dict[str, list[Path]] = {}

    def add(self, path: Path) -> None:
        """Lay one file over those before it; what it cannot be read for becomes a problem."""
        layer = configparser.RawConfigParser(delimiters=("=",), strict=False)
        layer.optionxform = str  # type: ignore[assignment,method-assign]
        try:
            layer.read_string(path.read_text(encoding="utf-8-sig"), source=path.name)
        except configparser.Error as exc:  # what was read before the error stays in the parser
            self.problems.append(ConfigProblem(path.name, "", "", " ".join(str(exc).split())))
        except UnicodeDecodeError as exc:
            self.problems.append(ConfigProblem(path.name, "", "", f"not UTF-8 text: {exc.reason} at {exc.start}"))
        for section in ("DEFAULT", *layer.sections()):
            if section != "DEFAULT" and not self.merged.has_section(section):
                self.merged.add_section(section)
            self.folders.setdefault(section, []).insert(0, path.parent)
            own = layer.defaults() if section == "DEFAULT" else layer._sections[section]  # type: ignore[attr-defined]  # noqa: SLF001 - items() would mix in the defaults
            for option, value in own.items():
                self.merged[section][option] = value if value is not None else ""
                self.files[section, option] = path.name

    def own(self, section: str) -> set[str]:
        """Return the options that a section sets itself, also those that are set for all; DEFAULT is a section."""
        return {option for name, option in self.files if name == section}

    def file_of(self, section: str, option: str) -> str:
        """Name the file that an option's value comes from; for a missing option, the section's last file."""
        of_section = [file for (name, _), file in self.files.items() if name == section]
        return self.files.get((section, option)) or self.files.get(("DEFAULT", option)) or (of_section or [""])[-1]


def references(parser: configparser.ConfigParser) -> Iterator[str]:
    """Yield the options that some `${…}` names: they need no meaning of their own."""
    for section in parser.sections():
        for _, text in parser.items(section, raw=True):
            yield from _REFERENCE.findall(text)
