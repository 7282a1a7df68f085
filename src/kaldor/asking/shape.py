"""An answer as plain values for JSON: the same for a program on the command line, over REST and over MCP."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kaldor.asking.answer import Answer, Table

if TYPE_CHECKING:
    import pandas as pd

Row = dict[str, str | float | int | bool | None]


def as_plain(answer: Answer, most: int | None = None) -> dict[str, Any]:
    """An answer as dictionaries, lists, texts and numbers, null where one is none; at most `most` rows a table."""
    return {
        "title": answer.title,
        "status": answer.status,
        "origin": _plain(asdict(answer.origin)),
        "method": answer.method,
        "facts": _plain(answer.facts),
        "said": list(answer.said),
        "notes": list(answer.notes),
        "tables": [_table(table, most) for table in answer.tables],
    }


def rows(table: Table, most: int | None = None) -> list[Row]:
    """The rows of a table, labels first, as plain values."""
    return _records(table.flat, most)


def rows_of(frame: pd.DataFrame, most: int | None = None) -> list[Row]:
    """The rows of a frame that is no table of an answer, its index first, as plain values."""
    return _records((frame if most is None else frame.head(most)).reset_index(), None)


def _records(flat: pd.DataFrame, most: int | None) -> list[Row]:
    shown = flat if most is None else flat.head(most)
    columns = [[_plain(value) for value in shown[name].tolist()] for name in shown.columns]
    names = [str(name) for name in shown.columns]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _table(table: Table, most: int | None) -> dict[str, Any]:
    return {
        "id": table.id,
        "title": table.title,
        "largest": table.largest,
        "columns": [{"id": name, "unit": table.unit(name)} for name in table.columns],
        "rows": rows(table, most),
    }


def _plain(value: Any) -> Any:
    if isinstance(value, bool) or value is None or isinstance(value, str | int):
        return value
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | Iterator):
        return [_plain(one) for one in value]
    if hasattr(value, "__float__"):
        number = float(value)
        return number if math.isfinite(number) else None
    return str(value)
