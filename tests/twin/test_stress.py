"""The standard stress set."""

from __future__ import annotations

import numpy as np
import pytest

from kaldor.economy.economy import Economy
from kaldor.economy.starter import starter_world
from kaldor.errors import UnknownLabelError
from kaldor.twin.shocks.events import Shock
from kaldor.twin.shocks.parameters import Parameters
from kaldor.twin.shocks.stress import roles_of, standard_shocks, stress, stress_test, tail_mean
from tests.economy.random_tables import random_economy


@pytest.fixture(scope="module")
def starter() -> Economy:
    return Economy.from_published(starter_world())


def test_every_declared_shock_has_a_title_and_a_source() -> None:
    shocks = standard_shocks()
    assert len(shocks) >= 6
    assert {event.kind for shock in shocks.values() for event in shock.events} >= {
        "capacity",
        "capital",
        "ban",
        "delay",
        "shortage",
        "demand",
    }
    for shock in shocks.values():
        assert shock.title
        assert len(shock.source) > 40


def test_the_set_runs_on_the_starter_world_and_pools_its_runs(starter: Economy) -> None:
    result = stress(starter, "DEU", runs=4, steps=52)
    frame = result.shocks
    assert list(frame.index) == [*standard_shocks(), "all"]
    assert (frame["note"] == "").all()
    assert (frame["value_added_at_risk_tail"] >= frame["value_added_at_risk_mean"]).all()
    mean = frame["value_added_at_risk_mean"]
    assert mean["all"] == pytest.approx(mean.drop("all").mean())
    assert mean["lockdown"] == mean.max()
    home = starter.value_added[starter.rows_of("DEU")]
    assert (result.sectors["mean"].to_numpy() * home).sum() / home.sum() == pytest.approx(mean["all"])
    assert result.regions.loc["DEU", "mean"] == pytest.approx(mean["all"])


def test_a_shock_on_sectors_that_the_table_lacks_reads_not_modelled() -> None:
    economy = random_economy(1)  # has no group "construction"
    frame = stress_test(economy, "R00", runs=2, steps=10)
    assert frame.loc["flood", "note"].startswith("not modelled")
    assert np.isnan(frame.loc["flood", "value_added_at_risk_mean"])
    assert np.isfinite(frame.loc["all", "value_added_at_risk_mean"])


def test_roles() -> None:
    economy = random_economy(2)
    roles = roles_of(economy, "R01")
    assert roles["home"] == ("R01",)
    assert roles["abroad"] == ("R00", "R02")
    bought = economy.sum_by_region(economy.Z[:, economy.rows_of("R01")].sum(axis=1))
    assert roles["top-supplier"] == (("R00", "", "R02")[int(np.argmax([bought[0], 0, bought[2]]))],)
    with pytest.raises(UnknownLabelError, match="R01"):
        roles_of(economy, "R1")


def test_the_tail_is_the_mean_of_the_worst_twentieth() -> None:
    losses = np.arange(100.0)
    assert tail_mean(losses) == pytest.approx(97)
    assert tail_mean(losses[:10]) == 9


def test_stocks_lower_what_a_late_sea_lane_costs(starter: Economy) -> None:
    shock = standard_shocks()["sea-lane"]
    only: dict[str, Shock] = {"sea-lane": shock}
    at_risk = [
        stress(starter, "DEU", shocks=only, parameters=p, runs=4, steps=52).shocks.loc[
            "sea-lane", "value_added_at_risk_mean"
        ]
        for p in (Parameters(dt=7, stock_days=25, psi=0.9), Parameters(dt=7, stock_days=180, psi=0.9))
    ]
    assert at_risk[1] < 0.5 * at_risk[0]
