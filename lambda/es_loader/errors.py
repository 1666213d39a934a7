"""Errors, named by what happens next.

LoaderError
├── ConfigError       a section of the configuration is wrong: it is switched off, the others load
├── ObjectError       nothing (more) can be read from this object: what was read stays, the rest is reported
├── RecordError       this record alone is lost to its log type: it becomes a pipeline_error document
│   └── Excluded      this record is not wanted: dropped and counted by reason
└── RetryableError    try the whole object again later: its message is not acknowledged
└── AccessError   … and a permission is missing, which the message names
"""


class LoaderError(Exception):
    """Root of every error of the loader."""


class ConfigError(LoaderError):
    """A mistake in a configuration file; the text names file, section and option."""


class ObjectError(LoaderError):
    """An object, or the rest of it, cannot be read: corrupt, truncated, not the declared format."""


class RecordError(LoaderError):
    """One record cannot be parsed or has no usable time."""


class Excluded(RecordError):
    """One record is dropped on purpose; the text is the reason that is counted, a fixed word or two."""


class RetryableError(LoaderError):
    """OpenSearch or S3 cannot serve now; the message must come again."""


class AccessError(RetryableError):
    """A permission is missing; the text names it."""
