"""What the tests ask every question, and what they ask it wrongly: derived from its own inputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from kaldor.asking import Input, Question
from kaldor.rooms import questions
from tests.asking.mined import MINED
from tests.twin.small_levers import LEVERS_TOML

DEFLATORS = "region,sector,deflator\nIND,metals,1.2\nIND,,1.05\n"
ERRORS = """[[models]]
id = "own"
title = "Of my own"
source = "made up"
flows = { at_reference = 0.1 }
final_demand = { at_reference = 0.1 }
extensions = { at_reference = 0.05 }
"""
ADDED_UP = "from,to\nmanufacturing,industry\ntrade,services\n"
LIGHTER = """id = "lighter"
levers = [{ lever = "material-efficiency", strength = 20, regions = ["IND"] }]
"""
PRICED = """[[scenarios]]
id = "priced"
levers = [{ lever = "carbon-price", strength = 50, regions = ["DEU"] }]
"""
CO2 = {"extension": "co2"}
SETS = """[[sets]]
id = "own"
title = "of my own"
materials = { value = 0.1, source = "made up", mark = "our assumption" }
top = { value = 0.3, source = "made up", mark = "our assumption" }
factors = { value = 0.4, source = "made up", mark = "our assumption" }
final = { value = 0.8, source = "made up", mark = "our assumption" }
energy_against_factors = { value = 0.3, source = "made up", mark = "our assumption" }
fuels = { value = 0.3, source = "made up", mark = "our assumption" }
sourcing = [{ of = "all", value = 3.0, source = "made up", mark = "our assumption" }]
labour_supply = { value = 0.1, source = "made up", mark = "our assumption" }
"""
TREATY = "supplier,buyer,product,before,after,part\nUSA,DEU,manufacturing,4,0,DEU\nDEU,USA,metals,0,10,USA\n"
STRIKE = """id = "strike"
[[events]]
kind = "capacity"
regions = ["DEU"]
sectors = ["metals"]
share = 0.3
days = 7
"""
MEASURES = """[[measures]]
question = "leakage"
region = ["DEU"]
price = 50
[[measures]]
question = "tariff"
supplier = ["CHN"]
buyer = ["DEU"]
rate = 0.1
"""

ASKED: dict[str, list[dict[str, Any]]] = {
    "footprint": [CO2, CO2 | {"by": "region", "region": "IND"}, CO2 | {"by": "product", "region": "India"}],
    "paths": [CO2 | {"region": "IND", "sector": ["metals", "construction"], "threshold": 0.002, "most": 7}],
    "change": [
        CO2 | {"since": 2018, "factor": ["intensity", "technology", "final-demand"], "deflator": 1.27},
        CO2 | {"since": 2018, "region": "IND", "deflators": DEFLATORS, "deflator": 1.1},
        CO2 | {"since": 2018, "deflator": 1.27, "aggregate": ADDED_UP},
    ],
    "bands": [
        CO2 | {"region": ["IND"], "draws": 20, "seed": 4, "level": 0.8, "model": "usual"},
        CO2 | {"region": ["IND"], "draws": 20, "of": "multipliers", "model": "own", "errors": ERRORS},
    ],
    "extract": [{"region": ["IND", "DEU"], "sector": ["metals"], "kind": "forward", "share": 0.5, "by": "sector"}],
    "linkages": [
        {},
        {"aggregate": ADDED_UP},
        {"region": ["DEU", "IND", "DEU"], "scope": "global", "weights": "output"},
    ],
    "prices": [{"cost": 0.1, "region": ["IND"], "of": "products"}, {"cost": -1, "sector": ["manufacturing"]}],
    "upstream": [{}, {"region": ["!IND", "all", "!DEU"], "by": "region"}],
    "ghosh": [{"change": 0.1, "region": ["IND"]}, {"change": -1, "sector": ["metals"], "of": "quantities"}],
    "induced": [{"region": ["IND"], "extension": ["co2", "jobs_male"], "spending": 0.4}],
    "materials": [{"extension": ["ore"]}, {"extension": ["ore"], "region": ["FRA"]}],
    "energy": [{"extension": ["energy"], "region": ["!FRA"]}],
    "scopes": [{}, {"extension": "jobs_male", "region": ["IND", "DEU"], "sector": ["manufacturing"]}],
    "recycled": [{}, {"primary": "mining", "region": ["France"]}],
    "compare": [{"scenarios": [LIGHTER, PRICED], "region": "IND"}, {"scenarios": [PRICED], "levers": [LEVERS_TOML]}],
    "explain": [
        {"scenario": LIGHTER},
        {"scenario": PRICED, "metric": "real-income", "chains": False, "bloc": ["EU"], "aggregate": ADDED_UP},
    ],
    "leakage": [
        {"region": ["EU"], "price": 60, "border": True, "band": "none"},
        {"region": ["IND"], "labour": "supply"},
    ],
    "cut-off": [
        {"supplier": ["CHN"], "buyer": ["DEU", "USA"], "product": ["electronics"], "band": "none"},
        {"supplier": ["CHN"], "buyer": ["IND"], "share": 0.3, "scarcity": "supplier", "band": "none"},
    ],
    "break-even": [
        {"measure": "leakage", "region": ["DEU"], "border": True, "target": "co2", "by": -5, "band": "none"},
        {
            "measure": "tariff",
            "supplier": ["CHN"],
            "buyer": ["IND"],
            "product": ["electronics"],
            "target": "imports",
            "of": ["electronics"],
            "by": -8,
            "most": 80,
            "band": "none",
        },
    ],
    "tariff": [
        {"supplier": ["!USA"], "buyer": ["USA"], "product": ["manufacturing"], "rate": 0.2, "band": "none"},
        {"supplier": ["CHN"], "buyer": ["IND"], "set": "own", "sets": SETS, "lending": "balanced", "band": "none"},
    ],
    "productivity": [{"region": ["India"], "sector": ["manufacturing"], "kind": "labour", "band": "none"}],
    "subsidy": [{"region": ["DEU"], "sector": ["metals"], "amount": 500, "capital": "mobile", "band": "none"}],
    "treaty": [
        {"treaty": TREATY, "band": "none"},
        {"treaty": TREATY, "region": ["IND"], "lending": "balanced", "band": "none"},
    ],
    "supplier-lost": [
        {
            "supplier": ["CHN"],
            "buyer": ["DEU"],
            "product": ["electronics"],
            "days": 14,
            "runs": 2,
            "seed": 3,
            "band": "none",
        },
    ],
    "horizons": [
        {"supplier": ["CHN"], "buyer": ["DEU"], "product": ["electronics"], "days": 14, "runs": 2, "band": "none"},
        {"shock": STRIKE, "region": ["USA"], "days": 10, "runs": 0, "seed": 3, "band": "none"},
    ],
    "why": [{"measures": MEASURES, "region": ["DEU"], "band": "none"}],
    "gains-from-trade": [{"elasticity": 4}, {"region": ["IND"], "set": "own", "sets": SETS, "solved": True}],
    "dependence": [{"region": "IND"}, {"region": "India", "sector": ["metals"], "by": "product"}],
}
"""Inputs of every question on the economy that it is asked of here."""

OF_MINED = {"materials", "energy", "recycled"}
"""What the starter world has no data for."""


def asked_on(question: str) -> str:
    """The economy that a question is asked of."""
    return MINED if question in OF_MINED else "starter"


def asked() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every question with inputs that it answers."""
    for id in questions():
        for given in ASKED[id]:
            yield id, given


def asked_wrongly() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every question with inputs that it refuses, one fault at a time."""
    for id, question in questions().items():
        usual = ASKED[id][0]
        yield id, usual | {"regoin": "IND"}
        for one in question.described:
            for value in wrong_values(question, one):
                yield id, usual | {one.id: value}
        required = [one.id for one in question.described if one.required]
        if required:
            yield id, {}


def wrong_values(question: Question[Any, Any], one: Input) -> Iterator[Any]:
    """Values that an input does not take."""
    if one.low is not None:
        yield one.low if one.low_open else one.low - 1
    if one.high is not None:
        yield one.high if one.high_open else one.high + 1
    if one.kind in {"number", "whole"}:
        yield from ("nan", "inf", "many", "")
    if one.kind == "whole":
        yield 20.5
    if one.kind == "choice":
        yield f"{one.choices[0]}s"
    if one.kind == "file":
        yield "not what it should be\n"
    if one.names:
        yield "INT" if one.names == "region" else "metlas"
    if one.kind == "text" and not one.many:
        yield "x" * 201
        yield ["a", "b"]
    if one.many and one.kind != "file":
        yield [f"R{number}" for number in range(301)]
