"""What containers write to stderr, where that is wanted: a message, if it has not the format of the container's log."""

from collections.abc import Callable
from dataclasses import replace

from es_loader import firelens
from es_loader.conversion import Conversion, compile_conversion
from es_loader.declarations import LogType, Origins
from es_loader.errors import RecordError
from es_loader.event_time import OBJECT_TIME
from es_loader.logtypes import Hooks
from es_loader.types import Document, Fields, RawRecord, Source


def compile_lenient(
    convert: Conversion,
    log_type: LogType,
    index_of: Callable[[str], str],
    enrichers: tuple[Callable[[Document], None], ...],
) -> Conversion:
    """Return the conversion for a log type that may get what containers write to stderr, where that is wanted."""
    if not log_type.via_firelens or log_type.ignore_container_stderr:
        return convert
    return _lenient(convert, compile_conversion(_of_messages(log_type), Hooks(parse=_as_message), index_of, enrichers))


def _lenient(convert: Conversion, unparsed: Conversion) -> Conversion:
    """Let a line of stderr be a message where it has not the log's format: programs write there what they like."""

    def convert_any(raw: RawRecord, source: Source, prefix: str) -> tuple[str, str, Document]:
        try:
            return convert(raw, source, prefix)
        except RecordError:
            if isinstance(raw.value, RecordError) or not firelens.is_stderr(raw):
                raise
            return unparsed(raw, source, prefix)

    return convert_any


def _of_messages(log_type: LogType) -> LogType:
    """Return the declaration of lines that say nothing but their text, at the time of their object."""
    return replace(
        log_type,
        file_format="text",
        log_pattern=None,
        ignore_container_stderr=True,
        ecs={"message": Origins(("message",))},
        static_ecs={},
        original_fields={},
        timestamp_keys=(OBJECT_TIME,),
        doc_id=(),
        renamed={},
        json_to_text=(),
        transform=None,
    )


def _as_message(text: str) -> Fields:
    return {"message": text}
