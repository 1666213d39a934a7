"""What every log source is: a name, a setting that switches it on, and what it puts into a stack."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from constructs import Construct, IConstruct, IDependable

from siem_stack.monitoring import Monitoring
from siem_stack.settings import Settings

PARTITIONS = frozenset({"aws", "aws-us-gov", "aws-cn"})


@dataclass(frozen=True, slots=True)
class Destination:
    """Where logs go; it may be in another stack, region or account.

    Attributes:
        bucket_name: of the log bucket.
        bucket_arn: of the same.
        key: ARN of the key, for services that can name one. It is asked for by those alone, so that a stack whose
            sources name none need not know it.
        ready: what a service's resource must wait for, since AWS tries the bucket's and the key's policy at once; empty
            where they are in a stack that is there already.
        queue: of new objects, for a service that needs a bucket of its own; None but in the stack that has the queue.
        reader: role of es-loader, which reads what the queue tells of; None where `queue` is.
        monitoring: makes alarms that somebody is told of; None where `queue` is.
        region: of bucket and key, where the template can have its name; else it is the one in `key_arn`.
    """

    bucket_name: str
    bucket_arn: str
    key: Callable[[], str]
    ready: Sequence[IDependable] = ()
    queue: sqs.Queue | None = None
    reader: iam.IRole | None = None
    monitoring: Monitoring | None = None
    region: str | None = None

    @classmethod
    def central(
        cls, stack: cdk.Stack, bucket_name: str, key: Callable[[], str], *, region: str | None = None
    ) -> "Destination":
        """Return the log bucket as another stack, region or account knows it: by its name."""
        return cls(bucket_name, f"arn:{stack.partition}:s3:::{bucket_name}", key, region=region)

    @property
    def key_arn(self) -> str:
        """ARN of the key."""
        return self.key()

    def first(self, *resources: cdk.CfnResource) -> None:
        """Let the resources wait until the bucket and the key let their service in."""
        for resource in resources if self.ready else ():
            resource.node.add_dependency(*self.ready)


class Where(Enum):
    """In which of an account's regions a source is."""

    ONCE = "in the region of the log bucket, for all regions"
    EACH_REGION = "in each region by itself"
    RESOURCES = "in the regions of the resources that its setting names"
    US_EAST_1 = "in us-east-1, where its service is"


def cfn_resources(scope: IConstruct) -> list[cdk.CfnResource]:
    """Return the resources of CloudFormation in a construct and below it."""
    return [each for each in scope.node.find_all() if isinstance(each, cdk.CfnResource)]


@dataclass(frozen=True, slots=True)
class LogSource:
    """A service's logs, switched on by a setting.

    Attributes:
        name: of its module, its page docs/log-sources/<name>.md, and its resources.
        title: the service, as AWS writes it.
        setting: which is empty or false where the source is off.
        log_types: of config/aws.ini, which its objects are.
        where: see there.
        build: puts the source's resources below a construct of its own; its setting then has words of that stack's
            region alone, without the region.
        changes: the resources of others whose logs it switches on; such sources are built when all others are.
        further_settings: each of which switches it on, too.
        partitions: where the service has this kind of delivery.
        to_and_from_opt_in: whether it delivers between regions of which an account has to switch on one first.
    """

    name: str
    title: str
    setting: str
    log_types: tuple[str, ...]
    where: Where
    build: Callable[[Construct, Destination, Settings], None]
    changes: Callable[[cdk.Stack, Destination], Iterable[cdk.CfnResource]] | None = None
    further_settings: tuple[str, ...] = ()
    partitions: frozenset[str] = PARTITIONS
    to_and_from_opt_in: bool = True

    @property
    def settings(self) -> tuple[str, ...]:
        """The names of the settings that switch it on."""
        return (self.setting, *self.further_settings)

    def is_on(self, settings: Settings) -> bool:
        """Return whether the settings switch it on."""
        return any(getattr(settings, name) for name in self.settings)
