"""Levers where prices respond, asked and answered on the world of three countries that a person can follow."""

from __future__ import annotations

from functools import cache

import numpy as np

from kaldor.economy.economy import Array
from kaldor.economy.equilibrium.shock import Shock
from kaldor.twin.declared import packaged_levers
from kaldor.twin.order import orders_of
from kaldor.twin.outcome import Outcomes
from kaldor.twin.outcomes import outcomes_of
from kaldor.twin.responding.answer import Answer
from kaldor.twin.responding.asked import Asked
from kaldor.twin.responding.closing import Responses
from kaldor.twin.responding.respondent import shock_of
from kaldor.twin.responding.sourcing import Dearer
from kaldor.twin.scenario import LeverSetting, Scenario
from kaldor.twin.twin import Twin
from tests.twin.hand_world import REGIONS, SECTORS, hand_world, known, lever

OWN = known(
    lever("close_pay_gap", labour_share=60, pay_gap=20),
    lever("raise_productivity", labour_share=60, to_wages=0, gain=50),
    lever("subsidise", "billion $ a year", targeting=50),
    lever("reshore", premium=10),
    lever("use_less"),
)
"""Levers of the package on the sectors that this world has."""


@cache
def twin() -> Twin:
    return Twin(hand_world(), {**packaged_levers(), **OWN})


def at(region: str, sector: str) -> tuple[int, int]:
    return REGIONS.index(region), SECTORS.index(sector)


def shock(*settings: LeverSetting, on: Twin | None = None, why: str = "real-cost") -> Shock:
    return asked(on or twin(), settings, why)[0]


def asked(on: Twin, settings: tuple[LeverSetting, ...], why: str) -> tuple[Shock, Dearer | None]:
    orders, before = orders_of(on.economy, Scenario(id="t", levers=settings), on.levers), balance(on)
    gathers = Asked(on.economy, before.read, before.point.scenario.base)
    return shock_of(on.economy, orders, gathers, why)  # type: ignore[arg-type]


def balance(on: Twin) -> Answer:
    return on.respondent.before(on.respondent.choice(Responses()), "real-cost")


def answer(*settings: LeverSetting, on: Twin | None = None) -> Answer:
    on = on or twin()
    orders = orders_of(on.economy, Scenario(id="t", levers=settings), on.levers)
    return on.respondent.answer(orders, on.respondent.choice(Responses()), "real-cost")


def measured(*settings: LeverSetting, region: str, on: Twin | None = None, band: bool = False) -> Outcomes:
    return outcomes_of(on or twin(), Scenario(id="t", levers=settings), region=region, band=band)


def only(shape: tuple[int, ...], values: dict[tuple[int, ...], float], otherwise: float) -> Array:
    """An array that is the same everywhere but at a few places."""
    found = np.full(shape, otherwise)
    for place, value in values.items():
        found[place] = value
    return found
