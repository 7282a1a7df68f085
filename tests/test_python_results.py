"""What every public result says of itself: unit, status, year and source of its tables, and a short face."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace

import numpy as np
import pandas as pd
import pytest

import kaldor
from kaldor.economy.labelled import Shown, unit_of
from kaldor.twin.twin import Twin


@pytest.fixture(scope="module")
def world() -> kaldor.Economy:
    return kaldor.load()


def _results(world: kaldor.Economy) -> dict[str, object]:
    """Each public name, asked on the starter economy; what is no question of an economy stands in `_OTHERS`."""
    block = [("DEU", "vehicles")]
    kilotonnes = kaldor.load()
    return {
        "accounts": kaldor.accounts(world, "co2"),
        "footprint": [kaldor.footprint(world, "co2", by=by) for by in ("region", "product")],
        "multipliers": kaldor.multipliers(world),
        "content_of_exports": [kaldor.content_of_exports(world, what) for what in ("value_added", "jobs_female")],
        "dependence": kaldor.dependence(world, "IND"),
        "industry_scopes": kaldor.industry_scopes(world),
        "structural_paths": kaldor.structural_paths(world, "co2", "IND", threshold=1e-3),
        "decompose": kaldor.decompose(world, kaldor.load(), "co2"),
        "linkages": kaldor.linkages(world),
        "extract": kaldor.extract(world, block),
        "cost_push": kaldor.cost_push(world, {("CHN", "metals"): 0.1}),
        "consumer_prices": kaldor.consumer_prices(world, kaldor.cost_push(world, {("CHN", "metals"): 0.1})),
        "ghosh_quantities": kaldor.ghosh_quantities(world, {("CHN", "metals"): 1e6}),
        "positions": kaldor.positions(world),
        "type2_multipliers": kaldor.type2_multipliers(world),
        "bands": kaldor.bands(world, "co2", draws=20, regions=["IND"]),
        "material_accounts": kaldor.material_accounts(_in_kt(kilotonnes), ["co2"]),
        "energy_accounts": kaldor.energy_accounts(_in_kt(kilotonnes, "TJ"), ["co2"]),
        "recycled_input_share": kaldor.recycled_input_share(world, group="manufacturing"),
        "what_if": kaldor.what_if(world, "clean-electricity", 50, regions="IND"),
        "compare": kaldor.compare(kaldor.what_if(world, "clean-electricity", 50, regions="IND")),
        "shock": kaldor.shock(
            world, kind="capacity", regions="DEU", sectors="vehicles", share=0.4, days=28, runs=2, steps=8
        ),
    }


_OTHERS = {"Economy", "KaldorError", "aggregate", "datasets", "levers", "load", "study"}
_SKIPPED = {"plot", "save", "economy", "state", "before", "after"}
_ASKED = {"lost_by": "region", "suppliers_of": "chemicals"}


def _in_kt(economy: kaldor.Economy, unit: str = "kt") -> kaldor.Economy:
    return economy.with_extensions(replace(economy.extension("co2"), unit=unit))


def _tables(thing: object, name: str) -> Iterator[tuple[str, pd.DataFrame | pd.Series]]:
    """Every frame that a result gives: itself, its fields, properties and methods."""
    if isinstance(thing, pd.DataFrame | pd.Series):
        yield name, thing
    elif isinstance(thing, list):
        for one in thing:
            yield from _tables(one, name)
    elif isinstance(thing, Shown):
        own = [one.name for one in fields(thing)] if is_dataclass(thing) else []
        for member in sorted({*dir(type(thing)), *own}):
            if member.startswith("_") or member in _SKIPPED:
                continue
            value = getattr(thing, member)
            if callable(value) and not isinstance(value, Shown):
                needed = [p for p in inspect.signature(value).parameters.values() if p.default is p.empty]
                if needed and member not in _ASKED:
                    continue
                value = value(_ASKED[member]) if needed else value()
            if isinstance(value, pd.DataFrame | pd.Series | Shown):
                yield from _tables(value, f"{name}.{member}")


@pytest.fixture(scope="module")
def results(world) -> dict[str, object]:
    return _results(world)


def test_every_public_name_is_asked_here(results):
    assert {*results} | _OTHERS == {*kaldor.__all__}


def test_every_table_says_its_unit_year_status_and_source(results, world):
    silent, wrong, walked = [], [], 0
    for name, thing in results.items():
        for place, table in _tables(thing, name):
            walked += 1
            if isinstance(table, pd.Series) and table.dtype == bool:
                continue
            of_rows = isinstance(table, pd.DataFrame) and "unit" in table.columns
            silent += [f"{place}: no {key}" for key in ("year", "source", "status") if key not in table.attrs]
            columns = table.items() if isinstance(table, pd.DataFrame) else [(table.name, table)]
            for column, values in columns:
                if isinstance(table, pd.DataFrame) and not pd.api.types.is_numeric_dtype(values):
                    continue
                labels = values.index if isinstance(table, pd.Series) and "units" in table.attrs else [column]
                if not of_rows and not all(unit_of(table, label) for label in labels):
                    silent.append(f"{place}[{column}]: no unit")
                size = np.nanmax(np.abs(values.to_numpy(float))) if len(values) else 0
                if not of_rows and unit_of(table, column) == world.unit and 1e-6 < size <= 1:
                    wrong.append(f"{place}[{column}]: no amount of money, at most {size:.3g}")
    assert not silent, silent
    assert not wrong, wrong
    assert walked > 45, walked


def test_results_show_themselves_in_short(results, world):
    long = []
    what_if = kaldor.what_if(world, "carbon-price", regions="DEU")
    shown = [world, world.to_published(), world.once(Twin), what_if.state, what_if.outcomes, kaldor.levers(world)]
    for name, thing in results.items():
        shown += thing if isinstance(thing, list) else [thing]
        shown += [table for _, table in _tables(thing, name)]
    for one in shown:
        if len(repr(one)) >= 600:
            long.append(f"{type(one).__name__}: {len(repr(one))} characters")
        if hasattr(one, "_repr_html_") and len(one._repr_html_()) >= 4_000:
            long.append(f"{type(one).__name__}: {len(one._repr_html_())} characters of HTML")
    assert not long, long
