"""The modules of PAM, whatever program they run in."""

import re

from es_loader.logtypes.linux_auth.rules import Finding, first, rule

_LEAD = re.compile(r"pam_\w+(?:\((?P<service>[^():]*)(?::(?P<type>\w*))?\))?: ")
_LOGIN = "authentication / info"
_CHANGE = "iam / user change"

_RULES = (
    rule(
        r"session opened for user (?P<effective>\S*?)(?:\(uid=(?P<effective_id>\d+)\))? "
        r"by (?P<user>[^(]*)(?:\(uid=(?P<user_id>\d+)\))?",
        "session / start",
        "success",
        "logged-on",
    ),
    rule(r"session closed for user (?P<user>\S+)", "session / end", "success", "logged-off"),
    rule(
        r"(?:authentication failure|PAM \d+ more authentication failures?); logname=(?P<logname>\S*) uid=(?P<uid>\S*) "
        r"euid=(?P<euid>\S*) tty=(?P<tty>\S*) ruser=(?P<ruser>\S*) rhost=(?P<address>\S*)(?: +user=(?P<user>.*))?",
        _LOGIN,
        "failure",
        "authentication_failure",
    ),
    rule(
        r"Consecutive login failures for user (?P<user>.*?) account temporarily locked",
        _LOGIN,
        "failure",
        "account-locked",
    ),
    rule(r"requirement \".*\" not met by user \"(?P<user>[^\"]*)\"", _LOGIN, "failure"),
    rule(r"auth could not identify password for \[(?P<user>[^\]]*)\]", _LOGIN, "failure"),
    rule(r"account (?P<user>\S+) has expired", _LOGIN, "failure"),
    rule(r"PAM service\((?P<service>[^)]*)\) ignoring max retries", _LOGIN, "failure"),
    rule(
        r"(?=.*(?:[Uu]ser unknown|conversation failed|account expired|authentication failure))",
        _LOGIN,
        "failure",
    ),
    rule(r"PAM (?:adding faulty module: |unable to dlopen\()(?P<module>[^\s)]+)", "library / start", "failure"),
    rule(r"password changed for (?P<user>(?P<target>\S+))", _CHANGE, "success", "password-changed"),
    rule(r"user '(?P<user>[^']*)' granted access", "session / start", "success"),
)
_GRANTED = rule(r"(?=.*(?:granted|success))", _LOGIN, "success")
_REFUSED = rule(r"(?=.*(?:not acceptable|does not exist|fail|error))", _CHANGE, "failure", "password-changed")
_OTHERS = {
    "auth": (_GRANTED, rule("", _LOGIN)),
    "chauthtok": (_REFUSED, rule("", _CHANGE)),
}
"""Type of a module's work -> rules for what else is said of it."""

_UNKNOWN = (rule(""),)
_USER = (
    re.compile(r"for user (\S+)\Z"),
    re.compile(r"by user (\S+)\Z"),
    re.compile(r"user ['\"]([^'\"]*)['\"]"),
)


def read(text: str) -> Finding:
    """Read a message that begins `pam_module(service:type): ` or `PAM `."""
    lead = _LEAD.match(text)
    where = {name: value for name, value in lead.groupdict().items() if value} if lead else {}
    body = text[lead.end() :] if lead else text
    finding = first((*_RULES, *_OTHERS.get(where.get("type", ""), _UNKNOWN)), body, "pam")
    assert finding is not None, "the last rule matches everything"
    finding.own["pam"] |= where
    if address := finding.words.get("address"):
        finding.own["pam"]["rhost"] = address
    if not finding.words.get("user") and "user" not in finding.rule.pattern.groupindex:
        finding.words["user"] = next((match[1] for form in _USER if (match := form.search(body))), None)
    return finding
