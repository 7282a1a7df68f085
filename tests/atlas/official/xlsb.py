"""The smallest workbook in Excel's binary format (xlsb) that readers accept: sheets of numbers and shared texts.

A part is a row of records: type and length in groups of seven bits, low group first, then the payload. Record numbers
and payloads are those of [MS-XLSB], "Excel (.xlsb) Binary File Format", sections 2.1.4, 2.3.2 and 2.4.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

Cell = float | str | None

_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/></Types>"""
_RELATIONS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{}</Relationships>"""
_RELATION = (
    '<Relationship Id="{}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/>'
)


def write_xlsb(path: Path, sheets: Mapping[str, Sequence[Sequence[Cell]]]) -> Path:
    """Write sheets, each a list of rows of numbers, texts and None for empty cells."""
    texts: dict[str, int] = {}
    parts = {}
    for number, rows in enumerate(sheets.values(), 1):
        parts[f"xl/worksheets/sheet{number}.bin"] = _sheet(rows, texts)
    book = [(f"rId{n}", "worksheet", f"worksheets/sheet{n}.bin") for n in range(1, len(sheets) + 1)]
    book.append(("rIdTexts", "sharedStrings", "sharedStrings.bin"))
    names = b"".join(
        _record(156, struct.pack("<II", 0, n) + _text(f"rId{n}") + _text(name)) for n, name in enumerate(sheets, 1)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _relations([("rId1", "officeDocument", "xl/workbook.bin")]))
        archive.writestr("xl/_rels/workbook.bin.rels", _relations(book))
        archive.writestr("xl/workbook.bin", _record(131) + _record(143) + names + _record(144) + _record(132))
        items = b"".join(_record(19, b"\0" + _text(text)) for text in texts)
        counts = struct.pack("<II", len(texts), len(texts))
        archive.writestr("xl/sharedStrings.bin", _record(159, counts) + items + _record(160))
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def _sheet(rows: Sequence[Sequence[Cell]], texts: dict[str, int]) -> bytes:
    width = max(len(row) for row in rows)
    records = [_record(129), _record(148, struct.pack("<IIII", 0, len(rows) - 1, 0, width - 1)), _record(145)]
    for number, row in enumerate(rows):
        # row, format, height, three bytes of flags, one span of columns
        records.append(_record(0, struct.pack("<IIH3xIII", number, 0, 300, 1, 0, width - 1)))
        for column, cell in enumerate(row):
            place = struct.pack("<II", column, 0)
            if isinstance(cell, str):
                records.append(_record(7, place + struct.pack("<I", texts.setdefault(cell, len(texts)))))
            elif cell is not None:
                records.append(_record(5, place + struct.pack("<d", cell)))
    return b"".join([*records, _record(146), _record(130)])


def _record(kind: int, payload: bytes = b"") -> bytes:
    return _groups(kind) + _groups(len(payload)) + payload


def _groups(number: int) -> bytes:
    """A number in groups of seven bits, the low one first; the high bit says that another one follows."""
    groups = b""
    while True:
        number, low = number >> 7, number & 0x7F
        groups += bytes([low | 0x80 if number else low])
        if not number:
            return groups


def _text(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _relations(relations: Sequence[tuple[str, str, str]]) -> str:
    return _RELATIONS.format("".join(_RELATION.format(*relation) for relation in relations))
