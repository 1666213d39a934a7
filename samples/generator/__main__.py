"""`python -m samples.generator`: write all samples anew.

A file whose content is the same is left alone, since another build of zlib would compress it to other bytes.
"""

import gzip
from collections.abc import Iterator

from samples import FOLDER, sample_files
from samples.generator import alb, cloudtrail, guardduty, linux_secure, vpcflowlogs
from samples.generator.objects import SampleObject

LOG_TYPES = {
    "cloudtrail": cloudtrail.objects,
    "vpcflowlogs": vpcflowlogs.objects,
    "alb": alb.objects,
    "linux-secure": linux_secure.objects,
    "guardduty": guardduty.objects,
}
"""Section of config/aws.ini -> what makes its objects."""


def generate() -> Iterator[tuple[str, SampleObject]]:
    """Yield section and object of every sample."""
    for section, objects in LOG_TYPES.items():
        for item in objects():
            yield section, item


def write() -> None:
    """Make the files below `samples/` those that `generate` gives."""
    wanted = {item.key: item for _, item in generate()}
    for key, file in sample_files():
        if key not in wanted:
            file.unlink()
    for key, item in wanted.items():
        file = FOLDER / key
        if not (file.exists() and gzip.decompress(file.read_bytes()) == b"".join(item.parts)):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(item.compressed())


if __name__ == "__main__":
    write()
