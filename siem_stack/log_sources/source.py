"""What every log source is: a name, a setting that switches it on, and what it puts into a stack."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IDependable

from siem_stack.settings import Settings


@dataclass(frozen=True, slots=True)
class Destination:
    """Where logs go; it may be in another stack, region or account.

    Attributes:
        bucket_name: of the log bucket.
        bucket_arn: of the same.
        key_arn: of the key, for services that can name one.
        ready: what a service's resource must wait for, since AWS tries the bucket's and the key's policy at once; empty
            where they are in a stack that is there already.
        queue: of new objects, for a service that needs a bucket of its own; None but in the stack that has the queue.
        reader: role of es-loader, which reads what the queue tells of; None where `queue` is.
    """

    bucket_name: str
    bucket_arn: str
    key_arn: str
    ready: Sequence[IDependable] = ()
    queue: sqs.Queue | None = None
    reader: iam.IRole | None = None

    def first(self, resource: cdk.CfnResource) -> None:
        """Let the resource wait until the bucket and the key let its service in."""
        resource.node.add_dependency(*self.ready)


class Where(Enum):
    """In which of an account's regions a source is."""

    ONCE = "in the region of the log bucket, for all regions"
    EACH_REGION = "in each region by itself"
    US_EAST_1 = "in us-east-1, where its service is"


@dataclass(frozen=True, slots=True)
class LogSource:
    """A service's logs, switched on by a setting.

    Attributes:
        name: of its module, its page docs/log-sources/<name>.md, and its resources.
        title: the service, as AWS writes it.
        setting: which is empty or false where the source is off.
        log_types: of config/aws.ini, which its objects are.
        where: see there.
        build: puts the source's resources below a construct of its own.
        changes: the resources of others whose logs it switches on; such sources are built when all others are.
        further_settings: each of which switches it on, too.
    """

    name: str
    title: str
    setting: str
    log_types: tuple[str, ...]
    where: Where
    build: Callable[[Construct, Destination, Settings], None]
    changes: Callable[[cdk.Stack, Destination], Iterable[cdk.CfnResource]] | None = None
    further_settings: tuple[str, ...] = ()

    def is_on(self, settings: Settings) -> bool:
        """Return whether the settings switch it on."""
        return any(getattr(settings, name) for name in (self.setting, *self.further_settings))
