"""What a size of a domain carries and costs, for the page of settings.

Prices are list prices in us-east-1, in USD: of nodes an hour, of storage a GiB and month. They were read from public
price lists in November 2026: https://aws.amazon.com/opensearch-service/pricing/
"""

from typing import Final

from siem_stack.settings.sizes import IN_S3, Size

AS_OF = "November 2026"
HOURS = 730
"""Of a month."""

PER_HOUR: Final = {
    "m7g.large.search": 0.135,
    "m7g.xlarge.search": 0.271,
    "or2.2xlarge.search": 0.8,
    "or2.large.search": 0.2,
    "or2.medium.search": 0.1,
    "or2.xlarge.search": 0.401,
    "t3.medium.search": 0.073,
    "ultrawarm1.medium.search": 0.238,
}
PER_GIB: Final = {"gp3": 0.122, "managed": 0.024}
"""A volume's gigabyte, and what OR1, OR2 and OM2 nodes and UltraWarm keep in S3."""

INDEX_PER_RAW: Final = {"alb": 0.54, "cloudtrail": 0.19, "vpcflowlogs": 1.38, "waf": 0.21}
"""Bytes of an index for each byte of a log; benchmarks/index-size.md. These four are most of what there is."""

USED = 0.75
"""Of a volume: there is an alarm when a quarter is left."""

GIB = 1.073741824
"""In gigabytes."""


def index_per_raw() -> float:
    """Return the bytes of an index for each byte of the logs in INDEX_PER_RAW, in equal parts."""
    return sum(INDEX_PER_RAW.values()) / len(INDEX_PER_RAW)


def gigabytes_a_day(size: Size, days: int) -> float:
    """Return the gigabytes of raw logs a day that fill a domain's volumes to USED when they are kept for so long.

    They are reckoned as equal parts of the log types in INDEX_PER_RAW.
    """
    return size.nodes * size.volume * GIB * USED / size.copies / index_per_raw() / days


def dollars_a_month(size: Size) -> float:
    """Return the list price of a month: nodes, their volumes, and as much in S3 as the volumes hold when USED."""
    masters = 3 if size.master else 0
    nodes = size.nodes * PER_HOUR[size.node] + masters * PER_HOUR.get(size.master, 0)
    nodes += size.warm_nodes * PER_HOUR.get(size.warm, 0)
    volumes = size.nodes * size.volume
    in_s3 = volumes * USED / size.copies if size.family in IN_S3 else 0
    return nodes * HOURS + volumes * PER_GIB["gp3"] + in_s3 * PER_GIB["managed"]
