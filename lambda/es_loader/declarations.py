"""What the configuration declares, typed: log types, and the mistakes that switch one off."""

import re
from dataclasses import dataclass
from datetime import timezone

from es_loader.scripts import Transform
from es_loader.value_table import ValueTable


@dataclass(frozen=True, slots=True)
class ConfigProblem:
    """One mistake: where it stands and what is allowed instead."""

    file: str
    section: str
    option: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file} [{self.section}]" if self.section else self.file
        return f"{where} {self.option}: {self.message}" if self.option else f"{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Origins:
    """Where an ECS field's value comes from: the first usable of `paths`, or all of them when `collect`.

    `table` says what the log's words become.
    """

    paths: tuple[str, ...]
    collect: bool = False
    table: ValueTable | None = None


@dataclass(frozen=True, slots=True)
class IndexSettings:
    """What is said of an index in one place; None where nothing is said. Ages are days, 0 is never."""

    shards: int | None = None
    replicas: int | str | None = None
    refresh: str | None = None
    codec: str | None = None
    rollover_size: str | None = None
    rollover_age: int | None = None
    warm_after: int | None = None
    cold_after: int | None = None
    delete_after: int | None = None
    tier: str | None = None


@dataclass(frozen=True, slots=True)
class LogType:
    """One section, typed. Options that only AWS's sample knows are not carried.

    `index_settings` is what the section itself says, `index_defaults` what it has from DEFAULT.
    """

    name: str
    builtin: bool
    user_key: bool
    s3_key: re.Pattern[str]
    s3_key_ignored: re.Pattern[str] | None
    file_format: str
    json_delimiter: tuple[str, ...]
    csv_delimiter: str
    csv_header: tuple[str, ...]
    text_header_line_number: int
    multiline_firstline: re.Pattern[str] | None
    xml_firstline: re.Pattern[str] | None
    log_pattern: re.Pattern[str] | None
    via_cwl: bool
    via_firelens: bool
    ignore_container_stderr: bool
    timestamp_keys: tuple[str, ...]
    timestamp_formats: tuple[str, ...]
    timestamp_tz: timezone
    file_timestamp_format: re.Pattern[str] | None
    doc_id: tuple[str, ...]
    doc_id_suffix: tuple[str, ...]
    index_name: str
    index_rotation: str
    index_time: str
    index_tz: timezone
    index_settings: IndexSettings
    index_defaults: IndexSettings
    ecs: dict[str, Origins]
    static_ecs: dict[str, str]
    script_ecs: tuple[str, ...]
    renamed: dict[str, str]
    json_to_text: tuple[str, ...]
    field_prefix: str
    original_fields: dict[str, str] | None
    script_fields: dict[str, str]
    keep_original: bool
    secret_headers: tuple[str, ...]
    not_indexed: tuple[str, ...]
    event_module: str
    event_dataset: str
    cloud_provider: str
    geoip: tuple[str, ...]
    clientip_xff: tuple[str, ...]
    user_agent_enrichment_field: str
    ignore_own_logs: bool
    exclude_log_patterns_filename: str
    transform: Transform | None


@dataclass(frozen=True, slots=True)
class Config:
    """All sound log types, users' own first, and the problems that switched the others off."""

    log_types: dict[str, LogType]
    problems: tuple[ConfigProblem, ...]
