"""What settings may not be together, though each is allowed."""

from collections.abc import Callable, Iterator

from siem_stack.settings.declared import PREFIX, Settings
from siem_stack.settings.domain_conflicts import DOMAIN_CONFLICTS


def _cloudtrail_of_nothing(settings: Settings) -> str | None:
    chosen = set(settings.cloudtrail.split())
    if not chosen or chosen & {"management", "s3-data", "lambda-data"}:
        return None
    return f"{PREFIX}cloudtrail must have management, s3-data or lambda-data; it is {settings.cloudtrail!r}"


def _logs_that_kms_keeps_out(settings: Settings) -> str | None:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html."""
    if settings.log_bucket_encryption == "kms" and settings.s3_access_logs:
        return (
            f"{PREFIX}s3_access_logs needs {PREFIX}log_bucket_encryption to be s3: S3 writes no access logs with a key"
        )
    return None


def _manager_of_nothing(settings: Settings) -> str | None:
    if settings.management_account and not settings.organization_id:
        return f"{PREFIX}management_account needs {PREFIX}organization_id: the folder of the trail's logs"
    return None


def _bucket_twice(settings: Settings) -> str | None:
    names = [word.rpartition(":")[2] for word in settings.additional_buckets.split()]
    log_bucket = settings.existing_log_bucket or settings.log_bucket_name
    twice = sorted({name for name in names if names.count(name) > 1 or name == log_bucket})
    return f"{PREFIX}additional_buckets has buckets that are there already: {' '.join(twice)}" if twice else None


def _unknown_default_key(settings: Settings) -> str | None:
    if settings.existing_log_bucket and settings.log_bucket_encryption == "kms" and not settings.existing_key_arn:
        return (
            f"{PREFIX}log_bucket_encryption kms needs {PREFIX}existing_key_arn where {PREFIX}existing_log_bucket is set"
            ": the key that the bucket encrypts with"
        )
    return None


def _linux_log_group_of_both_kinds(settings: Settings) -> str | None:
    both = sorted({*settings.linux_logs.split()} & {*settings.linux_secure_logs.split()})
    return f"{PREFIX}linux_logs and {PREFIX}linux_secure_logs both have {' '.join(both)}" if both else None


def _firewall_of_nothing(settings: Settings) -> str | None:
    if settings.network_firewall and not settings.network_firewall_logs:
        return f"{PREFIX}network_firewall needs {PREFIX}network_firewall_logs to have alert, flow or tls"
    return None


def _several_detectors(settings: Settings) -> str | None:
    regions = [word.rpartition("/")[0] for word in settings.guardduty.split()]
    if len(set(regions)) == len(regions):
        return None
    return f"{PREFIX}guardduty must have one word for each region; it is {settings.guardduty!r}"


def _detector_of_all_regions(settings: Settings) -> str | None:
    loose = [word for word in settings.guardduty.split() if "/" not in word and word != "create"]
    if not loose or not settings.log_regions:
        return None
    return (
        f"{PREFIX}guardduty must name the region of detector {loose[0]}, as `us-east-1/{loose[0]}`, since "
        f"{PREFIX}log_regions has {settings.log_regions!r}: without a region it would be meant for each"
    )


CONFLICTS: tuple[Callable[[Settings], str | None], ...] = (
    _cloudtrail_of_nothing,
    _logs_that_kms_keeps_out,
    _manager_of_nothing,
    _bucket_twice,
    _unknown_default_key,
    _linux_log_group_of_both_kinds,
    _firewall_of_nothing,
    _several_detectors,
    _detector_of_all_regions,
)


def conflicts(settings: Settings) -> Iterator[str]:
    """Yield a line for each conflict, which names the settings."""
    yield from filter(None, (conflict(settings) for conflict in CONFLICTS))
    for found in DOMAIN_CONFLICTS:
        yield from found(settings)
