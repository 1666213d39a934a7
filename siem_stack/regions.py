"""What policies must know of the region that is deployed to; where that is unknown at synthesis, it is one of `aws`."""

import aws_cdk as cdk
from aws_cdk import region_info

CHINA_LOAD_BALANCERS = {"cn-north-1": "638102146993", "cn-northwest-1": "037604701340"}
"""Accounts that load balancers write their logs from, where their service principal is not documented.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
"""


def known_region(stack: cdk.Stack) -> str | None:
    """Return the region's name, or None while it is a token."""
    return None if cdk.Token.is_unresolved(stack.region) else stack.region


def is_opt_in(region: str | None) -> bool:
    """Tell whether it is known that an account switches the region on first."""
    return region is not None and region_info.RegionInfo.get(region).is_opt_in_region


def partition(region: str) -> str:
    """Return the partition that a region is in."""
    return region_info.RegionInfo.get(region).partition or "aws"
