"""Parquet files for tests, written by the package that reads them."""

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from arro3.core import Array, RecordBatch
from arro3.io import infer_json_schema, read_json, write_parquet


def from_rows(rows: Sequence[Mapping[str, Any]], **options: Any) -> bytes:
    """Return a file of these rows, whose types are those of their JSON."""
    text = "".join(f"{json.dumps(row)}\n" for row in rows).encode()
    file = io.BytesIO()
    write_parquet(read_json(io.BytesIO(text), infer_json_schema(io.BytesIO(text))), file, **options)
    return file.getvalue()


def from_columns(columns: Mapping[str, Array], **options: Any) -> bytes:
    file = io.BytesIO()
    write_parquet(RecordBatch.from_pydict(dict(columns)), file, **options)
    return file.getvalue()
