"""What is skipped by its key alone, and that a user's error logs are not taken for what Firehose could not deliver."""

from pathlib import Path

import pytest

from es_loader.classify import UNDELIVERED, reason_to_skip
from tests.golden import builtin_config, custom_loader

USER_INI = """
[mysql-error]
s3_key = MySQL/error/
file_format = text
log_pattern = (?P<text>.*)
index_name = log-mysql

[shop]
s3_key = shop/
file_format = json
index_name = log-shop
"""


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("AWSLogs/111122223333/RDS/MySQL/error/2030/01/02/03/rds-1", None),
        ("AWSLogs/111122223333/RDS/MySQL/error/eu-west-1/2030/01/02/03/rds-1", None),
        ("AWSLogs/111122223333/RDS/MySQL/error/error/2030/01/02/03/rds-1", UNDELIVERED),
        ("AWSLogs/111122223333/RDS/MySQL/error/processing-failed/2030/01/02/03/rds-1", UNDELIVERED),
        ("shop/error/2030/01/02/03/shop-1", UNDELIVERED),
        ("shop/2030/01/02/", "folder marker"),
        ("AWSLogs/111122223333/ELBConnectionLogTestFile", "delivery test object"),
    ],
)
def test_a_section_that_names_an_error_folder_takes_what_lies_there(
    tmp_path: Path, key: str, reason: str | None
) -> None:
    assert reason_to_skip(custom_loader(tmp_path, USER_INI).config, key) == reason


def test_without_such_a_section_it_is_firehoses() -> None:
    assert reason_to_skip(builtin_config(), "AWSLogs/111122223333/RDS/MySQL/error/2030/01/02/03/rds-1") == UNDELIVERED
