"""What a leaked access key did, and what it left behind."""

from samples import answers
from samples.generator.story import BACKDOOR, DEPLOY, OFFICE
from samples.investigations.question import CLOCK, Investigation, all_of, but, in_order, term
from samples.tables import Table, columns

_FROM_ELSEWHERE = but(term("user.name", DEPLOY.name, BACKDOOR.name), term("source.ip", OFFICE))

LEAKED_KEY = Investigation(
    title="What the leaked key did",
    question=(
        f"Who used the key of {DEPLOY.name} and from where, what was done with it from elsewhere than the office,"
        " and what was made to stay?"
    ),
    index="log-aws-cloudtrail-*",
    body={
        "size": 50,
        "track_total_hits": True,
        "query": all_of(term("event.kind", "event"), term("user.name", DEPLOY.name, BACKDOOR.name)),
        "aggs": {
            "addresses": in_order("user.name", "source.ip", failures={"filter": term("event.outcome", "failure")}),
            "elsewhere": {
                "filter": _FROM_ELSEWHERE,
                "aggs": {"calls": in_order("user.name", "event.action", "event.outcome")},
            },
        },
        "post_filter": all_of(
            _FROM_ELSEWHERE,
            term("event.outcome", "success"),
            term("event.type", "creation", "change"),
            term("event.category", "iam", "configuration"),
        ),
        "sort": ["@timestamp", "event.id"],
        "_source": False,
        "fields": [
            {"field": "@timestamp", "format": CLOCK},
            "user.name",
            "event.action",
            "user.target.name",
            "source.ip",
        ],
    },
    tables=(
        Table(
            title="From which addresses the key, and the key made with it, were used",
            rows_at="aggregations/addresses/buckets",
            columns=columns(
                user="key/0",
                address="key/1",
                first="first/value_as_string",
                last="last/value_as_string",
                events="doc_count",
                failures="failures/doc_count",
            ),
            expected=answers.KEY_ADDRESSES,
        ),
        Table(
            title="What they did from elsewhere than the office",
            rows_at="aggregations/elsewhere/calls/buckets",
            columns=columns(
                first="first/value_as_string", user="key/0", action="key/1", outcome="key/2", events="doc_count"
            ),
            expected=answers.KEY_CALLS,
        ),
        Table(
            title="What stays until somebody takes it away",
            rows_at="hits/hits",
            columns=columns(
                time="fields/@timestamp/0",
                user="fields/user.name/0",
                action="fields/event.action/0",
                target="fields/user.target.name/0",
                address="fields/source.ip/0",
            ),
            expected=answers.KEY_PERSISTENCE,
        ),
    ),
)
