"""Tables as the renderers set them: the numbers beside a picture, and what each cell shows."""

from __future__ import annotations

from collections.abc import Mapping

from kaldor.brief import numbers
from kaldor.brief.document import Cell, Chart, Column, Figure, Table


def beside(chart: Chart) -> Table:
    """The numbers of a picture as a table with the same rows."""
    columns = (Column(title=chart.label_title), *(Column(title=s, unit=chart.unit, numeric=True) for s in chart.series))
    rows = tuple((Cell(text=row.label), *(Cell(figure=name) for name in row.figures)) for row in chart.rows)
    return Table(id=f"{chart.id}-table", title=f"Numbers of the picture: {chart.title}", columns=columns, rows=rows)


def cell_texts(table: Table, figures: Mapping[str, Figure]) -> tuple[tuple[str, ...], ...]:
    """What each cell shows: its text, or its figure with as many decimals as its column needs."""
    decimals = [_decimals(table, column, figures) for column in range(len(table.columns))]
    return tuple(
        tuple(_shown(cell, decimals[column], figures) for column, cell in enumerate(row)) for row in table.rows
    )


def _decimals(table: Table, column: int, figures: Mapping[str, Figure]) -> int:
    """Decimals of a column of numbers; columns that name things beside their figures share theirs."""
    alike = [column] if table.columns[column].numeric else [k for k, c in enumerate(table.columns) if not c.numeric]
    return numbers.decimals_for(figures[name].value for row in table.rows for k in alike if (name := row[k].figure))


def _shown(cell: Cell, decimals: int, figures: Mapping[str, Figure]) -> str:
    if cell.figure is None:
        return cell.text
    number = numbers.in_table(figures[cell.figure].value, decimals)
    return f"{cell.text} {number}" if cell.text else number
