"""Three questions to the sample logs: as a search, and as the tables that answer it.

Only ECS fields are asked, so that each question spans all log types. The searches need no more than `log-*`; whoever
sends them is not the business of this module.
"""

from dataclasses import dataclass
from typing import Any

from samples import answers
from samples.generator.story import ATTACKER, BACKDOOR, DEPLOY, JUMP_HOST, OFFICE
from samples.tables import ABSENT, Table, columns

Json = dict[str, Any]

CLOCK = "HH:mm:ss"


@dataclass(frozen=True, slots=True)
class Investigation:
    """A question, the search that asks it (index pattern and body), and the tables in its response."""

    title: str
    question: str
    index: str
    body: Json
    tables: tuple[Table, ...]


def _term(field: str, *values: str) -> Json:
    return {"terms": {field: list(values)}}


def _all(*conditions: Json) -> Json:
    return {"bool": {"filter": list(conditions)}}


def _but(condition: Json, *exceptions: Json) -> Json:
    return {"bool": {"filter": [condition], "must_not": list(exceptions)}}


def _any(*conditions: Json) -> Json:
    return {"bool": {"should": list(conditions), "minimum_should_match": 1}}


def _top(field: str) -> Json:
    return {"terms": {"field": field, "size": 1}}


FIRST: Json = {"min": {"field": "@timestamp", "format": CLOCK}}
LAST: Json = {"max": {"field": "@timestamp", "format": CLOCK}}


def _in_order(*fields: str, **more: Json) -> Json:
    """Group by the values of several fields, the group that began first at the top.

    An absent keyword counts as a value of its own, an absent address does not: `-` is none.
    """
    return {
        "multi_terms": {
            "terms": [
                {"field": field} if field.endswith(".ip") else {"field": field, "missing": ABSENT} for field in fields
            ],
            "order": [{"first": "asc"}, {"_key": "asc"}],
            "size": 100,
        },
        "aggs": {"first": FIRST, "last": LAST, **more},
    }


ONE_ADDRESS = Investigation(
    title="Everything one address did",
    question=f"What did {ATTACKER} do, in which logs, in what order, and did it succeed?",
    index="log-*",
    body={
        "size": 0,
        "query": _all(_term("related.ip", ATTACKER)),
        "aggs": {
            "steps": _in_order(
                "event.dataset", "event.action", "event.outcome", country=_top("source.geo.country_iso_code")
            ),
        },
    },
    tables=(
        Table(
            title=f"What {ATTACKER} did",
            rows_at="aggregations/steps/buckets",
            columns=columns(
                first="first/value_as_string",
                last="last/value_as_string",
                dataset="key/0",
                action="key/1",
                outcome="key/2",
                events="doc_count",
                country="country/buckets/0/key",
            ),
            expected=answers.ADDRESS_STEPS,
        ),
    ),
)

_FROM_ELSEWHERE = _but(_term("user.name", DEPLOY.name, BACKDOOR.name), _term("source.ip", OFFICE))

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
        "query": _all(_term("event.kind", "event"), _term("user.name", DEPLOY.name, BACKDOOR.name)),
        "aggs": {
            "addresses": _in_order("user.name", "source.ip", failures={"filter": _term("event.outcome", "failure")}),
            "elsewhere": {
                "filter": _FROM_ELSEWHERE,
                "aggs": {"calls": _in_order("user.name", "event.action", "event.outcome")},
            },
        },
        "post_filter": _all(
            _FROM_ELSEWHERE,
            _term("event.outcome", "success"),
            _term("event.type", "creation", "change"),
            _term("event.category", "iam", "configuration"),
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

_ON_HOST = _all(_term("event.dataset", "system.auth"), _term("host.name", JUMP_HOST.hostname))
_FLOWS = _term("event.dataset", "aws.vpcflow")
_SSH_LOGIN = _all(_ON_HOST, _term("event.action", "ssh_login"))
_FROM_HOST = _all(_FLOWS, _term("source.ip", JUMP_HOST.address))

BRUTE_FORCE = Investigation(
    title="From guessed password to the network",
    question=f"Did the password guessing against {JUMP_HOST.hostname} succeed, and what did the host do then?",
    index="log-*",
    body={
        "size": 50,
        "query": _all(
            {"range": {"@timestamp": {"gte": "2026-03-10T08:15:00Z", "lt": "2026-03-10T10:05:00Z"}}},
            _any(
                _term("host.name", JUMP_HOST.hostname),
                _term("host.id", JUMP_HOST.instance),
                _term("related.ip", JUMP_HOST.address),
            ),
        ),
        "aggs": {
            "steps": {
                "filters": {
                    "filters": {
                        "1 ports refused": _all(_FLOWS, _term("event.outcome", "failure")),
                        "2 wrong passwords": _all(_SSH_LOGIN, _term("event.outcome", "failure")),
                        "3 logins from outside": _but(
                            _all(_SSH_LOGIN, _term("event.outcome", "success")), _term("source.ip", OFFICE)
                        ),
                        "4 accounts made or changed": _all(_ON_HOST, _term("event.category", "iam")),
                        "5 alerts": _all(_term("event.kind", "alert")),
                    }
                },
                "aggs": {
                    "first": FIRST,
                    "last": LAST,
                    "address": _top("source.ip"),
                    "ports": {"cardinality": {"field": "destination.port"}},
                    "users": {"cardinality": {"field": "user.name"}},
                    "user": _top("user.name"),
                },
            },
            "peers": {
                "filter": _FROM_HOST,
                "aggs": {
                    "addresses": {
                        "terms": {"field": "destination.ip", "size": 5, "order": {"bytes": "desc"}},
                        "aggs": {"bytes": {"sum": {"field": "network.bytes"}}, "first": FIRST, "last": LAST},
                    }
                },
            },
            "alerts": {
                "filter": _all(_term("event.kind", "alert")),
                "aggs": {
                    "rules": _in_order("rule.name", "event.action", severity={"max": {"field": "event.severity"}})
                },
            },
        },
        "post_filter": _but(
            _all(
                _ON_HOST,
                _any(_term("event.action", "sudo_command"), _term("event.category", "iam")),
                {"range": {"@timestamp": {"gte": "2026-03-10T09:12:00Z"}}},
            ),
            _term("user.name", "alice", "bob", "ansible"),
        ),
        "sort": ["@timestamp", "event.id"],
        "_source": False,
        "fields": [{"field": "@timestamp", "format": CLOCK}, "user.name", "event.outcome", "message"],
    },
    tables=(
        Table(
            title="Step by step",
            rows_at="aggregations/steps/buckets",
            columns=columns(
                step="key",
                events="doc_count",
                first="first/value_as_string",
                last="last/value_as_string",
                most_by="address/buckets/0/key",
                ports="ports/value",
                users="users/value",
                mostly="user/buckets/0/key",
            ),
            expected=answers.HOST_STEPS,
        ),
        Table(
            title="What was done on the host",
            rows_at="hits/hits",
            columns=columns(
                time="fields/@timestamp/0",
                user="fields/user.name/0",
                outcome="fields/event.outcome/0",
                message="fields/message/0",
            ),
            expected=answers.HOST_COMMANDS,
        ),
        Table(
            title="Where the host sent most bytes",
            rows_at="aggregations/peers/addresses/buckets",
            columns=columns(
                address="key",
                flows="doc_count",
                bytes="bytes/value",
                first="first/value_as_string",
                last="last/value_as_string",
            ),
            expected=answers.HOST_PEERS,
        ),
        Table(
            title="Alerts about the host",
            rows_at="aggregations/alerts/rules/buckets",
            columns=columns(
                first="first/value_as_string",
                rule="key/0",
                action="key/1",
                severity="severity/value",
                updates="doc_count",
            ),
            expected=answers.HOST_ALERTS,
        ),
    ),
)

INVESTIGATIONS = (ONE_ADDRESS, LEAKED_KEY, BRUTE_FORCE)
