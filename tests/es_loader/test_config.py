"""Layers, typed options, and messages that name file, section, option and what is allowed."""

from datetime import timedelta
from pathlib import Path

import pytest

from es_loader.classify import classify, matches, place
from es_loader.config import load_config
from es_loader.declarations import Config
from es_loader.pipeline import Loader
from tests.golden import ROOT, load_bytes, sources_of

AWS_INI = ROOT / "config" / "aws.ini"

SAMPLE_USER_INI = r"""
[DEFAULT]
custom_user_agent = siem-es-loader

[vpcflowlogs]
s3_key = (vpcflowlogs|my-flow-logs)

[shop-json]
nw1 = 198\.51\.100\.\d+
s3_key = shop/json/.*\.log$$
file_format = json
index_name = log-shop
index_rotation = daily
timestamp_key = when
timestamp_format = %Y-%m-%d %H:%M:%S
timestamp_tz = +09:00
doc_id = order
field_prefix = shop
ecs = source.ip source.port user.name http.response.status_code url.path event.action related.ip
source.ip = client.ip
source.port = client.port
user.name = buyer.login buyer.email
http.response.status_code = status
url.path = path
event.action = verb
related.ip = [client.ip, proxy]
static_ecs = event.kind event.category
event.kind = event
event.category = web
geoip = source
renamed_newfields = verb
verb = method
json_to_text = cart

[shop-csv]
s3_key = shop/csv/
file_format = csv
csv_delimiter = ,
index_name = log-shop
timestamp_key = time
timestamp_format = epoch
ecs = source.ip
source.ip = ip

[shop-text]
s3_key = ${shop-json:field_prefix}/text/
file_format = text
log_pattern = ^(?P<time>\S+) (?P<ip>${shop-json:nw1}|\S+) cost=\$$(?P<cost>[\d.]+)$$
index_name = log-shop
timestamp_key = time
ecs = source.ip
source.ip = ip
"""


@pytest.fixture
def sample(tmp_path: Path) -> Config:
    (tmp_path / "user.ini").write_text(SAMPLE_USER_INI)
    return load_config(AWS_INI, tmp_path / "user.ini")


def problems(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "user.ini").write_text(text)
    config = load_config(AWS_INI, tmp_path / "user.ini")
    assert "vpcflowlogs" in config.log_types
    return [str(problem) for problem in config.problems]


def test_the_built_in_declarations_are_sound() -> None:
    config = load_config(AWS_INI)
    assert [str(problem) for problem in config.problems] == []
    assert all(log_type.builtin for log_type in config.log_types.values())


def test_a_user_ini_as_the_aws_sample_documents_it_works_unchanged(sample: Config) -> None:
    assert [str(problem) for problem in sample.problems] == []
    assert list(sample.log_types)[:3] == ["shop-json", "shop-csv", "shop-text"]
    line = {
        "when": "2030-01-02 12:00:00", "order": "A-1", "client": {"ip": "192.0.2.9", "port": "4711"}, "proxy": "10.0.0.1",
        "buyer": {"email": "a@example.com"}, "status": "200", "path": "/buy", "method": "POST", "cart": {"x": 1},
    }  # fmt: skip
    documents, _ = load_bytes(Loader(sample), str(line).replace("'", '"').encode(), "shop/json/a.log")
    (document,) = documents
    assert document["_index"] == "log-shop-2030-01-02"
    assert document["_id"] == "A-1"
    source = document["_source"]
    assert source["@timestamp"] == "2030-01-02T03:00:00.000Z"
    assert source["source"] == {"ip": "192.0.2.9", "port": 4711}
    assert source["user"] == {"name": "a@example.com"}
    assert source["http"]["response"]["status_code"] == 200
    assert source["event"]["action"] == "POST"
    assert source["event"]["category"] == ["web"]
    assert source["event"]["module"] == "shop-json"
    assert source["related"]["ip"] == ["192.0.2.9", "10.0.0.1"]
    assert source["shop"]["cart"] == '{"x":1}'


def test_custom_csv_and_text_types_give_documents(sample: Config) -> None:
    loader = Loader(sample)
    rows = b'time,ip,note\n1893553200,192.0.2.1,"a, ""b""\nsecond line"\n1893553201,not-an-address,x\n'
    first, second = sources_of(loader, rows, "shop/csv/a")
    assert first["@timestamp"] == "2030-01-02T03:00:00.000Z"
    assert first["shop-csv"]["note"] == 'a, "b"\nsecond line'
    assert "source" not in second
    text = b"2030-01-02T03:00:00Z 192.0.2.1 cost=$9.50\nnothing of the kind\n"
    good, bad = sources_of(loader, text, "shop/text/a")
    assert good["shop-text"]["cost"] == "9.50"
    assert bad["event"]["kind"] == "pipeline_error"
    assert bad["event"]["original"] == "nothing of the kind"
    assert "log_pattern" in bad["error"]["message"]


def test_a_users_key_overrides_the_built_in_one_and_comes_first(sample: Config) -> None:
    found = classify(sample, "prefix/my-flow-logs/x.gz")
    assert found is not None
    assert found.name == "vpcflowlogs"
    assert found.builtin
    assert found.user_key


def test_a_users_section_wins_over_a_built_in_one(tmp_path: Path) -> None:
    (tmp_path / "user.ini").write_text("[mine]\ns3_key = vpcflowlogs\nfile_format = json\nindex_name = log-mine\n")
    config = load_config(AWS_INI, tmp_path / "user.ini")
    key = "AWSLogs/111122223333/vpcflowlogs/eu-west-1/2030/01/02/x.log.gz"
    assert [match.log_type.name for match in matches(config, key)] == ["mine", "vpcflowlogs"]


@pytest.mark.parametrize("key", ["own/folder/x.gz", "AWSLogs/111122223333/own/folder/eu-west-1/2030/01/02/x"])
@pytest.mark.parametrize("section", sorted(load_config(AWS_INI).log_types))
def test_a_users_key_of_a_built_in_type_may_be_any(tmp_path: Path, section: str, key: str) -> None:
    (tmp_path / "user.ini").write_text(f"[{section}]\ns3_key = own/folder/\n")
    found = classify(load_config(AWS_INI, tmp_path / "user.ini"), key)
    assert found is not None
    assert found.name == section


def test_users_sections_can_use_the_parts_that_built_in_keys_are_made_of(tmp_path: Path) -> None:
    user_ini = tmp_path / "user.ini"
    user_ini.write_text(
        "[DEFAULT]\nteam = payments\nindex_tz = +09:00\n\n"
        "[mine]\ns3_key = ${key_at_folder}${team}/|${guardduty:s3_key}\ns3_key_ignored = ${key_undelivered}|${key_s3_name}\n"
        "file_format = json\nindex_name = log-mine\n"
    )
    config = load_config(AWS_INI, user_ini)
    assert [str(problem) for problem in config.problems] == []
    mine = config.log_types["mine"]
    assert mine.index_tz.utcoffset(None) == config.log_types["alb"].index_tz.utcoffset(None) == timedelta(hours=9)
    for key in ("payments/a.json", "AWSLogs/111122223333/payments/a.json", "AWSLogs/111122223333/GuardDuty/a.json"):
        assert classify(config, key) is mine
    for key in ("payments/error/a.json", "payments/2030-01-02-03-04-05-0123456789ABCDEF", "payments/AWSLogs/1/a.json"):
        assert classify(config, key) is not mine


def test_a_part_of_the_built_in_keys_can_be_replaced_for_all_of_them(tmp_path: Path) -> None:
    user_ini = tmp_path / "user.ini"
    user_ini.write_text("[DEFAULT]\nkey_undelivered = /not-delivered/\n")
    config = load_config(AWS_INI, user_ini)
    assert [str(problem) for problem in config.problems] == []
    assert classify(config, "vpcflowlogs/not-delivered/x.gz") is None


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("index_delete_aftr = 30d", "index_delete_aftr: is not an option; did you mean index_delete_after?"),
        ("source.adress = x", "source.adress: is not an option; did you mean source.address?"),
        ("nothing_like_it = 1", "nothing_like_it: is not an option"),
    ],
)
def test_an_unknown_option_for_all_is_named_and_costs_no_section(tmp_path: Path, option: str, message: str) -> None:
    mine = "[mine]\ns3_key = mine/\nfile_format = json\nindex_name = log-mine\n"
    user_ini = tmp_path / "user.ini"
    user_ini.write_text(f"[DEFAULT]\n{option}\n{mine}")
    config = load_config(AWS_INI, user_ini)
    assert [str(problem) for problem in config.problems] == [f"user.ini [DEFAULT] {message}"]
    assert config.log_types.keys() == load_config(AWS_INI).log_types.keys() | {"mine"}
    user_ini.write_text(f"[DEFAULT]\n{option}\n{mine}{option}\n")  # said twice, it is two mistakes
    found = [str(problem) for problem in load_config(AWS_INI, user_ini).problems]
    assert found == [f"user.ini [mine] {message}", f"user.ini [DEFAULT] {message}"]


def test_what_some_section_uses_may_be_said_for_all(tmp_path: Path) -> None:
    text = (
        "[DEFAULT]\nsource.ip = client\nevent.kind = event\nday = d\nverb = method\nindex_shards = 2\n"
        "[mine]\ns3_key = mine/\nfile_format = json\nindex_name = log-mine\necs = source.ip\n"
        "static_ecs = event.kind\nrenamed_newfields = verb\nindex_delete_after = 9${day}\n"
    )
    assert problems(tmp_path, text) == []


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("s3_key = [", "user.ini [bad] s3_key: not a valid regular expression: unterminated character set at position 0"),
        ("s3_key = a$", "user.ini [bad] s3_key: '$' must be followed by '$' or '{'"),
        ("file_format = yaml", "user.ini [bad] file_format: 'yaml' is not supported; allowed: cef, csv, json, multiline, parquet, text, winevtxml, xml"),
        ("index_rotation = month", "user.ini [bad] index_rotation: 'month' is not supported; allowed: auto, daily, monthly"),
        ("timestmp_key = a", "user.ini [bad] timestmp_key: is not an option; did you mean timestamp_key?"),
        ("timestamp_tz = JST", "user.ini [bad] timestamp_tz: 'JST' is not an offset; allowed: +HH:MM, -HH:MM"),
        ("via_cwl = perhaps", "user.ini [bad] via_cwl: 'perhaps' is not a boolean; allowed: True, False"),
        ("ecs = source.adress\nsource.adress = x", "user.ini [bad] ecs: 'source.adress' is not a field of ECS 9.4.0; did you mean source.address?"),
        ("ecs = source.ip", "user.ini [bad] source.ip: is listed in `ecs` but has no origin"),
        ("ecs = source.port\nsource.port = y\nsource.ip = x", "user.ini [bad] source.ip: is not an option; where there is an `ecs`, an ECS field must be listed in it or in `static_ecs`"),
        ("source.adress = x", "user.ini [bad] source.adress: is not an option; did you mean source.address?"),
        ("source.ip =", "user.ini [bad] source.ip: is listed in `ecs` but has no origin"),
        ("event.outcome = result {granted: succes}", "user.ini [bad] event.outcome: 'succes' is not a value that ECS allows; allowed: failure, success, unknown; did you mean success?"),
        ("event.type = result {granted: allowed acess}", "user.ini [bad] event.type: 'acess' is not a value that ECS allows; allowed: access, "),
        ("event.outcome = result {*: yes}", "user.ini [bad] event.outcome: 'yes' is not a value that ECS allows"),
        ("event.outcome = result {-: yes}", "user.ini [bad] event.outcome: 'yes' is not a value that ECS allows"),
        ("event.outcome = result {granted: success", "user.ini [bad] event.outcome: does not end with the } of its table; write {granted: success, denied: failure}"),
        ("event.outcome = result {granted success}", "user.ini [bad] event.outcome: 'granted success' in the table is not `word: value`; write {granted: success, "),
        ("event.outcome = result {}", "user.ini [bad] event.outcome: 'an empty place' in the table is not `word: value`"),
        ("event.outcome = result {a: success b: failure}", "user.ini [bad] event.outcome: 'a : success b :' in the table is not `word: value`"),
        ("event.outcome = result {a: success,, b: failure}", "user.ini [bad] event.outcome: ', b : failure' in the table is not `word: value`"),
        ('event.outcome = result {"a: success}', "user.ini [bad] event.outcome: '\"a: success' in the table cannot be read"),
        ("event.outcome = result {a: success, a: failure}", "user.ini [bad] event.outcome: 'a' stands twice in the table"),
        ("event.outcome = {a: success}", "user.ini [bad] event.outcome: has a table but no origin"),
        ("event.severity = level {HIGH: 3, LOW: one}", "user.ini [bad] event.severity: 'one' in the table is no value of the type long"),
        ("static_ecs = event.kind\nevent.kind = evnt", "user.ini [bad] event.kind: 'evnt' is not a value that ECS allows; allowed: alert"),
        ("csv_delimiter = ab", "user.ini [bad] csv_delimiter: 'ab' is not a delimiter"),
        ("max_log_count = many", "user.ini [bad] max_log_count: 'many' is not a whole number"),
        ("timestamp_format_list = [a", "user.ini [bad] timestamp_format_list: not a JSON list of texts"),
        ("file_format = text", "user.ini [bad] log_pattern: is missing: `file_format = text` needs it"),
        ("file_format = multiline\nlog_pattern = (?P<a>a)", "user.ini [bad] multiline_firstline: is missing: `file_format = multiline` needs it"),
        ("file_format = multiline\nmultiline_firstline = a", "user.ini [bad] log_pattern: is missing: `file_format = multiline` needs it"),
        ("file_format = multiline\nmultiline_firstline = (\nlog_pattern = (?P<a>a)", "user.ini [bad] multiline_firstline: not a valid regular expression"),
        ("file_format = xml", "user.ini [bad] xml_firstline: is missing: `file_format = xml` needs it"),
        ("file_format = text\nlog_pattern = (a)", "user.ini [bad] log_pattern: has no named group"),
        ("field_prefix = event", "user.ini [bad] field_prefix: 'event' is an ECS name"),
        ("index_name =", "user.ini [bad] index_name: is missing"),
        ("original_fields = a", "user.ini [bad] original_fields: 'a' stands before a type"),
        ("original_fields = keyword *", "user.ini [bad] original_fields: '*', all that is not named, is kept in one field; write `flat *`"),
        ("s3_key = ${nowhere}", "user.ini [bad] s3_key: Bad value substitution"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_and_costs_its_section_alone(tmp_path: Path, option: str, message: str) -> None:
    name = option.partition(" ")[0]
    sound = {"s3_key": "bad/", "file_format": "json", "index_name": "log-bad"}
    lines = "".join(f"{key} = {value}\n" for key, value in sound.items() if key != name and key not in option)
    (tmp_path / "user.ini").write_text(
        f"[bad]\n{lines}{option}\n\n[good]\ns3_key = good/\nfile_format = json\nindex_name = log-good\n"
    )
    config = load_config(AWS_INI, tmp_path / "user.ini")
    assert "bad" not in config.log_types
    assert {"good", "vpcflowlogs"} <= set(config.log_types)
    texts = [str(problem) for problem in config.problems]
    assert len(texts) == 1, texts
    assert texts[0].startswith(message)


def test_every_option_that_names_an_ecs_field_maps_one_where_no_ecs_lists_them(tmp_path: Path) -> None:
    (tmp_path / "user.ini").write_text(
        "[a]\ns3_key = a/\nfile_format = json\nindex_name = log-a\nsource.ip = ip\nuser.name = who\n"
        "static_ecs = event.kind\nevent.kind = alert\n"
    )
    config = load_config(AWS_INI, tmp_path / "user.ini")
    assert [str(problem) for problem in config.problems] == []
    log_type = config.log_types["a"]
    assert (list(log_type.ecs), log_type.static_ecs) == (["source.ip", "user.name"], {"event.kind": "alert"})


def test_a_file_that_is_no_ini_is_named_and_the_built_in_types_load(tmp_path: Path) -> None:
    assert problems(tmp_path, "s3_key = before any section\n")[0].startswith(
        "user.ini: File contains no section headers"
    )
    (tmp_path / "user.ini").write_bytes(b"[a]\n\xff\n")
    assert str(load_config(AWS_INI, tmp_path / "user.ini").problems[0]).startswith("user.ini: not UTF-8 text")


def test_offsets_of_half_an_hour_are_read_right(tmp_path: Path) -> None:
    (tmp_path / "user.ini").write_text(
        "[a]\ns3_key = a/\nfile_format = json\nindex_name = log-a\ntimestamp_tz = -03:30\n"
    )
    log_type = load_config(AWS_INI, tmp_path / "user.ini").log_types["a"]
    assert log_type.timestamp_tz.utcoffset(None) == -timedelta(hours=3, minutes=30)


LAYOUTS = [
    ("AWSLogs/123456789012/CloudTrail/us-east-1/x", ("123456789012", "us-east-1", None)),
    ("any/prefix/AWSLogs/123456789012/CloudTrail/us-east-1/x", ("123456789012", "us-east-1", None)),
    ("AWSLogs/o-a1b2c3d4e5/123456789012/CloudTrail/us-east-1/x", ("123456789012", "us-east-1", "o-a1b2c3d4e5")),
    ("o-a1b2c3d4e5/AWSLogs/123456789012/CloudTrail/us-east-1/x", ("123456789012", "us-east-1", "o-a1b2c3d4e5")),
    ("o-a1b2c3d4e5/AWSLogs/o-a1b2c3d4e5/123456789012/CloudTrail/us-gov-west-1/x", ("123456789012", "us-gov-west-1", "o-a1b2c3d4e5")),
    ("cloudtrail-organization/AWSLogs/o-a1b2c3d4e5//123456789012/CloudTrail/cn-north-1/x", ("123456789012", "cn-north-1", "o-a1b2c3d4e5")),
    ("macie/111122223333/AWSLogs/123456789012/Macie/us-isob-east-1/x", ("123456789012", "us-isob-east-1", None)),
    ("AWSLogs/aws-account-id=123456789012/aws-service=vpcflowlogs/aws-region=eusc-de-east-1/year=2030/x", ("123456789012", "eusc-de-east-1", None)),
    ("123456789012_CloudTrail_eu-central-1_20300102T0305Z_Ab12Cd34Ef56Gh78.json.gz", ("123456789012", "eu-central-1", None)),
    ("logs/123456789012/EC2/Linux/Secure/ap-northeast-1/2030/01/02/x", ("123456789012", "ap-northeast-1", None)),
    ("AWSLogs/202403051230/CloudTrail/us-east-1/x", ("202403051230", "us-east-1", None)),
    ("map-reduce-1/globalsign/backup-west-2/1234567890123/202403051230/x", (None, None, None)),
]  # fmt: skip


@pytest.mark.parametrize(("key", "expected"), LAYOUTS)
def test_account_region_and_organisation_come_from_every_key_layout(
    key: str, expected: tuple[str | None, str | None, str | None]
) -> None:
    assert tuple(place(key)) == expected
