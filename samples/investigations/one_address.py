"""Everything that one address did, across all logs."""

from samples import answers
from samples.generator.story import ATTACKER
from samples.investigations.question import Investigation, all_of, in_order, term, top
from samples.tables import Table, columns

ONE_ADDRESS = Investigation(
    title="Everything one address did",
    question=f"What did {ATTACKER} do, in which logs, in what order, and did it succeed?",
    index="log-*",
    body={
        "size": 0,
        "query": all_of(term("related.ip", ATTACKER)),
        "aggs": {
            "steps": in_order(
                "event.dataset", "event.action", "event.outcome", country=top("source.geo.country_iso_code")
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
