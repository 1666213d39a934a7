"""A log type's declaration, compiled at cold start into one function: fields -> ECS document.

Looking the declaration up for every record would cost more than the mapping itself, so it is written out once
as Python source with one statement a field, and executed. The source is made of the declaration's names only
(as literals), never of anything in a log.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from operator import itemgetter
from typing import Any

from es_loader.declarations import LogType, Origins
from es_loader.normalize import ecs
from es_loader.normalize.addresses import shared_address
from es_loader.normalize.coerce import ABSENT, converter, every, to_keyword, to_long, to_lower, to_name
from es_loader.normalize.flat import flat
from es_loader.normalize.members import NO_FIELDS, item_of, spread
from es_loader.normalize.remainder import undeclared
from es_loader.normalize.statements import first_of, keyword
from es_loader.normalize.translation import converted, list_translator, translator
from es_loader.options import ALL_OTHERS, UNMAPPED
from es_loader.types import Document, Fields
from es_loader.value_table import ValueTable

Mapping = Callable[[Fields], Document]

_NAMES = ("user.name", "user.effective.name", "user.target.name", "user.changes.name")
"""Fields that a masked value must never fill."""
_LOWER_CASE = ("network.application", "network.protocol", "network.transport", "network.type")
"""Fields that ECS wants in lower case."""


UNHELD = "unheld"
"""In a document on its way: the record has a value that no field of the document holds."""

LOST = ("elif w is not None and (type(w) is not str or w not in absent):", f"    doc[{UNHELD!r}] = True")


def compile_mapping(log_type: LogType, columns: frozenset[str] | None = None) -> Mapping:
    """Return the function that maps one record's fields; each call gives a fresh document.

    Args:
        log_type: the declaration.
        columns: the only fields that records have, where that is known: the function looks for no others.
    """
    source = _Writer(log_type, columns)
    code = compile(source.text(), f"<mapping of {log_type.name}>", "exec")
    namespace: dict[str, Any] = source.constants
    exec(code, namespace)  # noqa: S102 - generated from the checked declaration, see the module's docstring
    mapping: Mapping = namespace["mapping"]
    return mapping


def _scalar(value: Any, doc: Document) -> str | None:
    """Return what is no text as one; an object or a list may hold more than that."""
    if type(value) in {dict, list}:
        doc[UNHELD] = True
    return to_keyword(value)


@dataclass
class _Writer:
    """Gathers the statements of one mapping function and the objects they name."""

    log_type: LogType
    columns: frozenset[str] | None = None
    constants: dict[str, Any] = field(default_factory=dict)
    reads: list[str] = field(default_factory=list)
    writes: list[tuple[str, list[str]]] = field(default_factory=list)
    containers: dict[str, str] = field(default_factory=dict)
    nodes: dict[str, str] = field(default_factory=dict)

    def text(self) -> str:
        self.constants |= {
            "absent": ABSENT,
            "item_of": item_of,
            "none": NO_FIELDS,
            "shared_address": shared_address,
            "spread": spread,
            "scalar": _scalar,
        }
        for target in self._defaults():
            self._container(target.rpartition(".")[0])
        for target, origins in self.log_type.ecs.items():
            present = tuple(filter(self._may_hold, origins.paths))
            if present or (origins.table and origins.table.absent):
                self._write_target(target, replace(origins, paths=present))
        self._write_static()
        if self.log_type.original_fields is None:
            self._write_flat(self.log_type.field_prefix, flat)
        else:
            for path, kind in self.log_type.original_fields.items():
                if path == ALL_OTHERS:
                    self._write_flat(f"{self.log_type.field_prefix}.{UNMAPPED}", undeclared(self.log_type))
                elif self._may_hold(path):
                    self._write_original(path, kind)
        writes = self._guarded_writes()
        lines = ["def mapping(f):", *self._container_lines(), *self.reads, *writes, *self._assembly()]
        return "\n    ".join([*lines, "return doc"])

    def _write(self, paths: tuple[str, ...], *lines: str) -> None:
        """Add statements that read these paths; what reads one object only is skipped where that is absent."""
        guards = {self._node(_holder(path)) for path in paths}
        guard = guards.pop() if len(guards) == 1 and self.log_type.builtin else ""
        self.writes.append(("" if guard == "f" else guard, list(lines)))

    def _guarded_writes(self) -> Iterator[str]:
        for guard, blocks in groupby(self.writes, key=itemgetter(0)):
            if guard:
                yield f"if {guard}:"
            for _, lines in blocks:
                yield from (f"    {line}" for line in lines) if guard else lines

    def _may_hold(self, path: str) -> bool:
        return self.columns is None or path in self.columns

    def _write_static(self) -> None:
        for target, text in self.log_type.static_ecs.items():
            found = ecs.fields().get(target)
            convert = converter(found.type) if found else to_keyword
            value = (
                every(convert)(text.strip("[]").replace(",", " ").split()) if found and found.array else convert(text)
            )
            container = self._container(target.rpartition(".")[0])
            self._write((), f"{container}[{_leaf(target)!r}] = {self._constant(value)}")

    def _write_target(self, target: str, origins: Origins) -> None:
        found = ecs.fields().get(target)
        kind = found.type if found else "keyword"
        parent, _, leaf = target.rpartition(".")
        container = self._container(parent)
        if leaf == "address":
            self._write_address(container, origins)
            return
        convert = _converter(target, kind)
        if origins.table is not None:
            self._write_translated(f"{container}[{leaf!r}]", convert, origins, origins.table, found)
            return
        if origins.collect or (found and found.array):
            self._write_list(f"{container}[{leaf!r}]", every(convert), origins)
            return
        values = [self._converted(self._value(path), convert) for path in origins.paths]
        lines = [*first_of(values), "if v is not None:", f"    {container}[{leaf!r}] = v"]
        self._write(origins.paths, *lines, *(LOST if len(values) == 1 else ()))

    def _write_translated(
        self,
        assignee: str,
        convert: Callable[[Any], Any],
        origins: Origins,
        table: ValueTable,
        found: ecs.EcsField | None,
    ) -> None:
        """Write a field through a table, after what it holds where the record says nothing."""
        several = origins.collect or bool(found and found.array)
        if absent := converted(table.absent, found, convert):
            self._write((), f"{assignee} = {self._constant(list(absent) if several else absent[0])}")
        if not origins.paths:
            return
        if several:
            self._write_list(assignee, list_translator(table, found, convert), origins)
            return
        name = self._constant(translator(table, found, convert))
        values = [f"{name}({self._value(path)})" for path in origins.paths]
        self._write(origins.paths, *first_of(values), "if v is not None:", f"    {assignee} = v")

    def _converted(self, value: str, convert: Callable[[Any], Any]) -> str:
        """Return an expression for a converted value, without a call for the shapes that nearly all records have."""
        if convert is to_keyword:
            return keyword(value)
        name = self._constant(convert)
        if convert is to_long:
            digits = "type(w) is str and len(w) < 19 and w.isdecimal()"
            return f"(None if (w := {value}) is None else int(w) if {digits} else {name}(w))"
        return f"(None if (w := {value}) is None else {name}(w))"

    def _write_list(self, assignee: str, convert: Callable[[Any], list[Any] | None], origins: Origins) -> None:
        to_list = self._constant(convert)
        if origins.collect:
            values = ", ".join(f"*listed({self._value(path)})" for path in origins.paths)
            self.constants["listed"] = lambda value: value if type(value) is list else (value,)
            lines = [f"v = {to_list}([{values}])"]
        else:
            lines = first_of([f"{to_list}({self._value(path)})" for path in origins.paths])
        self._write(origins.paths, *lines, "if v is not None:", f"    {assignee} = v")

    def _write_address(self, container: str, origins: Origins) -> None:
        values, paths = [keyword(self._value(path)) for path in origins.paths], origins.paths
        if origins.table is not None:
            name, paths = self._constant(translator(origins.table, None, to_keyword)), ()
            values = [*(f"{name}({value})" for value in values), repr(origins.table.absent or None)]
        update = f"    {container}.update(shared_address(v, dotted={self.log_type.event_module == 'aws'}))"
        self._write(paths, *first_of(values), "if v is not None:", update)

    def _write_original(self, path: str, kind: str) -> None:
        parent, _, leaf = path.replace("-", "_").rpartition(".")
        container = self._container(f"{self.log_type.field_prefix}.{parent}" if parent else self.log_type.field_prefix)
        convert = converter("keyword" if kind == "text" else kind)
        one = f"{self._constant(flat)}(v)" if kind == "flat" else self._converted("v", convert)
        if kind != "flat":
            one = f"{self._constant(every(convert))}(v) if type(v) is list else {one}"
        found = [f"    v = {one}", "    if v is not None:", f"        {container}[{leaf!r}] = v"]
        if kind != "flat":
            found = ["    w = v", *found, *(f"    {line}" for line in LOST)]
        self._write((path,), f"v = {self._value(path)}", "if v is not None:", *found)

    def _write_flat(self, target: str, of_fields: Callable[[Fields], Document | None]) -> None:
        parent, _, leaf = target.rpartition(".")
        container = self._container(parent)
        self._write((), f"v = {self._constant(of_fields)}(f)", "if v is not None:", f"    {container}[{leaf!r}] = v")

    def _value(self, path: str) -> str:
        """Return an expression for the value at a dotted path, reading shared parents once."""
        parent, _, leaf = path.rpartition(".")
        if leaf.isdecimal() and parent:
            expression = f"item_of({self._value(parent)}, {leaf})"
        else:
            expression = f"{self._node(parent)}.get({leaf!r})"
        if not parent or self.log_type.builtin:
            return expression
        return f"({expression} if {path!r} not in f else f[{path!r}])"  # a key that itself holds dots

    def _node(self, path: str) -> str:
        """Return the local that holds the object at a path, as a dict whatever stands in the record."""
        if not path:
            return "f"
        if path not in self.nodes:
            value = self._value(path)
            name = self.nodes[path] = f"n{len(self.nodes)}"
            self.reads += [
                f"{name} = {value}",
                f"if type({name}) is not dict:",
                f"    {name} = none if {name} is None else spread({name})",
            ]
        return self.nodes[path]

    def _container(self, path: str) -> str:
        """Return the local for the object at a path of the document."""
        if not path:
            return "doc"
        if path not in self.containers:
            self._container(path.rpartition(".")[0])
            self.containers[path] = f"c{len(self.containers)}"
        return self.containers[path]

    def _defaults(self) -> dict[str, str]:
        """Return what every document of the type has, unless the record or the declaration says otherwise."""
        found = {
            "ecs.version": ecs.ECS_VERSION,
            "event.kind": "event",
            "event.module": self.log_type.event_module,
            "event.dataset": self.log_type.event_dataset,
        }
        return found | ({"cloud.provider": self.log_type.cloud_provider} if self.log_type.cloud_provider else {})

    def _container_lines(self) -> Iterator[str]:
        yield "doc = {}"
        for path, name in self.containers.items():
            inside = {
                _leaf(target): text for target, text in self._defaults().items() if target == f"{path}.{_leaf(target)}"
            }
            yield f"{name} = {inside!r}"

    def _assembly(self) -> list[str]:
        """Hang every non-empty object into its parent, the deepest first."""
        lines = []
        for path, name in sorted(self.containers.items(), key=lambda item: -item[0].count(".")):
            parent = self._container(path.rpartition(".")[0])
            lines += [f"if {name}:", f"    {parent}[{_leaf(path)!r}] = {name}"]
        return lines

    def _constant(self, value: Any) -> str:
        name = f"k{len(self.constants)}"
        self.constants[name] = value
        return name


def _converter(target: str, kind: str) -> Callable[[Any], Any]:
    """Return the converter of an ECS field: its type's, or what ECS says of the field itself."""
    if target in _NAMES:
        return to_name
    return to_lower if target in _LOWER_CASE else converter(kind)


def _holder(path: str) -> str:
    """Return the path of the object that is read for a value: the one around a list for an element of it."""
    parent, _, leaf = path.rpartition(".")
    return _holder(parent) if leaf.isdecimal() and parent else parent


def _leaf(path: str) -> str:
    return path.rpartition(".")[2]
