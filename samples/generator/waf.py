"""Logs of two web ACLs: the shop's, by Firehose, without most requests that no rule found odd; the assets', direct."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote

from samples.generator import story
from samples.generator.alb import AGENTS, BALANCER, SCANNER, SMALL, Request, all_requests
from samples.generator.dice import Dice
from samples.generator.objects import LogObject, by_slice, json_object, stamp
from samples.generator.story import DOMAIN, RECORDED, REGION, SHOP, at

Json = dict[str, Any]

STREAM = "aws-waf-logs-shop"
ACLS = {
    "ALB": f"arn:aws:wafv2:{REGION}:{SHOP}:regional/webacl/shop/6a1f0d3c-8b52-4e97-a3d4-5c7e9f1b2a60",
    "CF": f"arn:aws:wafv2:us-east-1:{SHOP}:global/webacl/assets/c2e84b7a-1d96-4f35-b0a8-7e3d5f9c1b42",
}
"""What a web ACL protects -> the web ACL."""

SOURCES = {"ALB": f"{SHOP}-{BALANCER}", "CF": "E2QWRUHAPOMQZL"}
HALF_AN_HOUR, HOUR = timedelta(minutes=30), timedelta(hours=1)
COMMON, BAD_INPUTS, SQLI = (
    f"AWS#AWSManagedRules{name}" for name in ("CommonRuleSet", "KnownBadInputsRuleSet", "SQLiRuleSet")
)
GROUPS = (COMMON, BAD_INPUTS, SQLI)
WATCHED = ("/basket", "/checkout", "/search?q=lamp")
"""Pages of which every request is kept in the log."""

COUNTED = {
    "/etc/passwd": (COMMON, "GenericLFI_QUERYARGUMENTS", "awswaf:managed:aws:core-rule-set:GenericLFI_QueryArguments"),
    "<script>": (
        COMMON,
        "CrossSiteScripting_QUERYARGUMENTS",
        "awswaf:managed:aws:core-rule-set:CrossSiteScripting_QueryArguments",
    ),
    "${jndi:": (BAD_INPUTS, "Log4JRCE_QUERYSTRING", "awswaf:managed:aws:known-bad-inputs:Log4JRCE_QueryString"),
    ".bak": (COMMON, "RestrictedExtensions_URIPATH", "awswaf:managed:aws:core-rule-set:RestrictedExtensions_URIPath"),
    ".sql": (COMMON, "RestrictedExtensions_URIPATH", "awswaf:managed:aws:core-rule-set:RestrictedExtensions_URIPath"),
    "' OR '": (
        SQLI,
        "SQLiExtendedPatterns_QUERYARGUMENTS",
        "awswaf:managed:aws:sql-database:SQLiExtendedPatterns_QueryArguments",
    ),
}
"""What stands in a request -> the rule that finds it, set to count, and its label."""

SQL_RULE, SQL_LABEL = "SQLi_QUERYARGUMENTS", "awswaf:managed:aws:sql-database:SQLi_QueryArguments"
INJECTED = (
    "/item/10482?variant=1%27%20UNION%20SELECT%20null,version()--%20",
    "/item/10482?variant=1%27%20UNION%20SELECT%20email,password%20FROM%20customers--%20",
    "/search?q=lamp%27%29%3BSELECT%20pg_sleep(5)--%20",
    "/category/chairs?page=2%20AND%201=(SELECT%20count(*)%20FROM%20customers)",
    "/login?user=admin%27--%20&next=/admin",
    "/item/10733?variant=-1%20UNION%20ALL%20SELECT%20table_name%20FROM%20information_schema.tables",
)
INJECTION_STARTS = at("08:00:12")
SCRAPER, SCRAPE_STARTS, SCRAPED = story.NOISE[3], at("10:41:30"), 34
LIMIT = {
    "rateBasedRuleId": f"arn:aws:wafv2:{REGION}:{SHOP}:regional/ratebasedrule/shop_rate_6a1f0d3c/aws-waf-managed",
    "rateBasedRuleName": "shop-rate",
    "limitKey": "IP",
    "maxRateAllowed": 300,
    "evaluationWindowSec": "300",
}
ASSETS = ("/app.3f9c.js", "/site.81d0.css", "/logo.svg", "/catalogue/2026-spring.pdf")
DOWNLOADS, UNSOLVED = 40, 6
COUNTRIES = {story.ATTACKER: story.COUNTRY.code, **dict.fromkeys(story.NOISE, "NL")}
JA3 = {SCANNER: "e7d705a3286e19ea42f587b344ee6865"}
_BROWSER_JA3 = "cd08e31494f9531f560d64c695473da9"


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One request and what the web ACL made of it; `details` are members of the record that differ from the usual."""

    time: datetime
    client: str
    target: str
    agent: str
    method: str = "GET"
    protects: str = "ALB"
    action: str = "ALLOW"
    rule: tuple[str, str] = ("Default_Action", "REGULAR")
    labels: tuple[str, ...] = ()
    details: Json = field(default_factory=dict)


def objects() -> Iterator[LogObject]:
    """Yield the objects of Firehose, then those that AWS WAF writes itself."""
    dice = Dice("waf")
    shop = [*_of_the_balancer(), *_injections(dice), *_scraper(dice)]
    for end, some in by_slice(shop, lambda decision: decision.time, HALF_AN_HOUR):
        begin = end - HALF_AN_HOUR + timedelta(seconds=dice.randrange(1, 60))
        name = f"{STREAM}-1-{begin:%Y-%m-%d-%H-%M-%S}-{dice.uuid()}.gz"
        key = f"AWSLogs/{SHOP}/WAF/{REGION}/{begin:%Y/%m/%d/%H}/{name}"
        yield json_object("waf", key, [_record(dice, decision) for decision in some])
    for end, some in by_slice(list(_assets(dice)), lambda decision: decision.time, HOUR):
        name = f"{SHOP}_waflogs_cloudfront_assets_{stamp(end)}_{dice.letters(8, SMALL)}.log.gz"
        key = f"AWSLogs/{SHOP}/WAFLogs/cloudfront/assets/{end:%Y/%m/%d/%H/%M}/{name}"
        yield json_object("waf", key, [_record(dice, decision) for decision in some])


def _of_the_balancer() -> Iterator[Decision]:
    """Yield those of the balancer's requests that are kept: watched pages, and what a counting rule has found."""
    for request in all_requests(Dice("alb")):
        found = next((rule for text, rule in COUNTED.items() if text in unquote(request.path)), None)
        if found:
            yield _allowed(
                request, labels=(found[2],), details={"ruleGroupList": _groups({found[0]: _counted(found[1])})}
            )
        elif request.path.startswith(WATCHED):
            yield _allowed(request)


def _allowed(request: Request, **kept: Any) -> Decision:
    time = request.time - timedelta(milliseconds=4)
    return Decision(
        time=time, client=request.client, target=request.path, agent=request.agent, method=request.method, **kept
    )


def _injections(dice: Dice) -> Iterator[Decision]:
    """Yield the attacker's attempts at the database, in the middle of its scan."""
    for number, target in enumerate(INJECTED):
        match = {
            "conditionType": "SQL_INJECTION",
            "location": "ALL_QUERY_ARGS",
            "matchedData": unquote(target.partition("=")[2]).split()[:6],
            "matchedFieldName": target.partition("?")[2].partition("=")[0],
            "sensitivityLevel": "LOW",
        }
        ended = {"terminatingRule": {"ruleId": SQL_RULE, "action": "BLOCK", "ruleMatchDetails": [match]}}
        yield Decision(
            time=INJECTION_STARTS + timedelta(seconds=7 * number, milliseconds=dice.randrange(900)),
            client=story.ATTACKER,
            target=target,
            agent=SCANNER,
            action="BLOCK",
            rule=("aws-sqli", "MANAGED_RULE_GROUP"),
            labels=(SQL_LABEL,),
            details={
                "terminatingRuleMatchDetails": [match],
                "ruleGroupList": _groups({SQLI: ended}),
                "responseCodeSent": 403,
            },
        )


def _scraper(dice: Dice) -> Iterator[Decision]:
    """Yield the requests of a scraper that are too many."""
    for number in range(SCRAPED):
        yield Decision(
            time=SCRAPE_STARTS + timedelta(milliseconds=700 * number + dice.randrange(300)),
            client=SCRAPER,
            target=f"/item/{10400 + number}",
            agent="python-requests/2.32.3",
            action="BLOCK",
            rule=("shop-rate", "RATE_BASED"),
            details={"rateBasedRuleList": [LIMIT | {"limitValue": SCRAPER}], "responseCodeSent": 429},
        )


def _assets(dice: Dice) -> Iterator[Decision]:
    """Yield downloads from the distribution, and clients that could not show that they are browsers."""
    for time in dice.moments(RECORDED.start, RECORDED.end, DOWNLOADS):
        yield Decision(
            time=time,
            client=dice.choice(story.CUSTOMERS),
            target=dice.choice(ASSETS),
            agent=dice.pick(AGENTS),
            protects="CF",
            details={"nonTerminatingMatchingRules": [{"ruleId": "count-downloads", "action": "COUNT"}]},
        )
    for time in dice.moments(RECORDED.start, RECORDED.end, UNSOLVED):
        kind, status = dice.pick({("CAPTCHA", 405): 1, ("CHALLENGE", 202): 2})
        failed = {"responseCode": status, "solveTimestamp": 0, "failureReason": "TOKEN_MISSING"}
        yield Decision(
            time=time,
            client=dice.choice(story.NOISE),
            target=ASSETS[-1],
            agent="Go-http-client/2.0",
            protects="CF",
            action=kind,
            rule=(f"{kind.lower()}-downloads", "REGULAR"),
            details={f"{kind.lower()}Response": failed, "responseCodeSent": status},
        )


def _counted(rule: str) -> Json:
    return {"nonTerminatingMatchingRules": [{"ruleId": rule, "action": "COUNT", "overriddenAction": "BLOCK"}]}


def _groups(changes: dict[str, Json]) -> list[Json]:
    """Return the list of all managed groups, some of which have found something."""
    empty: Json = {
        "terminatingRule": None,
        "nonTerminatingMatchingRules": [],
        "excludedRules": None,
        "customerConfig": None,
    }
    return [{"ruleGroupId": group} | empty | changes.get(group, {}) for group in GROUPS]


def _record(dice: Dice, decision: Decision) -> Json:
    labels = [f"awswaf:clientip:geo:country:{_country(decision.client)}", *decision.labels]
    return {
        "timestamp": int(decision.time.timestamp() * 1000),
        "formatVersion": 1,
        "webaclId": ACLS[decision.protects],
        "terminatingRuleId": decision.rule[0],
        "terminatingRuleType": decision.rule[1],
        "action": decision.action,
        "terminatingRuleMatchDetails": [],
        "httpSourceName": decision.protects,
        "httpSourceId": SOURCES[decision.protects],
        "ruleGroupList": _groups({}),
        "rateBasedRuleList": [],
        "nonTerminatingMatchingRules": [],
        "requestHeadersInserted": None,
        "responseCodeSent": None,
        **decision.details,
        "httpRequest": _request(dice, decision),
        "labels": [{"name": label} for label in labels],
        "ja3Fingerprint": JA3.get(decision.agent, _BROWSER_JA3),
    }


def _country(client: str) -> str:
    return COUNTRIES.get(client, "US")


def _request(dice: Dice, decision: Decision) -> Json:
    uri, _, args = decision.target.partition("?")
    host = DOMAIN if decision.protects == "ALB" else "assets.example.com"
    headers = {"host": host, "user-agent": decision.agent, "accept": "*/*", "accept-encoding": "gzip, br"}
    if decision.agent in AGENTS:
        headers |= {"accept-language": "en-US,en;q=0.9", "cookie": f"session={dice.hex(32)}"}
    if decision.method == "POST":
        headers |= {"content-type": "application/x-www-form-urlencoded", "content-length": str(dice.randrange(90, 400))}
    return {
        "clientIp": decision.client,
        "country": _country(decision.client),
        "headers": [{"name": name, "value": value} for name, value in headers.items()],
        "uri": uri,
        "args": args,
        "httpVersion": "HTTP/3.0" if decision.protects == "CF" and decision.agent in AGENTS else "HTTP/2.0",
        "httpMethod": decision.method,
        "requestId": f"1-{int(decision.time.timestamp()):08x}-{dice.hex(24)}",
        "fragment": "",
        "scheme": "https",
        "host": host,
    }
