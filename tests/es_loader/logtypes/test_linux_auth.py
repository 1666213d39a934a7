"""The rules for messages of sshd, sudo, su, PAM and the account programs, one message a row."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from es_loader.logtypes import linux_auth
from es_loader.logtypes.linux_auth.rules import write
from es_loader.types import Document
from tests.timing import within

A, N = "203.0.113.9", 50022
LOGIN = {"category": ["authentication"], "type": ["info"]}
SUCCESS, FAILURE = LOGIN | {"outcome": "success"}, LOGIN | {"outcome": "failure"}
GUESSED = FAILURE | {"action": "authentication_failure"}
SSH_FAILURE = FAILURE | {"action": "ssh_login"}
SSH_SUCCESS = SSH_FAILURE | {"category": ["authentication", "session"], "outcome": "success"}
LEFT = {"category": ["network"], "type": ["end"], "action": "ssh_disconnect"}
REFUSED = {"category": ["authentication"], "type": ["end"], "outcome": "failure", "action": "ssh_disconnect"}
BROKEN = {"category": ["session"], "type": ["end"], "outcome": "failure", "action": "ssh_connection"}
NEGOTIATION = {"category": ["network"], "type": ["protocol"], "outcome": "failure", "action": "ssh_negotiate"}
OPENED = {"category": ["session"], "type": ["start"], "outcome": "success", "action": "logged-on"}
STARTED = {"category": ["session"], "type": ["start"]}
PASSWORD = {"category": ["iam"], "type": ["user", "change"]}
ANN = {"user.name": "ann", "user.target.name": "ann"}


def read(app: str, message: str) -> tuple[Document, Document]:
    doc: Document = {"event": {}}
    own: Document = {}
    finding = linux_auth.read(app, message)
    if finding:
        write(finding, doc, own)
    return doc, own


def flat(doc: Document, *names: str) -> dict[str, Any]:
    """Return the parts of a document as dotted names."""
    found: dict[str, Any] = {}
    for name in names:
        for key, value in doc.get(name, {}).items():
            if isinstance(value, dict):
                found |= {f"{name}.{key}.{leaf}": item for leaf, item in value.items()}
            else:
                found[f"{name}.{key}"] = value
    return found


def person(user: str | None, address: str | None = A, port: int | None = None) -> dict[str, Any]:
    found: dict[str, Any] = {} if user is None else {"user.name": user}
    if address:
        found |= {"source.address": address, "source.ip": address}
    return found if port is None else found | {"source.port": port}


@pytest.mark.parametrize(
    ("message", "event", "who"),
    [
        ("Accepted publickey for ann from {A} port {N} ssh2: ED25519 SHA256:abc", SSH_SUCCESS, person("ann", port=N)),
        ("Accepted password for ann from {A} port {N} ssh2", SSH_SUCCESS, person("ann", port=N)),
        ("Accepted password for ann", SSH_SUCCESS, person("ann", None)),
        (
            "Accepted key RSA SHA256:abc found at /home/ann/.ssh/authorized_keys:1",
            SUCCESS | {"action": "ssh_login"},
            person(None, None),
        ),
        ("Failed password for ann from {A} port {N} ssh2", SSH_FAILURE, person("ann", port=N)),
        ("Failed password for invalid user x from {A} port {N} ssh2", SSH_FAILURE, person("x", port=N)),
        ("Failed password for invalid user  from {A} port {N} ssh2", SSH_FAILURE, person(None, port=N)),
        ("Failed password for invalid user from {A} port {N} ssh2", SSH_FAILURE, person(None, port=N)),
        ("Failed none for illegal user two words from {A} port {N} ssh2", SSH_FAILURE, person("two words", port=N)),
        (
            "Failed password for invalid user x from 198.51.100.1 port 1 ssh2 from {A} port {N} ssh2",
            SSH_FAILURE,
            person("x from 198.51.100.1 port 1 ssh2", port=N),
        ),
        ("Invalid user admin from {A} port {N}", SSH_FAILURE, person("admin", port=N)),
        ("Invalid user  from {A} port {N}", SSH_FAILURE, person(None, port=N)),
        ("Illegal user admin from {A}", SSH_FAILURE, person("admin")),
        ("input_userauth_request: invalid user admin [preauth]", SSH_FAILURE, person("admin", None)),
        ("input_userauth_request: invalid user  [preauth]", SSH_FAILURE, person(None, None)),
        ("User ann from {A} not allowed because not listed in AllowUsers", SSH_FAILURE, person("ann")),
        ("error: PAM: Authentication failure for illegal user x from {A}", SSH_FAILURE, person("x")),
        ("error: PAM: User not known to the module for ann from {A}", SSH_FAILURE, person("ann")),
        (
            "error: maximum authentication attempts exceeded for invalid user x from {A} port {N} ssh2 [preauth]",
            SSH_FAILURE | {"type": ["end"]},
            person("x", port=N),
        ),
        (
            "Disconnecting authenticating user ann {A} port {N}: Too many authentication failures [preauth]",
            REFUSED,
            person("ann", port=N),
        ),
        ("Disconnecting: Too many authentication failures for ann [preauth]", REFUSED, person("ann", None)),
        (
            "Postponed keyboard-interactive/pam for ann from {A} port {N} ssh2 [preauth]",
            {"category": ["authentication"], "type": ["start"], "action": "ssh_login"},
            person("ann", port=N),
        ),
        (
            'Connection from {A} port {N} on 192.0.2.5 port 22 rdomain ""',
            {"category": ["network"], "type": ["start"], "action": "ssh_connection"},
            person(None, port=N)
            | {"destination.address": "192.0.2.5", "destination.ip": "192.0.2.5", "destination.port": 22},
        ),
        ("Connection closed by {A} port {N} [preauth]", LEFT, person(None, port=N)),
        ("Connection closed by {A}", LEFT, person(None)),
        ("Connection closed by invalid user {A} port {N} [preauth]", LEFT, person(None, port=N)),
        ("Connection closed by invalid user  {A} port {N} [preauth]", LEFT, person(None, port=N)),
        ("Connection reset by authenticating user ann {A} port {N} [preauth]", LEFT, person("ann", port=N)),
        ("Disconnected from user ann {A} port {N}", LEFT, person("ann", port=N)),
        ("Disconnected from {A} port {N}", LEFT, person(None, port=N)),
        (
            "Disconnected from invalid user x 198.51.100.1 port 7 {A} port {N} [preauth]",
            LEFT,
            person("x 198.51.100.1 port 7", port=N),
        ),
        ("Received disconnect from {A} port {N}:11: disconnected by user", LEFT, person(None, port=N)),
        ("Received disconnect from {A}: 11: Bye Bye [preauth]", LEFT, person(None)),
        ("error: Received disconnect from {A} port {N}:13: Unable to authenticate", LEFT, person(None, port=N)),
        ("Did not receive identification string from {A} port {N}", BROKEN, person(None, port=N)),
        ("Did not receive identification string from {A}", BROKEN, person(None)),
        ("fatal: Timeout before authentication for {A} port {N}", BROKEN, person(None, port=N)),
        ("Timeout before authentication for connection from {A} to 192.0.2.5, pid = 7", BROKEN, person(None)),
        ("error: kex_exchange_identification: Connection closed by remote host", BROKEN, person(None, None)),
        ("banner exchange: Connection from {A} port {N}: invalid format", BROKEN, person(None, port=N)),
        (
            "ssh_dispatch_run_fatal: Connection from {A} port {N}: Connection corrupted [preauth]",
            BROKEN,
            person(None, port=N),
        ),
        (
            "Bad protocol version identification 'GET / from 198.51.100.1 port 1' from {A} port {N}",
            NEGOTIATION,
            person(None, port=N),
        ),
        (
            "Unable to negotiate with {A} port {N}: no matching host key type found. Their offer: ssh-dss [preauth]",
            NEGOTIATION,
            person(None, port=N),
        ),
        (
            "Starting session: shell on pts/0 for ann from {A} port {N} id 0",
            STARTED | {"outcome": "success", "action": "ssh_session"},
            person("ann", port=N),
        ),
        (
            "reverse mapping checking getaddrinfo for host.example.com [{A}] failed.",
            {"category": ["network"], "type": ["info"]},
            person(None) | {"source.domain": "host.example.com"},
        ),
        ("subsystem request for sftp by user ann", STARTED, person("ann", None)),
        ("User ann is on pid 4711", STARTED, person("ann", None)),
        ("Server listening on 0.0.0.0 port 22.", {}, person(None, None)),
        ("", {}, person(None, None)),
    ],
)
@pytest.mark.parametrize("program", ["sshd", "sshd-session"])
def test_sshd(program: str, message: str, event: dict[str, Any], who: dict[str, Any]) -> None:
    doc, _ = read(program, message.format(A=A, N=N))
    assert doc["event"] == event
    assert flat(doc, "user", "source", "destination") == who


def test_sshd_names_method_and_key() -> None:
    _, own = read("sshd", f"Accepted publickey for ann from {A} port {N} ssh2: ED25519 SHA256:abc")
    assert own == {"ssh": {"event": "Accepted", "method": "publickey", "signature": "ED25519 SHA256:abc"}}


def test_a_source_is_an_ipv6_address_or_a_name() -> None:
    assert read("sshd", "Invalid user x from 2001:db8::9 port 7")[0]["source"]["ip"] == "2001:db8::9"
    assert read("sshd", "Invalid user x from web-1 port 7")[0]["source"] == {
        "address": "web-1",
        "domain": "web-1",
        "port": 7,
    }
    assert "source" not in read("sshd", "Invalid user x from UNKNOWN port 65535")[0]


@pytest.mark.parametrize(
    ("message", "outcome", "user", "own"),
    [
        (
            "     ann : TTY=pts/0 ; PWD=/home/ann ; USER=root ; COMMAND=/usr/bin/id -u ; x",
            "success",
            {"user.name": "ann", "user.effective.name": "root"},
            {"tty": "pts/0", "pwd": "/home/ann", "user": "root", "command": "/usr/bin/id -u ; x"},
        ),
        (
            "ann : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh",
            "failure",
            {"user.name": "ann", "user.effective.name": "root"},
            {
                "error": "3 incorrect password attempts",
                "tty": "pts/0",
                "pwd": "/",
                "user": "root",
                "command": "/bin/sh",
            },
        ),
        (
            "bob : user NOT in sudoers ; PWD=/ ; USER=root ; GROUP=adm ; ENV=A=b ; COMMAND=list",
            "failure",
            {"user.name": "bob", "user.effective.name": "root"},
            {"error": "user NOT in sudoers", "pwd": "/", "user": "root", "command": "list"},
        ),
    ],
)
def test_sudo(message: str, outcome: str, user: dict[str, str], own: dict[str, str]) -> None:
    doc, below = read("sudo", message)
    assert doc["event"] == {
        "category": ["process"],
        "type": ["start"],
        "outcome": outcome,
        "action": "sudo_command",
    }
    assert flat(doc, "user") == user
    assert below == {"sudo": own}


def test_a_continued_command_names_its_user_only() -> None:
    assert read("sudo", "     ann : (command continued) --force") == ({"event": {}, "user": {"name": "ann"}}, {})


def test_sudo_may_say_something_else() -> None:
    assert read("sudo", "unable to resolve host : web") == ({"event": {}}, {})


@pytest.mark.parametrize(
    ("message", "event"),
    [
        ("Successful su for root by ann", SUCCESS),
        ("FAILED su for root by ann", FAILURE),
        ("FAILED SU (to root) ann on pts/0", FAILURE),
        ("(to root) ann on pts/0", SUCCESS),
        ("+ pts/0 ann:root", SUCCESS),
        ("- pts/0 ann:root", FAILURE),
    ],
)
def test_su(message: str, event: dict[str, Any]) -> None:
    doc, _ = read("su", message)
    assert doc["event"] == event
    assert flat(doc, "user") == {"user.name": "ann", "user.effective.name": "root"}


@pytest.mark.parametrize(
    ("message", "event", "who"),
    [
        (
            "pam_unix(sshd:session): session opened for user root(uid=0) by ann(uid=1000)",
            OPENED,
            {"user.name": "ann", "user.id": "1000", "user.effective.name": "root", "user.effective.id": "0"},
        ),
        (
            "pam_unix(sshd:session): session opened for user ann by (uid=0)",
            OPENED,
            {"user.id": "0", "user.effective.name": "ann"},
        ),
        (
            "pam_unix(cron:session): session closed for user root",
            OPENED | {"type": ["end"], "action": "logged-off"},
            {"user.name": "root"},
        ),
        (
            "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost={A}  user=ann",
            GUESSED,
            person("ann"),
        ),
        (
            "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=web.example.com ",
            GUESSED,
            {"source.address": "web.example.com", "source.domain": "web.example.com"},
        ),
        (
            "pam_unix(su:auth): authentication failure; logname=a uid=1000 euid=0 tty=pts/0 ruser=a rhost=  user=root",
            GUESSED,
            {"user.name": "root"},
        ),
        (
            "PAM 2 more authentication failures; logname= uid=0 euid=0 tty=ssh ruser= rhost={A}  user=ann",
            GUESSED,
            person("ann"),
        ),
        ("pam_unix(sshd:auth): check pass; user unknown", FAILURE, {}),
        (
            "pam_faillock(sshd:auth): Consecutive login failures for user ann account temporarily locked",
            FAILURE | {"action": "account-locked"},
            {"user.name": "ann"},
        ),
        (
            'pam_succeed_if(sshd:auth): requirement "uid >= 1000" not met by user "ann"',
            FAILURE,
            {"user.name": "ann"},
        ),
        ("pam_unix(sudo:auth): auth could not identify password for [ann]", FAILURE, {"user.name": "ann"}),
        ("pam_unix(sudo:auth): conversation failed", FAILURE, {}),
        ("pam_unix(sshd:account): account ann has expired (account expired)", FAILURE, {"user.name": "ann"}),
        ("PAM service(sshd) ignoring max retries; 6 > 3", FAILURE, {}),
        ("pam_sss(sshd:auth): received for user ann: 17", LOGIN, {}),
        ("pam_oath(sshd:auth): success for user ann", SUCCESS, {"user.name": "ann"}),
        (
            "PAM adding faulty module: /lib64/security/pam_x.so",
            {"category": ["library"], "type": ["start"], "outcome": "failure"},
            {},
        ),
        (
            "PAM unable to dlopen(/lib64/security/pam_x.so): no such file",
            {"category": ["library"], "type": ["start"], "outcome": "failure"},
            {},
        ),
        (
            "pam_unix(passwd:chauthtok): password changed for ann",
            PASSWORD | {"outcome": "success", "action": "password-changed"},
            {"user.name": "ann", "user.target.name": "ann"},
        ),
        (
            "pam_unix(passwd:chauthtok): new password not acceptable",
            PASSWORD | {"outcome": "failure", "action": "password-changed"},
            {},
        ),
        ("pam_unix(passwd:chauthtok): username [ann] obtained", PASSWORD, {}),
        (
            "pam_duo(sshd:auth): user 'ann' granted access",
            STARTED | {"outcome": "success"},
            {"user.name": "ann"},
        ),
        ("pam_systemd(sshd:session): Failed to create session for user ann", {}, {"user.name": "ann"}),
    ],
)
def test_pam_in_any_program(message: str, event: dict[str, Any], who: dict[str, str]) -> None:
    doc, _ = read("anything", message.format(A=A))
    assert doc["event"] == event
    assert flat(doc, "user", "source") == who


def test_old_pam_names_itself_behind_the_program() -> None:
    doc, own = read("sshd(pam_unix)", "session opened for user ann by (uid=0)")
    assert doc["event"] == OPENED
    assert own == {"pam": {"service": "sshd"}}


def test_pam_keeps_what_ecs_has_no_field_for() -> None:
    line = f"pam_unix(su:auth): authentication failure; logname=a uid=1 euid=0 tty=pts/0 ruser=a rhost={A}"
    own = read("su", line)[1]["pam"]
    assert own == {
        "service": "su",
        "type": "auth",
        "logname": "a",
        "uid": "1",
        "euid": "0",
        "tty": "pts/0",
        "ruser": "a",
        "rhost": A,
    }


@pytest.mark.parametrize(
    ("program", "message", "types", "outcome", "action", "who"),
    [
        (
            "useradd",
            "new user: name=ann, UID=1001, GID=1002, home=/home/ann, shell=/bin/bash, from=/dev/pts/0",
            ["user", "creation"],
            "success",
            "user-created",
            ANN | {"user.id": "1001", "user.target.id": "1001", "group.id": "1002"},
        ),
        (
            "useradd",
            "new group: name=ann, GID=1002",
            ["user", "creation"],
            "success",
            "group-created",
            {"group.name": "ann", "group.id": "1002"},
        ),
        ("useradd", "failed adding user 'ann', data deleted", ["user", "creation"], "failure", "user-created", ANN),
        ("userdel", "delete user 'ann'", ["user", "deletion"], "success", "user-deleted", ANN),
        (
            "userdel",
            "delete 'ann' from shadow group 'wheel'",
            ["user", "deletion"],
            "success",
            "group-member-removed",
            ANN | {"group.name": "wheel"},
        ),
        (
            "userdel",
            "removed group 'ann' owned by 'ann'",
            ["user", "deletion"],
            "success",
            "group-deleted",
            ANN | {"group.name": "ann"},
        ),
        (
            "usermod",
            "add 'ann' to group 'wheel'",
            ["user", "change"],
            "success",
            "group-member-added",
            ANN | {"group.name": "wheel"},
        ),
        (
            "groupadd",
            "group added to /etc/group: name=ops, GID=1003",
            ["group", "creation"],
            "success",
            "group-created",
            {"group.name": "ops", "group.id": "1003"},
        ),
        ("groupdel", "group 'ops' removed", ["group", "deletion"], "success", "group-deleted", {"group.name": "ops"}),
        ("groupmod", "failed", ["group", "change"], "failure", "group-changed", {}),
    ],
)
def test_accounts(
    *, program: str, message: str, types: list[str], outcome: str, action: str, who: dict[str, str]
) -> None:
    doc, _ = read(program, message)
    assert doc["event"] == {"category": ["iam"], "type": types, "outcome": outcome, "action": action}
    assert flat(doc, "user", "group") == who


@pytest.mark.parametrize(
    ("program", "message", "event", "who"),
    [
        (
            "gpasswd",
            "user bob added by ann to group wheel",
            {"category": ["iam"], "type": ["change"], "outcome": "success", "action": "group-member-added"},
            {"user.name": "ann", "user.target.name": "bob", "group.name": "wheel"},
        ),
        (
            "gpasswd",
            "remove member bob from group wheel by ann",
            {"category": ["iam"], "type": ["change"], "outcome": "success", "action": "group-member-removed"},
            {"user.name": "ann", "user.target.name": "bob", "group.name": "wheel"},
        ),
        ("chfn", "changed user 'ann' information", PASSWORD | {"outcome": "success"}, ANN),
        ("chsh", "changed user 'ann' shell to '/bin/sh'", PASSWORD | {"outcome": "success"}, ANN),
        ("chage", "changed password expiry for ann", PASSWORD | {"outcome": "success"}, ANN),
        (
            "passwd",
            "password for 'bob' changed by 'ann'",
            PASSWORD | {"outcome": "success", "action": "password-changed"},
            {"user.name": "ann", "user.target.name": "bob"},
        ),
        ("unix_chkpwd", "password check failed for user (ann)", GUESSED, {"user.name": "ann"}),
    ],
)
def test_passwords_and_memberships(program: str, message: str, event: dict[str, Any], who: dict[str, str]) -> None:
    doc, _ = read(program, message)
    assert doc["event"] == event
    assert flat(doc, "user", "group") == who


def test_a_masked_user_is_nobody() -> None:
    doc, _ = read("sshd", f"Invalid user ***** from {A} port {N}")
    assert doc["event"] == SSH_FAILURE
    assert "user" not in doc


def test_a_new_user_has_a_home() -> None:
    line = "new user: name=ann, UID=1001, GID=1002, home=/home/ann, shell=/bin/bash"
    assert read("useradd", line)[1] == {"useradd": {"home": "/home/ann", "shell": "/bin/bash"}}


def test_logind() -> None:
    doc, own = read("systemd-logind", "New session 7 of user ann.")
    assert (doc["event"], doc["user"], own) == (STARTED, {"name": "ann"}, {})
    assert read("systemd-logind", "Removed session 7.")[0]["event"] == STARTED | {"type": ["end"]}


@pytest.mark.parametrize("program", ["kernel", "CROND", "dhclient", "", "passwd"])
def test_other_programs_have_no_rules(program: str) -> None:
    assert read(program, "Failed password for ann from 192.0.2.1 port 22 ssh2") == ({"event": {}}, {})


WORDS = st.sampled_from(
    ["Failed", "Accepted", "Invalid", "user", "for", "from", "port", "22", A, "", ":", "PAM", "error:"]
)


@given(st.sampled_from(["sshd", "sudo", "su", "useradd", "systemd-logind", "x(pam_y)"]), st.lists(WORDS).map(" ".join))
def test_any_text_is_read(program: str, message: str) -> None:
    read(program, message)


@pytest.mark.parametrize(
    ("program", "lead", "piece"),
    [
        ("sshd", "Failed password for ", "x from 192.0.2.1 port "),
        ("sshd", "Starting session: ", "x for a from "),
        ("sshd", "error: PAM: ", " for x from"),
        ("sshd", "Connection closed by ", "user x port 1 "),
        ("sshd", "Bad protocol version identification '", "' from x por"),
        ("sudo", "ann : ", " ; TTY="),
        ("su", "pam_unix(su:auth): ", "granted"[:-1]),
        ("su", "pam_unix(su:session): session opened for user ", "a by (uid="),
        ("useradd", "", "group '"),
    ],
)
def test_hostile_messages_take_bounded_time(program: str, lead: str, piece: str) -> None:
    with within(1):
        read(program, lead + piece * (1_000_000 // len(piece)))


def test_further_lines_name_no_user_and_no_source() -> None:
    doc, _ = read("sshd", "Failed password for root from 203.0.113.9 port 50022 ssh2\nx from 198.51.100.1 port 1 ssh2")
    assert (doc["user"]["name"], doc["source"]["ip"]) == ("root", "203.0.113.9")


def test_a_command_of_several_lines_is_kept_whole() -> None:
    _, own = read("sudo", "ann : TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh -c a\nb")
    assert own["sudo"]["command"] == "/bin/sh -c a\nb"
