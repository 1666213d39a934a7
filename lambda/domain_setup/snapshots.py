"""Snapshots in a bucket of the user's: where they go, and when they are made and deleted.

https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-snapshot-registerdirectory.html
https://docs.opensearch.org/latest/tuning-your-cluster/availability-and-recovery/snapshots/sm-api/
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self

from domain_setup.features import Feature
from domain_setup.indices import OWNER, agreed, by_index
from es_loader.declarations import Config

NAME = "siem"
REPOSITORY, SCHEDULE = f"/_snapshot/{NAME}", f"/_plugins/_sm/policies/{NAME}"

INDICES = "log-*"
"""All that can be restored without another; no system index, whose restoration a domain refuses."""

EVERY_NIGHT, AN_HOUR_LATER = "0 2 * * *", "0 3 * * *"
AT_LEAST = 7
"""Snapshots are kept even when none is made any more."""


@dataclass(frozen=True, slots=True)
class Snapshots:
    """Where snapshots go.

    Attributes:
        bucket: its name.
        region: of the bucket.
        role: ARN of the IAM role with which the domain writes there.
        days: how long a snapshot is kept.
    """

    bucket: str
    region: str
    role: str
    days: int

    @classmethod
    def of(cls, properties: Mapping[str, Any]) -> Self | None:
        """Read the properties of the stack's custom resource; None if it says nothing of snapshots."""
        found = properties.get("Snapshots")
        return cls(found["Bucket"], found["Region"], found["Role"], int(found["Days"])) if found else None


def snapshots(wanted: Snapshots | None, config: Config, features: frozenset[Feature]) -> dict[str, dict[str, Any]]:
    """Return path and body of the repository, and of the schedule where there is index management, which runs it.

    Raises:
        ConfigError: see indices.agreed.
    """
    if wanted is None:
        return {}
    found = {REPOSITORY: _repository(wanted)}
    return found | {SCHEDULE: _schedule(wanted, config)} if Feature.INDEX_MANAGEMENT in features else found


def _repository(wanted: Snapshots) -> dict[str, Any]:
    """Return a repository that is encrypted as the bucket is; the folder tells whose it is."""
    settings = {"base_path": OWNER, "bucket": wanted.bucket, "region": wanted.region, "role_arn": wanted.role}
    return {"type": "s3", "settings": settings}


def _schedule(wanted: Snapshots, config: Config) -> dict[str, Any]:
    return {
        "description": f"managed_by: {OWNER}; a snapshot every night is kept for {wanted.days} days",
        "creation": {"schedule": _cron(EVERY_NIGHT), "time_limit": "12h"},
        "deletion": {
            "schedule": _cron(AN_HOUR_LATER),
            "condition": {"max_age": f"{wanted.days}d", "min_count": AT_LEAST},
            "time_limit": "6h",
        },
        "snapshot_config": {
            "ignore_unavailable": True,
            "include_global_state": False,
            "indices": ",".join([INDICES, *_on_ultrawarm(config)]),
            "partial": True,
            "repository": NAME,
        },
    }


def _on_ultrawarm(config: Config) -> Iterator[str]:
    """Yield what excludes indices that move to UltraWarm: a snapshot of indices of two tiers fails as a whole.

    https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-snapshot-mgmt.html
    """
    for index_name, log_types in by_index(config).items():
        said = agreed(index_name, log_types)
        if said.tier == "ultrawarm" and said.warm_after:
            yield f"-{index_name}-*"


def _cron(expression: str) -> dict[str, Any]:
    return {"cron": {"expression": expression, "timezone": "UTC"}}
