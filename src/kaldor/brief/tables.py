"""Tables as the renderers set them: the numbers beside a picture, and what each cell shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal

from kaldor.brief import numbers
from kaldor.brief.document import Cell, Chart, Column, Figure, Table
from kaldor.brief.units import YEAR

_WRITTEN_OUT: Final = 5  # values; longer runs stand in results.json
_ROUNDING: Final = 1e-9
WRITTEN: Final = ("bars", "stacked")
"""Forms of pictures with a number at the end of each bar."""
_OF_ONE_KIND: Final = ("fan", "lines", "tiles", "boxes")


def beside(chart: Chart) -> Table:
    """The numbers of a picture as a table with the same rows, less those that are not listed."""
    columns = (Column(title=chart.label_title), *(Column(title=s, unit=chart.unit, numeric=True) for s in chart.series))
    rows = tuple(
        (Cell(text=row.label), *(Cell(figure=name, at=at) for name, at in row.places()))
        for row in chart.rows
        if row.listed
    )
    alike: Literal["table", "column", "row"] = "table" if chart.form in _OF_ONE_KIND else "column"
    alike = "row" if chart.form in WRITTEN else alike
    title = f"Numbers of the picture: {chart.title}"
    return Table(id=f"{chart.id}-table", title=title, columns=columns, rows=rows, decimals=alike)


def cell_texts(table: Table, figures: Mapping[str, Figure]) -> tuple[tuple[str, ...], ...]:
    """What each cell shows: its text, or its figure with as many decimals as its column needs.

    Where the whole table shares a unit, it shares the decimals that it needs. Where each row is of a kind of its own
    ("row") every number is written as a sentence writes it, so that both say the same.
    """
    values = [[_value(cell, figures) for cell in row] for row in table.rows]
    columns: list[int | None] = [_decimals(table, column, figures) for column in range(len(table.columns))]
    if table.decimals == "table":
        columns = [_decimals_for([value for row in values for value in row])] * len(table.columns)
    texts = []
    for row in table.rows:
        decimals = [None] * len(row) if table.decimals == "row" else columns
        texts.append(tuple(_shown(cell, decimals[column], figures) for column, cell in enumerate(row)))
    return tuple(texts)


def annex_text(figure: Figure) -> str:
    """What the data annex shows as a figure's value; of a long run how many values there are, and their range."""
    if figure.unit == YEAR and figure.value is not None:
        return f"{figure.value:.0f}"
    if not figure.values:
        if figure.digits:
            return numbers.in_prose(figure.value, figure.digits)
        return numbers.in_annex(figure.value)
    if len(figure.values) <= _WRITTEN_OUT:
        return "; ".join(numbers.in_annex(value) if value is not None else "\N{EN DASH}" for value in figure.values)
    # What is left of a difference of equal numbers is none.
    known = [value if abs(value) > _ROUNDING else 0.0 for value in figure.values if value is not None]
    ends = f", {numbers.in_prose(min(known))} to {numbers.in_prose(max(known))}" if known else ""
    return f"{len(figure.values)} values{ends}"


def _decimals(table: Table, column: int, figures: Mapping[str, Figure]) -> int:
    """Decimals of a column of numbers; columns that name things beside their figures share theirs."""
    alike = [column] if table.columns[column].numeric else [k for k, c in enumerate(table.columns) if not c.numeric]
    return _decimals_for([_value(row[k], figures) for row in table.rows for k in alike])


def _decimals_for(values: Sequence[float | None]) -> int:
    """Decimals for values that stand side by side; none where all are whole: days, weeks, futures."""
    whole = all(float(value).is_integer() for value in values if value is not None)
    return 0 if whole else numbers.decimals_for(values)


def _value(cell: Cell, figures: Mapping[str, Figure]) -> float | None:
    return None if cell.figure is None else figures[cell.figure].at(cell.at)


def as_in_a_sentence(value: float | None, digits: int = 0) -> str:
    """A number of a picture or of a row of its own kind: three significant digits, as in prose; a dash where none."""
    return numbers.in_table(None, 0) if value is None else numbers.in_prose(value, digits or numbers.DIGITS)


def _shown(cell: Cell, decimals: int | None, figures: Mapping[str, Figure]) -> str:
    if cell.figure is None:
        return cell.text
    value = _value(cell, figures)
    year = figures[cell.figure].unit == YEAR and value is not None
    if year:
        number = f"{value:.0f}"
    elif decimals is None:
        number = as_in_a_sentence(value, figures[cell.figure].digits)
    else:
        number = numbers.in_table(value, decimals)
    return f"{cell.text} {number}" if cell.text else number
