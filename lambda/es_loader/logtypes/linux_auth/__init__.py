"""What the authentication programs of Linux say: program and message -> event, user and source of a document."""

import re

from es_loader.logtypes.linux_auth import accounts, pam, privileges, sshd
from es_loader.logtypes.linux_auth.rules import Finding

MAX_LENGTH = 16_384
"""No program writes longer messages; what is longer is somebody's attempt, and only its beginning is read."""

PROGRAMS = frozenset(
    (
        *("sshd", "sshd-session", "sshd-auth", "sudo", "su", "su-l", "login", "systemd-logind", "polkitd", "pkexec"),
        *("passwd", "chpasswd", "chage", "chfn", "chsh", "gpasswd", "newgrp", "unix_chkpwd", *accounts.PROGRAMS),
        *("gdm-password", "vsftpd", "ftpd"),
    )
)
"""Programs whose messages are about authentication, all of them."""

_PAM = ("pam_", "PAM ")
_OLD_PAM = re.compile(r"(.+)\(pam_(\w+)\)\Z")
_READERS = {
    **dict.fromkeys(("sshd", "sshd-session", "sshd-auth"), sshd.read),
    **dict.fromkeys(accounts.PROGRAMS, accounts.read),
    **dict.fromkeys(accounts.PASSWORD_PROGRAMS, accounts.read_password),
    **dict.fromkeys(("su", "su-l"), privileges.read_su),
    "sudo": privileges.read_sudo,
    "systemd-logind": sshd.read_logind,
}


def program_name(app: str) -> str:
    """Return the program of a syslog tag: old PAM writes its own name behind it."""
    match = _OLD_PAM.match(app)
    return match[1] if match else app


def concerns(app: str, message: str) -> bool:
    """Tell whether a message is about authentication: by its program, or because PAM wrote it in any program."""
    return app in PROGRAMS or message.startswith(_PAM) or _OLD_PAM.match(app) is not None


def read(app: str, message: str) -> Finding | None:
    """Return what a message says; None for one that no rule knows.

    Only the first line counts, but for the commands that sudo ran: programs write one, and what stands in further
    ones must not be taken for the user or the source of the first.

    Args:
        app: the syslog tag.
        message: its text.
    """
    text = message[:MAX_LENGTH]
    if app != "sudo" or text.startswith(_PAM):
        text = text.partition("\n")[0]
    old = _OLD_PAM.match(app)
    if old:
        text = f"pam_{old[2]}({old[1]}:): {text}"
    if text.startswith(_PAM):
        return pam.read(text)
    reader = _READERS.get(app)
    return reader(text, app) if reader else None
