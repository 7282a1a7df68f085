"""What is lost along chains stands apart from what is made up: by hand, and over random economies and events."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kaldor.twin.shocks.course import simulate
from kaldor.twin.shocks.parameters import Parameters, behaviour_of
from kaldor.twin.shocks.run import run_shock
from kaldor.twin.shocks.summary import losses
from tests.economy.random_tables import random_economy
from tests.hostile.doors import kaldor
from tests.twin.hand_world import hand_world, row
from tests.twin.test_shocks import EVENTS, PARAMETERS
from tests.twin.test_shocks import laid_out as laid_out_at_random
from tests.twin.test_shocks import shock_of as random_shock
from tests.twin.test_shocks_by_hand import FIRM, ban, capacity, capital, course, made, shock


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 50), events=st.lists(EVENTS, min_size=1, max_size=3), p=PARAMETERS)
def test_what_is_lost_is_direct_and_along_chains_less_what_is_made_up(
    seed: int, events: list[dict[str, Any]], p: Parameters
) -> None:
    economy = random_economy(seed)
    body, timeline = laid_out_at_random(economy, random_shock(*events), p)
    found = simulate(body, timeline, behaviour_of(economy, p), 40)
    per_year = body.x * abs(body.value_added)
    in_parts = found.direct_value_added + found.along_chains - found.made_up
    assert in_parts == pytest.approx(found.lost_value_added, rel=1e-9, abs=1e-9 * per_year.sum())
    earns = body.value_added >= 0
    assert found.along_chains[earns].min() >= 0
    assert found.made_up[earns].min() >= 0
    said = losses(body, found, economy.regions[:1])
    assert said["indirect_loss"] == pytest.approx(
        said["lost_along_chains"] - said["made_up"], rel=1e-9, abs=1e-9 * per_year.sum()
    )


def test_overtime_in_the_industry_that_is_hit_is_made_up_and_no_gain_along_chains() -> None:
    """Half of DEU goods is lost for 60 days and works overtime: α (1 − ½) 200 against 100, with value added of ½ each.

    Goods go to final users alone, so that nothing is lost along chains there; metals lose buyers, and make nothing up.
    """
    parameters = FIRM.model_copy(update={"overproduction": 1.2, "overproduction_days": 30.0})
    found, goods = course(60, capacity(0.5, "DEU goods", days=60), parameters=parameters), row("DEU goods")
    beyond = (made(found, "DEU goods") - 100).sum() / 365
    assert beyond > 1
    assert found.direct_value_added[goods] == pytest.approx(0.5 * 100 * 60 / 365)
    assert found.made_up[goods] == pytest.approx(0.5 * beyond)
    assert found.along_chains[goods] == 0
    metals = row("DEU metals")
    assert found.direct_value_added[metals] == 0
    assert found.along_chains[metals] == pytest.approx(0.4 * (100 - made(found, "DEU metals")).sum() / 365) != 0
    assert found.made_up[metals] == 0


def test_orders_of_rebuilding_are_made_up_where_they_are_delivered() -> None:
    """A tenth of Indian goods' capital (40) is rebuilt from metals: who sells more than before makes it up."""
    event = capital("IND goods", share=0.1, rebuilding={"metals": 1.0})
    parameters = FIRM.model_copy(update={"overproduction": 1.2, "overproduction_days": 30.0, "rebuild_days": 30.0})
    found = course(90, event, parameters=parameters)
    metals, goods = row("IND metals"), row("IND goods")
    assert found.made_up[metals] > 0 == found.direct_value_added[metals]
    assert found.direct_value_added[goods] > 0


def test_a_small_supplier_lost_costs_along_chains_and_the_own_industry_that_steps_in_makes_it_up() -> None:
    """5 % of foreign energy for DEU: users save it. What DEU's energy sells instead is made up, never a negative loss.

    Whoever lost the supplier may come out ahead by it, but what is lost along chains only rises with what is missing.
    """
    along = []
    for share in (0.0, 0.05, 0.2, 0.5, 1.0):
        parameters = Parameters(substitution_days=14, overproduction=1.2, overproduction_days=90)
        event = ban(share, ["IND", "USA"], ["DEU"], "energy", days=120)
        germany = run_shock(hand_world(), shock(event), parameters, steps=120, bands=0).summary(["DEU"])["central"]
        along.append(germany["lost_along_chains"])
        assert germany["made_up"] >= 0
        assert germany["lost_value_added"] == pytest.approx(
            germany["direct_loss"] + germany["lost_along_chains"] - germany["made_up"], abs=1e-9
        )
    assert along[0] == 0
    assert along == sorted(along)
    assert along[-1] > 1


def test_the_command_says_why_nothing_is_modelled_as_it_is_spelt(tmp_path: Path) -> None:
    """A sentence keeps the capitals that it has behind its first letter."""
    dearer = (
        'id = "dear"\nevents = [{ kind = "price", regions = ["DEU"], products = ["energy"], rise = 0.5, days = 28 }]'
    )
    (tmp_path / "dear.toml").write_text(dearer, "utf-8")
    asked = ("twin", "shock", str(tmp_path / "dear.toml"), "--all", "--on=starter", "--steps=4", "--bands=2")
    ended = kaldor(*asked)
    assert ended.code == 0, ended.err
    assert "Volumes: not moved" in " ".join(ended.out.split())
    assert "would buy less. Give the event an `elasticity`" in " ".join(ended.out.split())
