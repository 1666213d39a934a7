"""A Firehose stream into the log bucket, for services that cannot write there themselves.

https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html#using-iam-s3
https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
"""

import aws_cdk as cdk
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kinesis as kinesis
from aws_cdk import aws_kinesisfirehose as firehose
from aws_cdk import aws_logs as logs
from constructs import Construct

from siem_stack.checks import accept, accept_wildcard
from siem_stack.firehose_rights import FIND_BUCKET, USE_KEY, WRITE_OBJECTS, by_s3
from siem_stack.log_sources.source import Destination
from siem_stack.settings import Settings

BUFFER_MIB = 64
"""Of records, before they are packed: es-loader reads such an object in seconds, and few are cheaper than many."""

ERRORS = "error/!{firehose:error-output-type}/"
"""Below a stream's folder: what Firehose cannot deliver as it is. es-loader leaves it alone (es_loader/classify.py)."""

LOG_STREAM = "S3Delivery"


class DeliveryStream(Construct):
    """Delivers what is put into it, or what a Kinesis stream has, as objects below one folder of the log bucket.

    Objects are below `AWSLogs/<account>/<folder>/YYYY/MM/dd/HH/`, in UTC, and begin with the stream's name.

    Attributes:
        name: of the stream.
        arn: of the stream.
        resource: to wait for.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        name: str,
        folder: str,
        destination: Destination,
        settings: Settings,
        source: kinesis.CfnStream | None = None,
        packed: bool = False,
    ) -> None:
        """Make the stream.

        Args:
            scope: the construct that it belongs to.
            construct_id: its id there.
            name: of the stream, 64 characters at most.
            folder: below `AWSLogs/<account>/`, with a slash at its end.
            destination: where it delivers to.
            settings: the deployment's.
            source: the Kinesis stream that it reads; without one, records are put into it.
            packed: whether the records are gzip themselves, as those of CloudWatch Logs are.
        """
        super().__init__(scope, construct_id)
        stack = cdk.Stack.of(self)
        self.name = name
        self.arn = stack.format_arn(service="firehose", resource="deliverystream", resource_name=name)
        prefix = f"AWSLogs/{stack.account}/{folder}"
        log = self._log(settings)
        role = self._role(prefix, destination, source)
        self.resource = firehose.CfnDeliveryStream(
            self,
            "Stream",
            delivery_stream_encryption_configuration_input=None if source else _ENCRYPTED,
            delivery_stream_name=name,
            delivery_stream_type="KinesisStreamAsSource" if source else "DirectPut",
            extended_s3_destination_configuration=firehose.CfnDeliveryStream.ExtendedS3DestinationConfigurationProperty(
                bucket_arn=destination.bucket_arn,
                buffering_hints=firehose.CfnDeliveryStream.BufferingHintsProperty(
                    interval_in_seconds=settings.stream_buffer_seconds, size_in_m_bs=BUFFER_MIB
                ),
                cloud_watch_logging_options=firehose.CfnDeliveryStream.CloudWatchLoggingOptionsProperty(
                    enabled=True, log_group_name=log.log_group_name, log_stream_name=log.ref
                ),
                compression_format="UNCOMPRESSED" if packed else "GZIP",  # gzip in gzip would be no smaller
                encryption_configuration=firehose.CfnDeliveryStream.EncryptionConfigurationProperty(
                    kms_encryption_config=firehose.CfnDeliveryStream.KMSEncryptionConfigProperty(
                        awskms_key_arn=destination.key_arn
                    )
                ),
                error_output_prefix=prefix + ERRORS,
                prefix=prefix,
                role_arn=role.role_arn,
            ),
            kinesis_stream_source_configuration=_reads(source, role) if source else None,
        )
        destination.first(self.resource)
        if source:
            accept(self.resource, "KDF1", "Records are encrypted in the Kinesis stream that they are read from.")

    def put_by(self, service: str, source_arn: str) -> iam.Role:
        """Return a role by which a service puts records of this account into the stream.

        Args:
            service: the first part of its principal's name.
            source_arn: what of the service may have the role; `*` stands for any characters.
        """
        role = iam.Role(
            self,
            "PutRole",
            assumed_by=iam.ServicePrincipal(
                f"{service}.amazonaws.com", conditions={"ArnLike": {"aws:SourceArn": source_arn}}
            ),
            inline_policies={"Rights": iam.PolicyDocument(statements=[self.may_put()])},
        )
        role.node.add_dependency(self.resource)
        return role

    def may_put(self) -> iam.PolicyStatement:
        """Return the right to put records into the stream."""
        return iam.PolicyStatement(
            sid="PutRecords", actions=["firehose:PutRecord", "firehose:PutRecordBatch"], resources=[self.arn]
        )

    def _log(self, settings: Settings) -> logs.CfnLogStream:
        """Make the log of deliveries that fail; Firehose makes neither the group nor the stream."""
        group = logs.CfnLogGroup(
            self,
            "Log",
            log_group_name=f"/aws/kinesisfirehose/{self.name}",
            retention_in_days=settings.log_retention_days,
        )
        group.apply_removal_policy(cdk.RemovalPolicy.DESTROY)  # kept, it would be in the way of the next deployment
        return logs.CfnLogStream(self, "LogStream", log_group_name=group.ref, log_stream_name=LOG_STREAM)

    def _role(self, prefix: str, destination: Destination, source: kinesis.CfnStream | None) -> iam.Role:
        """Return the role with its rights in itself: Firehose tries them when the stream is made."""
        stack = cdk.Stack.of(self)
        statements = _rights(stack, prefix, f"{self._log_arn()}:log-stream:{LOG_STREAM}", destination)
        if source:
            statements.append(
                iam.PolicyStatement(
                    sid="ReadStream",
                    actions=[
                        "kinesis:DescribeStream",
                        "kinesis:GetRecords",
                        "kinesis:GetShardIterator",
                        "kinesis:ListShards",
                    ],
                    resources=[source.attr_arn],
                )
            )
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                "firehose.amazonaws.com", conditions={"StringEquals": {"sts:ExternalId": stack.account}}
            ),
            inline_policies={"Rights": iam.PolicyDocument(statements=statements)},
        )
        objects = f"{destination.bucket_arn}/{prefix}*"
        accept_wildcard(role, objects, "Keys of objects have the time in them, and are not known in advance.")
        return role

    def _log_arn(self) -> str:
        return cdk.Stack.of(self).format_arn(
            service="logs",
            resource="log-group",
            resource_name=f"/aws/kinesisfirehose/{self.name}",
            arn_format=cdk.ArnFormat.COLON_RESOURCE_NAME,
        )


_ENCRYPTED = firehose.CfnDeliveryStream.DeliveryStreamEncryptionConfigurationInputProperty(key_type="AWS_OWNED_CMK")


def _reads(
    source: kinesis.CfnStream, role: iam.IRole
) -> firehose.CfnDeliveryStream.KinesisStreamSourceConfigurationProperty:
    return firehose.CfnDeliveryStream.KinesisStreamSourceConfigurationProperty(
        kinesis_stream_arn=source.attr_arn, role_arn=role.role_arn
    )


def _rights(stack: cdk.Stack, prefix: str, log_stream_arn: str, destination: Destination) -> list[iam.PolicyStatement]:
    region = destination.region or stack.split_arn(destination.key_arn, cdk.ArnFormat.SLASH_RESOURCE_NAME).region
    objects = f"{destination.bucket_arn}/{prefix}*"
    return [
        iam.PolicyStatement(
            sid="FindBucket",
            actions=list(FIND_BUCKET),
            resources=[destination.bucket_arn],
        ),
        iam.PolicyStatement(
            sid="WriteObjects",
            actions=list(WRITE_OBJECTS),
            resources=[objects],
        ),
        iam.PolicyStatement(
            sid="EncryptObjects",
            actions=list(USE_KEY),
            resources=[destination.key_arn],
            conditions={"StringLike": by_s3(region, destination.bucket_arn, objects)},
        ),
        iam.PolicyStatement(sid="LogErrors", actions=["logs:PutLogEvents"], resources=[log_stream_arn]),
    ]
