"""Parquet objects, as AWS writes them for Athena: one row group, compressed inside."""

import io
from collections.abc import Mapping, Sequence
from typing import Any

from arro3.core import Array, DataType, RecordBatch
from arro3.io import write_parquet

from samples.generator.objects import LogObject


def parquet_object(
    log_type: str, key: str, columns: Mapping[str, DataType], rows: Sequence[Mapping[str, Any]]
) -> LogObject:
    """Return an object of rows; what a row lacks is null. The bytes are the same for the same rows."""
    arrays = [Array([row.get(name) for row in rows], kind) for name, kind in columns.items()]
    file = io.BytesIO()
    write_parquet(
        RecordBatch.from_arrays(arrays, names=list(columns)),
        file,
        compression="gzip(6)",
        created_by="samples",
        skip_arrow_metadata=True,
    )
    return LogObject(log_type, key, (file.getvalue(),), len(rows), compressed=False)
