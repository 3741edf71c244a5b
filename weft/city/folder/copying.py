"""Moving data frames into PostgreSQL by COPY."""

from typing import Any

import polars as pl
from django.db.backends.utils import CursorWrapper

BLOCK = 1 << 20
TYPES: dict[Any, str] = {
    pl.Int32: "integer",
    pl.Int64: "bigint",
    pl.UInt32: "bigint",
    pl.Float64: "double precision",
    pl.Boolean: "boolean",
    pl.Date: "date",
    pl.String: "text",
}


def sql_type(dtype: pl.DataType) -> str:
    """The type of a column in PostgreSQL."""
    return "timestamptz" if isinstance(dtype, pl.Datetime) else TYPES[dtype.base_type()]


def temporary_table(cursor: CursorWrapper, table: str, *, like: pl.DataFrame) -> None:
    """An empty table of this transaction with the frame's columns."""
    columns = ", ".join(f'"{name}" {sql_type(dtype)}' for name, dtype in like.schema.items())
    cursor.execute(f"DROP TABLE IF EXISTS {table}")
    cursor.execute(f"CREATE TEMPORARY TABLE {table} ({columns}) ON COMMIT DROP")


def copy(cursor: CursorWrapper, table: str, frame: pl.DataFrame) -> None:
    """Append the frame's rows to a table with columns of the same names; null stays null and empty text empty."""
    columns = ", ".join(f'"{name}"' for name in frame.columns)
    content = frame.write_csv(
        include_header=False, datetime_format="%Y-%m-%dT%H:%M:%S%.6f+00", quote_style="non_numeric"
    ).encode()
    with cursor.copy(f"COPY {table} ({columns}) FROM STDIN (FORMAT csv)") as target:
        for start in range(0, len(content), BLOCK):
            target.write(content[start : start + BLOCK])
