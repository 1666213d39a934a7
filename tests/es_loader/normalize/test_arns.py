import pytest

from es_loader.normalize.arns import MAX_ARN, NO_ARN, Arn, arn

ACL = "regional/webacl/shop/0a1b2c3d"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"arn:aws:wafv2:eu-west-1:111122223333:{ACL}",
            Arn("wafv2", "eu-west-1", "111122223333", ACL, "111122223333"),
        ),
        (f"arn:aws:wafv2:eu-west-1:123456789:{ACL}", Arn("wafv2", "eu-west-1", None, ACL, "123456789")),
        (f"arn:aws:wafv2:eu-west-1::{ACL}", Arn("wafv2", "eu-west-1", None, ACL, None)),
        (f"arn:aws:wafv2:eu-west-1:{ACL}", Arn("wafv2", "eu-west-1")),
        ("arn:aws:s3:::example", Arn("s3", resource="example")),
        ("arn:", NO_ARN),
        ("0a1b2c3d-0000-4000-8000-000000000001", NO_ARN),
        ("arn:aws:s3:::" + "x" * MAX_ARN, NO_ARN),
        ("", NO_ARN),
        (None, NO_ARN),
    ],
)
def test_an_arn_names_what_it_has(text: str | None, expected: Arn) -> None:
    assert arn(text) == expected
