"""Writes docs/reference/money.md, the rates and the index that levers use: `./run python docs/make_money.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from kaldor.atlas.money import declared

PAGE = Path(__file__).parent / "reference" / "money.md"

INTRODUCTION = """# Rates and prices by year

What [levers](levers.md) use to act on tables that are not in US dollars of the year of their figures
([units and prices](../methods/units-and-prices.md)). Made by `docs/make_money.py` from `kaldor/atlas/money.toml`. Three
digits each; a year that is not here is not known.
"""


def money_page() -> str:
    """The whole page as Markdown."""
    return "\n".join([INTRODUCTION, *_table(), "", *_sources(), ""])


def _table() -> Iterator[str]:
    deflator = declared().deflator
    quoted = [(one.rate.quoted, one.rate) for one in declared().currencies if one.rate]
    columns = [*quoted, (deflator.title, deflator)]
    years = sorted({year for _, series in columns for year in series.years}, reverse=True)
    yield f"| year | {' | '.join(title for title, _ in columns)} |"
    yield "|---|" + "--:|" * len(columns)
    for year in years:
        values = (series.of(year) for _, series in columns)
        yield f"| {year} | {' | '.join('' if value is None else f'{value:.4g}' for value in values)} |"


def _sources() -> Iterator[str]:
    for one in declared().currencies:
        if one.rate:
            yield f"- {one.rate.quoted}: {one.rate.source}, {one.rate.found}."
    yield f"- {declared().deflator.title} (2017 = 100): {declared().deflator.source}, {declared().deflator.found}."


if __name__ == "__main__":
    PAGE.write_text(money_page(), "utf-8")
