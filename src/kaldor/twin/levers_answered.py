"""Levers as plain fields, the same in every door that speaks JSON, and whether an economy has what they need."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel

from kaldor.economy.economy import Economy
from kaldor.twin.dollars import priced
from kaldor.twin.lever import Assumption, Cost, Evidence, Honesty, InWords, Lever, Parameter
from kaldor.twin.order import missing_data


class LeverDefaults(BaseModel):
    """Which sectors and products a lever acts on where a scenario names none."""

    sectors: list[str]
    products: list[str]


class LeverAnswer(BaseModel):
    """A lever, and whether an economy has the data that it needs: `live` and nothing lacking where none is named."""

    id: str
    title: str
    summary: str
    challenge: str
    priority: str
    honesty: Honesty
    parameter: Parameter
    fr: InWords | None
    es: InWords | None
    figures: list[Assumption]
    cost: Cost
    years_to_effect: tuple[float, float]
    evidence: list[Evidence]
    limits: str
    live: bool
    lacks: list[str]
    defaults: LeverDefaults
    needs_bloc: bool


def levers_answered(levers: Iterable[Lever], economy: Economy | None) -> list[LeverAnswer]:
    """Each lever, its amounts of money in the economy's own, and which of its data the economy lacks."""
    return [_answered(lever, economy) for lever in levers]


def _answered(lever: Lever, economy: Economy | None) -> LeverAnswer:
    lacks = missing_data(economy, lever) if economy else ()
    shared = (priced(economy, lever).lever if economy else lever).model_dump(
        exclude={"function", "sectors", "products", "needs"}
    )
    return LeverAnswer(
        **shared,
        live=not lacks,
        lacks=list(lacks),
        defaults=LeverDefaults(sectors=list(lever.sectors), products=list(lever.products)),
    )
