"""sudo and su: who took whose rights."""

import re

from es_loader.logtypes.linux_auth.rules import Finding, Rule, first, rule

_SUDO = re.compile(r"\s*(\S+) : (.*)\Z", re.DOTALL)
_OPTION = re.compile(r"([A-Z]+)=")
_OPTIONS = {"TTY": "tty", "PWD": "pwd", "USER": "user", "COMMAND": "command"}
_RUN = Rule(_SUDO, ("process",), ("start",), "success", "sudo_command")
_REFUSED = Rule(_SUDO, ("process",), ("start",), "failure", "sudo_command")
_CONTINUED = Rule(_SUDO)

_SU = (
    rule(r"Successful su for (?P<effective>\S*) by (?P<user>\S*)", "authentication / info", "success"),
    rule(r"FAILED su for (?P<effective>\S*) by (?P<user>\S*)", "authentication / info", "failure"),
    rule(r"FAILED SU \(to (?P<effective>[^)]*)\) (?P<user>\S*) on (?P<tty>\S*)", "authentication / info", "failure"),
    rule(r"\(to (?P<effective>[^)]*)\) (?P<user>\S*) on (?P<tty>\S*)", "authentication / info", "success"),
    rule(r"\+ (?P<tty>\S+) (?P<user>[^\s:]*):(?P<effective>\S*)\Z", "authentication / info", "success"),
    rule(r"- (?P<tty>\S+) (?P<user>[^\s:]*):(?P<effective>\S*)\Z", "authentication / info", "failure"),
)


def read_sudo(text: str, _app: str) -> Finding | None:
    """Read `user : [reason ;] TTY=… ; PWD=… ; USER=… ; … COMMAND=…`; a reason means that it was refused."""
    match = _SUDO.match(text)
    if match is None:
        return None
    user, rest = match.groups()
    if rest.startswith("(command continued)"):
        return Finding(_CONTINUED, {"user": user})
    before, command, after = rest.partition("COMMAND=")
    own: dict[str, str] = {}
    for part in before.split(" ; "):
        option = _OPTION.match(part)
        if option is None and part.strip(" ;"):
            own.setdefault("error", part.strip(" ;"))
        elif option and option[1] in _OPTIONS:
            own[_OPTIONS[option[1]]] = part[option.end() :].removesuffix(" ;")
    if command:
        own["command"] = after
    if own.keys() <= {"error"}:
        return None
    return Finding(_REFUSED if "error" in own else _RUN, {"user": user, "effective": own.get("user")}, {"sudo": own})


def read_su(text: str, _app: str) -> Finding | None:
    """Read a message of su in the words of util-linux, shadow or their predecessors."""
    return first(_SU, text, "su")
