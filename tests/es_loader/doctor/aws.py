"""AWS as it would answer: botocore's Stubber holds questions and answers to the service's model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.stub import Stubber

from es_loader.doctor.calls import Aws
from es_loader.doctor.deployed import Resource
from es_loader.doctor.findings import Finding
from es_loader.doctor.probes import probe
from es_loader.doctor.probes.look import Look

NOW = datetime(2030, 1, 2, 12, tzinfo=UTC)
SINCE = NOW - timedelta(days=1)
REGION = "eu-west-1"
OURS = frozenset({"aes-siem-111122223333-log", "aws-waf-logs-aes-siem"})


@dataclass
class Stubbed:
    """Clients whose answers are given beforehand."""

    stubbers: dict[str, Stubber] = field(default_factory=dict)

    def client(self, service: str, _region: str | None = None) -> Any:
        return self._stubber(service).client

    def _stubber(self, service: str) -> Stubber:
        if service not in self.stubbers:
            client = boto3.client(  # type: ignore[call-overload]  # any service
                service, region_name=REGION, aws_access_key_id="testing", aws_secret_access_key="testing"
            )
            self.stubbers[service] = Stubber(client)
            self.stubbers[service].activate()
        return self.stubbers[service]

    def answer(
        self, service: str, operation: str, response: Mapping[str, Any], asked: Mapping[str, Any] | None = None
    ) -> None:
        self._stubber(service).add_response(operation, dict(response), dict(asked) if asked is not None else None)

    def refuse(self, service: str, operation: str, code: str, message: str = "no") -> None:
        self._stubber(service).add_client_error(operation, code, message)

    def metrics(self, *answers: Sequence[float]) -> None:
        """Answer GetMetricData, once for each."""
        for values in answers:
            result = {"Id": "m", "Values": list(values), "Timestamps": [NOW] * len(values)}
            self.answer("cloudwatch", "get_metric_data", {"MetricDataResults": [result]})

    @property
    def aws(self) -> Aws:
        return Aws(self.client, REGION)

    def probe(self, kind: str, name: str, **properties: Any) -> list[Finding]:
        """Return what is found about a resource; everything that was answered must have been asked."""
        look = Look(self.aws, OURS, SINCE, NOW)
        found = list(probe(look, Resource(kind, name, region=REGION, properties=properties)))
        for stubber in self.stubbers.values():
            stubber.assert_no_pending_responses()
        return found
