"""Error log of the shop's Apache containers: files that are not there, and what ModSecurity says of injections."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import unquote

from samples.generator.containers import APACHE, Line, Served, delivered, served
from samples.generator.dice import Dice
from samples.generator.objects import LogObject
from samples.generator.story import DOMAIN, RECORDED

NAME = "apache-error"
ROOT = "/usr/local/apache2/htdocs"
MISSING = 404
RULES = {
    "%27": ("942100", "942-APPLICATION-ATTACK-SQLI", "SQL Injection Attack Detected via libinjection"),
    "%3Cscript": ("941100", "941-APPLICATION-ATTACK-XSS", "XSS Attack Detected via libinjection"),
    "${jndi:": ("944150", "944-APPLICATION-ATTACK-JAVA", "Potential Remote Command Execution: Log4j / Log4shell"),
    "..": ("930100", "930-APPLICATION-ATTACK-LFI", "Path Traversal Attack (/../) or (/.../)"),
}
"""What stands in a request -> the rule of the OWASP core rule set that finds it, its file and its message."""


def objects() -> Iterator[LogObject]:
    """Yield what Firehose writes every hour."""
    dice = Dice(NAME)
    seen = served(Dice("apache-access"), APACHE)
    missing = [_line(dice, one, "core", _missing(one)) for one in seen if one.status == MISSING]
    injected = [_line(dice, one, "security2", _injection(dice, one)) for one in seen if one.is_injection]
    yield from delivered(dice, NAME, [*_started(), *injected, *missing])


def _started() -> Iterator[Line]:
    """Yield what each container says when it starts."""
    for number, container in enumerate(APACHE):
        time = RECORDED.start + timedelta(minutes=4 * number, seconds=31)
        name = "AH00558: httpd: Could not reliably determine the server's fully qualified domain name"
        yield Line(time, container, "stderr", f"{name}, using {container.host.address}.")
        head = f"{_time(time)} [mpm_event:notice] [pid 1:tid 1]"
        text = "AH00489: Apache/2.4.63 (Unix) configured -- resuming normal operations"
        yield Line(time, container, "stderr", f"{head} {text}")


def _line(dice: Dice, one: Served, module: str, message: str) -> Line:
    request = one.request
    head = f"{_time(request.time)} [{module}:{'info' if module == 'core' else 'error'}]"
    process = f"[pid {dice.choice((8, 9, 10))}:tid {dice.randrange(20, 99)}]"
    client = f"[client {request.client}:{dice.port()}]"
    return Line(request.time, one.container, "stderr", f"{head} {process} {client} {message}")


def _missing(one: Served) -> str:
    return f"AH00128: File does not exist: {ROOT}{unquote(one.request.path.partition('?')[0])}"


def _injection(dice: Dice, one: Served) -> str:
    request = one.request
    rule, file, message = next(rule for mark, rule in RULES.items() if mark in request.path)
    parts = {
        "file": f"/etc/modsecurity.d/owasp-crs/rules/REQUEST-{file}.conf",
        "line": "46",
        "id": rule,
        "msg": message,
        "data": f"Matched Data: found within REQUEST_URI_RAW: {request.path}",
        "severity": "CRITICAL",
        "ver": "OWASP_CRS/4.12.0",
        "tag": "OWASP_CRS",
        "hostname": DOMAIN,
        "uri": request.path.partition("?")[0],
        "unique_id": dice.letters(27),
    }
    told = " ".join(f'[{name} "{value}"]' for name, value in parts.items())
    return f"[client {request.client}] ModSecurity: Warning. Matched at REQUEST_URI_RAW. {told}"


def _time(time: datetime) -> str:
    return f"[{time:%a %b %d %H:%M:%S.%f %Y}]"
