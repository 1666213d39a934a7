"""OpenSSH's server, and the sessions that systemd-logind opens for it.

A user name is whatever a stranger sends, so it may itself look like ` from <address> port <number>`: the last one
counts, which is why the patterns match user names greedily.
"""

from es_loader.logtypes.linux_auth.rules import Finding, first, rule

_USER = r"(?: (?:invalid|illegal) user)?(?: (?P<user>.*))?"
_FROM = r" from (?P<address>\S+)"
_PORT = r" port (?P<port>\d+)"
_LEFT = (
    r"(?:Connection (?:closed|reset) by|Disconnected from)"
    r"(?: (?:(?:invalid|illegal|authenticating) )?user)?(?: (?P<user>.*))?"
)
_LEAVES = "network / end"
_LOGIN = "authentication / info"

_RULES = {
    "Accepted": (
        rule(r"Accepted key (?P<signature>.*) found at ", _LOGIN, "success", "ssh_login"),
        rule(
            rf"Accepted (?P<method>\S+) for(?: (?P<user>.*))?{_FROM}{_PORT}(?: ssh\d)?(?:: (?P<signature>.*))?",
            "authentication session / info",
            "success",
            "ssh_login",
        ),
        rule(r"Accepted (?P<method>\S+) for (?P<user>.*)", "authentication session / info", "success", "ssh_login"),
    ),
    "Failed": (
        rule(
            rf"Failed (?P<method>\S+) for{_USER}{_FROM}{_PORT}(?: ssh\d)?(?:: (?P<signature>.*))?",
            _LOGIN,
            "failure",
            "ssh_login",
        ),
    ),
    **dict.fromkeys(
        ("Invalid", "Illegal"),
        (
            rule(rf"(?:Invalid|Illegal) user(?: (?P<user>.*))?{_FROM}{_PORT}", _LOGIN, "failure", "ssh_login"),
            rule(rf"(?:Invalid|Illegal) user(?: (?P<user>.*))?{_FROM}", _LOGIN, "failure", "ssh_login"),
        ),
    ),
    "input_userauth_request:": (
        rule(r"\S+ (?:invalid|illegal) user(?: (?P<user>.*))?\Z", _LOGIN, "failure", "ssh_login"),
    ),
    "User": (
        rule(rf"User (?P<user>.*){_FROM} not allowed because ", _LOGIN, "failure", "ssh_login"),
        rule(r"User (?P<user>\S+) is on pid ", "session / start"),
    ),
    "PAM:": (rule(rf"PAM: .{{1,80}}? for{_USER}{_FROM}", _LOGIN, "failure", "ssh_login"),),
    "maximum": (
        rule(
            rf"maximum authentication attempts exceeded for{_USER}{_FROM}{_PORT}",
            "authentication / end",
            "failure",
            "ssh_login",
        ),
    ),
    "Disconnecting": (
        rule(
            r"Disconnecting(?: (?:(?:invalid|illegal|authenticating) )?user)?(?: (?P<user>.*))? (?P<address>\S+)"
            rf"{_PORT}: Too many authentication failures",
            "authentication / end",
            "failure",
            "ssh_disconnect",
        ),
    ),
    "Disconnecting:": (
        rule(
            r"Disconnecting: Too many authentication failures(?: for (?P<user>.*))?",
            "authentication / end",
            "failure",
            "ssh_disconnect",
        ),
    ),
    "Postponed": (
        rule(rf"Postponed (?P<method>\S+) for{_USER}{_FROM}{_PORT}", "authentication / start", None, "ssh_login"),
    ),
    "Connection": (
        rule(
            rf"Connection{_FROM}{_PORT} on (?P<to>\S+) port (?P<to_port>\d+)", "network / start", None, "ssh_connection"
        ),
        rule(rf"{_LEFT} (?P<address>\S+){_PORT}\s*\Z", _LEAVES, None, "ssh_disconnect"),
        rule(rf"{_LEFT} (?P<address>\S+)\s*\Z", _LEAVES, None, "ssh_disconnect"),
    ),
    "Disconnected": (
        rule(rf"{_LEFT} (?P<address>\S+){_PORT}\s*\Z", _LEAVES, None, "ssh_disconnect"),
        rule(rf"{_LEFT} (?P<address>\S+)\s*\Z", _LEAVES, None, "ssh_disconnect"),
    ),
    "Received": (
        rule(rf"Received disconnect{_FROM}{_PORT}:", _LEAVES, None, "ssh_disconnect"),
        rule(r"Received disconnect from (?P<address>\S+): ?\d", _LEAVES, None, "ssh_disconnect"),
        rule(r"Received disconnect from (?P<address>\S+)", _LEAVES, None, "ssh_disconnect"),
    ),
    "Did": (
        rule(
            rf"Did not receive identification string{_FROM}(?:{_PORT})?",
            "session / end",
            "failure",
            "ssh_connection",
        ),
    ),
    "Timeout": (
        rule(
            rf"Timeout before authentication for (?:connection from )?(?P<address>[^\s,]+)(?:{_PORT})?",
            "session / end",
            "failure",
            "ssh_connection",
        ),
    ),
    **dict.fromkeys(
        ("kex_exchange_identification:", "ssh_exchange_identification:", "banner", "ssh_dispatch_run_fatal:"),
        (
            rule(
                r"(?:banner exchange|\w+): Connection from "
                rf"(?:(?:(?:invalid|illegal|authenticating) )?user (?P<user>.*) )?(?P<address>\S+){_PORT}",
                "session / end",
                "failure",
                "ssh_connection",
            ),
            rule(r"(?:banner exchange|(?:kex|ssh)_\w+): ", "session / end", "failure", "ssh_connection"),
        ),
    ),
    "Bad": (
        rule(
            rf"Bad protocol version identification '.*'{_FROM}(?:{_PORT})?",
            "network / protocol",
            "failure",
            "ssh_negotiate",
        ),
    ),
    "Unable": (
        rule(
            rf"Unable to negotiate with (?P<address>\S+?)(?:{_PORT})?: ",
            "network / protocol",
            "failure",
            "ssh_negotiate",
        ),
    ),
    "Starting": (
        rule(rf"Starting session: .* for (?P<user>\S*){_FROM}{_PORT}", "session / start", "success", "ssh_session"),
    ),
    "reverse": (
        rule(r"reverse mapping checking getaddrinfo for (?P<domain>\S+) \[(?P<address>[^\]\s]+)\]", "network / info"),
    ),
    "subsystem": (rule(r"subsystem request for .* by user (?P<user>\S+)", "session / start"),),
}
"""First word of a message -> its rules, in order."""

_SESSIONS = (
    rule(r"New session \S+ of user (?P<user>\S+?)\.?\Z", "session / start"),
    rule(r"Removed session \S+?\.?\Z", "session / end"),
)


def read(text: str, _app: str) -> Finding | None:
    """Read a message of sshd or of one of the programs that it consists of since OpenSSH 9.8."""
    text = text.removesuffix(" [preauth]").removeprefix("error: ").removeprefix("fatal: ")
    word = text.partition(" ")[0]
    finding = first(_RULES.get(word, ()), text, "ssh")
    if finding:
        finding.own["ssh"]["event"] = word.rstrip(":")
    return finding


def read_logind(text: str, _app: str) -> Finding | None:
    """Read a message of systemd-logind."""
    return first(_SESSIONS, text, "logind")
