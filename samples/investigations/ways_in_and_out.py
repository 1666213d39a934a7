"""What came in by the web, and what went out by DNS and S3."""

from samples import answers
from samples.generator.story import ATTACKER, CONTROL_DOMAIN, JUMP_HOST
from samples.investigations.question import Investigation, all_of, any_of, but, distinct, in_order, term, top, total
from samples.tables import Table, columns

_BY_ATTACKER = term("related.ip", ATTACKER)
_AT_THE_EDGE = but(all_of(_BY_ATTACKER, term("event.category", "web")), term("event.dataset", "aws.s3access"))
_BEACONS = all_of(
    term("event.dataset", "aws.route53"),
    term("source.ip", JUMP_HOST.address),
    term("dns.question.registered_domain", CONTROL_DOMAIN.partition(".")[2]),
)
_FINDINGS = all_of(term("event.dataset", "aws.securityhub"), {"range": {"event.severity": {"gte": 70}}})

WAYS_IN_AND_OUT = Investigation(
    title="In by the web, out by DNS and S3",
    question=(
        f"What did the edge stop of {ATTACKER}'s requests, which names did {JUMP_HOST.hostname} ask for afterwards,"
        " what left the bucket, and what does Security Hub hold against us?"
    ),
    index="log-*",
    body={
        "size": 0,
        "query": any_of(_BY_ATTACKER, _BEACONS, _FINDINGS),
        "aggs": {
            "edge": {
                "filter": _AT_THE_EDGE,
                "aggs": {"logs": in_order("event.dataset", "event.outcome", agents=distinct("user_agent.original"))},
            },
            "blocked": {
                "filter": all_of(_BY_ATTACKER, term("event.dataset", "aws.waf"), term("event.type", "denied")),
                "aggs": {"rules": in_order("rule.name", "event.reason", path=top("url.path"))},
            },
            "names": {
                "filter": _BEACONS,
                "aggs": {"questions": in_order("dns.question.type", "event.action", answer=top("dns.resolved_ip"))},
            },
            "bucket": {
                "filter": all_of(_BY_ATTACKER, term("event.dataset", "aws.s3access")),
                "aggs": {
                    "operations": in_order(
                        "user.name", "event.action", "event.outcome", bytes=total("http.response.body.bytes")
                    )
                },
            },
            "findings": {
                "filter": _FINDINGS,
                "aggs": {
                    "rules": in_order("observer.product", "rule.name", severity={"max": {"field": "event.severity"}})
                },
            },
        },
    },
    tables=(
        Table(
            title="What the edge saw of it, log by log",
            rows_at="aggregations/edge/logs/buckets",
            columns=columns(
                first="first/value_as_string",
                last="last/value_as_string",
                dataset="key/0",
                outcome="key/1",
                events="doc_count",
                agents="agents/value",
            ),
            expected=answers.EDGE_LOGS,
        ),
        Table(
            title="What the web application firewall blocked",
            rows_at="aggregations/blocked/rules/buckets",
            columns=columns(
                first="first/value_as_string",
                last="last/value_as_string",
                rule="key/0",
                reason="key/1",
                path="path/buckets/0/key",
                requests="doc_count",
            ),
            expected=answers.EDGE_BLOCKS,
        ),
        Table(
            title=f"How the host asked for {CONTROL_DOMAIN}",
            rows_at="aggregations/names/questions/buckets",
            columns=columns(
                first="first/value_as_string",
                last="last/value_as_string",
                type="key/0",
                firewall="key/1",
                queries="doc_count",
                answer="answer/buckets/0/key",
            ),
            expected=answers.BEACONS,
        ),
        Table(
            title="What left the bucket",
            rows_at="aggregations/bucket/operations/buckets",
            columns=columns(
                first="first/value_as_string",
                last="last/value_as_string",
                user="key/0",
                operation="key/1",
                outcome="key/2",
                requests="doc_count",
                bytes="bytes/value",
            ),
            expected=answers.BUCKET_OPERATIONS,
        ),
        Table(
            title="What Security Hub rates high",
            rows_at="aggregations/findings/rules/buckets",
            columns=columns(
                first="first/value_as_string",
                product="key/0",
                finding="key/1",
                severity="severity/value",
                updates="doc_count",
            ),
            expected=answers.FINDINGS,
        ),
    ),
)
