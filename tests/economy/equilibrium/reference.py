"""Reads the outside economies in levels: two made-up tables with thirteen solved shocks each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from kaldor.economy.equilibrium.base import Array, Base, Elasticities, every_user
from kaldor.economy.equilibrium.shock import Closure, Shock

_BY_INDUSTRY = {"z": "productivity", "a": "labour_productivity", "f": "wage_wedge", "dt": "output_tax"}


def cases(path: Path) -> Iterator[tuple[str, Base, Shock, Closure, Mapping[str, Any]]]:
    """Name, base, shock, closure and published solution of each case."""
    for table, economy in json.loads(path.read_text(encoding="utf-8"))["economies"].items():
        base = _base(economy["parameters"])
        for name, case in economy["cases"].items():
            yield (
                f"{table}: {name}",
                base,
                _shock(base, case["shock"]),
                _closure(base, case["closure"]),
                case["solution"],
            )


def _flows(base_shape: tuple[int, int, int], between: Any, final: Any) -> Array:
    regions, products, categories = base_shape
    industries = np.asarray(between, float).reshape(regions, products, regions, products)
    buyers = np.asarray(final, float).reshape(regions, products, regions, categories)
    return np.ascontiguousarray(np.concatenate([industries, buyers], axis=3).transpose(1, 2, 0, 3))


def _base(of: Mapping[str, Any]) -> Base:
    R, S, K = of["R"], of["S"], of["Kc"]
    energy = np.zeros((S, 1), dtype=bool)
    energy[of["en"]] = True
    fuel_carbon = np.zeros((S, R, S + K))
    fuel_carbon[..., :S] = np.reshape(of["chi"], (S, R, S))
    fuel_carbon[..., S] = of["chih"]
    return Base(
        flows=_flows((R, S, K), of["Z"], of["Y"]),
        stocks=np.reshape(np.asarray(of["st"], float), (R, S, R)),
        output=np.reshape(np.asarray(of["x"], float), (R, S)),
        labour=np.reshape(np.asarray(of["L0"], float), (R, S)),
        capital=np.reshape(np.asarray(of["K0"], float), (R, S)),
        tariffs=np.reshape(np.asarray(of["tau0"], float), (R, S, R)),
        carbon_price=every_user(of["ct0"], S + K),
        fuel_carbon=fuel_carbon,
        process_carbon=np.reshape(np.asarray(of["ep"], float), (R, S)),
        abatement_slope=np.reshape(np.asarray(of["b"], float), (R, S)),
        energy=energy,
        elasticities=Elasticities(
            sourcing=np.asarray(of["sig"], float),
            materials=of["eps"],
            top=of["theta"],
            factors=of["eta"],
            final=of["rho"],
            energy_against_factors=of["kapE"],
            fuels=of["epsE"],
        ),
    )


def _shock(base: Base, of: Mapping[str, Any]) -> Shock:
    shape = (base.regions, base.products, base.categories)
    changes: dict[str, Array] = {
        ours: np.reshape(np.asarray(of[theirs], float), base.output.shape)
        for theirs, ours in _BY_INDUSTRY.items()
        if theirs in of
    }
    if "tau" in of:
        changes["tariffs"] = np.reshape(np.asarray(of["tau"], float), base.tariffs.shape)
    if "kap" in of:
        changes["transport"] = np.reshape(np.asarray(of["kap"], float), base.tariffs.shape)
    if "ct" in of:
        changes["carbon_price"] = every_user(of["ct"], base.users)
    if "mZ" in of:
        changes["recipe"] = base.flows * _flows(shape, of["mZ"], of["mY"])
    if "cutZ" in of:
        changes["barred"] = _flows(shape, of["cutZ"], of["cutY"])
    return replace(Shock.none(base), **changes)


def _closure(base: Base, of: Mapping[str, Any]) -> Closure:
    supply = np.full(base.regions, float(of.get("phi", 0.0)))
    supply[of.get("fixed", [])] = np.inf
    return Closure.of(
        base,
        labour_supply=supply,
        capital="mobile" if of.get("cap") == "mobile" else "by industry",
        lending="pooled" if of.get("pool") else "fixed",
        external_economies=of.get("gam", 0.0),
    )
