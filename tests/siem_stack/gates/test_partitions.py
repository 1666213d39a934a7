"""Templates for a region have nothing of another partition in them."""

import pytest

from tests.siem_stack.matrix import ANY, Matrix, of_another_partition


def test_templates_are_of_their_regions_partition(matrix: Matrix) -> None:
    regional = [template for template in matrix.templates if template.region != ANY]
    found = {template.case: of_another_partition(template.body, template.region) for template in regional}
    assert {case: texts for case, texts in found.items() if texts} == {}


@pytest.mark.parametrize(
    ("region", "text", "wrong"),
    [
        ("us-gov-west-1", "arn:aws:s3:::bucket", True),
        ("us-gov-west-1", "arn:aws-us-gov:s3:::bucket", False),
        ("us-east-1", "arn:aws-cn:s3:::bucket/*", True),
        ("us-east-1", "ec2.amazonaws.com.cn", True),
        ("cn-north-1", "ec2.amazonaws.com.cn", False),
        ("cn-north-1", "arn:aws:iam::111122223333:role/a", True),
    ],
)
def test_what_is_of_another_partition(region: str, text: str, *, wrong: bool) -> None:
    assert of_another_partition({"Resources": [text]}, region) == ([text] if wrong else [])
