"""What an export task of CloudWatch Logs writes: messages as lines, each behind the time of its event.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/S3Export.html
"""

import re
from collections.abc import Iterator

from es_loader.declarations import LogType
from es_loader.formats import multiline
from es_loader.normalize.timestamps import epoch_ms, to_iso
from es_loader.types import Envelope, RawRecord

_STAMP = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ")


def begins(head: str, log_type: LogType) -> bool:
    """Tell whether a log type's object begins as an export.

    JSON does not begin with a time. A line of another log may well do so: it is an export's only where the log type
    comes by CloudWatch Logs, and takes its time from there or does not know the line as it is.
    """
    if not _STAMP.match(head):
        return False
    if log_type.file_format == "json":
        return True
    pattern = log_type.log_pattern
    known = pattern is not None and pattern.match(head.partition("\n")[0].rstrip("\r"))
    return log_type.via_cwl and (not known or "cwl_timestamp" in log_type.timestamp_keys)


def records(texts: Iterator[str]) -> Iterator[RawRecord]:
    """Yield the messages; lines without a time go on with the message before."""
    for raw in multiline.split(texts, _STAMP.match):
        stamp = _STAMP.match(raw.text)
        if stamp is None:  # nothing follows the time
            yield raw
            continue
        time = to_iso(stamp[1])
        envelope = Envelope("cloudwatch", timestamp=epoch_ms(time) if time else None)
        yield RawRecord(raw.number, raw.text[stamp.end() :], None, envelope)
