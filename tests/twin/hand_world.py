"""A world small enough to be reckoned by hand: three countries, three sectors, purchases that run one way only.

Energy goes into metals, metals into goods, and nothing goes back; so every chain ends after two steps and every figure
of a test is a sum of a few products. All flows in million USD, CO2 in kt, jobs in thousands:

    sold by        to industries                          to final users                                       output
    DEU energy     20 DEU metals                          80 DEU households                                       100
    IND energy     40 IND metals, 10 DEU metals           50 IND households                                       100
    USA energy     30 DEU metals                          70 USA households                                       100
    DEU metals     50 DEU goods                           40 DEU investment, 10 IND households                    100
    IND metals     30 DEU goods, 20 IND goods             25 DEU households, 25 IND households                    100
    USA metals     20 DEU goods                           80 USA households                                       100
    DEU goods      -                                      120 DEU households, 50 DEU government, 5 DEU
                                                          inventories, 15 IND households, 10 USA households       200
    IND goods      -                                      60 IND households, 30 DEU households, 10 DEU government 100
    USA goods      -                                      80 USA households, 20 DEU government                    100

Value added: DEU 100 (energy), 40, 100; IND 100, 60, 80; USA 100, 100, 100.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from kaldor.atlas.published import PublishedEconomy, PublishedExtension, Source
from kaldor.economy.economy import Economy
from kaldor.twin.lever import Lever
from kaldor.twin.scenario import Closure, LeverSetting, Scenario
from kaldor.twin.state import State

SOURCE = Source("hand", "Table made by hand", "Kaldor's tests", "none", "Apache-2.0")
REGIONS = ("DEU", "IND", "USA")
SECTORS = ("energy", "metals", "goods")
DEMANDS = ("households", "government", "investment", "inventories")

FLOWS = {
    ("DEU energy", "DEU metals"): 20,
    ("IND energy", "IND metals"): 40,
    ("IND energy", "DEU metals"): 10,
    ("USA energy", "DEU metals"): 30,
    ("DEU metals", "DEU goods"): 50,
    ("IND metals", "DEU goods"): 30,
    ("IND metals", "IND goods"): 20,
    ("USA metals", "DEU goods"): 20,
}
FINAL = {
    ("DEU energy", "DEU households"): 80,
    ("IND energy", "IND households"): 50,
    ("USA energy", "USA households"): 70,
    ("DEU metals", "DEU investment"): 40,
    ("DEU metals", "IND households"): 10,
    ("IND metals", "DEU households"): 25,
    ("IND metals", "IND households"): 25,
    ("USA metals", "USA households"): 80,
    ("DEU goods", "DEU households"): 120,
    ("DEU goods", "DEU government"): 50,
    ("DEU goods", "DEU inventories"): 5,
    ("DEU goods", "IND households"): 15,
    ("DEU goods", "USA households"): 10,
    ("IND goods", "IND households"): 60,
    ("IND goods", "DEU households"): 30,
    ("IND goods", "DEU government"): 10,
    ("USA goods", "USA households"): 80,
    ("USA goods", "DEU government"): 20,
}
#        DEU energy, metals, goods; IND …; USA …
CO2 = (10, 30, 4, 40, 60, 10, 20, 50, 5)
WOMEN = (1, 2, 8, 3, 4, 9, 1, 1, 2)
MEN = (3, 6, 8, 5, 8, 3, 3, 3, 2)
WAGES = (30, 20, 60, 40, 30, 40, 50, 60, 50)
OWN_CO2 = {"DEU households": 7, "IND households": 3, "USA households": 2}


def hand_world(
    flows: Mapping[tuple[str, str], float] = FLOWS,
    final: Mapping[tuple[str, str], float] = FINAL,
    year: int = 2009,
    unexplained: Mapping[str, float] | None = None,
) -> Economy:
    """The table of this page, or another of the same labels; outputs are what is sold, and what is `unexplained`."""
    rows = {f"{region} {sector}": i for i, (region, sector) in enumerate((r, s) for r in REGIONS for s in SECTORS)}
    columns = {f"{region} {demand}": i for i, (region, demand) in enumerate((r, d) for r in REGIONS for d in DEMANDS)}
    Z, Y, own = np.zeros((9, 9)), np.zeros((9, 12)), np.zeros(12)
    for (seller, buyer), amount in flows.items():
        Z[rows[seller], rows[buyer]] = amount
    for (seller, buyer), amount in final.items():
        Y[rows[seller], columns[buyer]] = amount
    for buyer, amount in OWN_CO2.items():
        own[columns[buyer]] = amount
    x, none = Z.sum(axis=1) + Y.sum(axis=1), np.zeros(12)
    for seller, amount in (unexplained or {}).items():
        x[rows[seller]] += amount
    amounts = (
        ("co2", "kt CO2", CO2, own),
        ("jobs_female", "thousand jobs", WOMEN, none),
        ("jobs_male", "thousand jobs", MEN, none),
        ("wages", "million USD", WAGES, none),
    )
    return Economy.from_published(
        PublishedEconomy(
            regions=REGIONS,
            sectors=SECTORS,
            sector_names=SECTORS,
            demands=DEMANDS,
            demand_names=DEMANDS,
            Z=Z,
            Y=Y,
            x=x,
            unit="million USD",
            year=year,
            status="estimated",
            source=SOURCE,
            demand_roles={demand: demand for demand in DEMANDS},
            sector_groups={
                "manufacturing": ("metals", "goods"),
                "mining": ("energy",),
                "repair": ("metals", "goods"),
                "recycling": ("metals", "goods"),
            },
            extensions=tuple(
                PublishedExtension(id, id, unit, np.array(F, dtype=float), F_Y, "estimated", SOURCE)
                for id, unit, F, F_Y in amounts
            ),
        )
    )


def lever(function: str, unit: str = "%", high: float = 1000, **figures: float | tuple[float, float, float]) -> Lever:
    """A lever of a function of the package, called as that is, with figures typed here (or low, value and high)."""
    typed = {name: one if isinstance(one, tuple) else (one, one, one) for name, one in figures.items()}
    return Lever.model_validate(
        {
            "id": function.replace("_", "-"),
            "title": function,
            "summary": "For tests.",
            "challenge": "sustainability",
            "priority": "sustainability.public.regulation",
            "honesty": "assumed effect, traced",
            "function": function,
            "parameter": {"name": "strength", "unit": unit, "low": 0, "high": high, "default": 10},
            "figures": [
                {"name": name, "meaning": "x", "value": value, "low": low, "high": high, "unit": "", "source": "test"}
                for name, (low, value, high) in typed.items()
            ],
            "sectors": ["all"],
            "products": ["all"],
            "cost": {"bearer": "firms", "basis": "For tests.", "amount": 0, "unit": "$", "source": "test"},
            "years_to_effect": [0, 1],
            "evidence": [],
            "limits": "For tests.",
        }
    )


def known(*levers: Lever) -> dict[str, Lever]:
    """Levers by id, as a twin takes them."""
    return {one.id: one for one in levers}


def setting(lever_id: str, strength: float, *regions: str, **named: object) -> LeverSetting:
    """A lever in a scenario."""
    return LeverSetting.model_validate({"lever": lever_id, "strength": strength, "regions": regions, **named})


def scenario(*settings: LeverSetting, closure: Closure = "pass-through", id: str = "hand") -> Scenario:
    """Levers together, at fixed prices: what a hand can follow."""
    return Scenario(id=id, view="fixed prices", closure=closure, levers=settings)


def row(place: str) -> int:
    """The position of "DEU metals"."""
    region, sector = place.split()
    return REGIONS.index(region) * len(SECTORS) + SECTORS.index(sector)


def column(place: str) -> int:
    """The position of "DEU households" in final demand."""
    region, demand = place.split()
    return REGIONS.index(region) * len(DEMANDS) + DEMANDS.index(demand)


def at(values: np.ndarray, *places: str) -> list[float]:
    """The values of some industries."""
    return [float(values[row(place)]) for place in places]


def inputs(state: State, product: str, buyer: str) -> list[float]:
    """What an industry buys of a product from DEU, IND and USA, for each million of its own output."""
    bought = state.coefficients(np.array([row(buyer)]))[:, 0]
    return [float(bought[row(f"{region} {product}")]) for region in REGIONS]


def purchases(state: State, product: str, buyer: str) -> list[float]:
    """What a final user buys of a product from DEU, IND and USA, million USD."""
    return [float(state.Y[row(f"{region} {product}"), column(buyer)]) for region in REGIONS]
