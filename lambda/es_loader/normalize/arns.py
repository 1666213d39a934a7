"""An ARN -> the service, region and account that it names: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html."""

import re
from functools import lru_cache
from typing import NamedTuple

from es_loader.types import Document

MAX_ARN = 2048
"""Characters; AWS allows no longer ones."""

_PARTS = 6
_REGION = re.compile(r"[a-z]{2,4}(?:-[a-z]+)+-\d+\Z")
_ACCOUNT = re.compile(r"\d{12}\Z")


class Arn(NamedTuple):
    """What an ARN names; None for a part that it leaves out, or that is no region or account.

    `owner` is the account as it stands there, also where it has not the form of one.
    """

    service: str | None = None
    region: str | None = None
    account: str | None = None
    resource: str = ""
    owner: str | None = None


NO_ARN = Arn()


def arn(text: str | None) -> Arn:
    """Take an ARN apart; a text that is none, or misses its last part, names less or nothing."""
    return _arn(text) if text and text.startswith("arn:") and len(text) <= MAX_ARN else NO_ARN


@lru_cache(maxsize=8192)
def _arn(text: str) -> Arn:
    parts = text.split(":", _PARTS - 1)
    _, _, service, region, account, resource, *_ = (*parts, *("",) * _PARTS)
    whole = len(parts) == _PARTS
    return Arn(
        service or None,
        region if _REGION.match(region) else None,
        account if whole and _ACCOUNT.match(account) else None,
        resource if whole else "",
        (account or None) if whole else None,
    )


def add_cloud(doc: Document, text: str | None) -> None:
    """Fill `cloud.region` and `cloud.account.id` from an ARN where the document lacks them."""
    found = arn(text)
    if found.region or found.account:
        cloud = doc.setdefault("cloud", {})
        if found.region:
            cloud.setdefault("region", found.region)
        if found.account:
            cloud.setdefault("account", {"id": found.account})
