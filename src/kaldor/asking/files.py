"""An answer as a file: CSV, a workbook, Parquet or JSON, chosen by the ending of its name.

A text that a spreadsheet would take for a formula is written with an apostrophe before it in CSV, and as a text in a
workbook. Units stand in the headings of CSV and workbook, and as metadata in Parquet.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Any

from kaldor.asking.answer import Answer, Table
from kaldor.asking.shape import as_plain, rows
from kaldor.errors import InputError, Problem
from kaldor.words import PRINCIPLES

_WIDEST = 480
"""Pixels that a column of a workbook never takes more than: some eighty characters."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def file_of(answer: Answer, name: str) -> bytes:
    """The bytes of an answer for a file of this name.

    Raises InputError for an ending that is not known, and for one whose files hold one table where there are several.
    """
    return WRITERS[refuse_ending(name)](answer)


def refuse_ending(name: str) -> str:
    """The ending of a name. Raises InputError where no kind of file has it."""
    ending = PurePath(name).suffix.lower()
    if ending not in WRITERS:
        what = f"'{name}' ends in none of {', '.join(WRITERS)}."
        raise InputError(Problem("out", what, "The ending says which kind of file is written."))
    return ending


def _csv(answer: Answer) -> bytes:
    table, text = _only_table(answer), io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([_defused(heading) for heading in _headings(table)])
    writer.writerows([[_defused(value) for value in row.values()] for row in rows(table)])
    return text.getvalue().encode("utf-8")


def _only_table(answer: Answer) -> Table:
    if len(answer.tables) != 1:
        what = f"holds one table; this answer has {len(answer.tables)}."
        raise InputError(Problem("out", f"such a file {what}", "Write .xlsx or .json."))
    return answer.tables[0]


def _defused(value: Any) -> Any:
    """A text that begins as a formula does, with an apostrophe before it; numbers as they are, nothing for none."""
    value = in_words(value) if isinstance(value, list) else value
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    if isinstance(value, float):
        return repr(value)
    return "" if value is None else value


def in_words(value: Any) -> str:
    """A cell that is no number: a chain of industries with arrows, producer first; anything else as it is."""
    if isinstance(value, list | tuple):
        return " → ".join(" ".join(map(str, step)) if isinstance(step, list | tuple) else str(step) for step in value)
    return str(value)


def _headings(table: Table) -> list[str]:
    return [f"{name} ({unit})" if (unit := table.unit(name)) else name for name in table.columns]


def _workbook(answer: Answer) -> bytes:
    import xlsxwriter

    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(buffer, options) as book:
        book.set_properties({"title": answer.title})
        for table in answer.tables:
            sheet = book.add_worksheet(table.id[:31])
            sheet.write_row(0, 0, _headings(table))
            for line, row in enumerate(rows(table), start=1):
                for column, value in enumerate(row.values()):
                    if value is not None:
                        sheet.write(line, column, in_words(value) if isinstance(value, list) else value)
            sheet.autofit(_WIDEST)
        about = book.add_worksheet("about")
        for line, (name, value) in enumerate(_about(answer).items()):
            about.write_string(line, 0, name)
            about.write(line, 1, value)
        about.autofit(_WIDEST)
    return buffer.getvalue()


def _parquet(answer: Answer) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = _only_table(answer)
    flat = table.flat.map(lambda value: in_words(value) if isinstance(value, list | tuple) else value)
    made = pa.Table.from_pandas(flat, preserve_index=False).rename_columns(list(table.columns))
    units = json.dumps({name: table.unit(name) for name in table.columns}, ensure_ascii=False)
    buffer = io.BytesIO()
    pq.write_table(
        made.replace_schema_metadata({**{name: str(value) for name, value in _about(answer).items()}, "units": units}),
        buffer,
    )
    return buffer.getvalue()


def _json(answer: Answer) -> bytes:
    return (json.dumps(as_plain(answer), ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode("utf-8")


def _about(answer: Answer) -> dict[str, str | int]:
    """Title, sources, year, status, method, notes and what was said, as a file carries them beside its rows.

    None is empty.
    """
    origin = answer.origin
    told: dict[str, str | int] = {
        "title": answer.title,
        "source": origin.title,
        "citation": origin.citation,
        "sources": " ".join(origin.sources),
        "principle": PRINCIPLES[origin.principle] if origin.sources else "",
        "licence": origin.licence,
        "year": origin.year,
        "status": answer.status,
        "method": answer.method,
        "said": " ".join(answer.said),
        "notes": " ".join(note for note in answer.notes if note not in {*answer.said, *origin.sources}),
    }
    return {name: value for name, value in told.items() if value != ""}


WRITERS: Mapping[str, Callable[[Answer], bytes]] = {
    ".csv": _csv,
    ".xlsx": _workbook,
    ".parquet": _parquet,
    ".json": _json,
}
"""By the ending of a name."""
