"""Flow logs say the same in every form that they come in, and no line costs more than itself."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from es_loader.logtypes.vpcflow_layouts import KNOWN, TRANSIT_GATEWAY, VERSIONS
from es_loader.pipeline import Loader
from tests.golden import builtin_config, custom_loader, load_bytes
from tests.parquet_files import from_rows
from tests.strategies import LOOSE_JSON

LOADER = Loader(builtin_config())
PLACE = "AWSLogs/111122223333/vpcflowlogs/eu-west-1/2030/01/02"
KEY = f"{PLACE}/111122223333_vpcflowlogs_eu-west-1_fl-0123456789abcdef0_20300102T0255Z_1a2b3c4d.log.gz"
V5 = " ".join(text for version, text in VERSIONS.items() if version <= 5).split()
TIMES = "1893552840 1893552899"
HEAD = "5 111122223333 eni-0a1b2c3d4e5f60718"
TAIL = "vpc-0123456789abcdef0 subnet-0123456789abcdef0 i-0123456789abcdef0"
ROWS = [
    f"{HEAD} 203.0.113.7 10.0.1.20 51514 443 6 12 1824 {TIMES} ACCEPT OK {TAIL} 19 IPv4 203.0.113.7 10.0.2.9 eu-west-1 euw1-az2 - - - S3 ingress 7",
    f"{HEAD} 2001:db8::5 2001:db8::20 0 0 58 1 104 {TIMES} REJECT OK {TAIL} 0 IPv6 2001:db8::5 2001:db8::20 eu-west-1 euw1-az2 outpost op-1 - - egress -",
    f"{HEAD} - - - - - - - {TIMES} - NODATA - - - - - - - - - - - - - - -",
    f"5 unknown - 192.0.2.9 10.0.1.20 - - - - - {TIMES} - SKIPDATA - - - - - - - - - - - - - - -",
]  # fmt: skip
NUMBERS = {"version", "srcport", "dstport", "protocol", "packets", "bytes", "start", "end", "tcp_flags", "traffic_path"}


def documents(content: bytes, key: str = KEY, loader: Loader = LOADER) -> list[dict[str, Any]]:
    """Load an object and return its documents without what depends on the object's form."""
    found, report = load_bytes(loader, content, key)
    assert report.error is None
    sources = [item["_source"] for item in found]
    for source in sources:
        source["event"].pop("original", None)
        del source["aws"]["s3"]
    return sources


def objects(*, absent: str | None = "null") -> list[dict[str, Any]]:
    """Return the rows as objects, with `-`, nulls or nothing where there is no value."""
    found = []
    for row in ROWS:
        fields: dict[str, Any] = dict(zip(V5, row.split(), strict=True))
        for name, text in list(fields.items()):
            if text != "-":
                fields[name] = int(text) if name in NUMBERS else text
            elif absent != "-" or name in NUMBERS:
                fields[name] = None
        found.append({name: value for name, value in fields.items() if absent is not None or value is not None})
    return found


TEXT = documents("\n".join((" ".join(V5).replace("_", "-"), *ROWS)).encode())


def test_the_rows_are_what_they_say() -> None:
    assert [document["event"].get("action") for document in TEXT] == ["ACCEPT", "REJECT", None, None]
    assert [document["event"]["kind"] for document in TEXT] == ["event"] * 4
    assert TEXT[3]["cloud"]["account"] == {"id": "111122223333"}


@pytest.mark.parametrize(
    "content",
    [
        "\n".join(ROWS),
        "\n".join((" ".join(V5), *ROWS)),
        "\r\n".join((" ".join(V5).replace("_", "-"), "", *(row.replace(" ", "  ") for row in ROWS), "")),
        "".join(json.dumps({"message": row}) for row in ROWS),
        "\n".join(json.dumps({"message": f"{row}\n"}) for row in ROWS),
        "\n".join(map(json.dumps, objects())),
        "".join(map(json.dumps, objects(absent="-"))),
        "\n".join(map(json.dumps, objects(absent=None)))
        .replace(": 6,", ": 6.0,")
        .replace("1893552899", "1893552899.0"),
    ],
    ids=["no header", "underscores", "odd white space", "Firehose", "Firehose lines", "nulls", "dashes", "floats"],
)
def test_text_and_json_in_every_form(content: str) -> None:
    assert documents(content.encode()) == TEXT


@pytest.mark.parametrize("absent", [None, "-", "null"])
def test_parquet(absent: str | None) -> None:
    assert documents(from_rows(objects(absent=absent), compression="gzip(6)")) == TEXT


def test_parquet_of_lines() -> None:
    assert documents(from_rows([{"message": row} for row in ROWS])) == TEXT


@pytest.mark.parametrize("spelling", [str, str.lower], ids=["as CloudWatch Logs", "as Glue"])
def test_parquet_of_cloudwatch_envelopes(spelling: Callable[[str], str]) -> None:
    events = [{"id": f"{number}", "timestamp": 1893552900000, "message": row} for number, row in enumerate(ROWS)]
    envelope = {"messageType": "DATA_MESSAGE", "owner": "123456789012", "logGroup": "vpcflow", "logStream": "eni-1-all", "logEvents": events}  # fmt: skip
    rows = [envelope, {**envelope, "messageType": "CONTROL_MESSAGE"}]
    found = documents(from_rows([{spelling(name): value for name, value in row.items()} for row in rows]))
    assert [document["source"] for document in found if "source" in document] == [
        document["source"] for document in TEXT if "source" in document
    ]
    assert [document["aws"]["cloudwatch"]["log_group"] for document in found] == ["vpcflow"] * 4
    assert [document["cloud"]["account"]["id"] for document in found] == ["111122223333"] * 3 + ["123456789012"]


def test_a_damaged_parquet_file_is_a_failure_of_its_object() -> None:
    content = from_rows(objects())
    found, report = load_bytes(LOADER, content[: len(content) // 2], KEY)
    assert report.error is not None
    assert report.error.startswith("is a Parquet file that cannot be read on")
    assert [item["_source"]["event"]["kind"] for item in found] == ["pipeline_error"]
    assert found[0]["_source"]["error"]["type"] == "object_error"


def test_a_list_of_fields_names_the_columns_of_lines_in_any_envelope(tmp_path: Path) -> None:
    loader = custom_loader(tmp_path, "[vpcflowlogs]\ncsv_header = srcaddr dstaddr action end\n")
    line = "192.0.2.1 10.0.0.1 ACCEPT 1893552899"
    for content in (line, json.dumps({"message": line})):
        (found,) = documents(content.encode(), loader=loader)
        assert (found["source"]["ip"], found["event"]["action"]) == ("192.0.2.1", "ACCEPT")


@pytest.mark.parametrize(
    ("key", "time"),
    [
        (KEY, "2030-01-02T02:55:00.000Z"),
        (f"{PLACE}/02/flow-1-2030-01-02-02-41-07-0a1b2c3d-0000-4000-8000-000000000000.gz", "2030-01-02T02:41:00.000Z"),
        (f"{PLACE}/02/flow.gz", "2030-01-02T03:00:00.000Z"),
    ],
)
def test_a_layout_without_times_takes_that_of_the_object(key: str, time: str) -> None:
    (found,) = documents(b"srcaddr dstaddr action\n192.0.2.1 10.0.0.1 ACCEPT\n", key)
    assert (found["@timestamp"], found["event"]["kind"]) == (time, "event")


@pytest.mark.parametrize(
    ("flags", "names"),
    [(0, None), (3, ["fin", "syn"]), (18, ["syn", "ack"]), (63, ["fin", "syn", "rst", "psh", "ack", "urg"])],
)
def test_names_of_tcp_flags(flags: int, names: list[str] | None) -> None:
    (found,) = documents(f"tcp-flags end\n{flags} 1893552899".encode())
    assert found["aws"]["vpcflow"].get("tcp_flags_array") == names
    assert found["aws"]["vpcflow"]["tcp_flags"] == flags


def test_columns_that_nobody_knows_yet_cannot_reach_into_other_fields() -> None:
    (found,) = documents(b'{"srcaddr": "192.0.2.1", "end": 1893552899, "version.x": 1, "a.b": "c"}')
    assert found["aws"]["vpcflow"] == {"version_x": "1", "a_b": "c"}


def test_every_column_that_aws_documents_is_kept() -> None:
    names = sorted(KNOWN - {"start", "end"})
    (found,) = documents(f"{' '.join(names)} end\n{'7 ' * len(names)}1893552899".encode())
    text = json.dumps(found)
    own = found["aws"]["vpcflow"]
    moved = {name for name in names if name not in own}
    assert moved == {
        *"account_id action az_id bytes dstaddr dstport ecs_cluster_arn ecs_cluster_name".split(),
        *"ecs_container_id ecs_container_instance_arn ecs_container_instance_id ecs_service_name flow_direction".split(),
        *"instance_id interface_id packets protocol region reject_reason srcaddr srcport".split(),
        *"pkt_srcaddr pkt_dstaddr".split(),  # 7 is no address
    }
    assert text.count('"7"') + text.count(": 7") >= len(names) - 2
    assert set(TRANSIT_GATEWAY.split()) < KNOWN


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        st.text(max_size=200).map(str.encode),
        st.binary(max_size=200),
        st.lists(st.sampled_from([*ROWS, " ".join(V5), "- - -", "{}", "\0"]), max_size=5).map(lambda rows: "\n".join(rows).encode()),
        st.dictionaries(
            st.sampled_from([*V5, "message", "extra", "tcp_flags_array", "instance_tag", ""]),
            LOOSE_JSON,
        ).map(lambda fields: json.dumps(fields).encode()),
    )
)  # fmt: skip
def test_anything_becomes_documents_or_failures(content: bytes) -> None:
    found, report = load_bytes(LOADER, content, KEY)
    assert len(found) + sum(report.excluded.values()) == report.records + (report.error is not None)
