"""Regions that have nothing to lose: without value added above zero no loss is a share of a year's."""

from __future__ import annotations

from collections.abc import Sequence

from kaldor.economy.economy import Economy
from kaldor.economy.solve import solver_of
from kaldor.errors import InputError, Problem


def without_value_added(economy: Economy, regions: Sequence[str] | None = None) -> str:
    """Why no share can be lost by some regions together (the whole table by default), in words; empty where one can.

    Raises UnknownLabelError.
    """
    rows = [economy.rows_of(region) for region in (economy.regions if regions is None else regions)]
    if sum(float(economy.value_added[one].sum()) for one in rows) > 0:
        return ""
    who = f"the table {economy.source.id} {economy.year}" if regions is None else ", ".join(regions)
    return f"{who} has no value added above zero, so that no loss is a share of it."


def refuse_without_value_added(economy: Economy, place: str, regions: Sequence[str] | None = None) -> None:
    """Raise InputError where some regions together (the whole table by default) have nothing to lose.

    A table whose industries need more than they make is refused for that, which explains more.
    """
    solver_of(economy).require_productive()
    if why := without_value_added(economy, regions):
        remedy = "Use another table." if regions is None else "Name a region that produces."
        raise InputError(Problem(place, why, remedy))
