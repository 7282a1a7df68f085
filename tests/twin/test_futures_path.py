"""Adoption curves, paths to a year at fixed prices, and the latest start that is still useful."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaldor.declared import parse
from kaldor.economy.economy import Economy
from kaldor.economy.starter import starter_world
from kaldor.errors import InputError, UnknownLabelError
from kaldor.twin.futures.adoption import Adoption, bass, gompertz, logistic
from kaldor.twin.futures.growth import factors_after, grown
from kaldor.twin.futures.path import latest_starts, run_path
from kaldor.twin.futures.path_reached import summed
from kaldor.twin.futures.pathway import Pathway
from kaldor.twin.futures.ranges import Range
from kaldor.twin.outcomes import outcomes
from kaldor.twin.twin import Twin

SMOOTH = ("logistic", "gompertz", "bass", "linear")

PATH = """
id = "two"
region = "DEU"
start = 2020
end = 2040
view = "fixed prices"

[[levers]]
lever = "clean-electricity"
strength = 80
regions = ["DEU"]
adoption = { curve = "logistic", start = 2022, until = 2032 }

[[levers]]
lever = "carbon-price"
strength = 100
regions = ["DEU"]
adoption = { curve = "linear", start = 2020, until = 2030 }

[[growth]]
demand = 1.0
intensities = { co2 = -0.5 }
source = "test"
"""


@pytest.fixture(scope="module")
def twin() -> Twin:
    return Twin(Economy.from_published(starter_world()))


def path(**changed) -> Pathway:
    return parse(Pathway, PATH, "path.toml").model_copy(update=changed)


def target(**named):
    return parse(
        Pathway,
        PATH + "\n[[targets]]\n" + "\n".join(f"{k} = {v!r}" for k, v in named.items()).replace("True", "true"),
        "path.toml",
    )


# -- curves ------------------------------------------------------------------------------------------------------


@settings(max_examples=80, deadline=None)
@given(
    st.sampled_from(SMOOTH),
    st.floats(1990, 2040),
    st.floats(1, 60),
    st.floats(0.001, 0.999),
    st.floats(0.002, 0.2),
    st.floats(0.01, 0.9),
)
def test_every_curve_runs_from_0_to_1_and_its_inverse_gives_the_year_back(curve, start, length, share, p, q):
    adoption = Adoption(curve=curve, start=start, until=start + length, p=p, q=q)
    years = np.linspace(start - 5, start + length + 5, 200)
    values = adoption.share(years)
    assert values.min() == pytest.approx(0, abs=1e-9)
    assert values.max() == pytest.approx(1, abs=1e-9)
    assert (np.diff(values) >= -1e-12).all()
    assert float(adoption.share(adoption.year_of(share))) == pytest.approx(share, abs=1e-6)
    later = adoption.begun(start + 3)
    np.testing.assert_allclose(later.share(years + 3), values, atol=1e-9)


def test_curves_have_the_shapes_of_their_publications():
    assert float(logistic(2030, 2020, 2040)) == pytest.approx(0.5)
    years = np.linspace(2020, 2040, 4001)
    slope = np.gradient(gompertz(years, 2020, 2040), years)
    at = gompertz(years, 2020, 2040)[np.argmax(slope)]
    assert at == pytest.approx((np.exp(-1) - 0.01) / 0.98, abs=0.01)  # fastest at 1/e of saturation
    # Bass (1969): sales peak ln(q/p)/(p+q) years after the start.
    p, q = 0.03, 0.38
    years = np.linspace(2020, 2060, 40001)
    peak = years[np.argmax(np.gradient(bass(years, 2020, 2060, p, q), years))]
    assert peak - 2020 == pytest.approx(np.log(q / p) / (p + q), abs=0.01)


def test_a_step_and_a_curve_that_ends_before_it_begins():
    assert Adoption(curve="step", start=2030, until=2030).share([2029.9, 2030]).tolist() == [0, 1]
    with pytest.raises(ValueError, match="after start"):
        Adoption(start=2030, until=2030)
    with pytest.raises(ValueError, match="between 0 and 1"):
        Adoption(start=2020, until=2030).year_of(1.5)


# -- paths ------------------------------------------------------------------------------------------------------


def test_each_year_equals_its_what_if_on_the_grown_economy(twin):
    declared = path(step=10)
    result = run_path(twin, declared, metrics=["co2-production", "jobs", "real-income"])
    assert list(result.yearly.index) == [2020, 2030, 2040]
    for year in (2030, 2040):
        economy = grown(twin.economy, factors_after(twin.economy, declared.growth, year - twin.economy.year))
        other = Twin(economy, twin.levers)
        alone = outcomes(other.before(), other.run(declared.scenario(year)), region="DEU")
        for metric in ("co2-production", "jobs", "real-income"):
            row = result.yearly.loc[year, metric]
            assert row["reference"] == pytest.approx(alone[metric].before or 0.0, rel=1e-9, abs=1e-3)
            moved = alone[metric].modelled
            assert np.isnan(row["change"]) == (metric in result.not_modelled)
            assert np.isnan(row["path"]) == (not moved)
            if moved:
                assert row["path"] == pytest.approx(alone[metric].after, rel=1e-9, abs=1e-3)
    assert "not a forecast" in result.warning
    assert str(twin.economy.year) in result.warning


def test_before_any_lever_begins_the_path_is_the_reference_and_grows_as_declared(twin):
    result = run_path(twin, path(), metrics=["co2-production"])
    assert result.of("co2-production", "change").loc[2020] == pytest.approx(0, abs=1e-6)
    reference = result.of("co2-production", "reference")
    assert reference.loc[2021] / reference.loc[2020] == pytest.approx(1.01 * 0.995, rel=1e-9)
    assert result.strengths.loc[2027, "clean-electricity"] == pytest.approx(40)
    assert result.strengths.attrs["units"]["carbon-price"] == "$/t CO2"


def test_cumulative_amounts_add_up_the_years_and_leave_shares_out(twin):
    result = run_path(twin, path())
    total = result.cumulative.loc["co2-production"]
    assert total["change"] == pytest.approx(result.of("co2-production", "change").sum())
    assert total["change"] < 0
    assert total["unit"] == "kt CO2"
    assert "years" in result.cumulative.loc["jobs", "unit"]
    assert "foreign-share" not in result.cumulative.index
    revenue = result.of("treasury-revenue")
    levy = result.costs["carbon price (industries, to treasury)"]
    np.testing.assert_allclose(levy, revenue, rtol=1e-9)
    assert summed(np.array([0.0, 10.0]), [2020, 2030]) == pytest.approx(55)  # 0 + 1 + … + 10


def test_milestones_say_when_each_lever_and_target_gets_there(twin):
    result = run_path(twin, target(metric="co2-production", by=2040, cut=15.0), metrics=["jobs"])
    milestones = result.milestones.set_index("what")
    assert milestones.loc["clean-electricity: 50% adopted", "year"] == pytest.approx(2027)
    aim = milestones.loc["target: co2-production 15 % lower by 2040"]
    values = result.of("co2-production")
    first = result.of("co2-production", "reference").loc[2020]
    assert aim["met"]
    assert values.loc[aim["year"]] <= 0.85 * first < values.loc[aim["year"] - 1]


@pytest.mark.parametrize("cumulative", [False, True])
def test_the_latest_useful_start_meets_the_target_and_a_year_later_misses_it(twin, cumulative):
    values = {"metric": "co2-production", "by": 2036, "cut": 9.0 if cumulative else 15.0}
    declared = target(**values, **({"cumulative": True} if cumulative else {}))
    found = latest_starts(twin, declared).xs("clean-electricity")
    latest = int(found["latest"].iloc[0])
    assert 2020 <= latest < 2036

    def met(start: int) -> bool:
        moved = run_path(twin, declared.begun(0, start), metrics=["co2-production"])
        return bool(moved.milestones["met"].iloc[-1])

    assert met(latest)
    assert not met(latest + 1)
    assert found["slack"].iloc[0] == latest - 2022
    # A price that abates nothing by itself cannot meet the target, nor is it needed for it.
    assert "not needed" in latest_starts(twin, declared).xs("carbon-price")["in_words"].iloc[0]


def test_a_target_out_of_reach_says_so(twin):
    found = latest_starts(twin, target(metric="co2-production", by=2030, cut=95.0))
    assert found["latest"].isna().all()
    assert found["in_words"].str.contains("no start is early enough").all()


def test_bands_over_drawn_assumptions_carry_their_seed_and_hold_the_middle(twin):
    ranges = [
        Range(name="cleaner", varies="growth", growth="co2", low=-2, high=1, unit="% a year", source="test"),
        Range(name="power", varies="strength", lever=1, low=60, high=100, unit="%", source="test"),
    ]
    result = run_path(twin, path(step=10), metrics=["co2-production"], ranges=ranges, runs=20, seed=5)
    assert result.bands.attrs["seed"] == 5
    late = result.bands.loc[(2040, "co2-production", "path")]
    assert late["p5"] < late["p50"] < late["p95"]
    spread = result.bands["p95"] - result.bands["p5"]
    assert spread[2040, "co2-production", "path"] > spread[2030, "co2-production", "path"]
    again = run_path(twin, path(step=10), metrics=["co2-production"], ranges=ranges, runs=20, seed=5)
    assert again.bands.equals(result.bands)


def test_all_that_is_wrong_with_a_path_is_told(twin):
    with pytest.raises(InputError) as error:
        parse(
            Pathway,
            PATH.replace("end = 2040", "end = 2040\ncolour = 1").replace("until = 2032", "until = 2002"),
            "p.toml",
        )
    assert "colour" in str(error.value)
    assert "until" in str(error.value)
    with pytest.raises(InputError, match="syntax"):
        parse(Pathway, "id = ", "p.toml")
    with pytest.raises(InputError, match="out of bounds"):
        run_path(twin, parse(Pathway, PATH.replace("strength = 80", "strength = 180"), "p.toml"))
    with pytest.raises(UnknownLabelError):
        run_path(twin, path(), metrics=["co2-productoin"])
    with pytest.raises(InputError, match="no target"):
        latest_starts(twin, path())


def test_a_year_that_cannot_be_run_is_named(twin):
    subsidy = PATH.replace('"carbon-price"', '"flat-subsidy"').replace("strength = 100", "strength = 1000")
    with pytest.raises(InputError, match="year 20"):
        run_path(twin, parse(Pathway, subsidy, "p.toml"), metrics=["jobs"])


PRICE = """
id = "price"
region = "DEU"
start = 2020
end = 2030
step = 5
view = "fixed prices"

[[levers]]
lever = "carbon-price"
strength = 100
regions = ["DEU"]
adoption = { curve = "linear", start = 2020, until = 2030 }
"""


def test_what_the_levers_have_no_data_to_move_is_not_modelled_on_the_path_either(twin):
    found = run_path(twin, parse(Pathway, PRICE, "path.toml"))
    assert "no elasticity is given" in found.not_modelled["co2-production"]
    assert found.of("co2-production", "reference").gt(0).all()
    assert found.of("co2-production", "path").isna().all()
    assert found.of("jobs-to-move", "reference").isna().all()
    assert np.isnan(found.cumulative.loc["co2-production", "path"])
    assert found.of("real-income", "change").iloc[-1] != 0


def test_whether_a_target_on_what_the_levers_have_no_data_to_move_is_met_is_not_modelled(twin):
    aimed = parse(Pathway, PRICE + '[[targets]]\nmetric = "co2-production"\nby = 2030\ncut = 25\n', "path.toml")
    told = run_path(twin, aimed).milestones.iloc[-1]
    assert np.isnan(told["year"])
    assert told["met"] is None
    start = latest_starts(twin, aimed).iloc[0]
    assert np.isnan(start["latest"])
    assert start["in_words"].startswith("not modelled: Carbon price moves prices")


def test_a_path_is_of_the_only_region_in_which_its_levers_act_if_it_names_none():
    levers = [
        {
            "lever": "material-efficiency",
            "strength": 20,
            "regions": ["IND"],
            "adoption": {"curve": "linear", "start": 2026, "until": 2030},
        }
    ]
    given = {"id": "p", "start": 2025, "end": 2030, "levers": levers}
    assert Pathway.model_validate(given).region == "IND"
    assert Pathway.model_validate(given | {"region": "CHN"}).region == "CHN"
    with pytest.raises(ValueError, match="region"):
        Pathway.model_validate(given | {"levers": [*levers, levers[0] | {"regions": ["CHN"]}]})
