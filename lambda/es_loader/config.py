"""aws.ini, user.ini and further layers -> the declarations of all log types, or what is wrong with them."""

import configparser
import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timezone
from pathlib import Path
from typing import Any

from es_loader.errors import ConfigError
from es_loader.normalize import ecs
from es_loader.options import OPTIONS, names
from es_loader.scripts import LAYER_FOLDER, Transform, load_script

USER_LAYERS = ("/opt/user.ini",)
"""Layers that a Lambda layer may bring, read after those beside the code."""

EXTRA_TARGETS = frozenset({"@log_type"})
"""Targets that are no ECS fields but stand in files written for AWS's sample."""

_REFERENCE = re.compile(r"\$\{(?:[^}:]*:)?([^}:]+)\}")
_FORMAT_NEEDS = {"text": "log_pattern"}


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One mistake: where it stands and what is allowed instead."""

    file: str
    section: str
    option: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file} [{self.section}]" if self.section else self.file
        return f"{where} {self.option}: {self.message}" if self.option else f"{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Origins:
    """Where an ECS field's value comes from: the first usable of `paths`, or all of them when `collect`."""

    paths: tuple[str, ...]
    collect: bool = False


@dataclass(frozen=True, slots=True)
class LogType:
    """One section, typed. Options that only AWS's sample knows are not carried."""

    name: str
    builtin: bool
    user_key: bool
    s3_key: re.Pattern[str]
    s3_key_ignored: re.Pattern[str] | None
    file_format: str
    json_delimiter: tuple[str, ...]
    csv_delimiter: str
    csv_header: tuple[str, ...]
    text_header_line_number: int
    log_pattern: re.Pattern[str] | None
    via_cwl: bool
    timestamp_keys: tuple[str, ...]
    timestamp_formats: tuple[str, ...]
    timestamp_tz: timezone
    file_timestamp_format: re.Pattern[str] | None
    doc_id: str
    doc_id_suffix: str
    index_name: str
    index_rotation: str
    index_time: str
    index_tz: timezone
    ecs: dict[str, Origins]
    static_ecs: dict[str, str]
    script_ecs: tuple[str, ...]
    renamed: dict[str, str]
    json_to_text: tuple[str, ...]
    field_prefix: str
    original_fields: dict[str, str] | None
    script_fields: dict[str, str]
    keep_original: bool
    event_module: str
    event_dataset: str
    cloud_provider: str
    geoip: tuple[str, ...]
    user_agent_enrichment_field: str
    transform: Transform | None


@dataclass(frozen=True, slots=True)
class Config:
    """All sound log types, users' own first, and the problems that switched the others off."""

    log_types: dict[str, LogType]
    problems: tuple[ConfigProblem, ...]


class _Interpolation(configparser.ExtendedInterpolation):
    """Interpolation that complains about a lone `$` where the option is read, so that its section is known."""

    def before_set(self, _parser: Any, _section: str, _option: str, value: str) -> str:
        return value


class _Layers:
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

    def file_of(self, section: str, option: str) -> str:
        """Name the file that an option's value comes from; for a missing option, the section's last file."""
        of_section = [file for (name, _), file in self.files.items() if name == section]
        return self.files.get((section, option)) or self.files.get(("DEFAULT", option)) or (of_section or [""])[-1]


def load_config(*paths: Path) -> Config:
    """Read the layers in order; later ones override option by option.

    Args:
        paths: the built-in file first, then users' files.

    Returns:
        The sound log types and every mistake found; a section with a mistake is left out.
    """
    layers = _Layers()
    for number, path in enumerate(paths):
        layers.add(path)
        if number == 0:
            layers.builtin = frozenset(layers.merged.sections())
            layers.builtin_file = path.name
    layers.referenced = frozenset(_references(layers.merged))
    log_types: list[LogType] = []
    problems = list(layers.problems)
    for section in layers.merged.sections():
        found = _Section(layers, section)
        log_type = found.log_type()
        problems.extend(found.problems)
        if log_type and not found.problems:
            log_types.append(log_type)
    log_types.sort(key=lambda log_type: (log_type.builtin, not log_type.user_key))
    return Config({log_type.name: log_type for log_type in log_types}, tuple(problems))


def load_deployed_config(*extra: Path, root: Path | None = None) -> Config:
    """Read the configuration that lies beside the code, in Lambda as in a checkout, and any `extra` layers.

    Args:
        extra: layers on top of the deployed ones.
        root: the folder that holds `config/`; found by itself where this is None.
    """
    folder = (root or _root()) / "config"
    users = [path for path in (folder / "user.ini", *map(Path, USER_LAYERS)) if path.is_file()]
    return load_config(folder / "aws.ini", *users, *extra)


def _root() -> Path:
    here = Path(__file__).resolve().parent
    return next(parent for parent in here.parents if (parent / "config" / "aws.ini").is_file())


def _references(parser: configparser.ConfigParser) -> Iterator[str]:
    """Yield the options that some `${…}` names: they need no meaning of their own."""
    for section in parser.sections():
        for _, text in parser.items(section, raw=True):
            yield from _REFERENCE.findall(text)


class _Section:
    """One section on its way to a LogType, gathering its mistakes."""

    def __init__(self, layers: _Layers, name: str) -> None:
        self.layers = layers
        self.name = name
        self.problems: list[ConfigProblem] = []
        self.proxy = layers.merged[name]

    def complain(self, option: str, message: str) -> None:
        self.problems.append(ConfigProblem(self.layers.file_of(self.name, option), self.name, option, message))

    def raw(self, option: str) -> str | None:
        """Return an option's text after interpolation; None if it is absent or its interpolation fails."""
        try:
            return self.proxy.get(option)
        except configparser.InterpolationError as exc:
            self.complain(option, f"{' '.join(str(exc).split())} (write a literal $ as $$)")
            return None

    def value(self, option: str) -> Any:
        text = self.raw(option)
        if text is None:
            return OPTIONS[option].default
        try:
            return OPTIONS[option].parse(text)
        except ValueError as exc:
            self.complain(option, str(exc))
            return OPTIONS[option].default

    def log_type(self) -> LogType | None:
        values = {option: self.value(option) for option in OPTIONS}
        origins = self._origins(values["ecs"])
        if values["doc_id"]:
            origins.setdefault("event.id", Origins(values["doc_id"][:1]))
        static = self._static(values["static_ecs"])
        self._check_script_ecs(values["script_ecs"])
        self._check_unknown(values)
        self._check_required(values)
        self._check_prefix(values["field_prefix"] or self.name)
        self._check_unread(values)
        transform = self._script(values["script_ecs"])
        return None if self.problems else self._build(values, origins, static, transform)

    def _script(self, targets: tuple[str, ...]) -> Transform | None:
        """Import the user's script for a section whose `script_ecs` says that it has one."""
        if not targets or self.name in self.layers.builtin:
            return None
        try:
            return load_script(self.name, (*self.layers.folders[self.name], LAYER_FOLDER))
        except ConfigError as exc:
            self.complain("script_ecs", str(exc))
            return None

    def _check_unread(self, values: dict[str, Any]) -> None:
        if values["via_firelens"]:
            self.complain("via_firelens", "logs that come through FireLens are not read by this version")

    def _build(
        self,
        values: dict[str, Any],
        origins: dict[str, Origins],
        static: dict[str, str],
        transform: Transform | None,
    ) -> LogType:
        builtin = self.name in self.layers.builtin
        carried = set(LogType.__dataclass_fields__) & set(values)
        direct = {option: values[option] for option in carried}
        direct |= {
            "ecs": origins,
            "static_ecs": static,
            "doc_id": "".join(values["doc_id"][:1]),
            "doc_id_suffix": "".join(values["doc_id_suffix"][:1]),
            "index_name": "-".join(filter(None, (values["index_name"], values["index_suffix"]))),
            "field_prefix": values["field_prefix"] or self.name,
            "event_module": values["event_module"] or ("aws" if builtin else self.name),
            "event_dataset": values["event_dataset"] or values["field_prefix"] or self.name,
        }
        return LogType(
            name=self.name,
            builtin=builtin,
            user_key=self.layers.files.get((self.name, "s3_key")) != self.layers.builtin_file,
            timestamp_keys=values["timestamp_key_list"] or values["timestamp_key"],
            timestamp_formats=values["timestamp_format_list"] or (values["timestamp_format"],),
            renamed=self._renamed(values["renamed_newfields"]),
            transform=transform,
            **direct,
        )

    def _origins(self, targets: tuple[str, ...]) -> dict[str, Origins]:
        found: dict[str, Origins] = {}
        for target in targets:
            self._check_target(target, "ecs")
            text = self.raw(target)
            if not text:
                self.complain(target, "is listed in `ecs` but has no origin; write `field = name-in-the-log`")
                continue
            found[target] = Origins(names(text), collect=text.lstrip().startswith("["))
        return found

    def _static(self, targets: tuple[str, ...]) -> dict[str, str]:
        found: dict[str, str] = {}
        for target in targets:
            self._check_target(target, "static_ecs")
            text = self.raw(target)
            if not text:
                self.complain(target, "is listed in `static_ecs` but has no value")
                continue
            found[target] = text
            self._check_allowed(target, text)
        return found

    def _renamed(self, targets: tuple[str, ...]) -> dict[str, str]:
        return {target: text for target in targets if (text := self.raw(target))}

    def _check_target(self, target: str, option: str) -> None:
        if target in ecs.fields() or target in EXTRA_TARGETS:
            return
        close = ecs.suggest(target)
        hint = f"; did you mean {close}?" if close else ""
        self.complain(option, f"{target!r} is not a field of ECS {ecs.ECS_VERSION}{hint}")

    def _check_allowed(self, target: str, text: str) -> None:
        field = ecs.fields().get(target)
        if field is None or not field.allowed:
            return
        for word in names(text) if field.array else (text,):
            if word not in field.allowed:
                self.complain(target, f"{word!r} is not a value that ECS allows; allowed: {', '.join(field.allowed)}")

    def _check_script_ecs(self, targets: tuple[str, ...]) -> None:
        if self.name in self.layers.builtin:  # in users' sections the names only document what a script does
            for target in targets:
                self._check_target(target, "script_ecs")

    def _check_required(self, values: dict[str, Any]) -> None:
        if values["s3_key"] is None and not self.problems:
            self.complain("s3_key", "is missing: no object can be recognised as this type")
        for option in ("file_format", "index_name"):
            if not values[option] and not any(problem.option == option for problem in self.problems):
                self.complain(option, "is missing")
        need = _FORMAT_NEEDS.get(values["file_format"] or "")
        if need and values[need] is None and self.name not in self.layers.builtin:
            self.complain(need, f"is missing: `file_format = {values['file_format']}` needs it")
        pattern = values["log_pattern"]
        if pattern is not None and not pattern.groupindex:
            self.complain("log_pattern", "has no named group; write (?P<name>…) around each value")

    def _check_prefix(self, prefix: str) -> None:
        root = prefix.partition(".")[0]
        if prefix in ecs.fields() or any(field.startswith(f"{prefix}.") for field in ecs.fields()):
            self.complain("field_prefix", f"{prefix!r} is an ECS name ({root}.*); choose a prefix of your own")

    def _check_unknown(self, values: dict[str, Any]) -> None:
        known = set(OPTIONS) | {*values["ecs"], *values["static_ecs"], *values["renamed_newfields"]}
        own = set(self.layers.merged[self.name]) - set(self.layers.merged.defaults())
        for option in sorted(own - known - self.layers.referenced):
            self.complain(option, f"is not an option{self._did_you_mean(option, values)}")

    def _did_you_mean(self, option: str, values: dict[str, Any]) -> str:
        if option in ecs.fields():
            listed = "static_ecs" if values["static_ecs"] else "ecs"
            return f"; an ECS field must also be listed in `ecs` or `{listed}`"
        close = difflib.get_close_matches(option, OPTIONS, n=1)
        return f"; did you mean {close[0]}?" if close else ""
