"""How a CSV text from outside is written: its encoding, the separator of its cells, the mark before its decimals.

UTF-8 is read, and UTF-16 that says so in its first bytes; ',' ';' or tab between cells. Between ';' a comma is the
decimal one, unless it may as well part thousands: such a cell is left as it is, to be refused as no number. A point
that may part thousands there is refused, since as a decimal one it would make numbers a thousand times too small.
"""

from __future__ import annotations

import codecs
import csv
import re
import zlib
from collections.abc import Sequence
from pathlib import PurePosixPath

from kaldor.atlas.readers.download import Download
from kaldor.errors import InputError, Problem

SEPARATORS = (",", ";", "\t")
SUFFIXES = (".csv", ".csv.gz", ".tsv", ".txt")

_HEAD = 65_536
_IN_UTF8 = "Save the file as CSV in UTF-8."
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_DECIMAL = re.compile(r"[+-]?[0-9]*,[0-9]+([eE][+-]?[0-9]+)?")
_FOR_EXCEL = re.compile(r"sep=.\s*\n", re.IGNORECASE)
_POINTED = re.compile(r"[+-]?[0-9]*\.[0-9]+([eE][+-]?[0-9]+)?")
_POINT_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2}(\.[0-9]{3})+")
_THOUSANDS = re.compile(r"[+-]?[1-9][0-9]{0,2},[0-9]{3}")


def in_utf8(data: bytes) -> bytes:
    """A text's bytes in UTF-8; UTF-16 is known by its first two bytes, what is damaged in it is replaced.

    Of several marks of UTF-8 at the beginning, as two programs one after the other leave them, one stays. Lines that
    end in a carriage return alone, as an old program's do, end in a line feed.
    """
    while data.startswith(codecs.BOM_UTF8 * 2):
        data = data[len(codecs.BOM_UTF8) :]
    data = data.decode("utf-16", errors="replace").encode() if data.startswith(_UTF16) else data
    return data.replace(b"\r", b"\n") if b"\r" in data and b"\n" not in data else data


def text_of(data: bytes, where: str) -> str:
    """The text that bytes hold in UTF-8 or UTF-16. Raises InputError as `utf8_text` does."""
    return utf8_text(in_utf8(data), where)


def utf8_text(data: bytes, where: str, remedy: str = _IN_UTF8) -> str:
    """The text that bytes hold in UTF-8. Raises InputError that names the line where they are none."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        place = f"{where}, line {line}, byte {error.start}"
        perhaps = " (perhaps Windows-1252, as a spreadsheet's plain 'CSV' is)"
        raise InputError(_not_utf8(place, perhaps, remedy)) from None


def _not_utf8(place: str, more: str, remedy: str = _IN_UTF8) -> Problem:
    return Problem(place, f"the text is not UTF-8{more}.", remedy)


def cells_of(line: str, delimiter: str = ",") -> list[str]:
    """The cells of one line of CSV, unstripped; none where it cannot be read as such."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:  # a cell beyond all measure, or a stray carriage return
        return []


def separator_of(header: str) -> str:
    """The one of ',', ';' and tab that parts a header into most cells; ',' where none does."""
    return max(SEPARATORS, key=lambda one: len(cells_of(header, one)))


def separator_in(text: str) -> str:
    """The same of the first line of a text."""
    return separator_of(text[:_HEAD].partition("\n")[0])


def header_cells(download: Download, name: str) -> list[str]:
    """The cells of a text file's first line, without labels behind a code ("GEO: Country" is GEO)."""
    return next(iter(first_rows(download, name, 1)), [])


def first_rows(download: Download, name: str, most: int) -> list[list[str]]:
    """The cells of a text file's first lines, unpacked where it ends in .gz; none where it cannot be read."""
    head = download.head(name, _HEAD)
    if PurePosixPath(name).suffix.lower() == ".gz":
        try:
            head = zlib.decompressobj(wbits=31).decompress(head, _HEAD)
        except zlib.error:
            return []
    lines = in_utf8(head).decode("utf-8-sig", errors="replace").splitlines()[:most]
    return [[code_before_label(cell) for cell in cells_of(line, separator_of(line))] for line in lines]


def no_text(download: Download, name: str) -> Problem | None:
    """What is wrong with a file that should be plain text and begins with bytes of neither UTF-8 nor UTF-16.

    So does UTF-16 without the mark that says so, whose every other byte is zero, and a line for one program alone.
    """
    head, where = download.head(name, _HEAD), download.where(name)
    decoder = codecs.getincrementaldecoder("utf-16" if head.startswith(_UTF16) else "utf-8")()
    try:
        text = decoder.decode(head, final=len(head) < _HEAD)  # a longer file may be cut within a character
    except UnicodeDecodeError:
        return _not_utf8(where, ", nor UTF-16")
    if "\0" in text[:_HEAD]:
        return _not_utf8(where, ", nor UTF-16 that says so")
    if found := _FOR_EXCEL.match(text.lstrip("\ufeff")):
        what = f"'{found[0].strip()}' is no header but a line for one spreadsheet program."
        return Problem(f"{where}, line 1", what, "Delete this line and add the file again.")
    return None


def code_before_label(cell: str) -> str:
    """The code of a cell that holds a code and its label ("DE: Germany"); other cells as they are."""
    return cell.strip().split(": ")[0]


def shows_mark(cell: str) -> bool:
    """Whether a cell is a number whose comma or point can only be the decimal one: 12,5 or 0.25, and not 1,234."""
    comma = _DECIMAL.fullmatch(cell) and not _THOUSANDS.fullmatch(cell)
    return bool(comma or (_POINTED.fullmatch(cell) and not _POINT_THOUSANDS.fullmatch(cell)))


def with_points(cells: Sequence[str], separator: str, where: str) -> Sequence[str]:
    """A column of numbers with decimal points, where ';' parts the cells and a comma can only be the decimal one.

    Commas that may part thousands throughout (only 1,234 and the like), or stand beside points in one cell, are left.
    Raises InputError that names the column `where`: for numbers with points and others with commas, and for points that
    may part thousands throughout (only 1.234 and the like).
    """
    if separator != ";":
        return cells
    with_comma = [cell for cell in cells if "," in cell]
    pointed = [cell for cell in cells if _POINTED.fullmatch(cell) or _POINT_THOUSANDS.fullmatch(cell)]
    comma = next(filter(_DECIMAL.fullmatch, with_comma), "")
    if pointed and comma:
        what = f"one file holds both points and commas in its numbers, such as '{pointed[0][:40]}' and '{comma[:40]}'."
        raise InputError(Problem(where, what, "Write all with a decimal comma (1234,5) and without mark of thousands."))
    if pointed and not with_comma and all(map(_POINT_THOUSANDS.fullmatch, pointed)):
        what = f"'{pointed[0][:40]}' may be {pointed[0].replace('.', '')[:40]}, or a number with decimals."
        remedy = "Write 1234 or 1234,0 for thousands; decimals with a comma, or with another number of digits (1.2340)."
        raise InputError(Problem(where, what, remedy))
    if any("." in cell for cell in with_comma) or all(_THOUSANDS.fullmatch(cell) for cell in with_comma):
        return cells
    return [cell.replace(",", ".") if _DECIMAL.fullmatch(cell) else cell for cell in cells]
