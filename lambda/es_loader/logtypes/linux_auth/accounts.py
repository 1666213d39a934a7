"""The programs that create, change and delete users and groups, and those that look after passwords."""

import re

from es_loader.logtypes.linux_auth.rules import Finding, Rule, first, rule

_ANY = re.compile("")
_KINDS = {"add": "creation", "del": "deletion", "mod": "change"}
_DONE = {"creation": "created", "deletion": "deleted", "change": "changed"}
PROGRAMS = {f"{what}{verb}": (what, kind) for what in ("user", "group") for verb, kind in _KINDS.items()}
"""Program of shadow-utils -> ECS event types of all that it reports."""

_ACTIONS = (
    *(f"{what}-{done}" for what in ("user", "group") for done in _DONE.values()),
    *("group-member-added", "group-member-removed"),
)
_RULES = {
    (program, outcome, action): Rule(_ANY, ("iam",), types, outcome, action)
    for program, types in PROGRAMS.items()
    for outcome in ("success", "failure")
    for action in _ACTIONS
}
_NEW_USER = re.compile(
    r"new user: name=(?P<user>[^,]*), UID=(?P<user_id>\d+), GID=(?P<group_id>\d+), "
    r"home=(?P<home>[^,]*), shell=(?P<shell>[^,]*)"
)
_GROUP_LINE = re.compile(r"(?:new group|group added to \S+): name=(?P<group>[^,]*)(?:, GID=(?P<group_id>\d+))?")
_QUOTED = re.compile(r"(group )?'([^']*)'")
_MEMBER = re.compile(r"(add|delete) '[^']*' (?:to|from) (?:shadow )?group ")
_OF_GROUP = re.compile(r"(?:new group|group added|removed (?:shadow )?group)\b")

_USER = r"(?P<user>(?P<target>[^'\s]+))"
_PASSWORDS = {
    "chage": (rule(rf"changed password expiry for {_USER}", "iam / user change", "success"),),
    **dict.fromkeys(("chfn", "chsh"), (rule(rf"changed user '{_USER}' ", "iam / user change", "success"),)),
    "gpasswd": tuple(
        rule(form, "iam / change", "success", action)
        for verbs, action in ((("added", "add"), "group-member-added"), (("removed", "remove"), "group-member-removed"))
        for form in (
            rf"user (?P<target>\S+) {verbs[0]} by (?P<user>\S+) (?:to|from) group (?P<group>\S+)",
            rf"{verbs[1]} member (?P<target>\S+) (?:to|from) group (?P<group>\S+) by (?P<user>\S+)",
        )
    ),
    "passwd": (
        rule(
            r"password for '(?P<target>[^'\s]+)' changed by '(?P<user>[^'\s]+)'",
            "iam / user change",
            "success",
            "password-changed",
        ),
    ),
    "unix_chkpwd": (
        rule(
            r"password check failed for user \(?(?P<user>[^()\s]*)",
            "authentication / info",
            "failure",
            "authentication_failure",
        ),
    ),
}
PASSWORD_PROGRAMS = frozenset(_PASSWORDS)


def read(text: str, app: str) -> Finding:
    """Read a message of one of PROGRAMS."""
    words: dict[str, str | None] = {}
    own = {}
    if user := _NEW_USER.match(text):
        words = user.groupdict()
        own["useradd"] = {name: words[name] for name in ("home", "shell")}
    elif group := _GROUP_LINE.match(text):
        words = group.groupdict()
    else:
        for of_group, name in _QUOTED.findall(text):
            words.setdefault("group" if of_group else "user", name)
    words |= {"target": words.get("user"), "target_id": words.get("user_id")}
    return Finding(_RULES[app, "failure" if "fail" in text else "success", _action(text, app)], words, own)


def read_password(text: str, app: str) -> Finding | None:
    """Read a message of one of PASSWORD_PROGRAMS."""
    return first(_PASSWORDS[app], text, app)


def _action(text: str, app: str) -> str:
    if member := _MEMBER.match(text):
        return "group-member-added" if member[1] == "add" else "group-member-removed"
    what, kind = PROGRAMS[app]
    return f"{'group' if _OF_GROUP.match(text) else what}-{_DONE[kind]}"
