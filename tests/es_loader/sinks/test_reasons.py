"""Reasons as they may stand in a log line: what OpenSearch quotes of a document is not in them."""

import pytest

from es_loader.sinks.reasons import public_reason

PREVIEW = "Preview of field's value: 'CANARY'"


@pytest.mark.parametrize(
    ("status", "reason", "public"),
    [
        (
            400,
            f"mapper_parsing_exception: failed to parse field [source.ip] of type [ip] in document with id 'CANARY'. {PREVIEW}",
            "mapper_parsing_exception: failed to parse field [source.ip] of type [ip]",
        ),
        (
            400,
            'illegal_argument_exception: Document contains at least one immense term in field="x", prefix: [67, 65]',
            "illegal_argument_exception",
        ),
        (400, 'number_format_exception: For input string: "CANARY"', "number_format_exception"),
        (400, "RequestError(400, 'parse_exception', 'CANARY')", "RequestError"),
        (409, "version_conflict_engine_exception: [CANARY]: version conflict", "version_conflict_engine_exception"),
        (400, "", "refused"),
        (400, "'CANARY'", "refused"),
        (429, "es_rejected_execution_exception: rejected execution", "es_rejected_execution_exception: rejected execution"),
        (403, "cluster_block_exception: index [x] blocked by: [FORBIDDEN/12]", "cluster_block_exception: index [x] blocked by: [FORBIDDEN/12]"),
        (503, "unavailable_shards_exception: [x][0]", "unavailable_shards_exception: [x][0]"),
        (0, "no answer", "no answer"),
    ],
)  # fmt: skip
def test_a_reason_says_what_helps_and_quotes_nothing(status: int, reason: str, public: str) -> None:
    assert public_reason(status, reason) == public
    assert "CANARY" not in public


def test_a_reason_has_bounded_length() -> None:
    assert len(public_reason(503, "x" * 10_000)) == 300
