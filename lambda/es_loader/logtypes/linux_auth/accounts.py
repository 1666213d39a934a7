"""The programs of shadow-utils that create, change and delete users and groups."""

import re

from es_loader.logtypes.linux_auth.rules import Finding, Rule

_ANY = re.compile("")
_KINDS = {"add": "creation", "del": "deletion", "mod": "change"}
PROGRAMS = {f"{what}{verb}": (what, kind) for what in ("user", "group") for verb, kind in _KINDS.items()}
"""Program -> ECS event types of all that it reports."""

_RULES = {
    (program, outcome): Rule(_ANY, ("iam",), types, outcome)
    for program, types in PROGRAMS.items()
    for outcome in ("success", "failure")
}
_NEW_USER = re.compile(
    r"new user: name=(?P<user>[^,]*), UID=(?P<user_id>\d+), GID=(?P<group_id>\d+), "
    r"home=(?P<home>[^,]*), shell=(?P<shell>[^,]*)"
)
_GROUP_LINE = re.compile(r"(?:new group|group added to \S+): name=(?P<group>[^,]*)(?:, GID=(?P<group_id>\d+))?")
_QUOTED = re.compile(r"(group )?'([^']*)'")


def read(text: str, app: str) -> Finding:
    """Read a message of one of PROGRAMS."""
    rule = _RULES[app, "failure" if "fail" in text else "success"]
    user = _NEW_USER.match(text)
    if user:
        words = user.groupdict()
        return Finding(rule, words, {"useradd": {name: words[name] for name in ("home", "shell")}})
    group = _GROUP_LINE.match(text)
    if group:
        return Finding(rule, group.groupdict())
    named: dict[str, str | None] = {}
    for of_group, name in _QUOTED.findall(text):
        named.setdefault("group" if of_group else "user", name)
    return Finding(rule, named)
