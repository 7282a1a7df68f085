"""Large text tables (CSV, also gzipped) column by column, and long observations made of them.

Cells stay texts until a column is asked for as numbers, so that "" is missing and a text in a number is named by its
line. For small tables whose every row is looked at, see `kaldor.atlas.readers.rows`.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.readers.contents import Column, IndicatorContents
from kaldor.atlas.readers.csv_text import cells_of, in_utf8, separator_of, text_of, with_points
from kaldor.atlas.readers.download import DAMAGE, MOST_TIMES_PACKED, Download, reason_of
from kaldor.atlas.readers.rows import number_problem, uneven
from kaldor.atlas.regions import is_known
from kaldor.errors import InputError, Problem

MOST_BYTES = 2**30
"""The largest table that is read, unpacked: all of the World Development Indicators take 200 MB."""

MOST_COLUMNS = 5_000
_SHOWN = 20
_TEXTS = ("indicator", "region", "unit", "sector", "status", "source")


@dataclass(frozen=True)
class TextTable:
    """A table of texts; `lines` is the line of each row in the file, for messages."""

    where: str
    columns: Mapping[str, Any]
    lines: NDArray[np.int64]
    separator: str = ","

    def __len__(self) -> int:
        return len(self.lines)

    def place(self, row: int, column: str = "") -> str:
        """How a message names a row or a cell, rows counted from 0."""
        return f"{self.where}, line {self.lines[row]}" + (f", column '{column}'" if column else "")

    def texts(self, name: str) -> tuple[str, ...]:
        """A column as texts, stripped of blanks; equal texts are one object, however long the column."""
        import pyarrow.compute as pc

        packed = pc.dictionary_encode(pc.utf8_trim_whitespace(self.columns[name])).combine_chunks()
        labels = packed.dictionary.to_pylist()
        return tuple(map(labels.__getitem__, packed.indices.to_pylist()))

    def numbers(self, name: str, missing: Sequence[str] = ("",)) -> NDArray[np.float64]:
        """A column as numbers, NaN where a cell is empty or says it is missing.

        Raises InputError that names the lines of cells that are neither, and as `with_points` does.
        """
        import pyarrow as pa
        import pyarrow.compute as pc

        cells = pc.utf8_trim_whitespace(self.columns[name])
        if self.separator == ";":
            written = with_points(cells.to_pylist(), self.separator, f"{self.where}, column '{name}'")
            cells = pa.chunked_array([pa.array(written, pa.string())])
        gaps = pc.is_in(cells, value_set=pa.array(missing, pa.string()))
        plain = pc.match_substring_regex(cells, r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$")
        wrong = np.flatnonzero(np.asarray(pc.and_not(pc.invert(plain), gaps)))
        if len(wrong):
            raise InputError([self._no_number(name, int(row)) for row in wrong[:_SHOWN]])
        values = pc.cast(pc.if_else(plain, cells, pa.scalar(None, pa.string())), pa.float64())
        found = np.asarray(values.to_numpy(), np.float64).copy()
        if np.isinf(found).any():
            raise InputError(self._no_number(name, int(np.flatnonzero(np.isinf(found))[0])))
        return found

    def _no_number(self, name: str, row: int) -> Problem:
        return number_problem(self.place(row, name), self.columns[name][row].as_py().strip())


def read_text_table(download: Download, name: str, required: Sequence[str], delimiter: str = "") -> TextTable:
    """A CSV file of a download, unpacked first where its name ends in .gz. Raises InputError as `parse_table` does."""
    return parse_table(download.where(name), unpacked_text(download, name), required, delimiter)


def parse_table(where: str, data: bytes, required: Sequence[str], delimiter: str = "", skip: int = 0) -> TextTable:
    """A CSV table of texts, its header after `skip` lines, between cells what the header tells if nothing is said.

    Raises InputError where it is not UTF-8, has rows of another length than the header, or lacks columns.
    """
    import pyarrow as pa
    from pyarrow import csv

    bad: list[tuple[int, int, int]] = []

    def note(row: Any) -> str:
        bad.append(((row.number or 0) + skip, row.actual_columns, row.expected_columns))
        return "skip"

    try:
        data = in_utf8(data)
        text_of(data[: 1 << 16].rpartition(b"\n")[0], where)  # the names of columns are texts to the library at once
        line = _header_line(data, skip)
        delimiter = delimiter or separator_of(line)
        header = cells_of(line, delimiter)
        problems = list(_header_problems(where, header, required))
        if problems:
            raise InputError(problems)
        table = csv.read_csv(
            pa.BufferReader(data),
            read_options=csv.ReadOptions(use_threads=False, block_size=1 << 24, skip_rows=skip),
            parse_options=csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=note),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(header, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        text_of(data, where)  # a text in another encoding is named as such, with its line
        raise InputError(Problem(where, f"not readable as a table: {_first_line(error)}.")) from None
    if bad:
        raise InputError(
            [uneven(f"{where}, line {line}", found, wide, delimiter) for line, found, wide in bad[:_SHOWN]]
        )
    if not table.num_rows:
        raise InputError(Problem(where, "there are no rows under the header."))
    columns = {column: table.column(column) for column in table.column_names}
    return TextTable(where, columns, np.arange(2, table.num_rows + 2) + skip, delimiter)


def unpacked_text(download: Download, name: str) -> bytes:
    """The bytes of a text, unpacked where its name ends in .gz. Raises InputError where they are more than is read."""
    where = download.where(name)
    packed = name.lower().endswith(".gz")
    if download.size(name) > MOST_BYTES:
        raise InputError(Problem(where, f"{download.size(name):,} bytes; at most {MOST_BYTES:,} are read."))
    most = min(MOST_BYTES, max(2**20, MOST_TIMES_PACKED * download.size(name))) if packed else MOST_BYTES
    with download.open(name) as stream:
        try:
            data = gzip.GzipFile(fileobj=stream).read(most + 1) if packed else stream.read(most + 1)
        except DAMAGE as error:
            raise InputError(
                Problem(where, f"not a whole gzip file ({reason_of(error)}).", "Download it again.")
            ) from None
    if len(data) > most:
        raise InputError(Problem(where, f"unpacks to more than {most:,} bytes, as a zip bomb does."))
    if not data.strip():
        raise InputError(Problem(where, "the file is empty."))
    return data


@dataclass(frozen=True, eq=False)
class Observations:
    """Rows of a long table, one observation each, still with gaps; `labels` say what an indicator is called.

    A region that is no country (an aggregate of the publisher's) is left out, and said.
    """

    indicator: Sequence[str]
    region: Sequence[str]
    year: NDArray[np.int64]
    value: NDArray[np.float64]
    unit: Sequence[str]
    sector: Sequence[str]
    status: Sequence[str]
    source: Sequence[str]
    place: Callable[[int], str] = field(default=lambda _: "")
    """How a message names the observation of a row."""


def joined(parts: Sequence[Observations]) -> Observations:
    """The observations of several files one after the other, each still named by its own place."""
    if len(parts) == 1:
        return parts[0]
    starts = np.cumsum([0, *(len(part.year) for part in parts)])

    def place(row: int) -> str:
        part = int(np.searchsorted(starts, row, side="right")) - 1
        return parts[part].place(row - int(starts[part]))

    texts = {name: [cell for part in parts for cell in getattr(part, name)] for name in _TEXTS}
    year, value = (np.concatenate([getattr(part, name) for part in parts]) for name in ("year", "value"))
    return Observations(**texts, year=year, value=value, place=place)


def contents_of_files(
    download: Download, names: Sequence[str], read: Callable[[str], tuple[Observations, tuple[str, ...]]]
) -> IndicatorContents:
    """The observations of several files as one, by a function that reads one of them and says what must be said.

    Raises InputError with the problems of all files, and where the same observation stands in two of them.
    """
    problems: list[Problem] = []
    found: list[tuple[Observations, tuple[str, ...]]] = []
    for name in names:
        try:
            found.append(read(name))
        except InputError as error:
            problems.extend(error.problems)
    if problems:
        raise InputError(problems)
    where = download.where(names[0]) if len(names) == 1 else download.path.name
    notes = tuple(dict.fromkeys(note for _, said in found for note in said))
    return indicator_contents(where, joined([rows for rows, _ in found]), download.origin(names), notes)


def indicator_contents(where: str, rows: Observations, files: Sequence[Any], notes: Sequence[str]) -> IndicatorContents:
    """Observations as contents for the store: gaps and aggregates left out, each observation once.

    Raises InputError where the same observation stands twice or nothing is left.
    """
    known = {label: is_known(label) for label in set(rows.region)}
    kept = np.flatnonzero(np.isfinite(rows.value) & np.array([known[label] for label in rows.region], bool))
    if not len(kept):
        raise InputError(Problem(where, "holds no value of a known country.", "Countries are named by ISO3 codes."))
    texts = {name: tuple(map(getattr(rows, name).__getitem__, kept.tolist())) for name in _TEXTS}
    years = rows.year[kept]
    problems = list(_twice(where, texts, years, lambda row: rows.place(int(kept[row]))))
    if problems:
        raise InputError(problems)
    left_out = sorted(label for label, is_country in known.items() if label and not is_country)
    values: dict[str, Column] = {
        "indicator": texts["indicator"],
        "region": texts["region"],
        "year": years,
        "value": rows.value[kept],
        **{name: texts[name] for name in ("unit", "sector", "status", "source")},
    }
    said = (f"Left out, being no countries: {', '.join(left_out)}.",) if left_out else ()
    return IndicatorContents(values, tuple(sorted(set(years.tolist()))), tuple(files), notes=(*notes, *said))


def repeated(values: Sequence[str], times: int) -> tuple[str, ...]:
    """A column once more for each of several blocks of rows."""
    return tuple(values) * times


def _twice(
    where: str, texts: Mapping[str, tuple[str, ...]], years: NDArray[np.int64], place: Callable[[int], str]
) -> Iterator[Problem]:
    import pandas as pd

    frame = pd.DataFrame({name: texts[name] for name in ("indicator", "region", "sector")} | {"year": years})
    doubled = frame[frame.duplicated(keep=False)]
    first: dict[tuple[str, ...], int] = {}
    said = 0
    for row in doubled.itertuples():
        number, *key = row
        before = first.setdefault(tuple(key), number)
        if before == number or said >= _SHOWN:
            continue
        said += 1
        indicator, region, sector, year = key
        lines = f" ({place(before)} and {place(number)})" if place(number) else ""
        what = f"{indicator} / {region} / {year}{f' / {sector}' if sector else ''} stands twice{lines}."
        yield Problem(where, what, "Keep one observation of each.")


def _header_line(data: bytes, skip: int) -> str:
    return "".join(data[: 1 << 20].decode("utf-8-sig", errors="replace").splitlines()[skip : skip + 1])


def _header_problems(where: str, header: Sequence[str], required: Sequence[str]) -> Iterator[Problem]:
    if len(header) > MOST_COLUMNS:
        yield Problem(f"{where}, line 1", f"more than {MOST_COLUMNS:,} columns.")
        return
    for column in required:
        if column not in header:
            yield Problem(f"{where}, line 1", f"column '{column}' is missing.", f"Found: {', '.join(header)[:200]}.")
    for column in sorted({column for column in header if header.count(column) > 1}):
        what = f"column '{column}' stands {header.count(column)} times."
        yield Problem(f"{where}, line 1", what, "Keep one of them, or give the other another name.")


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0][:160].rstrip(".")
