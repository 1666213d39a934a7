"""Resolver query logs of the shop's VPC: what its hosts ask for, and what is left on the jump host asks for."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from samples.generator import story
from samples.generator.dice import Dice
from samples.generator.objects import LogObject, by_slice, json_object, stamp
from samples.generator.story import CONTROL_DOMAIN, RECORDED, REGION, SHOP, VPC, Host, at

EVERY = timedelta(minutes=30)
QUERIES, REVERSED, BEACONS = 210, 9, 30
GROUP, BLOCKED, WATCHED = "rslvr-frg-2c7e91d4a85b4f30", "rslvr-fdl-7f3a1c9e5b2d4e80", "rslvr-fdl-0d5e8b3c6a914f27"

ZONE = "shop.internal"
HABITS = {
    f"{story.DATABASE.name}.{ZONE}": story.DATABASE.address,
    f"{story.CACHE.name}.{ZONE}": story.CACHE.address,
    f"secretsmanager.{REGION}.amazonaws.com": story.AWS_ENDPOINTS[0],
    f"sqs.{REGION}.amazonaws.com": story.AWS_ENDPOINTS[3],
    f"logs.{REGION}.amazonaws.com": story.AWS_ENDPOINTS[5],
    f"{story.ASSETS_BUCKET}.s3.{REGION}.amazonaws.com": story.AWS_ENDPOINTS[7],
    f"ssm.{REGION}.amazonaws.com": story.AWS_ENDPOINTS[9],
    "packages.example.org": "192.0.2.90",
    "payments.example.net": "192.0.2.91",
}
"""Names that hosts ask for all the time, with their address."""

ALIASES = {f"{story.ASSETS_BUCKET}.s3.{REGION}.amazonaws.com": f"s3-r-w.{REGION}.amazonaws.com"}
SHOPS = (story.WEB_1, story.WEB_2)
LATE = ("10:24:07", "11:31:52", "12:40:15")
"""When the jump host asks again, after the attacker has gone."""

REFUSED = "12:58:20"
"""The first time after the administrator has had the domain blocked."""


@dataclass(frozen=True, slots=True)
class Query:
    """One query with its answer; `listed` is the list of DNS Firewall that holds the name, `action` what it did."""

    time: datetime
    host: Host
    name: str
    kind: str = "A"
    answers: tuple[tuple[str, str], ...] = ()
    code: str = "NOERROR"
    action: str = ""
    listed: str = ""


def objects() -> Iterator[LogObject]:
    """Yield the objects of the VPC's query log."""
    dice = Dice("route53resolver")
    queries = [*_habits(dice), *_of_logins(dice), *_beacons(dice)]
    for end, some in by_slice(queries, lambda query: query.time, EVERY):
        name = f"{VPC}_vpcdnsquerylogs_{SHOP}_{stamp(end)}_{dice.hex(8)}.log.gz"
        key = f"AWSLogs/{SHOP}/vpcdnsquerylogs/{VPC}/{end:%Y/%m/%d}/{name}"
        yield json_object("route53resolver", key, [_record(dice, query) for query in some])


def _habits(dice: Dice) -> Iterator[Query]:
    """Yield what the hosts ask for day by day, with both kinds of addresses, of which there is mostly one."""
    for time in dice.moments(RECORDED.start, RECORDED.end - timedelta(seconds=1), QUERIES):
        host = dice.pick({story.WEB_1: 6, story.WEB_2: 5, story.JUMP_HOST: 1})
        name = dice.choice(tuple(HABITS)) if host in SHOPS else dice.choice(tuple(HABITS)[-4:-1])
        alias = tuple(("CNAME", f"{target}.") for target in [ALIASES.get(name)] if target)
        yield Query(time, host, name, "A", (*alias, ("A", HABITS[name])))
        if dice.randrange(4) == 0:
            yield Query(time, host, name, "AAAA", alias)
        if dice.randrange(12) == 0:
            yield Query(time, host, f"{name}.{ZONE}", "A", code="NXDOMAIN")


def _of_logins(dice: Dice) -> Iterator[Query]:
    """Yield the reverse lookups of sshd: of the office, and of those who guess."""
    office = tuple(dice.moments(RECORDED.start, RECORDED.end, REVERSED))
    guesses = dice.moments(story.BRUTE_FORCE.start, story.BRUTE_FORCE.end, REVERSED)
    callers = [(time, story.OFFICE, "office.example.com") for time in office]
    callers += [(time, dice.pick({story.ATTACKER: 2, story.ATTACKER_SECOND: 1}), "") for time in guesses]
    callers.append((story.HOST_LOGIN, story.ATTACKER, ""))
    for time, address, name in callers:
        question = ".".join(reversed(address.split("."))) + ".in-addr.arpa"
        answers = (("PTR", f"{name}."),) if name else ()
        yield Query(time, story.JUMP_HOST, question, "PTR", answers, "NOERROR" if name else "NXDOMAIN")


def _beacons(dice: Dice) -> Iterator[Query]:
    """Yield how the jump host finds the attacker's server, and how it asks for orders, until it gets no answer."""
    home = story.CALL_HOME
    found = (("A", story.COMMAND_AND_CONTROL),)
    yield Query(home.start - timedelta(milliseconds=340), story.JUMP_HOST, CONTROL_DOMAIN, "A", found)
    step = home.length // BEACONS
    times = [home.start + number * step + timedelta(seconds=dice.randrange(1, 9)) for number in range(BEACONS)]
    for number, time in enumerate([*times, *map(at, LATE)]):
        name = f"{dice.hex(28)}.{CONTROL_DOMAIN}"
        orders = f'"v1;{story.COMMAND_AND_CONTROL};{dice.letters(32)}"'
        listed = {"action": "ALERT", "listed": WATCHED} if number % 10 == 9 else {}  # noqa: PLR2004
        yield Query(time, story.JUMP_HOST, name, "TXT", (("TXT", orders),), **listed)
        if number % 6 == 5:  # noqa: PLR2004
            yield Query(time + timedelta(milliseconds=90), story.JUMP_HOST, CONTROL_DOMAIN, "A", found)
    name = f"{dice.hex(28)}.{CONTROL_DOMAIN}"
    yield Query(at(REFUSED), story.JUMP_HOST, name, "TXT", code="NXDOMAIN", action="BLOCK", listed=BLOCKED)


def _record(dice: Dice, query: Query) -> dict[str, object]:
    firewall = {
        "firewall_rule_group_id": GROUP,
        "firewall_rule_action": query.action,
        "firewall_domain_list_id": query.listed,
    }
    return {
        "version": "1.100000",
        "account_id": SHOP,
        "region": REGION,
        "vpc_id": VPC,
        "query_timestamp": f"{query.time:%Y-%m-%dT%H:%M:%SZ}",
        "query_name": f"{query.name}.",
        "query_type": query.kind,
        "query_class": "IN",
        "rcode": query.code,
        "answers": [{"Rdata": data, "Type": kind, "Class": "IN"} for kind, data in query.answers],
        "srcaddr": query.host.address,
        "srcport": str(dice.port()),
        "transport": "UDP",
        "srcids": {"instance": query.host.instance},
        **(firewall if query.action else {}),
    }
