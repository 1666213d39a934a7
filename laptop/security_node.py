"""An OpenSearch with fine-grained access control: the oldest supported version with the real security plugin.

    with security_node() as node:
        connect(node.url("loader"))          # with SSL_CERT_FILE = node.authority

Its users stand for IAM roles of an account: each has the role's ARN as a backend role, as a request signed by that role
has on Amazon OpenSearch Service. Passwords and certificates are made for each node and go with it.

From the command line, until Ctrl-C: `python -m laptop.security_node [--port N] [--heap 512m]`, which prints the users.
"""

import datetime as dt
import http.client
import ipaddress
import json
import secrets
import ssl
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bcrypt
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from laptop.downloads import Artifact
from laptop.foreground import foreground
from laptop.opensearch_node import START_SECONDS, Engine, listening, start
from laptop.unprivileged import Account, own_folder

ENGINE = Engine(
    Artifact(
        "org.opensearch.distribution.integ-test-zip:opensearch:zip:2.19.4",
        sha256="3902e642715210d1d9d7cbdcc8f5abd6f931d1d7a679cea3750937becf16c406",
        size=58_000_000,
    ),
    (
        (
            "opensearch-job-scheduler",
            Artifact(
                "org.opensearch.plugin:opensearch-job-scheduler:zip:2.19.4.0",
                sha256="2e8d7e63d233be54054744dfd79a92585439a6ffaa8faf125fd16e7f28665444",
                size=3_000_000,
            ),
        ),
        (
            "opensearch-security",
            Artifact(
                "org.opensearch.plugin:opensearch-security:zip:2.19.4.0",
                sha256="1f673622c462c4171a8c53f9b1ad20e5b839834cb79b0d3b388da180a0e514e8",
                size=40_000_000,
            ),
        ),
    ),
    ("-Djava.security.manager=allow",),
)
HEAP = "512m"
ROLES = {
    "master": "admin",
    "loader": "arn:aws:iam::123456789012:role/loader",
    "analyst": "arn:aws:iam::123456789012:role/analyst",
    "nobody": "arn:aws:iam::123456789012:role/nobody",
}
"""User -> backend role; `admin` is the domain's master."""

SETTINGS = """\
plugins.security.ssl.transport.pemcert_filepath: node.pem
plugins.security.ssl.transport.pemkey_filepath: node.key
plugins.security.ssl.transport.pemtrustedcas_filepath: authority.pem
plugins.security.ssl.transport.enforce_hostname_verification: false
plugins.security.ssl.http.enabled: true
plugins.security.ssl.http.pemcert_filepath: node.pem
plugins.security.ssl.http.pemkey_filepath: node.key
plugins.security.ssl.http.pemtrustedcas_filepath: authority.pem
plugins.security.allow_default_init_securityindex: true
plugins.security.authcz.admin_dn: ["CN=admin"]
plugins.security.nodes_dn: ["CN=node"]
plugins.security.restapi.roles_enabled: ["all_access"]
plugins.security.audit.type: noop
"""


@dataclass(frozen=True, slots=True)
class SecurityNode:
    """A node that answers.

    Attributes:
        host_and_port: where, by HTTPS.
        authority: the certificate that its own is signed with.
        passwords: of its users.
    """

    host_and_port: str
    authority: str
    passwords: dict[str, str]

    def url(self, user: str) -> str:
        """Return the endpoint as a user signs in."""
        return f"https://{user}:{self.passwords[user]}@{self.host_and_port}"

    @property
    def folder(self) -> Path:
        """The node's files."""
        return Path(self.authority).parent.parent


@contextmanager
def security_node(*, heap: str = HEAP, port: int = 0, fifo: Path | None = None) -> Iterator[SecurityNode]:
    """A node that ends with the context, or with `fifo`; see opensearch_node.

    Raises:
        DownloadError: a part of it cannot be downloaded.
        leash.StartError: it does not start; the text has the end of its log.
    """
    passwords = {user: secrets.token_urlsafe(18) for user in ROLES}

    def configure(folder: Path, account: Account | None) -> str:
        _write_certificates(folder)
        _write_users(own_folder(folder / "opensearch-security", account), passwords)
        return SETTINGS

    server = start(ENGINE, heap=heap, port=port, fifo=fifo, configure=configure)
    authority = server.folder / "config" / "authority.pem"
    try:
        address = server.wait_until(
            lambda: _ready(server.folder, authority, passwords["master"]),
            what="OpenSearch with its security plugin",
            timeout=START_SECONDS,
        )
        yield SecurityNode(address, str(authority), passwords)
    finally:
        if fifo is None:
            server.let_go()


def _ready(folder: Path, authority: Path, password: str) -> str | None:
    address = listening(folder)
    if address is None:
        return None
    connection = http.client.HTTPSConnection(address, timeout=5, context=ssl.create_default_context(cafile=authority))
    credentials = b64encode(f"master:{password}".encode()).decode()
    try:
        connection.request("GET", "/_cluster/health", headers={"authorization": f"Basic {credentials}"})
        answer = connection.getresponse()
        return address if answer.status == http.client.OK and json.load(answer)["status"] != "red" else None
    except (OSError, http.client.HTTPException, json.JSONDecodeError):
        return None
    finally:
        connection.close()


def _write_users(folder: Path, passwords: dict[str, str]) -> None:
    """Write the plugin's first configuration, as JSON, which is YAML."""
    basic = {
        "http_enabled": True,
        "transport_enabled": True,
        "order": 0,
        "http_authenticator": {"type": "basic", "challenge": False},
        "authentication_backend": {"type": "intern"},
    }
    users = {
        user: {"hash": bcrypt.hashpw(password.encode(), bcrypt.gensalt(4)).decode(), "backend_roles": [ROLES[user]]}
        for user, password in passwords.items()
    }
    files: dict[str, tuple[str, dict[str, Any]]] = {
        "config": ("config", {"config": {"dynamic": {"authc": {"basic": basic}}}}),
        "internal_users": ("internalusers", users),
        "roles": ("roles", {}),
        "roles_mapping": ("rolesmapping", {"all_access": {"backend_roles": [ROLES["master"]]}}),
        "action_groups": ("actiongroups", {}),
        "tenants": ("tenants", {}),
    }
    for name, (kind, content) in files.items():
        meta = {"_meta": {"type": kind, "config_version": 2}}
        (folder / f"{name}.yml").write_text(json.dumps(meta | content))


def _write_certificates(folder: Path) -> None:
    """Write an authority of this node's own, and a certificate of the node."""
    authority_key, node_key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = _certificate("siem laptop", authority_key.public_key(), "siem laptop", authority_key, is_authority=True)
    node = _certificate("node", node_key.public_key(), "siem laptop", authority_key, is_authority=False)
    (folder / "authority.pem").write_bytes(authority.public_bytes(serialization.Encoding.PEM))
    (folder / "node.pem").write_bytes(node.public_bytes(serialization.Encoding.PEM))
    (folder / "node.key").write_bytes(
        node_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    (folder / "node.key").chmod(0o644)  # in a folder that only the server's account enters


def _certificate(
    name: str, key: ec.EllipticCurvePublicKey, issuer: str, signer: ec.EllipticCurvePrivateKey, *, is_authority: bool
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    both = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    builder = (
        x509.CertificateBuilder()
        .subject_name(_named(name))
        .issuer_name(_named(issuer))
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=30))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
    )
    if not is_authority:
        builder = builder.add_extension(x509.ExtendedKeyUsage(both), critical=False)
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(signer, hashes.SHA256())


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def told(node: SecurityNode) -> Iterator[str]:
    """Yield the address, what clients trust it by, and each user's endpoint with the backend role that it has."""
    yield f"https://{node.host_and_port}"
    yield f"export SSL_CERT_FILE={node.authority}"
    for user, role in ROLES.items():
        yield f"{node.url(user)}  {role}"


def main() -> int:
    """Run a node in the foreground."""
    return foreground("laptop.security_node", security_node, heap=HEAP, told=told)


if __name__ == "__main__":
    sys.exit(main())
