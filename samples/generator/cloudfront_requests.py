"""What viewers ask of the CloudFront distribution with the shop's scripts and pictures; two logs tell of it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import quote

from samples.generator import story
from samples.generator.alb import AGENTS, OK, PAGES, PARTS, SCAN_PATHS, SCANNER
from samples.generator.dice import Dice
from samples.generator.story import RECORDED

VISITS, STRAY = 96, 14
EDGES = {"FRA56-P7": 5, "IAD89-C2": 4, "AMS54-P1": 2, "CDG52-P4": 1}
ATTACKERS_EDGE = "DXB52-P2"
PICTURES = tuple(f"/img/{number}.webp" for number in (10482, 10733, 11015, 11208, 11377))
SIZES = {"js": 48_211, "css": 9_340, "svg": 2_118, "ico": 1_406, "webp": 61_870}
KINDS = {
    "js": "application/javascript",
    "css": "text/css",
    "svg": "image/svg+xml",
    "ico": "image/x-icon",
    "webp": "image/webp",
}
COUNTRIES = ("US", "DE", "NL", "FR", "GB")
PROBES = ("/static/app.3f9c.js.map", "/static/site.81d0.css.map", "/static/", "/img/", "/index.html")
READ = ("/static/app.3f9c.js", "/static/app.3f9c.js.map")
"""What the attacker gets: the shop's script, and the map that should not lie there."""

_VERBATIM = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True, slots=True)
class Request:
    """One request as the edge saw it; `result` is CloudFront's word for how it was answered, in `took` milliseconds."""

    time: datetime
    viewer: str
    port: int
    path: str
    status: int
    result: str
    agent: str
    referrer: str
    edge: str
    country: str
    size: int
    received: int
    took: int
    name: str

    @property
    def stem(self) -> str:
        """The path without its query."""
        return self.path.partition("?")[0]

    @property
    def query(self) -> str:
        """The query, or the log's word for none."""
        return self.path.partition("?")[2] or "-"

    @property
    def content_type(self) -> str:
        """The type of what was sent."""
        if self.status != OK:
            return "-" if self.status < 400 else "application/xml"  # noqa: PLR2004 - the origin's errors
        return KINDS.get(self.stem.rpartition(".")[2], "application/json")


def requests() -> list[Request]:
    """Return all requests of the day, in order."""
    dice = Dice("cloudfront")
    return sorted((*_visits(dice), *_strays(dice), *_scan(dice)), key=lambda request: request.time)


def encoded(text: str) -> str:
    """Write a header as CloudFront does: blanks and what is not ASCII percent-encoded."""
    return quote(text, safe=_VERBATIM)


def _visits(dice: Dice) -> Iterator[Request]:
    """Yield what the pages of a visit need; a browser that has it asks only whether it is still current."""
    for begin in dice.moments(RECORDED.start, RECORDED.end - timedelta(seconds=20), VISITS):
        place = dice.randrange(len(story.CUSTOMERS))
        viewer, country = story.CUSTOMERS[place], COUNTRIES[place % len(COUNTRIES)]
        edge, agent, port, time = dice.pick(EDGES), dice.pick(AGENTS), dice.port(), begin
        page = f"https://{story.DOMAIN}{dice.choice(PAGES)}"
        for path in (*dice.some(PARTS, 1, 3), *dice.some(PICTURES, 0, 2)):
            time += timedelta(milliseconds=dice.randrange(5, 400))
            status = dice.pick({OK: 14, 304: 5})
            result = dice.pick({"Hit": 12, "Miss": 3, "RefreshHit": 1})
            yield _request(
                dice, time, (viewer, port, country), path, answer=(status, result), headers=(agent, page, edge)
            )


def _strays(dice: Dice) -> Iterator[Request]:
    """Yield what scanners of the whole Internet ask for, by the distribution's own name."""
    for time in dice.moments(RECORDED.start, RECORDED.end, STRAY):
        viewer = (dice.choice(story.NOISE), dice.port(), "US")
        path = dice.choice(("/", "/robots.txt", "/.env", "/wp-login.php"))
        yield _request(dice, time, viewer, path, answer=(403, "Error"), headers=("-", "-", dice.pick(EDGES)))


def _scan(dice: Dice) -> Iterator[Request]:
    """Yield the attacker's word list, of which the shop's script and its map are found."""
    paths, scan, port = [READ[0], *PROBES, *SCAN_PATHS], story.WEB_SCAN, dice.port()
    for number, path in enumerate(paths):
        time = scan.start + scan.length * number // len(paths) + timedelta(milliseconds=dice.randrange(400))
        viewer = (story.ATTACKER, port, story.COUNTRY.code)
        answer = (OK, "Miss" if path == READ[1] else "Hit") if path in READ else (403, "Error")
        yield _request(dice, time, viewer, path, answer=answer, headers=(SCANNER, "-", ATTACKERS_EDGE))


def _request(
    dice: Dice,
    time: datetime,
    viewer: tuple[str, int, str],
    path: str,
    *,
    answer: tuple[int, str],
    headers: tuple[str, str, str],
) -> Request:
    (address, port, country), (status, result), (agent, referrer, edge) = viewer, answer, headers
    body = SIZES.get(path.rpartition(".")[2], 4_096) if status == OK else 0
    return Request(
        time=time,
        viewer=address,
        port=port,
        path=path,
        status=status,
        result=result,
        agent=encoded(agent),
        referrer=encoded(referrer),
        edge=edge,
        country=country,
        size=body + dice.randrange(280, 620),
        received=dice.randrange(60, 520),
        took=dice.randrange(1, 6) if result == "Hit" else dice.randrange(24, 310),
        name=f"{dice.letters(54)}==",
    )
