"""Industries without output that buy all the same, or have an output below zero: nothing of them vanishes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from kaldor.atlas.add import add
from kaldor.atlas.published import PublishedEconomy, PublishedExtension, Source
from kaldor.atlas.store import Store
from kaldor.cli.main import app
from kaldor.economy.accounts import country_accounts, footprint
from kaldor.economy.economy import Economy
from kaldor.economy.extraction import extract, output_left
from kaldor.economy.lowrank import Baseline
from kaldor.economy.multipliers import VALUE_ADDED
from kaldor.economy.trade import content_of_exports
from kaldor.economy.uncertainty import bands
from kaldor.sustainability.scopes import industry_scopes
from kaldor.twin.declared import load_levers
from kaldor.twin.futures.growth import Factors, grown
from kaldor.twin.outcomes import outcomes_of
from kaldor.twin.scenario import Scenario
from kaldor.twin.twin import Twin
from tests.atlas.plain_folders import write_csv

SOURCE = Source("hand", "By hand", "", "", "")


def idle_buyer(x_of_idle: float = 0.0) -> Economy:
    """Two regions of two sectors; the first sector of A makes nothing (or less) and buys 36 of its neighbour.

    Emissions are 1 kt a unit of A's second sector, 1/2 a unit of the others, and 7 stand in the idle one.
    """
    Z = np.array([[0.0, 0, 0, 0], [36, 20, 1, 4], [0, 4, 300, 200], [0, 3, 250, 500]])
    Y = np.array([[x_of_idle, 0.0], [110, 3], [12, 475], [5, 1240]])
    x = Z.sum(axis=1) + Y.sum(axis=1)
    F = np.array([7.0, x[1], x[2] / 2, x[3] / 2])
    co2 = PublishedExtension("co2", "CO2", "kt", F, np.array([2.0, 3.0]), "observed", SOURCE)
    return Economy.from_published(
        PublishedEconomy(
            ("A", "B"), ("s", "t"), ("S", "T"), ("hh",), ("Households",), Z, Y, x, "million USD", 2020, "observed",
            SOURCE, {"hh": "households"}, {}, (co2,),
        )
    )  # fmt: skip


@pytest.mark.parametrize("x_of_idle", [0.0, -20.0])
def test_what_an_idle_industry_buys_is_a_line_of_its_own(x_of_idle):
    economy = idle_buyer(x_of_idle)
    L = np.linalg.inv(np.eye(4) - economy.Z * economy.per_output)
    s = np.array([0.0, 1, 0.5, 0.5])
    accounts = country_accounts(economy, "co2")
    assert accounts["production"].sum() == pytest.approx(economy.extension("co2").F.sum() + 5, rel=1e-12)
    behind = (s[:, None] * L)[:, 1] * 36
    assert accounts.loc["A", "unallocated"] == pytest.approx(7 + behind[:2].sum(), rel=1e-12)
    assert accounts.loc["B", "unallocated"] == pytest.approx(behind[2:].sum(), rel=1e-12)
    parts = accounts[["domestic", "embodied_in_exports", "direct", "discrepancy", "unallocated"]].sum(axis=1)
    np.testing.assert_allclose(accounts["production"], parts, rtol=1e-12)
    np.testing.assert_allclose(footprint(economy, "co2").sum(axis=1), accounts["production"], rtol=1e-12)
    np.testing.assert_allclose(accounts["discrepancy"], 0, atol=1e-9)
    world = country_accounts(economy, VALUE_ADDED)
    assert world["production"].sum() == pytest.approx(economy.value_added.sum(), rel=1e-12)


@pytest.mark.parametrize("x_of_idle", [0.0, -20.0])
def test_output_follows_from_its_uses_in_every_way_of_solving(x_of_idle):
    economy = idle_buyer(x_of_idle)
    base = Baseline(economy, np.array([economy.S("co2"), economy.value_added * economy.per_output]))
    demand = economy.Y.sum(axis=1) + economy.unexplained
    np.testing.assert_allclose(base.solver.solve(demand), economy.x, rtol=1e-12, atol=1e-9)
    twice = grown(economy, Factors(np.array([2.0, 2.0]), {}))
    np.testing.assert_allclose(twice.x[1:], 2 * economy.x[1:], rtol=1e-12)
    found = country_accounts(twice, "co2")
    np.testing.assert_allclose(found["consumption"], 2 * country_accounts(economy, "co2")["consumption"], rtol=1e-9)
    table = bands(economy, "co2", draws=30, seed=1).table
    for account in ("production", "embodied_in_exports", "consumption"):
        assert table.loc[("A", account), "value"] == pytest.approx(
            country_accounts(economy, "co2").loc["A", account], rel=1e-9
        )


@pytest.mark.parametrize("x_of_idle", [0.0, -20.0])
@pytest.mark.parametrize("kind", ["full", "backward", "forward", "supply"])
def test_extraction_has_the_totals_of_the_accounts_and_loses_nothing_of_itself(kind, x_of_idle):
    economy = idle_buyer(x_of_idle)
    found = extract(economy, [("A", "s"), ("A", "t")], kind=kind, share=0.0)
    for name, direct in {"value_added": 0.0, "co2": np.array([2.0, 3.0])}.items():
        np.testing.assert_allclose(found[name], country_accounts(economy, name)["production"] - direct, rtol=1e-12)
        np.testing.assert_allclose(found[f"{name}_lost"], 0, atol=1e-9)
    np.testing.assert_allclose(found["output_lost"], 0, atol=1e-9)
    assert found.attrs["note"] == (
        "Industries without output lose nothing; of the world's totals they have "
        f"value added {x_of_idle - 36:g} million USD, CO2 7 kt (unallocated)."
    )


def test_what_an_idle_industry_buys_goes_with_the_block():
    """The idle one buys 36 of A/t, and no column of A knows it: output left by the inverse and by hand."""
    economy = idle_buyer()
    A = economy.Z * economy.per_output
    final, bought = economy.Y.sum(axis=1), np.array([0.0, 36, 0, 0])
    idle, supplier = np.array([0]), np.array([1])

    def left(A, uses):
        return np.linalg.solve(np.eye(4) - A, uses)

    np.testing.assert_allclose(output_left(economy, idle, "backward", 1.0), left(A, final), rtol=1e-12)
    np.testing.assert_allclose(output_left(economy, idle, "full", 0.5), left(A, final + bought / 2), rtol=1e-12)
    np.testing.assert_allclose(output_left(economy, idle, "forward", 1.0), economy.x, rtol=1e-12, atol=1e-9)
    rows_gone, gone = A.copy(), A.copy()
    rows_gone[1] = gone[1] = gone[:, 1] = 0
    np.testing.assert_allclose(output_left(economy, supplier, "forward", 1.0), left(rows_gone, final), rtol=1e-12)
    others = final * np.array([1, 0, 1, 1])
    np.testing.assert_allclose(output_left(economy, supplier, "full", 1.0), left(gone, others), rtol=1e-12, atol=1e-9)
    both = np.array([0, 1])
    np.testing.assert_allclose(output_left(economy, both, "full", 1.0), left(gone, others), rtol=1e-12, atol=1e-9)
    half = left(np.where(gone == 0, A / 2, A), final * np.array([0.5, 0.5, 1, 1]) + bought / 2)
    np.testing.assert_allclose(output_left(economy, both, "full", 0.5), half, rtol=1e-12, atol=1e-9)


def test_shares_and_scopes_know_what_stands_without_output():
    """What A's industries have of CO2 is F, and of value added what the table says; neither loses the idle one's."""
    economy = idle_buyer()
    exported = content_of_exports(economy, "co2")
    F = economy.extension("co2").F
    np.testing.assert_allclose(exported["content"] / exported["share_of_total"], [F[:2].sum(), F[2:].sum()], rtol=1e-12)
    own = content_of_exports(economy)
    np.testing.assert_allclose(
        own["content"] / own["share_of_total"], economy.sum_by_region(economy.value_added), rtol=1e-12
    )
    assert industry_scopes(economy, "co2", energy_sectors=["t"]).table.loc[("A", "s"), "scope1"] == 7.0


def test_it_is_said_once():
    note, principle = idle_buyer(-20).notes
    assert "the source does not say which" in principle
    assert note.startswith("1 industry has no output above zero but flows of its own (A/s).")
    assert "36 million USD" in note
    again = Economy.from_published(idle_buyer(-20).to_published())
    assert again.notes == idle_buyer(-20).notes
    quiet = idle_buyer()
    assert replace(quiet, Z=quiet.Z * quiet.has_output, notes=()).notes == ()


def test_the_case_from_practice_is_added_and_answers(shared: Path, tmp_path: Path):
    store = Store(tmp_path / "store")
    add(shared.parent / "cases" / "files" / "negative_output", store, as_id="negative")
    economy = Economy.from_published(store.economy("negative", 2020))
    assert "PRT/goods" in economy.notes[-1]
    accounts = country_accounts(economy, VALUE_ADDED)
    parts = accounts[["domestic", "embodied_in_exports", "discrepancy", "unallocated"]].sum(axis=1)
    np.testing.assert_allclose(parts, accounts["production"], rtol=1e-12)
    assert accounts["production"].sum() == pytest.approx(economy.value_added.sum(), rel=1e-12)


def test_a_carbon_price_says_which_emissions_it_does_not_reach():
    """Of the idle industry's 7 kt nothing is paid; a price that names only others has nothing to say."""
    twin = Twin(idle_buyer(), load_levers())

    def notes(sector: str) -> list[str]:
        setting = {"lever": "carbon-price", "strength": 50, "regions": ["A"], "sectors": [sector]}
        scenario = Scenario.model_validate({"id": "price", "levers": [setting]})
        return [note for note in outcomes_of(twin, scenario, region="A").notes if "pay nothing" in note]

    (said,) = notes("s")
    assert "7 kt stand in industries without output (A/s)" in said
    assert notes("t") == []


def test_outputs_below_zero_are_counted_and_no_analysis_is_said_to_refuse_them(tmp_path):
    Z, y = np.array([[0.0, 0], [4, 5]]), np.array([[-20.0], [30]])
    (tmp_path / "in").mkdir()
    write_csv(tmp_path / "in" / "regions.csv", [["region"], ["POL"]])
    write_csv(tmp_path / "in" / "sectors.csv", [["code", "name"], ["s", "S"], ["t", "T"]])
    write_csv(tmp_path / "in" / "final_demand.csv", [["code", "name", "role"], ["hh", "Households", "households"]])
    np.savez(tmp_path / "in" / "table_2020.npz", Z=Z, Y=y, x=Z.sum(axis=1) + y[:, 0])
    store = Store(tmp_path / "store")
    add(tmp_path / "in", store, as_id="below")
    done = CliRunner().invoke(app, ["data", "check", "below"], env={"KALDOR_STORE": str(tmp_path / "store")})
    said = " ".join(done.stdout.split())
    assert "1 outputs are below zero; every account keeps these industries apart" in said
    assert "refuse" not in said
    economy = Economy.from_published(store.economy("below", 2020))
    assert any("no output above zero" in note for note in economy.notes)
