"""Logs to measure with: seeded, of any length, with as much variety as real ones."""

import gzip
import io
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "tests" / "logs"
SEED = 20_300_102
START = 1_893_552_840
CHUNK = 1 << 18

FLOW_HEADER = (
    "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status"
)
FLOW_KEY = (
    "AWSLogs/111122223333/vpcflowlogs/eu-west-1/2030/01/02/"
    "111122223333_vpcflowlogs_eu-west-1_fl-0123456789abcdef0_20300102T0255Z_1a2b3c4d.log.gz"
)


def flow_lines(count: int) -> Iterator[str]:
    """Yield a header and so many flow log records: 8 subnets talk to 16,000 addresses."""
    dice = random.Random(SEED)
    yield FLOW_HEADER
    for number in range(count):
        start = START + number // 500
        inside = f"10.0.{dice.randrange(8)}.{dice.randrange(1, 255)}"
        outside = f"198.51.{dice.randrange(64)}.{dice.randrange(1, 255)}"
        source, destination = (inside, outside) if dice.random() < 0.5 else (outside, inside)  # noqa: PLR2004
        yield (
            f"2 111122223333 eni-0a1b2c3d4e5f607{dice.randrange(10)} {source} {destination} "
            f"{dice.randrange(1024, 65536)} {dice.choice((22, 53, 80, 443, 3389))} {dice.choice((6, 6, 6, 17))} "
            f"{dice.randrange(1, 200)} {dice.randrange(40, 200_000)} {start} {start + 59} "
            f"{dice.choice(('ACCEPT', 'ACCEPT', 'REJECT'))} OK"
        )


def flow_object(count: int) -> bytes:
    """Return so many flow log records as a gzip object."""
    return gzip.compress("\n".join(flow_lines(count)).encode(), 1)


def write_flow_object(path: Path, size: int) -> int:
    """Write a gzip object that holds at least `size` bytes of flow logs; return the number of records."""
    block = ("\n".join(list(flow_lines(200_000))[1:]) + "\n").encode()
    records = 0
    with gzip.open(path, "wb", compresslevel=1) as file, io.BufferedWriter(file) as out:
        out.write(f"{FLOW_HEADER}\n".encode())
        written = 0
        while written < size:
            out.write(block)
            written += len(block)
            records += 200_000
    return records


def cloudtrail_object(count: int) -> bytes:
    """Return so many CloudTrail records, varied from the golden ones, as one gzip object."""
    records = json.loads((GOLDEN / "cloudtrail" / "management-and-data.log").read_bytes())["Records"]
    records = [
        record for record in records if isinstance(record.get("userIdentity"), dict) and "T" in record["eventTime"]
    ]
    dice = random.Random(SEED)
    texts = []
    for number in range(count):
        record = dict(dice.choice(records))
        record["eventID"] = f"{number:08x}-1111-4222-8333-444455556666"
        record["eventTime"] = f"2030-01-02T{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}Z"
        if str(record.get("sourceIPAddress", "")).startswith("203"):
            record["sourceIPAddress"] = f"198.51.{dice.randrange(16)}.{dice.randrange(1, 255)}"
        texts.append(json.dumps(record, separators=(",", ":")))
    return gzip.compress(f'{{"Records":[{",".join(texts)}]}}'.encode(), 1)


def golden_object(name: str) -> Callable[[int], bytes]:
    """Return the maker of an object that repeats a type's longest golden log up to a number of bytes."""

    def make(size: int) -> bytes:
        content = longest(name).read_bytes()
        whole = content if content.endswith(b"\n") else content + b"\n"
        return gzip.compress(whole * max(size // len(whole), 1), 1)

    return make


def longest(name: str) -> Path:
    """Return the longest golden log of a log type."""
    return max((GOLDEN / name).glob("*.log"), key=lambda path: path.stat().st_size)


def chunks(content: bytes) -> Iterator[bytes]:
    """Yield an object in the pieces in which it is read from S3."""
    for at in range(0, len(content), CHUNK):
        yield content[at : at + CHUNK]
