"""Standard logs of distributions."""

import pytest
from aws_cdk import assertions

from tests.siem_stack.log_sources.stacks import properties, resources, templates_of, waits_for_the_policy

FIRST, SECOND = "E1A2B3C4D5E6F7", "E2A2B3C4D5E6F7"
ARN = ["", ["arn:", {"Ref": "AWS::Partition"}, ":cloudfront::", {"Ref": "AWS::AccountId"}, f":distribution/{FIRST}"]]


@pytest.fixture(scope="module")
def template() -> assertions.Template:
    return templates_of("us-east-1", cloudfront_standard=f"{FIRST} {SECOND}")["aes-siem"]


def test_one_destination_for_all(template: assertions.Template) -> None:
    assert properties(template, "AWS::Logs::DeliveryDestination") == [
        {
            "DestinationResourceArn": {"Fn::GetAtt": ["LogBucketCC3B17E8", "Arn"]},
            "Name": "aes-siem-cloudfront",
            "OutputFormat": "w3c",
        }
    ]


def test_a_source_for_each(template: assertions.Template) -> None:
    found = {each["Name"]: each for each in properties(template, "AWS::Logs::DeliverySource")}
    assert found.keys() == {f"aes-siem-cloudfront-{each}" for each in (FIRST, SECOND)}
    source = found[f"aes-siem-cloudfront-{FIRST}"]
    assert (source["LogType"], source["ResourceArn"]) == ("ACCESS_LOGS", {"Fn::Join": ARN})


def test_a_delivery_for_each_which_keeps_the_distribution_in_the_key(template: assertions.Template) -> None:
    found = properties(template, "AWS::Logs::Delivery")
    assert {each["DeliverySourceName"] for each in found} == {f"aes-siem-cloudfront-{each}" for each in (FIRST, SECOND)}
    assert {each["S3SuffixPath"] for each in found} == {"{DistributionId}/{yyyy}/{MM}/{dd}/{HH}"}
    assert all(each["DeliveryDestinationArn"]["Fn::GetAtt"][1] == "Arn" for each in found)


def test_a_delivery_waits_for_its_source_and_for_the_policy(template: assertions.Template) -> None:
    for delivery in resources(template, "AWS::Logs::Delivery"):
        assert waits_for_the_policy(delivery)
        sources = [
            name for name in delivery["DependsOn"] if name in template.find_resources("AWS::Logs::DeliverySource")
        ]
        assert len(sources) == 1


@pytest.mark.parametrize("kind", ["DeliveryDestination", "DeliverySource"])
def test_so_does_what_it_refers_to(template: assertions.Template, kind: str) -> None:
    assert all(map(waits_for_the_policy, resources(template, f"AWS::Logs::{kind}")))


@pytest.mark.parametrize("output_format", ["json", "parquet"])
def test_formats(output_format: str) -> None:
    found = templates_of("us-east-1", cloudfront_standard=FIRST, cloudfront_standard_format=output_format)
    (target,) = properties(found["aes-siem"], "AWS::Logs::DeliveryDestination")
    assert target["OutputFormat"] == output_format


def test_it_is_in_us_east_1_wherever_the_bucket_is() -> None:
    templates = templates_of("ap-northeast-1", cloudfront_standard=FIRST)
    templates["aes-siem"].resource_count_is("AWS::Logs::Delivery", 0)
    (target,) = properties(templates["aes-siem-us-east-1"], "AWS::Logs::DeliveryDestination")
    assert target["DestinationResourceArn"] == {
        "Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":s3:::aes-siem-", {"Ref": "AWS::AccountId"}, "-log"]]
    }
