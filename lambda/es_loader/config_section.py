"""One section of the configuration -> a log type, or its mistakes."""

import configparser
import difflib
from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from typing import Any

from es_loader.config_layers import Layers
from es_loader.declarations import ConfigProblem, IndexSettings, LogType, Origins
from es_loader.errors import ConfigError
from es_loader.normalize import ecs
from es_loader.normalize.coerce import converter
from es_loader.normalize.translation import words_of
from es_loader.options import OPTIONS, names
from es_loader.scripts import LAYER_FOLDER, Transform, load_script
from es_loader.value_table import ValueTable, split_table

EXTRA_TARGETS = frozenset({"@log_type", "http.request.header.x_forwarded_for"})
"""Targets that are no ECS fields but stand in files written for AWS's sample."""

_FORMAT_NEEDS = {
    "multiline": ("multiline_firstline", "log_pattern"),
    "text": ("log_pattern",),
    "xml": ("xml_firstline",),
}


class Section:
    """One section on its way to a LogType, gathering its mistakes."""

    def __init__(self, layers: Layers, name: str) -> None:
        self.layers = layers
        self.name = name
        self.problems: list[ConfigProblem] = []
        self.proxy = layers.merged[name]
        self.own = layers.own(name)
        self.targets: frozenset[str] = frozenset()

    def complain(self, option: str, message: str) -> None:
        """Note a mistake."""
        self.problems.append(ConfigProblem(self.layers.file_of(self.name, option), self.name, option, message))

    def raw(self, option: str) -> str | None:
        """Return an option's text after interpolation; None if it is absent or its interpolation fails."""
        try:
            return self.proxy.get(option)
        except configparser.InterpolationError as exc:
            self.complain(option, f"{' '.join(str(exc).split())} (write a literal $ as $$)")
            return None

    def value(self, option: str) -> Any:
        """Return an option's parsed value; its default if it is absent or wrong."""
        text = self.raw(option)
        if text is None:
            return OPTIONS[option].default
        try:
            return OPTIONS[option].parse(text)
        except ValueError as exc:
            self.complain(option, str(exc))
            return OPTIONS[option].default

    def log_type(self) -> LogType | None:
        """Return the section's log type; None if it has mistakes."""
        values = {option: self.value(option) for option in OPTIONS}
        values["ecs"] = values["ecs"] or self._unlisted(values)
        origins = self._origins(values["ecs"])
        if values["doc_id"]:
            origins.setdefault("event.id", Origins(values["doc_id"][:1]))
        static = self._static(values["static_ecs"])
        self._check_script_ecs(values["script_ecs"])
        for target in values["not_indexed"]:
            self._check_target(target, "not_indexed")
        self.targets = frozenset((*values["ecs"], *values["static_ecs"], *values["renamed_newfields"]))
        self.problems.extend(unknown_options(self.layers, self.name, self.targets))
        self._check_required(values)
        self._check_prefix(values["field_prefix"] or self.name)
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
            "index_name": "-".join(filter(None, (values["index_name"], values["index_suffix"]))),
            "index_settings": _index_settings(values, OPTIONS.keys() & self.own),
            "index_defaults": _index_settings(values, OPTIONS.keys() - self.own),
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

    def _unlisted(self, values: dict[str, Any]) -> tuple[str, ...]:
        """Return the options that name ECS fields, where no `ecs` lists them."""
        listed = {*values["static_ecs"], *values["renamed_newfields"]}
        return () if "ecs" in self.own else tuple(sorted((self.own - listed) & (ecs.fields().keys() | EXTRA_TARGETS)))

    def _origins(self, targets: tuple[str, ...]) -> dict[str, Origins]:
        found: dict[str, Origins] = {}
        for target in targets:
            self._check_target(target, "ecs")
            text = self.raw(target)
            if not text:
                self.complain(target, "is listed in `ecs` but has no origin; write `field = name-in-the-log`")
                continue
            try:
                paths, table = split_table(text)
            except ValueError as exc:
                self.complain(target, str(exc))
                continue
            if not names(paths):
                self.complain(target, "has a table but no origin; write `field = name-in-the-log {…}`")
            if table:
                self._check_table(target, table)
            found[target] = Origins(names(paths), paths.lstrip().startswith("["), table)
        return found

    def _check_table(self, target: str, table: ValueTable) -> None:
        """Note the values of a table that its field cannot hold."""
        field = ecs.fields().get(target)
        for text in dict.fromkeys((*table.words.values(), table.other or "", table.absent)):
            for word in words_of(text, field):
                if field and converter(field.type)(word) is None:
                    self.complain(target, f"{word!r} in the table is no value of the type {field.type}")
            self._check_allowed(target, text)

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
        for word in words_of(text, field):
            if word not in field.allowed:
                close = difflib.get_close_matches(word, field.allowed, n=1)
                hint = f"; did you mean {close[0]}?" if close else ""
                allowed = ", ".join(field.allowed)
                self.complain(target, f"{word!r} is not a value that ECS allows; allowed: {allowed}{hint}")

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
        for need in _FORMAT_NEEDS.get(values["file_format"] or "", ()):
            told = need == "log_pattern" and self.name in self.layers.builtin  # by its module
            if values[need] is None and not told and not any(problem.option == need for problem in self.problems):
                self.complain(need, f"is missing: `file_format = {values['file_format']}` needs it")
        pattern = values["log_pattern"]
        if pattern is not None and not pattern.groupindex:
            self.complain("log_pattern", "has no named group; write (?P<name>…) around each value")

    def _check_prefix(self, prefix: str) -> None:
        root = prefix.partition(".")[0]
        if prefix in ecs.fields() or any(field.startswith(f"{prefix}.") for field in ecs.fields()):
            self.complain("field_prefix", f"{prefix!r} is an ECS name ({root}.*); choose a prefix of your own")


def unknown_options(layers: Layers, section: str, targets: frozenset[str]) -> Iterator[ConfigProblem]:
    """Yield what a section, or DEFAULT, sets and nothing reads.

    Args:
        layers: the merged files.
        section: its name.
        targets: the fields that are filled, each by an option of its name.
    """
    for option in sorted(layers.own(section) - OPTIONS.keys() - targets - layers.referenced):
        message = f"is not an option{_did_you_mean(option)}"
        yield ConfigProblem(layers.file_of(section, option), section, option, message)


def _did_you_mean(option: str) -> str:
    if option in ecs.fields():
        return "; where there is an `ecs`, an ECS field must be listed in it or in `static_ecs`"
    close = difflib.get_close_matches(option, OPTIONS, n=1)
    found = close[0] if close else ecs.suggest(option)
    return f"; did you mean {found}?" if found else ""


def _index_settings(values: dict[str, Any], options: AbstractSet[str]) -> IndexSettings:
    """Return what some of the options say of an index."""
    said = {each: f"index_{each}" for each in IndexSettings.__dataclass_fields__}
    return IndexSettings(**{each: values[option] for each, option in said.items() if option in options})
