"""The command line: a node for a person at a terminal, who signs in with what it prints."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from es_loader.sinks.opensearch import connect
from laptop.security_node import ROLES


def test_a_node_in_the_foreground_prints_who_signs_in_and_ends_with_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    root = Path(__file__).resolve().parents[2]
    with subprocess.Popen(
        [sys.executable, "-m", "laptop.security_node"], cwd=root, env=os.environ, stdout=subprocess.PIPE, text=True
    ) as shown:
        try:
            _sign_in(shown, monkeypatch)
        finally:
            shown.send_signal(signal.SIGINT)
        assert shown.wait(timeout=60) == 0
    assert not Path(os.environ["SSL_CERT_FILE"]).exists()


def _sign_in(shown: "subprocess.Popen[str]", monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown.stdout is not None
    address, trusted, *users = (shown.stdout.readline() for _ in range(2 + len(ROLES)))
    monkeypatch.setenv("SSL_CERT_FILE", trusted.strip().removeprefix("export SSL_CERT_FILE="))
    for line, (user, role) in zip(users, ROLES.items(), strict=True):
        url, said = line.split()
        assert url.endswith(address.split()[0].removeprefix("https://"))
        found = connect(url).transport.perform_request("GET", "/_plugins/_security/authinfo")
        assert (found["user_name"], found["backend_roles"], said) == (user, [role], role)
