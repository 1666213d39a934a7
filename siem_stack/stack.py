"""The stack: all constructs, and what goes between them."""

import aws_cdk as cdk
from constructs import Construct

from siem_stack.dashboard import Dashboard
from siem_stack.dead_letter_bucket import DeadLetterBucket
from siem_stack.domain_setup import DomainSetup
from siem_stack.encryption_key import EncryptionKey
from siem_stack.loader import Loader
from siem_stack.loader_pause import LoaderPause
from siem_stack.log_bucket import LogBucket
from siem_stack.log_sources import add_log_sources
from siem_stack.log_sources.source import Destination, Where
from siem_stack.monitoring import Monitoring
from siem_stack.network import Network
from siem_stack.queues import Queues
from siem_stack.removal import removal_policy
from siem_stack.search_domain import search_domain
from siem_stack.settings import ACCOUNT, Settings
from siem_stack.snapshots import Snapshots


class SiemStack(cdk.Stack):
    """Logs in a bucket become documents in a domain."""

    def __init__(self, scope: Construct, settings: Settings) -> None:
        super().__init__(scope, "SiemStack", stack_name=STACK_NAME, description="SIEM on Amazon OpenSearch Service")
        removal = removal_policy(settings)
        bucket_name = settings.log_bucket_name.replace(ACCOUNT, self.account)

        key = EncryptionKey(self, alias=settings.key_alias, removal_policy=removal)
        queues = Queues(self, loader_timeout=settings.loader_timeout)
        bucket = LogBucket(self, name=bucket_name, queue=queues.queue, removal_policy=removal)
        letters = DeadLetterBucket(
            self,
            name=settings.dead_letter_bucket_name.replace(ACCOUNT, self.account),
            days=settings.dead_letter_days,
            key=key,
            removal_policy=removal,
        )
        assert bucket.policy is not None  # the services' statements have made it
        destination = Destination(bucket.bucket_name, bucket.bucket_arn, key.key_arn, ready=(bucket.policy, key))
        network = Network(self, destination=destination, settings=settings) if settings.vpc else None
        domain = search_domain(self, key=key, network=network, settings=settings)
        loader = Loader(
            self, bucket=bucket, domain=domain, key=key, letters=letters, queue=queues.queue, settings=settings
        )
        snapshots = Snapshots(self, domain=domain, key=key, settings=settings) if settings.snapshots else None
        setup = DomainSetup(self, domain=domain, loader=loader.role, settings=settings, snapshots=snapshots)
        loader.wait_for(setup.done)
        monitoring = Monitoring(self, key=key, loader=loader.function, queues=queues, settings=settings)
        LoaderPause(self, key=key, mapping=loader.messages, monitoring=monitoring, settings=settings)
        Dashboard(self, loader=loader.function, monitoring=monitoring, queues=queues, settings=settings)

        add_log_sources(self, destination, settings, (Where.ONCE, Where.EACH_REGION))

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
