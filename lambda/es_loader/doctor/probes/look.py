"""What every probe is given."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from es_loader.doctor.calls import Aws
from es_loader.doctor.deployed import Resource
from es_loader.doctor.findings import Finding


@dataclass(frozen=True, slots=True)
class Look:
    """How a probe looks.

    Attributes:
        aws: in the resource's region.
        names: physical ids of all that is ours.
        since: what is older is of no interest.
        now: the end of that time.
    """

    aws: Aws
    names: frozenset[str]
    since: datetime
    now: datetime

    def is_ours(self, arn: str) -> bool:
        """Tell whether an ARN is of something that the stacks made, or of an object in it."""
        resource = arn.split(":", 5)[-1]
        return bool(
            {arn, resource, resource.partition("/")[0], resource.rpartition("/")[2], *resource.split(":")} & self.names
        )


Probe: TypeAlias = Callable[[Look, Resource], Iterator[Finding]]
