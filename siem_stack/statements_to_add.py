"""Prints the policy statements that the owners of other buckets, keys, topics and queues must add.

.venv/bin/python -m siem_stack.statements_to_add --account 111122223333 --region eu-west-1
"""

import argparse
import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from laptop.cdk import search_path

os.environ["PATH"] = search_path(os.environ.get("PATH", os.defpath))  # aws_cdk starts a node when it is imported

import aws_cdk as cdk
from aws_cdk import region_info

from siem_stack.policies_of_others import collected
from siem_stack.rendering import LIKELY
from siem_stack.settings import SettingsError, from_context
from siem_stack.settings.__main__ import CDK_JSON
from siem_stack.stack import SiemStack


def main(argv: list[str]) -> int:
    """Print the statements for the settings of cdk.json and the command line.

    Returns 0, or 1 with what is wrong with the settings on stderr.
    """
    arguments = _arguments(argv)
    given = dict(each.partition("=")[::2] for each in arguments.context)
    try:
        found = statements(arguments.account, arguments.region, {**_cdk_json(), **given})
    except SettingsError as exc:
        print(exc, file=sys.stderr)  # noqa: T201
        return 1
    print(json.dumps(found, indent=2))  # noqa: T201
    return 0


def statements(account: str, region: str, context: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return them by what their policy belongs to; what only the deployment knows is `${...}`.

    Raises:
        SettingsError: the settings in the context are wrong.
    """
    stack = SiemStack(
        cdk.App(context={"aws:cdk:bundling-stacks": []}), from_context(context), env=cdk.Environment(region=region)
    )
    partition = region_info.RegionInfo.get(region).partition or "aws"
    pseudo = {"AWS::AccountId": account, "AWS::Region": region, "AWS::Partition": partition}
    return collected(stack, {**LIKELY, **pseudo})


def _cdk_json() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(CDK_JSON.read_text(encoding="utf-8"))["context"]
    return found


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m siem_stack.statements_to_add",
        description="Print the policy statements that the owners of other buckets, keys, topics and queues must add. "
        "What only the deployment knows is ${...} here; the stack's outputs StatementsToAdd... have all of it.",
    )
    parser.add_argument("--account", required=True, help="number of the account that is deployed to")
    parser.add_argument("--region", required=True, help="region that is deployed to")
    parser.add_argument(
        *("-c", "--context"), action="append", default=[], metavar="SETTING=VALUE", help="as for cdk deploy"
    )
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
