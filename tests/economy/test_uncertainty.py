"""Bands: drawn tables keep what they must, spreads follow error propagation, and bands cover a simulated truth."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from kaldor.economy import uncertainty
from kaldor.economy.accounts import country_accounts
from kaldor.economy.economy import Economy
from kaldor.economy.error_model import CellErrors, ErrorModel, error_model
from kaldor.economy.national_totals import factors_of_mean_one
from kaldor.economy.uncertainty import ACCOUNTS, bands, drawn_economies, first_order_sd
from kaldor.errors import InputError, UnknownExtensionError, UnknownLabelError, UnproductiveEconomyError
from tests.economy.random_tables import random_economy

EXACT = CellErrors(at_reference=0)


def _model(flows=EXACT, final_demand=EXACT, extensions=EXACT) -> ErrorModel:
    return ErrorModel(
        id="test", title="Test", source="made", flows=flows, final_demand=final_demand, extensions=extensions
    )


EVERYWHERE = _model(CellErrors(at_reference=0.2), CellErrors(at_reference=0.2), CellErrors(at_reference=0.1))


# -- the declared errors -----------------------------------------------------------------------------------------


def test_error_falls_with_size_by_the_power_law_and_stays_within_its_bounds():
    errors = CellErrors(at_reference=0.2, reference=1e-4, exponent=0.5, smallest=0.03, largest=0.5)
    found = errors.relative(np.array([100.0, 400.0, -400.0, 1.0, 1e6, 0.0]), 1e6)
    assert found == pytest.approx([0.2, 0.1, 0.1, 0.5, 0.03, 0.0])


def test_the_packaged_model_names_its_source_and_a_wrong_name_gets_the_near_match():
    assert "2010" in error_model().source
    with pytest.raises(UnknownLabelError, match="Did you mean 'usual'"):
        error_model("usal")


@pytest.mark.parametrize("part", ["flows", "final_demand", "extensions"])
def test_the_packaged_model_knows_national_totals_better_than_what_they_are_the_sums_of(part):
    errors = getattr(error_model(), part)
    assert errors.total < min(errors.at_reference, errors.block or 1)


def test_every_fault_of_an_own_model_is_named(tmp_path):
    file = tmp_path / "mine.toml"
    part = "{at_reference = 3, spread = 1}"
    file.write_text(
        f'[[models]]\nid="m"\ntitle="t"\nsource="s"\nflows={part}\n'
        "final_demand={at_reference=0.1,smallest=0.5,largest=0.2}\nextensions={at_reference=0.1}\n"
    )
    with pytest.raises(InputError) as caught:
        error_model("m", file)
    text = str(caught.value)
    assert "flows.at_reference" in text
    assert "flows.spread" in text
    assert "smallest (0.5) is above largest" in text


# -- drawn tables ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rule", ["rows", "gras"])
def test_drawn_tables_keep_outputs_discrepancy_zeros_and_signs(rule):
    economy = random_economy(1, idle=1)
    for drawn in drawn_economies(economy, EVERYWHERE, draws=5, seed=3, rule=rule):
        assert np.array_equal(drawn.x, economy.x)
        assert drawn.discrepancy == pytest.approx(economy.discrepancy, abs=1e-7)
        assert np.array_equal(np.sign(drawn.Z), np.sign(economy.Z))
        assert np.array_equal(np.sign(drawn.Y), np.sign(economy.Y))
        assert not np.allclose(drawn.Z, economy.Z, rtol=0.01)
        kept = np.allclose(drawn.value_added, economy.value_added, rtol=1e-6)
        assert kept == (rule == "gras")


def test_a_cell_has_the_stated_error_and_no_bias():
    economy = random_economy(2)
    model = _model(extensions=CellErrors(at_reference=0.3))
    F = np.array([d.extension("co2").F for d in drawn_economies(economy, model, draws=4_000, seed=1)])
    ratio = F / economy.extension("co2").F
    assert ratio.mean(axis=0) == pytest.approx(1, abs=0.02)
    assert ratio.std(axis=0) == pytest.approx(0.3, abs=0.03)
    assert abs(np.corrcoef(np.log(ratio[:, :2].T))[0, 1]) < 0.06


def test_the_common_part_is_shared_within_a_country_only():
    economy = random_economy(2)
    model = _model(extensions=CellErrors(at_reference=0.2, common=0.5))
    F = np.array([d.extension("co2").F for d in drawn_economies(economy, model, draws=3_000, seed=1)])
    correlation = np.corrcoef(np.log(F.T))
    assert correlation[0, 1] == pytest.approx(0.5, abs=0.05)
    assert abs(correlation[0, 4]) < 0.06  # four sectors a region


def test_the_error_of_a_block_is_whole_whatever_the_size_of_its_cells():
    """ln of a cell: 0.05 of its own, and ln(1.09) of variance that the trade of two countries shares."""
    economy = random_economy(2, regions=2, sectors=3)
    flows = CellErrors(at_reference=0.05, block=0.3)
    drawn = list(drawn_economies(economy, _model(flows=flows), draws=2_000, seed=1, rule="rows"))
    # Rows are brought back to outputs, which takes the same factor from a row: two cells of one row tell of the blocks.
    log = np.log(np.array([d.Z for d in drawn]) / economy.Z)
    home_to_abroad = log[:, :3, 3:].mean(axis=2) - log[:, :3, :3].mean(axis=2)
    own, block = np.log1p(0.05**2) / 3, np.log1p(0.3**2)
    assert home_to_abroad.std(axis=0) == pytest.approx(np.sqrt(2 * (own + block)), rel=0.06)
    together = np.corrcoef(home_to_abroad.T)[0, 1]
    assert together == pytest.approx(block / (own + block), abs=0.02)


def test_national_totals_vary_by_their_own_error_and_outputs_not_at_all():
    economy = random_economy(2, regions=3, sectors=4)
    model = _model(
        CellErrors(at_reference=0.2, block=0.3, total=0.03),
        CellErrors(at_reference=0.2, block=0.3, total=0.02),
        CellErrors(at_reference=0.15, block=0.3, total=0.05),
    )
    published = _national_totals(economy)
    drawn = list(drawn_economies(economy, model, draws=1_000, seed=1))
    ratio = np.array([_national_totals(d) for d in drawn]) / published
    exports, imports, used, emitted = ratio.std(axis=0)
    assert exports == pytest.approx(0.03, rel=0.35)  # world exports are world imports: one of the two gives way
    assert imports == pytest.approx(0.03, rel=0.15)
    assert used == pytest.approx(0.02, rel=0.15)
    assert emitted == pytest.approx(0.05, rel=0.1)
    assert abs(np.corrcoef(ratio[:, 3, 0], ratio[:, 3, 1])[0, 1]) < 0.1  # each country's publisher errs by itself
    assert ratio.mean(axis=0) == pytest.approx(1, abs=0.006)
    assert all(np.array_equal(d.x, economy.x) for d in drawn)
    assert drawn[0].discrepancy == pytest.approx(economy.discrepancy, abs=1e-7)


def test_factors_of_a_stated_error_have_that_error_and_no_bias():
    """Without the term that makes the mean one it were sqrt(1 + 0.5²) = 1.118."""
    factors = factors_of_mean_one(np.random.default_rng(1), 0.5, (200_000,))
    assert factors.mean() == pytest.approx(1, abs=0.01)
    assert factors.std() == pytest.approx(0.5, rel=0.02)


def test_without_totals_they_are_as_unsure_as_their_blocks():
    economy = random_economy(2, regions=3, sectors=4)
    model = _model(*3 * [CellErrors(at_reference=0.2, block=0.3)])
    drawn = [_national_totals(d) for d in drawn_economies(economy, model, draws=400, seed=1)]
    exports, imports, _, emitted = (np.array(drawn) / _national_totals(economy)).std(axis=0)
    assert exports.min() > 0.06
    assert imports.min() > 0.06
    assert emitted.min() > 0.25


def _national_totals(economy: Economy) -> np.ndarray:
    """Exports, imports, final use above zero and emissions of each region (4 × regions)."""
    R, s = len(economy.regions), len(economy.sectors)
    Y = np.maximum(economy.Y, 0).reshape(R, s, R, -1).sum(axis=(1, 3))
    trade = economy.Z.reshape(R, s, R, s).sum(axis=(1, 3)) + Y
    np.fill_diagonal(trade, 0)
    co2 = economy.extension("co2")
    emitted = co2.F.reshape(R, s).sum(axis=1) + co2.F_Y.reshape(R, -1).sum(axis=1)
    return np.array([trade.sum(axis=1), trade.sum(axis=0), Y.sum(axis=0), emitted])


def test_same_seed_same_draws_and_more_draws_continue_fewer():
    economy = random_economy(3)
    few = list(drawn_economies(economy, EVERYWHERE, draws=2, seed=5))
    more = list(islice(drawn_economies(economy, EVERYWHERE, draws=9, seed=5), 2))
    other = next(drawn_economies(economy, EVERYWHERE, draws=1, seed=6))
    for fewer, longer in zip(few, more, strict=True):
        np.testing.assert_allclose(fewer.Z, longer.Z, rtol=1e-12)
    assert not np.allclose(few[0].Z, other.Z)


# -- bands -------------------------------------------------------------------------------------------------------


def _mostly_empty() -> Economy:
    """Six regions that buy at home above all; two of three cells are empty, sizes differ by orders of magnitude."""
    economy = random_economy(4, regions=6, sectors=9, idle=1)
    rng = np.random.default_rng(1)
    Z = economy.Z * rng.lognormal(0, 2, economy.Z.shape) * (rng.random(economy.Z.shape) < 0.35)
    home = np.kron(np.eye(6), np.ones((9, 9))) * 9 + 1
    Z *= home
    Z *= np.minimum(1, 0.7 * economy.x / np.maximum(Z.sum(axis=0), 1e-9))
    Y = np.abs(economy.Y)
    x = Z.sum(axis=1) + Y.sum(axis=1) + economy.discrepancy
    return replace(economy, Z=Z, Y=Y, x=np.where(economy.x > 0, x, 0))


@pytest.mark.parametrize("rule", ["rows", "gras"])
@pytest.mark.parametrize("make", [lambda: random_economy(4, idle=1), _mostly_empty], ids=["full", "mostly empty"])
def test_bands_are_the_quantiles_of_the_accounts_of_drawn_tables(make, rule):
    economy = make()
    found = bands(economy, "co2", model=EVERYWHERE, draws=30, seed=2, rule=rule)
    drawn = list(drawn_economies(economy, EVERYWHERE, draws=30, seed=2, rule=rule))
    accounts = np.array([country_accounts(d, "co2")[list(ACCOUNTS)].to_numpy() for d in drawn])
    low, high = np.quantile(accounts, [0.05, 0.95], axis=0)
    assert found.table["low"].to_numpy() == pytest.approx(low.ravel(), rel=1e-5)
    assert found.table["high"].to_numpy() == pytest.approx(high.ravel(), rel=1e-5)
    published = country_accounts(economy, "co2")[list(ACCOUNTS)].to_numpy()
    assert found.table["value"].to_numpy() == pytest.approx(published.ravel(), rel=1e-9)
    inverse = [d.S("co2") @ np.linalg.inv(np.eye(d.n) - d.A()) for d in drawn]
    assert found.multipliers["mean"].to_numpy() == pytest.approx(np.mean(inverse, axis=0), rel=1e-5)
    assert (found.draws, found.seed, found.rule, found.unit) == (30, 2, rule, "kt CO2")


@pytest.mark.parametrize("certain", [-np.inf, np.inf], ids=["own proof of each draw", "exact solve of each draw"])
def test_how_a_draw_is_proved_productive_does_not_change_its_band(monkeypatch, certain):
    economy = random_economy(4, idle=1)
    usual = bands(economy, "co2", model=EVERYWHERE, draws=20)
    monkeypatch.setattr(uncertainty, "_CERTAIN", certain)
    other = bands(economy, "co2", model=EVERYWHERE, draws=20)
    assert other.table.to_numpy() == pytest.approx(usual.table.to_numpy(), rel=1e-5)


def test_a_drawn_table_that_cannot_reproduce_itself_is_refused():
    """An industry uses most of what it makes and sells out of its stocks: some draws have it use more than it makes."""
    economy = random_economy(1, regions=1, sectors=2)
    Z, Y, x = np.array([[0.9, 0.4], [0.05, 1.0]]), np.array([[0.0, -0.3], [9.0, -0.05]]), np.array([1.0, 10.0])
    risky = replace(economy, Z=Z, Y=Y, x=x)
    assert np.isfinite(country_accounts(risky, "co2").to_numpy()).all()
    with pytest.raises(UnproductiveEconomyError, match="spectral radius"):
        bands(risky, "co2", model=_model(flows=CellErrors(at_reference=1)), draws=40)


def test_one_region_alone_has_the_same_band_as_among_all():
    economy = random_economy(5)
    one = bands(economy, "co2", regions=["R01"], model=EVERYWHERE, draws=25, seed=1).table
    every = bands(economy, "co2", model=EVERYWHERE, draws=25, seed=1).table
    assert one.to_numpy() == pytest.approx(every.loc[["R01"]].to_numpy(), rel=1e-5)


@pytest.mark.long
def test_both_ends_and_the_middle_of_a_band_by_hand():
    """One region makes 100 kt, known to 20 %: ln has sd s = 0.198 around ln 100 − s²/2; 5 % lie 1.645 s below."""
    one = random_economy(1, regions=1, sectors=1)
    co2 = replace(one.extension("co2"), F=np.array([100.0]), F_Y=np.zeros(2))
    economy = one.with_extensions(co2)
    model = _model(extensions=CellErrors(at_reference=0.2))
    line = bands(economy, "co2", model=model, draws=20_000, seed=1).table.loc[("R00", "production")]
    assert line["value"] == 100
    assert line["mean"] == pytest.approx(100, rel=0.01)
    assert line["sd"] == pytest.approx(20, rel=0.03)
    assert line["low"] == pytest.approx(70.8, rel=0.01)  # exp(4.6052 − 0.0196 − 1.6449 · 0.1980)
    assert line["median"] == pytest.approx(98.06, rel=0.01)
    assert line["high"] == pytest.approx(135.8, rel=0.01)  # the 90th percentile would be 126.4
    narrow = bands(economy, "co2", model=model, draws=20_000, seed=1, level=0.8).table.loc[("R00", "production")]
    assert (narrow["low"], narrow["high"]) == (pytest.approx(76.1, rel=0.01), pytest.approx(126.4, rel=0.01))


def test_certain_cells_give_bands_without_width():
    table = bands(random_economy(6), "co2", model=_model(), draws=20).table
    assert table["low"].to_numpy() == pytest.approx(table["value"].to_numpy(), rel=1e-6)
    assert table["high"].to_numpy() == pytest.approx(table["value"].to_numpy(), rel=1e-6)


def test_spread_follows_error_propagation():
    economy = random_economy(7)
    only_F = _model(extensions=CellErrors(at_reference=0.1))
    found = bands(economy, "co2", model=only_F, draws=3_000, seed=1, regions=["R00"]).table
    assert found.loc[("R00", "consumption"), "sd"] == pytest.approx(
        first_order_sd(economy, "co2", "R00", only_F), rel=0.06
    )
    # With small errors in Z and Y too, against tables drawn here, unbalanced, and their explicit inverse.
    small = _model(*3 * [CellErrors(at_reference=0.02)])
    rng, footprints = np.random.default_rng(8), []
    for _ in range(2_000):
        A, y, s = (
            part * (1 + 0.02 * rng.standard_normal(part.shape))
            for part in (economy.A(), economy.Y[:, :2], economy.S("co2"))
        )
        direct = economy.extension("co2").F_Y[:2] * (1 + 0.02 * rng.standard_normal(2))
        footprints.append(s @ np.linalg.inv(np.eye(economy.n) - A) @ y.sum(axis=1) + direct.sum())
    assert np.std(footprints) == pytest.approx(first_order_sd(economy, "co2", "R00", small), rel=0.06)


@pytest.mark.long
@pytest.mark.real
def test_footprints_of_countries_are_as_uncertain_as_between_five_world_tables(wiod):
    """Rodrigues et al. (2018): 2 to 16 % for the consumption-based CO2 of countries."""
    economy = wiod(2009)
    table = bands(economy, "co2", draws=40, seed=1).table.xs("consumption", level="account")
    relative = table["sd"] / table["value"]
    assert relative.between(0.02, 0.16).all()


@pytest.mark.parametrize(
    ("wrong", "words"),
    [({"draws": 5}, "20 or more"), ({"level": 1.5}, "between 0 and 1"), ({"rule": "sum"}, "rows or gras")],
)
def test_wrong_settings_are_refused_with_advice(wrong, words):
    with pytest.raises(InputError, match=words):
        bands(random_economy(1), "co2", **{"draws": 20, **wrong})
    with pytest.raises(UnknownExtensionError, match="Did you mean 'co2'"):
        bands(random_economy(1), "co")


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("negligible", [1e-5, 1e-30, 1e-45, 1e-300])
@pytest.mark.parametrize("emits", [True, False], ids=["emits all the same", "emits as little"])
@pytest.mark.parametrize("whole", [True, False], ids=["the whole table", "one industry"])
def test_bands_of_cells_of_next_to_nothing_are_those_of_the_drawn_tables(negligible, emits, whole):
    """Single precision holds neither multipliers of 1e45, nor beside those of an industry that emits for no output."""
    economy = random_economy(8)
    scale = np.where(np.arange(economy.n) == 5, negligible, 1.0) if not whole else np.full(economy.n, negligible)
    Z = economy.Z * np.minimum(scale[:, None], scale)
    Y = economy.Y * scale[:, None]
    own = economy.extension("co2")
    own = own if emits else replace(own, F=own.F * scale, F_Y=own.F_Y * (negligible if whole else 1))
    tiny = replace(economy, Z=Z, Y=Y, x=Z.sum(axis=1) + Y.sum(axis=1), extensions={"co2": own})
    found = bands(tiny, "co2", model=EVERYWHERE, draws=20).table["sd"].unstack()[list(ACCOUNTS)]
    drawn = drawn_economies(tiny, EVERYWHERE, draws=20, seed=1)
    wanted = np.array([country_accounts(one, "co2")[list(ACCOUNTS)] for one in drawn])
    size = wanted.max()
    sd = np.std(wanted / size, axis=0, ddof=1)
    np.testing.assert_allclose(found.loc[list(tiny.regions)] / size, sd, rtol=1e-3, atol=1e-5)
