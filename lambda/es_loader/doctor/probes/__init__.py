"""Type of resource -> what its service says about it; types that no service says anything about, with the reason."""

from collections.abc import Iterator

from es_loader.doctor.calls import CannotLook, Refused
from es_loader.doctor.deployed import Resource
from es_loader.doctor.findings import Finding, wrong
from es_loader.doctor.probes import deliveries, services, streams
from es_loader.doctor.probes.look import Look, Probe

PROBES: dict[str, Probe] = {
    "AWS::CloudFront::RealtimeLogConfig": streams.realtime_log_config,
    "AWS::CloudTrail::Trail": services.trail,
    "AWS::EC2::FlowLog": services.flow_log,
    "AWS::Events::Rule": streams.rule,
    "AWS::GuardDuty::Detector": services.detector,
    "AWS::GuardDuty::PublishingDestination": services.publishing_destination,
    "AWS::Kinesis::Stream": streams.kinesis_stream,
    "AWS::KinesisFirehose::DeliveryStream": streams.delivery_stream,
    "AWS::Logs::Delivery": deliveries.delivery,
    "AWS::Logs::DeliveryDestination": deliveries.delivery_destination,
    "AWS::Logs::DeliverySource": deliveries.delivery_source,
    "AWS::Logs::SubscriptionFilter": streams.subscription_filter,
    "AWS::NetworkFirewall::LoggingConfiguration": services.network_firewall,
    "AWS::Route53Resolver::ResolverQueryLoggingConfig": services.query_log_config,
    "AWS::Route53Resolver::ResolverQueryLoggingConfigAssociation": services.query_log_association,
    "AWS::S3::Bucket": deliveries.bucket,
    "AWS::SQS::Queue": streams.undelivered_events,
    "AWS::WAFv2::LoggingConfiguration": services.web_acl,
}

WITHOUT = {
    "AWS::IAM::ManagedPolicy": "what lacks a right says so itself",
    "AWS::IAM::Policy": "what lacks a right says so itself",
    "AWS::IAM::Role": "what lacks a right says so itself",
    "AWS::Logs::LogGroup": "its stream or its filter is looked at",
    "AWS::Logs::LogStream": "it holds a stream's errors, which are read with the stream",
    "AWS::S3::BucketPolicy": "what lacks a right says so itself",
    "AWS::SQS::QueuePolicy": "what lacks a right says so itself",
    "AWS::SSM::Parameter": "a configuration for agents, which say in their own log what they make of it",
}
"""Types that are not asked about, and why."""

_THERE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE", "CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS")


def probe(look: Look, resource: Resource) -> Iterator[Finding]:
    """Yield what is found about a resource; nothing if all is well, or nothing can be asked."""
    if resource.status not in _THERE:
        yield wrong(f"{resource.kind} {resource.name}: CloudFormation has it as {resource.status or 'missing'}", DEPLOY)
        return
    ask = PROBES.get(resource.kind)
    if ask is None:
        return
    try:
        yield from ask(look, resource)
    except CannotLook as exc:
        yield exc.finding
    except Refused as exc:
        yield wrong(f"{resource.kind.rpartition(':')[2]} {resource.name}: {exc}", DEPLOY)


DEPLOY = "Somebody changed or deleted it: deploy again."
