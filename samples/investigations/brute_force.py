"""From a guessed password to the network behind the host."""

from samples import answers
from samples.generator.story import JUMP_HOST, OFFICE
from samples.investigations.question import (
    CLOCK,
    FIRST,
    LAST,
    Investigation,
    all_of,
    any_of,
    but,
    distinct,
    in_order,
    term,
    top,
    total,
)
from samples.tables import Table, columns

_ON_HOST = all_of(term("event.dataset", "system.auth"), term("host.name", JUMP_HOST.hostname))
_FLOWS = term("event.dataset", "aws.vpcflow")
_SSH_LOGIN = all_of(_ON_HOST, term("event.action", "ssh_login"))
_FROM_HOST = all_of(_FLOWS, term("source.ip", JUMP_HOST.address))

BRUTE_FORCE = Investigation(
    title="From guessed password to the network",
    question=f"Did the password guessing against {JUMP_HOST.hostname} succeed, and what did the host do then?",
    index="log-*",
    body={
        "size": 50,
        "query": all_of(
            {"range": {"@timestamp": {"gte": "2026-03-10T08:15:00Z", "lt": "2026-03-10T10:05:00Z"}}},
            any_of(
                term("host.name", JUMP_HOST.hostname),
                term("host.id", JUMP_HOST.instance),
                term("related.ip", JUMP_HOST.address),
            ),
        ),
        "aggs": {
            "steps": {
                "filters": {
                    "filters": {
                        "1 ports refused": all_of(_FLOWS, term("event.outcome", "failure")),
                        "2 wrong passwords": all_of(_SSH_LOGIN, term("event.outcome", "failure")),
                        "3 logins from outside": but(
                            all_of(_SSH_LOGIN, term("event.outcome", "success")), term("source.ip", OFFICE)
                        ),
                        "4 accounts made or changed": all_of(_ON_HOST, term("event.category", "iam")),
                        "5 alerts": all_of(term("event.kind", "alert")),
                    }
                },
                "aggs": {
                    "first": FIRST,
                    "last": LAST,
                    "address": top("source.ip"),
                    "ports": distinct("destination.port"),
                    "users": distinct("user.name"),
                    "user": top("user.name"),
                },
            },
            "peers": {
                "filter": _FROM_HOST,
                "aggs": {
                    "addresses": {
                        "terms": {"field": "destination.ip", "size": 5, "order": {"bytes": "desc"}},
                        "aggs": {"bytes": total("network.bytes"), "first": FIRST, "last": LAST},
                    }
                },
            },
            "alerts": {
                "filter": all_of(term("event.kind", "alert")),
                "aggs": {"rules": in_order("rule.name", "event.action", severity={"max": {"field": "event.severity"}})},
            },
        },
        "post_filter": but(
            all_of(
                _ON_HOST,
                any_of(term("event.action", "sudo_command"), term("event.category", "iam")),
                {"range": {"@timestamp": {"gte": "2026-03-10T09:12:00Z"}}},
            ),
            term("user.name", "alice", "bob", "ansible"),
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
