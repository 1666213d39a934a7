"""Fields of flow logs as AWS writes them, and sets of them with names.

https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
"""

from es_loader.logtypes.vpcflow_layouts import TRANSIT_GATEWAY, VERSIONS

_OF_TAGS = 11
"""The version whose fields are tags, which a flow log must name one by one."""


def _fields(*columns: str) -> tuple[str, ...]:
    return tuple(" ".join(columns).replace("_", "-").split())


SETS = {
    "all": _fields(*(columns for version, columns in VERSIONS.items() if version < _OF_TAGS)),
    "v2": _fields(VERSIONS[2]),
    "v5": _fields(*(VERSIONS[version] for version in (2, 3, 4, 5))),
}
"""`v2` is AWS's default format; `v5` is what all regions have."""

GATEWAY_FIELDS = _fields(TRANSIT_GATEWAY)


def named_fields(words: str) -> tuple[str, ...]:
    """Return the fields that names of sets and of fields stand for, each once; those of `v5` if there is none."""
    found = [field for word in words.split() or ["v5"] for field in SETS.get(word, (word,))]
    return tuple(dict.fromkeys(found))
