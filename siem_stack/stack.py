"""The stack: all constructs, and what goes between them."""

from dataclasses import replace

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from constructs import Construct

from siem_stack.dashboard import Dashboard
from siem_stack.dead_letter_bucket import DeadLetterBucket
from siem_stack.domain_setup import DomainSetup
from siem_stack.loader import Loader
from siem_stack.loader_pause import LoaderPause
from siem_stack.loader_reads import ask_owners, reads_of
from siem_stack.log_sources import add_log_sources
from siem_stack.log_sources.regions import Here
from siem_stack.log_sources.source import Destination
from siem_stack.log_storage import LogStorage
from siem_stack.monitoring import Monitoring
from siem_stack.network import Network
from siem_stack.policies_of_others import StatementsToAdd
from siem_stack.policy_size import LOADER_POLICY, QUEUE_POLICY
from siem_stack.queues import Queues
from siem_stack.regions import known_region
from siem_stack.removal import removal_policy
from siem_stack.search_domain import search_domain
from siem_stack.settings import ACCOUNT, Settings
from siem_stack.snapshots import Snapshots


class SiemStack(cdk.Stack):
    """Logs in a bucket become documents in a domain."""

    def __init__(self, scope: Construct, settings: Settings, *, env: cdk.Environment | None = None) -> None:
        super().__init__(
            scope, "SiemStack", stack_name=STACK_NAME, description="SIEM on Amazon OpenSearch Service", env=env
        )
        removal = removal_policy(settings)
        to_add = StatementsToAdd(self)
        queues = Queues(self, loader_timeout=settings.loader_timeout)
        storage = LogStorage(self, queue=queues.queue, settings=settings, removal_policy=removal)
        bucket, key = storage.bucket, storage.key
        destination = Destination(bucket.bucket_name, bucket.bucket_arn, lambda: key.key_arn, ready=storage.ready)
        letters = DeadLetterBucket(
            self,
            name=settings.dead_letter_bucket_name.replace(ACCOUNT, self.account),
            days=settings.dead_letter_days,
            key=key,
            removal_policy=removal,
        )
        network = Network(self, destination=destination, settings=settings) if settings.vpc else None
        domain = search_domain(self, key=key, network=network, settings=settings)
        reads = reads_of(self, settings, log_bucket=bucket, key=key, more=storage.more)
        loader = Loader(
            self, domain=domain, key=key, letters=letters, queue=queues.queue, reads=reads, settings=settings
        )
        snapshots = Snapshots(self, domain=domain, key=key, settings=settings) if settings.snapshots else None
        setup = DomainSetup(self, domain=domain, loader=loader.role, settings=settings, snapshots=snapshots)
        loader.wait_for(setup.done)
        monitoring = Monitoring(self, key=key, loader=loader.function, queues=queues, settings=settings)
        LoaderPause(self, key=key, mappings=loader.messages, monitoring=monitoring, settings=settings)

        region = known_region(self)
        destination = replace(destination, queue=queues.queue, reader=loader.role, monitoring=monitoring)
        add_log_sources(self, destination, settings, Here(region, bucket=region))
        Dashboard(self, loader=loader.function, monitoring=monitoring, queues=queues, settings=settings)

        storage.may_be_read_by(loader.role)
        ask_owners(settings, to_add=to_add, loader=loader.role, queue_arn=queues.queue.queue_arn)
        for limit, policy in (
            *storage.limits(),
            (QUEUE_POLICY, queues.policy),
            (LOADER_POLICY, iam.PolicyDocument(statements=loader.statements)),
        ):
            limit.require(policy, self)
        to_add.put_out()

        self._output("LogBucket", bucket.bucket_name, "AWS services put their logs here")
        self._output("EncryptionKey", key.key_arn, "Key for services that can encrypt with one")
        self._output("DomainEndpoint", domain.endpoint, "Host of the OpenSearch domain")
        self._output("LoaderFunction", loader.function.function_name, "Its log tells what became of each object")
        self._output("NewObjects", queues.queue.queue_url, "Queue of objects that wait to be loaded")
        self._output("AlarmTopic", monitoring.topic.topic_arn, "Topic that tells of alarms: subscribe to it")
        self._output("DeadLetterBucket", letters.bucket_name, "Records that could not be loaded: es-loader replay")
        self._output("DeadLetters", queues.dead_letters.queue_url, "Queue of objects that could not be loaded")

    def _output(self, name: str, value: str, description: str) -> None:
        cdk.CfnOutput(self, f"{name}Output", value=value, description=description).override_logical_id(name)


STACK_NAME = "aes-siem"
