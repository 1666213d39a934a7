"""The table of settings -> docs/settings.md."""

from collections.abc import Iterator, Mapping, Sequence

from siem_stack.settings.declared import Row
from siem_stack.settings.rules import Value

HEAD = """\
<!-- Written by `python -m siem_stack.settings`; change it there. -->
# Settings

All settings are in the `context` of `cdk.json`. Change one there, or for one run with `-c`:

    .venv/bin/python -m laptop.cdk deploy -c siem:instance_count=3

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
These are list prices, rounded, and change: the [AWS calculator](https://calculator.aws/) knows today's.

## From trying out to production

The defaults are the cheapest domain that works, and it is no production domain: one node means that a failing node
takes the search away for a while (the logs stay in the bucket and the queue, and arrive later), and `t3` nodes slow
down under steady load. A domain that stays:

    "siem:instance_type": "or2.large.search",
    "siem:instance_count": 3,
    "siem:volume_size": 500,

Instance types with local disks (`i3`, `i4i`, `r6gd` and the like) have no EBS volume and do not work here.
"""


def page(rows: Mapping[str, Sequence[Row]]) -> str:
    """Return the page; the rows are by group."""
    return HEAD + "".join(_lines(rows)) + TAIL


def _lines(rows: Mapping[str, Sequence[Row]]) -> Iterator[str]:
    for title, group in rows.items():
        yield f"| **{title}** | | | |\n"
        for name, default, allowed, meaning in group:
            yield f"| `{name}` | {_cell(default)} | {allowed} | {meaning} |\n"


def _cell(default: Value) -> str:
    """Return a default as it is written in cdk.json, texts without their quotes."""
    if default == "":
        return "(empty)"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"
