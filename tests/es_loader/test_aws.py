"""What AWS's services answer, as the loader's errors."""

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from es_loader.aws import aws_errors
from es_loader.errors import AccessError, LoaderError, ObjectError, RetryableError


def answer(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "so it is"}}, "GetObject")


@pytest.mark.parametrize(
    ("raised", "kind", "text"),
    [
        (answer("AccessDenied"), AccessError, "it: s3:GetObject is missing (AccessDenied: so it is)"),
        (answer("ExpiredToken"), AccessError, "it: s3:GetObject is missing (ExpiredToken: so it is)"),
        (answer("NoSuchBucket"), ObjectError, "it: there is none (NoSuchBucket: so it is)"),
        (answer("SlowDown"), RetryableError, "it: AWS does not do it now (SlowDown: so it is)"),
        (EndpointConnectionError(endpoint_url="https://x"), RetryableError, "it: AWS cannot be reached: Could not"),
        (ValueError("Invalid endpoint: x"), RetryableError, "it: AWS cannot be reached: Invalid endpoint: x"),
    ],
)
def test_each_answer_is_the_error_that_says_what_happens_next(
    raised: Exception, kind: type[LoaderError], text: str
) -> None:
    with pytest.raises(LoaderError) as found, aws_errors("it", "s3:GetObject"):
        raise raised
    assert type(found.value) is kind
    assert str(found.value).startswith(text)


def test_what_is_missing_can_be_worth_another_attempt() -> None:
    with pytest.raises(RetryableError), aws_errors("it", "s3:PutObject", missing=RetryableError):
        raise answer("NoSuchBucket")
