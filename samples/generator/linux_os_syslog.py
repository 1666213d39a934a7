"""/var/log/messages of three hosts: timers, leases, cron, the clock, and what the attacker left running on one."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from samples.generator import linux_secure, story
from samples.generator.dice import Dice
from samples.generator.host_logs import Line, Subscription, delivered
from samples.generator.objects import LogObject
from samples.generator.story import RECORDED, REGION, SHOP, Host, at

SUBSCRIPTION = Subscription("linux-os-syslog", "/ec2/linux/messages", "siem-linux-os", timedelta(minutes=30))
HOSTS = (story.JUMP_HOST, story.WEB_1, story.WEB_2)
RESTARTS = ("07:31:20", "10:47:05", "13:24:40")
"""When the build server restarts the shop on both web servers, by Systems Manager."""

SERVICE = f"{story.HOST_BACKDOOR}.service"
_SESSION = re.compile(r"pam_unix\(sshd:session\): session opened for user (\w+)\(")
_LEFT_BEHIND = (
    ("09:17:18", "systemd[1]: Reloading."),
    ("09:17:19", "systemd[1]: Created slice User Slice of UID 1012."),
    ("09:17:20", f"systemd[1]: Started {SERVICE} - System Update Helper."),
    ("09:17:21", f"{story.HOST_BACKDOOR}[18593]: channel to {story.COMMAND_AND_CONTROL}:443 is open"),
    ("09:21:44", f"{story.HOST_BACKDOOR}[18593]: 4 tasks, 30 hosts"),
    ("09:58:00", f"systemd[1]: {SERVICE}: Main process exited, code=killed, status=9/KILL"),
    ("09:58:01", f"systemd[1]: {SERVICE}: Failed with result 'signal'."),
    ("09:58:01", "systemd[1]: Removed slice User Slice of UID 1012."),
)
"""What the host's system says about the attacker's session."""


def objects() -> Iterator[LogObject]:
    """Yield what Firehose writes every half hour."""
    dice = Dice("linux-os-syslog")
    background = (line for host in HOSTS for line in _quiet(dice, host))
    lines = [*background, *_sessions(), *_restarts(dice), *_probes(dice), *_left_behind()]
    yield from delivered(dice, lines, SUBSCRIPTION, f"AWSLogs/{SHOP}/EC2/Linux/{REGION}")


def _quiet(dice: Dice, host: Host) -> Iterator[Line]:
    """Yield what a host says that nobody uses."""
    gateway = host.address.rpartition(".")[0] + ".1"
    for time in _every(timedelta(minutes=47), dice):
        pid = dice.randrange(600, 700)
        yield Line(time, host, f"dhclient[{pid}]: DHCPREQUEST on eth0 to {gateway} port 67 (xid=0x{dice.hex(8)})")
        bound = time + timedelta(milliseconds=3)
        yield Line(bound, host, f"dhclient[{pid}]: DHCPACK from {gateway} (xid=0x{dice.hex(8)})")
        yield Line(bound, host, f"dhclient[{pid}]: bound to {host.address} -- renewal in 1643 seconds.")
    for hour in range(RECORDED.start.hour, RECORDED.end.hour):
        yield from _hourly(dice, host, RECORDED.start.replace(hour=hour, minute=1, second=1))
    for time in _every(timedelta(minutes=110), dice):
        yield Line(time, host, f"chronyd[{dice.randrange(500, 600)}]: Selected source {story.TIME_SERVER}")
    for time in _every(timedelta(minutes=75), dice):
        yield Line(time, host, "systemd[1]: Starting dnf makecache...")
        yield Line(time + timedelta(seconds=2), host, "systemd[1]: Started dnf makecache.")
    for time in dice.moments(RECORDED.start, RECORDED.end, 3):
        yield Line(
            time, host, f"kernel: TCP: request_sock_TCP: Possible SYN flooding on port {dice.choice((22, 8080))}."
        )


def _hourly(dice: Dice, host: Host, time: datetime) -> Iterator[Line]:
    pid = dice.randrange(2000, 32000)
    opened = "pam_unix(crond:session): session opened for user root(uid=0) by (uid=0)"
    yield Line(time, host, f"crond[{pid}]: {opened}")
    yield Line(time, host, f"CROND[{pid + 1}]: (root) CMD (run-parts /etc/cron.hourly)")
    yield Line(time, host, f"run-parts(/etc/cron.hourly)[{pid + 4}]: starting 0anacron")
    yield Line(time + timedelta(milliseconds=40), host, f"run-parts(/etc/cron.hourly)[{pid + 9}]: finished 0anacron")
    closed = time + timedelta(milliseconds=55)
    yield Line(closed, host, f"crond[{pid}]: pam_unix(crond:session): session closed for user root")


def _every(step: timedelta, dice: Dice) -> Iterator[datetime]:
    time = dice.moment(RECORDED.start, RECORDED.start + step)
    while time < RECORDED.end:
        yield time
        time += step + timedelta(milliseconds=dice.randrange(60_000))


def _sessions() -> Iterator[Line]:
    """Yield what logind and systemd say about the logins that the authentication log has."""
    number = 100
    for line in sorted(linux_secure.lines(Dice("linux-secure")), key=lambda line: line.time):
        if session := _SESSION.search(line.text):
            number += 1
            time = line.time + timedelta(milliseconds=20)
            yield Line(time, line.host, f"systemd-logind[581]: New session {number} of user {session[1]}.")
            yield Line(time, line.host, f"systemd[1]: Started Session {number} of User {session[1]}.")


def _restarts(dice: Dice) -> Iterator[Line]:
    for clock in RESTARTS:
        for host, later in ((story.WEB_1, timedelta(0)), (story.WEB_2, timedelta(seconds=95))):
            time, pid = at(clock) + later, dice.randrange(2000, 32000)
            command = "TTY=unknown ; PWD=/ ; USER=root ; COMMAND=/usr/bin/systemctl restart shop"
            yield Line(time, host, f"sudo[{pid}]: ssm-user : {command}")
            yield Line(
                time + timedelta(milliseconds=30), host, "systemd[1]: Stopping shop.service - Example web shop..."
            )
            yield Line(time + timedelta(seconds=4), host, "systemd[1]: Started shop.service - Example web shop.")
            started = f"shop[{pid + 12}]: listening on {host.address}:8080"
            yield Line(time + timedelta(seconds=5), host, started)


def _probes(dice: Dice) -> Iterator[Line]:
    """Yield connections to the jump host that sshd did not get a name from, the attacker's port scan among them."""
    stage, host = story.PORT_SCAN, story.JUMP_HOST
    strangers = [(time, dice.choice(story.NOISE)) for time in dice.moments(RECORDED.start, RECORDED.end, 9)]
    scan = [(time, story.ATTACKER) for time in dice.moments(stage.start, stage.end, 4)]
    for time, source in (*strangers, *scan):
        text = f"Did not receive identification string from {source} port {dice.port()}"
        yield Line(time, host, f"sshd[{dice.randrange(2000, 32000)}]: {text}")


def _left_behind() -> Iterator[Line]:
    return (Line(at(clock), story.JUMP_HOST, text) for clock, text in _LEFT_BEHIND)
