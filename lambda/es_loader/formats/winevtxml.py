"""An event of the Windows event log as XML -> its fields, `EventData` by the names of its values.

https://learn.microsoft.com/en-us/windows/win32/wes/eventschema-schema
"""

import re
from typing import Any

from es_loader.errors import RecordError
from es_loader.formats import xml_tree
from es_loader.types import Fields

STARTS = re.compile(r"<(?:[A-Za-z_][\w.-]{0,63}:)?Event[\s>]").match
"""Tells whether a text begins with an event."""

_LISTS = ("AccessList", "PrivilegeList")
"""Values that are lists of words."""

_NONE = {None, "", "-"}


def parse(text: str) -> Fields:
    """Return an event's fields.

    `Event.EventData.Data` is the values by their names, or by their positions from 1 on where they have none; those
    without a value are left out. `Event.System.EventID` is the number, its qualifiers `Event.System.Qualifiers`.
    """
    fields = xml_tree.parse(text)
    event = fields.get("Event")
    if type(event) is not dict:
        raise RecordError("is XML, but no Windows event")
    system, values = event.get("System"), event.get("EventData")
    if type(system) is dict and type(system.get("EventID")) is dict:
        number = system["EventID"]
        system["EventID"] = number.get(xml_tree.TEXT)
        if "Qualifiers" in number:
            system.setdefault("Qualifiers", number["Qualifiers"])
    if type(values) is dict and "Data" in values:
        values["Data"] = _by_name(values["Data"])
    return fields


def _by_name(items: Any) -> Fields:
    named: Fields = {}
    for position, item in enumerate(items if type(items) is list else [items], 1):
        content = item if type(item) is dict else {xml_tree.TEXT: item}
        name, value = content.get("Name"), content.get(xml_tree.TEXT)
        if type(value) is str and value not in _NONE:
            named.setdefault(name if type(name) is str and name else str(position), value)
    for name in _LISTS:
        if name in named:
            named[name] = named[name].split()
    return named
