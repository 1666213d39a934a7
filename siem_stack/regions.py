"""What policies must know of the region that is deployed to; where that is unknown at synthesis, it is one of `aws`."""

import aws_cdk as cdk

CHINA_LOAD_BALANCERS = {"cn-north-1": "638102146993", "cn-northwest-1": "037604701340"}
"""Accounts that load balancers write their logs from, where their service principal is not documented.

https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
"""

OPT_IN = frozenset(
    {
        "af-south-1",
        "ap-east-1",
        "ap-east-2",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-4",
        "ap-southeast-5",
        "ap-southeast-6",
        "ap-southeast-7",
        "ca-west-1",
        "eu-central-2",
        "eu-south-1",
        "eu-south-2",
        "il-central-1",
        "me-central-1",
        "me-south-1",
        "mx-central-1",
    }
)
"""Regions that an account switches on first. https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html"""


def known_region(stack: cdk.Stack) -> str | None:
    """Return the region's name, or None while it is a token."""
    return None if cdk.Token.is_unresolved(stack.region) else stack.region
