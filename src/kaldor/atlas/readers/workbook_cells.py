"""Cells of an xlsx sheet that look filled and hold no figure: errors, and formulas whose value nobody saved.

The library that reads sheets gives such cells as empty, so that a broken total would be read as a gap, or as zero. They
are found in the sheet's own XML, which is looked through piece by piece.

Source: ECMA-376, Office Open XML, part 1, 18.3.1.4 (c), 18.18.11 (ST_CellType).
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import IO
from xml.etree import ElementTree

_PIECE = 4 * 2**20
_ERROR = re.compile(
    rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>\s*'
    rb"(?:<f\b[^>]*(?:/>|>[^<]*</f>))?\s*<v>([^<]*)</v>"
)
_UNSAVED = re.compile(
    rb'<c\b(?![^>]*\bt="str")[^>]*\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>\s*'
    rb"<f\b[^>]*(?:/>|>([^<]*)</f>)\s*(?:<v\s*/>|<v></v>)?\s*</c>"
)


def without_value(data: bytes, sheets: list[str]) -> dict[str, list[tuple[int, int, str]]]:
    """By sheet, the cells that hold no value, as (row, column, text): "#DIV/0!", or "=A1+B1"; none of other formats."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        places = _places(archive)
        found = {}
        for sheet in sheets:
            if sheet in places:
                with archive.open(places[sheet]) as stream:
                    found[sheet] = [cell for piece in _pieces(stream) for cell in _cells(piece)]
    return found


def _places(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """Where each sheet of a workbook lies in its zip; nothing of one that is no xlsx."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return {}
    targets = {
        one.get("Id"): posixpath.normpath(posixpath.join("/xl", one.get("Target", ""))).lstrip("/")
        for one in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    found = {}
    for element in ElementTree.fromstring(archive.read("xl/workbook.xml")).iter():
        if element.tag.endswith("}sheet"):
            id = next((value for key, value in element.items() if key.endswith("}id")), None)
            if targets.get(id) in names:
                found[element.get("name", "")] = str(targets[id])
    return found


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    """A sheet's XML in pieces of whole rows."""
    rest = b""
    while piece := stream.read(_PIECE):
        rest += piece
        end = rest.rfind(b"</row>")
        if end >= 0:
            yield rest[:end]
            rest = rest[end:]
    yield rest


def _cells(piece: bytes) -> Iterator[tuple[int, int, str]]:
    for pattern, mark in ((_ERROR, ""), (_UNSAVED, "=")):
        for found in pattern.finditer(piece):
            letters, row, text = found.groups()
            yield (
                int(row) - 1,
                column_number(letters.decode()) - 1,
                mark + (text or b"").decode("utf-8", "replace")[:80],
            )


def column_number(letters: str) -> int:
    """The column that letters name: A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
