"""The table of settings -> docs/settings.md."""

from collections.abc import Iterator, Mapping, Sequence

from siem_stack.settings.declared import Row
from siem_stack.settings.rules import Value
from siem_stack.settings.sizes import PROFILES, WITHOUT_VOLUMES
from siem_stack.settings.sizing import AS_OF, INDEX_PER_RAW, dollars_a_month, gigabytes_a_day, index_per_raw

HEAD = """\
<!-- Written by `python -m siem_stack.settings`; change it there. -->
# Settings

All settings are in the `context` of `cdk.json`. Change one there, or for one run with `-c`:

    .venv/bin/python -m laptop.cdk deploy -c siem:domain_profile=small

A wrong or unknown setting stops the deployment before anything is changed, and the message says what is allowed.

| setting | default | allowed | meaning |
| --- | --- | --- | --- |
"""

TAIL = """
## What it costs

With the defaults, in us-east-1, about **60 USD a month** before the first log arrives, nearly all of it the domain:

| part | a month |
| --- | --- |
| one `t3.medium.search` node | 53 USD |
| 50 GiB gp3 | 6 USD |
| key | 1 USD |
| queues | under 1 USD |
| alarms and dashboard | 4 USD, [in part free](monitoring.md#what-it-costs) |

Then by use: about 0.02 USD per GB of logs in the bucket a month, es-loader's run time, and
[metrics](monitoring.md#what-it-costs), 4 USD and 2 more for each log type; all small beside the domain.
A [VPC that is made](domain.md#vpc-or-public), [snapshots](domain.md#snapshots) and a [user pool](sign-in.md#cognito)
are off by default and cost extra.
These are list prices, rounded, and change: the [AWS calculator](https://calculator.aws/) knows today's.

## Profiles

The defaults are the cheapest domain that works, and it is no production domain: one node means that a failing node
takes the search away for a while (the logs stay in the bucket and the queue, and arrive later), and `t3` nodes slow
down under steady load. A domain that stays is `small` at least:

    "siem:domain_profile": "small",

"""


PROFILE_HEAD = """\
| profile | data nodes | of each | dedicated masters | zones | copies | GB a day for 30, 90, 400 days | USD a month |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""

PROFILE_TAIL = """
**GB a day** are raw logs, before compression, that fill the volumes to three quarters, where the first
[alarm](monitoring.md#free-storage-low) goes off, if every record is kept for so many days. They are reckoned with
{ratio:.2f} bytes of index for each byte of a log: the mean of {types}, as
[measured](../benchmarks/index-size.md). Logs of other types take up to six times as much; yours may differ, so look at
the alarm's graph after a week. `index_delete_after` is 400 days [by default](lifecycle.md#ages).

**USD a month** is the domain alone, at list prices in us-east-1 as they were in {as_of}: nodes, gp3 volumes, and what
OR2 nodes keep in S3 with volumes three quarters full. No discounts, no traffic. [Amazon's prices](https://aws.amazon.com/opensearch-service/pricing/)
change, and other regions are dearer.

`large` and `x-large` are Multi-AZ with Standby: one of three zones is held ready, so that a zone may fail without any
pause. `x-large` has three UltraWarm nodes besides, with room for 4.5 TiB of indices that a log type
[moves there](lifecycle.md#ages); the nodes are in the price, what they
hold is not (0.024 USD per GiB a month). [The domain](domain.md) has the rest: how to change from one
profile to another, a VPC, a domain that is there already.

Instance types with local disks ({families}) take no EBS volume and do not work here.
"""


def page(rows: Mapping[str, Sequence[Row]]) -> str:
    """Return the page; the rows are by group."""
    return HEAD + "".join(_lines(rows)) + TAIL + PROFILE_HEAD + "".join(_profiles()) + _below_profiles()


def _lines(rows: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    for title, group in rows.items():
        yield f"| **{title}** | | | |\n"
        for name, default, allowed, meaning in group:
            yield f"| `{name}` | {_cell(default)} | {allowed} | {meaning} |\n"


def _profiles() -> Iterator[str]:
    for name, size in PROFILES.items():
        masters = f"3 `{size.master}`" if size.master else "none"
        carried = ", ".join(_about(gigabytes_a_day(size, days)) for days in (30, 90, 400))
        dollars = round(dollars_a_month(size), -1)
        yield (
            f"| `{name}` | {size.nodes} `{size.node}` | {size.volume:,} GiB | {masters} | {size.zones} | {size.copies} "
            f"| {carried} | {dollars:,.0f} |\n"
        )


def _about(number: float) -> str:
    return f"{float(f'{number:.2g}'):g}"


def _below_profiles() -> str:
    return PROFILE_TAIL.format(
        as_of=AS_OF,
        families=", ".join(f"`{family}`" for family in WITHOUT_VOLUMES),
        ratio=index_per_raw(),
        types=", ".join(INDEX_PER_RAW),
    )


def _cell(default: Value) -> str:
    """Return a default as it is written in cdk.json, texts without their quotes."""
    if default == "":
        return "(empty)"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"
