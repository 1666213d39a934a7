"""What reading Parquet costs with each package that could do it: bytes in the bundle, import, memory, rows a second.

python -m benchmarks.parquet    on Linux; installs each into a folder that it removes again

Each figure is one process's: from the file, a flow log, to a dict for each row, without nulls.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from arro3.core import Array, RecordBatch
from arro3.io import write_parquet

from samples.generator.vpcflowlogs_parquet import COLUMNS
from siem_stack.bundling import PLATFORM

ROWS = 300_000
ROW_GROUP = 100_000
PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary=:all:")

PACKAGES = {
    "arro3-io": "",
    "arro3-io, as here: in a child": "arro3-io",
    "duckdb": "",
    "fastparquet": "",
    "polars": "",
    "pyarrow": "",
}
"""What is measured, and the package that it needs if it is not named so."""

READERS = {
    "arro3-io": """
import io, msgspec
from arro3.io import read_parquet, write_ndjson
def rows(path):
    for batch in read_parquet(path, batch_size=1024):
        lines = io.BytesIO()
        write_ndjson(batch, lines)
        yield from map(msgspec.json.decode, lines.getvalue().splitlines())
""",
    "arro3-io, as here: in a child": """
from es_loader.formats.parquet import split
def rows(path):
    file = open(path, "rb")
    return (row.value for row in split(iter(lambda: file.read(1 << 18), b"")))
""",
    "duckdb": """
import duckdb
def rows(path):
    found = duckdb.connect(config={"threads": 1}).execute("select * from read_parquet(?)", [path])
    names = [column[0] for column in found.description]
    while batch := found.fetchmany(1024):
        for row in batch:
            yield {name: value for name, value in zip(names, row) if value is not None}
""",
    "fastparquet": """
import fastparquet
def rows(path):
    for group in fastparquet.ParquetFile(path).iter_row_groups():
        for row in group.to_dict("records"):
            yield {name: value for name, value in row.items() if value is not None and value == value}
""",
    "polars": """
import polars
def rows(path):
    for batch in polars.scan_parquet(path).collect_batches(chunk_size=1024):
        for row in batch.iter_rows(named=True):
            yield {name: value for name, value in row.items() if value is not None}
""",
    "pyarrow": """
import pyarrow.parquet
def rows(path):
    for batch in pyarrow.parquet.ParquetFile(path).iter_batches(1024):
        for row in batch.to_pylist():
            yield {name: value for name, value in row.items() if value is not None}
""",
}
MEASURE = """
import json, resource, sys, time
started = time.perf_counter()
{reader}
imported = time.perf_counter() - started
began = time.process_time()
count = sum(1 for _ in rows(sys.argv[1]))
child = resource.getrusage(resource.RUSAGE_CHILDREN)
seconds = time.process_time() - began + child.ru_utime + child.ru_stime
with open("/proc/self/status") as status:  # what getrusage says begins with the parent's
    own = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print(json.dumps([imported * 1000, (own + child.ru_maxrss) / 1024, count / seconds]))
"""


def main() -> None:
    """Print a table."""
    print("| package | MB in the bundle | import, ms | peak memory, MB | rows/s |")
    print("| --- | ---: | ---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "flow.parquet"
        _write(file)
        for number, (name, package) in enumerate(PACKAGES.items()):
            place = Path(folder) / str(number)
            size = _install(place / "bundle", package or name, ("--no-compile", *PLATFORM["arm64"]))
            _install(place / "host", package or name, ())
            imported, memory, rate = _measure(READERS[name], place / "host", file)
            print(f"| {name} | {size / 1e6:.0f} | {imported:.0f} | {memory:.0f} | {rate:,.0f} |", flush=True)


def _write(file: Path) -> None:
    """Write a flow log of many hosts: what compresses well in it and what does not."""
    rows = [_row(number) for number in range(ROWS)]
    columns = [Array([row.get(name) for row in rows], kind) for name, kind in COLUMNS.items()]
    batch = RecordBatch.from_arrays(columns, names=list(COLUMNS))
    write_parquet(batch, file, compression="snappy", max_row_group_size=ROW_GROUP)


def _row(number: int) -> dict[str, object]:
    mixed = number * 2_654_435_761 % (1 << 32)
    near, far = (f"10.{value >> 16 & 255}.{value >> 8 & 255}.{value & 255}" for value in (mixed, mixed >> 7))
    return {
        **dict.fromkeys(("pkt_src_aws_service", "pkt_dst_aws_service", "sublocation_id", "sublocation_type"), "-"),
        "version": 5,
        "account_id": "111122223333",
        "interface_id": f"eni-{mixed % 50:017x}",
        "srcaddr": near,
        "dstaddr": far,
        "pkt_srcaddr": near,
        "pkt_dstaddr": far,
        "type": "IPv4",
        "srcport": mixed % 65536,
        "dstport": (443, 80, 22, 53)[mixed % 4],
        "protocol": (6, 17)[mixed % 2],
        "packets": mixed % 1000,
        "bytes": mixed % 1_000_000,
        "tcp_flags": (2, 18, 19, 0)[mixed % 4],
        "start": 1893552840 + number // 1000,
        "end": 1893552899 + number // 1000,
        "log_status": "OK",
        "action": ("ACCEPT", "REJECT")[mixed % 2],
        "flow_direction": "ingress",
        "region": "eu-west-1",
        "vpc_id": "vpc-0123456789abcdef0",
        "subnet_id": f"subnet-{mixed % 9:017x}",
        "az_id": "euw1-az1",
    }


def _install(folder: Path, package: str, options: tuple[str, ...]) -> int:
    """Install a package with what it depends on, and return its bytes."""
    command = [sys.executable, *PIP, *options, "--target", str(folder), package]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def _measure(reader: str, folder: Path, file: Path) -> list[float]:
    program = MEASURE.replace("{reader}", reader)
    here = Path(__file__).resolve().parent.parent / "lambda"
    paths = f"import sys; sys.path[:0] = [{str(folder)!r}, {str(here)!r}]\n"
    done = subprocess.run(
        [sys.executable, "-c", paths + program, str(file)], check=True, stdout=subprocess.PIPE, text=True
    )
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    main()
