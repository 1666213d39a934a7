"""The cast and the timetable that all sample logs share. Addresses are those reserved for documentation.

A small web shop at example.com on an ordinary Tuesday. An attacker finds an access key in a file that the shop serves
by mistake, guesses the password of a jump host, and uses both.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

# --- accounts -------------------------------------------------------------------------------------------------------

SHOP = "111122223333"
SECURITY = "123456789012"
ORGANIZATION = "o-a1b2c3d4e5"
REGION = "us-east-1"
SECURITY_REGION = "eu-central-1"

# --- addresses ------------------------------------------------------------------------------------------------------

ATTACKER = "203.0.113.66"
ATTACKER_SECOND = "203.0.113.71"
COMMAND_AND_CONTROL = "203.0.113.200"
NOISE = ("203.0.113.12", "203.0.113.18", "192.0.2.101", "192.0.2.117", "192.0.2.140", "192.0.2.163")
"""Scanners of the whole Internet, which every public address sees every day."""

OFFICE = "198.51.100.24"
NAT_GATEWAY = "192.0.2.45"
MONITORING = "192.0.2.80"
PARTNERS = ("198.51.100.32", "198.51.100.36", "198.51.100.44", "2001:db8:7a2:1::10")
"""Systems of other companies, which fetch and place orders."""
CUSTOMERS = (
    *(f"198.51.100.{number}" for number in range(60, 250, 4)),
    *("2001:db8:4c1:7::21", "2001:db8:4c1:9::a4", "2001:db8:77:1::5", "2001:db8:1204::e0"),
)


@dataclass(frozen=True, slots=True)
class Country:
    """Where GuardDuty places the attacker's network."""

    code: str = "SC"
    name: str = "Seychelles"
    city: str = "Victoria"
    latitude: float = -4.6167
    longitude: float = 55.45
    asn: str = "64500"
    organization: str = "Example Offshore Hosting"


COUNTRY = Country()

# --- hosts ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Host:
    """One network interface of ours and what is behind it; `instance` is empty for a managed service's."""

    name: str
    address: str
    interface: str
    subnet: str
    zone: str
    instance: str = ""
    public_address: str = ""

    @property
    def hostname(self) -> str:
        """The name that the host writes into its logs."""
        return "ip-" + self.address.replace(".", "-")


VPC = "vpc-0b7d3c5e9f1a2d480"
JUMP_HOST = Host(
    "jump-1",
    "10.20.0.15",
    "eni-0c4e8a17d2b95f360",
    "subnet-0a11f0c2d3e4b5a60",
    "use1-az1",
    "i-0e3b7c94a1d85f206",
    "192.0.2.40",
)
WEB_1 = Host(
    "web-1", "10.20.1.21", "eni-07f1d3a8c25be9460", "subnet-0b22e1d3c4f5a6b70", "use1-az1", "i-0a94c1e7d3b2f5608"
)
WEB_2 = Host(
    "web-2", "10.20.2.21", "eni-0d92b6f4e8173ca50", "subnet-0c33d2e4b5a6f7c80", "use1-az2", "i-05d8f2b6a7c3e1940"
)
BALANCER_1 = Host("alb-1", "10.20.1.10", "eni-02b8e6d1f4a7c3950", WEB_1.subnet, "use1-az1", public_address="192.0.2.50")
BALANCER_2 = Host("alb-2", "10.20.2.10", "eni-0f5a3d7c9e1b24860", WEB_2.subnet, "use1-az2", public_address="192.0.2.51")
PARTNER_BALANCER = Host(
    "nlb-1", "10.20.1.12", "eni-06e1b9d4c7f2a3850", WEB_1.subnet, "use1-az1", public_address="192.0.2.58"
)
LEGACY_HOST = Host("legacy-1", "10.20.2.70", "eni-09f4c2e7a1b8d3650", WEB_2.subnet, "use1-az2", "i-08b3d6f1e9c2a7450")
LEGACY_BALANCER = Host(
    "clb-1", "10.20.2.12", "eni-0b5d8e2f7c1a93460", WEB_2.subnet, "use1-az2", public_address="192.0.2.60"
)
DATABASE = Host("db-1", "10.20.8.30", "eni-0a6c2e9f7d4b13850", "subnet-0d44c3f5a6b7e8d90", "use1-az1")
CACHE = Host("cache-1", "10.20.8.44", "eni-0be7f1c5d3a928460", DATABASE.subnet, "use1-az1")
STANDBY = Host("standby", "10.20.2.60", "eni-03d9a7c1e5f2b8460", WEB_2.subnet, "use1-az2")
"""An interface that nobody uses."""
SHARED_VPC = "vpc-0e5a1f7b3c9d24860"
"""Of the security account, for what all accounts share; the transit gateway joins it with the shop's VPC."""
BACKUP = Host(
    "backup-1", "10.30.1.15", "eni-01c7e3a9f5d2b8640", "subnet-0e55d4a6b7c8f9ea0", "use1-az1", "i-0b6d2f8e4a1c73950"
)
VPN = Host(
    "vpn-1",
    "10.30.0.20",
    "eni-09a3c5e7f1b2d4860",
    "subnet-0f66e5b7c8d9aafb0",
    "use1-az2",
    "i-07e1a9c3d5f2b4860",
    "192.0.2.60",
)
TRANSIT_GATEWAY = "tgw-0c2e8a4f6d1b39750"
ATTACHMENTS = {VPC: "tgw-attach-0d7b1e5a9c3f26840", SHARED_VPC: "tgw-attach-0a4c8e2f6b1d37950"}
"""VPC -> its attachment to the transit gateway."""
TIME_SERVER = "169.254.169.123"
AWS_ENDPOINTS = tuple(f"192.0.2.{number}" for number in range(200, 216))

# --- users ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class IamUser:
    """An IAM user with one access key."""

    name: str
    user_id: str
    access_key: str
    account: str = SHOP
    path: str = "/"

    @property
    def arn(self) -> str:
        """The user's ARN, with its path."""
        return f"arn:aws:iam::{self.account}:user{self.path}{self.name}"


@dataclass(frozen=True, slots=True)
class RoleSession:
    """A session of a role; `session` is a person's mail address, an instance or a service's choice."""

    role: str
    role_id: str
    session: str
    access_key: str
    account: str = SHOP
    role_path: str = "/"

    @property
    def arn(self) -> str:
        """The session's ARN, which never has the role's path."""
        return f"arn:aws:sts::{self.account}:assumed-role/{self.role}/{self.session}"

    @property
    def role_arn(self) -> str:
        """The role's ARN, with its path."""
        return f"arn:aws:iam::{self.account}:role{self.role_path}{self.role}"


SSO_PATH = f"/aws-reserved/sso.amazonaws.com/{SECURITY_REGION}/"
ADMIN_ROLE = "AWSReservedSSO_AdministratorAccess_4f2b9c7d1e6a8035"
AUDIT_ROLE = "AWSReservedSSO_SecurityAudit_9d3e5a7b1c2f4860"

DEPLOY = IamUser("shop-deploy", "AIDAR7HNQ2K5LEXAMPLE1", "AKIA4T2BX7Q61EXAMPLE")
"""The user whose key leaks. Its only usual place is the office's build server."""
BACKDOOR = IamUser("shop-monitor", "AIDAZ3XKW8M4PEXAMPLE2", "AKIAV9K2MZ5R2EXAMPLE")
"""The user that the attacker creates."""
TOM = IamUser("tom.berg", "AIDAJ5Q7TD2WNEXAMPLE3", "AKIAH6W8PD3N3EXAMPLE")
INES = RoleSession(
    ADMIN_ROLE, "AROAQ4M7XT9BZEXAMPLE4", "ines.okafor@example.com", "ASIAL2D8QW4V4EXAMPLE", role_path=SSO_PATH
)
RAUL = RoleSession(
    ADMIN_ROLE, "AROAQ4M7XT9BZEXAMPLE4", "raul.silva@example.com", "ASIAN5F3TB7K5EXAMPLE", role_path=SSO_PATH
)
AUDITOR = RoleSession(
    AUDIT_ROLE, "AROAB8W2KD6HVEXAMPLE6", "mei.tanaka@example.com", "ASIAP8G4ZC2X6EXAMPLE", SECURITY, role_path=SSO_PATH
)
WEB_ROLES = tuple(
    RoleSession("shop-web", "AROAD6N3YS8FJEXAMPLE7", host.instance, key)
    for host, key in ((WEB_1, "ASIAK7M5WR2D7EXAMPLE"), (WEB_2, "ASIAC3T9QX6B8EXAMPLE"))
)
HOST_USER = "backup"
"""The account of the jump host whose password is guessed."""
HOST_BACKDOOR = "svc-update"
"""The account that the attacker makes there."""

DOMAIN = "shop.example.com"
CONTROL_DOMAIN = "update-check.example.net"
"""The attacker's domain, by which what it leaves on the jump host finds COMMAND_AND_CONTROL."""
PARTNER_DOMAIN = "partner.example.com"
LEGACY_DOMAIN = "legacy.example.com"
"""The shop before the last one, which a few customers still use."""
LEAKED_FILE = "/.env.bak"
"""What the shop serves by mistake; the leaked key stands in it."""

ASSETS_DOMAIN = "assets.example.com"
"""From where the shop's pages take their scripts and pictures, by CloudFront."""
DISTRIBUTION = "EXAMPLEASSETS1"
DISTRIBUTION_DOMAIN = "dexample123.cloudfront.net"

# --- buckets, trails ------------------------------------------------------------------------------------------------

BUCKET_OWNER = "5b1f0c3a97d2e8463f7a19c0de54b6827c3e9d0f1a2b4c5d6e7f8091a2b3c4d5"
"""The shop's account, as S3 writes it into access logs."""
ASSETS_BUCKET = "example-shop-assets"
EXPORTS_BUCKET = "example-shop-exports"
ORGANIZATION_TRAIL = f"arn:aws:cloudtrail:{SECURITY_REGION}:{SECURITY}:trail/organization"
DATA_TRAIL = f"arn:aws:cloudtrail:{REGION}:{SHOP}:trail/shop-data-events"

# --- timetable ------------------------------------------------------------------------------------------------------

DAY = datetime(2026, 3, 10, tzinfo=UTC)


def at(clock: str) -> datetime:
    """Return `HH:MM` or `HH:MM:SS` of the day, UTC."""
    return datetime.combine(DAY, time.fromisoformat(clock), UTC)


@dataclass(frozen=True, slots=True)
class Period:
    """A time span of the story."""

    start: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it takes."""
        return self.end - self.start

    def __contains__(self, moment: datetime) -> bool:
        return self.start <= moment < self.end


RECORDED = Period(at("06:00"), at("14:00"))
WEB_SCAN = Period(at("07:52:10"), at("08:04:50"))
KEY_FOUND = at("07:58:33")
PORT_SCAN = Period(at("08:20:05"), at("08:31:40"))
BRUTE_FORCE = Period(at("08:41:02"), at("09:12:20"))
HOST_LOGIN = at("09:12:41")
HOST_LOGIN_PORT = 51734
HOST_SESSION = Period(HOST_LOGIN, at("09:58:17"))
WEB_2_SLOW = Period(at("09:21:40"), at("09:37:00"))
"""For so long web-2 does not keep up with the scan from the inside."""
INTERNAL_SCAN = Period(at("09:21:30"), at("09:27:00"))
BLACKHOLE_SCAN = Period(at("09:28:10"), at("09:31:30"))
"""From the jump host too, for a network whose attachment to the transit gateway is gone."""
VPN_PROBES = Period(at("10:08:20"), at("10:17:40"))
CALL_HOME = Period(at("09:16:53"), at("09:58:00"))
KEY_USE = Period(at("09:25:10"), at("10:21:00"))
TRAIL_STOPPED = at("10:05:48")
RESPONSE = Period(at("12:48:00"), at("13:12:00"))
TRAIL_STARTED = at("13:02:15")
