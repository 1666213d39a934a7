"""What the authentication programs of Linux say: program and message -> event, user and source of a document."""

import re

from es_loader.logtypes.linux_auth import accounts, pam, privileges, sshd
from es_loader.logtypes.linux_auth.rules import Finding

MAX_LENGTH = 16_384
"""No program writes longer messages; what is longer is somebody's attempt, and only its beginning is read."""

_OLD_PAM = re.compile(r"(.+)\(pam_(\w+)\)\Z")
_READERS = {
    **dict.fromkeys(("sshd", "sshd-session", "sshd-auth"), sshd.read),
    **dict.fromkeys(accounts.PROGRAMS, accounts.read),
    **dict.fromkeys(("su", "su-l"), privileges.read_su),
    "sudo": privileges.read_sudo,
    "systemd-logind": sshd.read_logind,
}


def program_name(app: str) -> str:
    """Return the program of a syslog tag: old PAM writes its own name behind it."""
    match = _OLD_PAM.match(app)
    return match[1] if match else app


def read(app: str, message: str) -> Finding | None:
    """Return what a message says; None for one that no rule knows.

    Args:
        app: the syslog tag.
        message: its text.
    """
    text = message[:MAX_LENGTH]
    old = _OLD_PAM.match(app)
    if old:
        text = f"pam_{old[2]}({old[1]}:): {text}"
    if text.startswith(("pam_", "PAM ")):
        return pam.read(text)
    reader = _READERS.get(app)
    return reader(text, app) if reader else None
