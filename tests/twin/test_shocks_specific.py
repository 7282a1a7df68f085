"""Specific goods, importance and saving: nothing of them is the model before them, and figures reckoned by hand."""

from __future__ import annotations

import pytest

from kaldor.twin.shocks.run import run_shock
from tests.economy.random_tables import random_economy
from tests.twin.test_shocks_together import EVENTS, PARAMETERS, shock_of

NOTHING = {"specificity": 0.0, "importance": "all critical", "saving": 0.0, "overlap": 1.0}

# Lost value added, direct loss and unmet final demand of ninety days, made before there were specific goods.
BEFORE = {
    ("capacity", "as they are"): (2.49058595585, 1.32160629172, 2.45541651711),
    ("capacity", "four classes, backlog"): (9.05223764993, 1.32160629172, 6.12740443743),
    ("capacity", "stocks of one region"): (2.43554729696, 1.32160629172, 2.43554729696),
    ("ban", "as they are"): (1.77083323445, 0.986158208112, 1.66616485014),
    ("ban", "four classes, backlog"): (1.67407879912, 0.986158208112, 0.723961238597),
    ("ban", "stocks of one region"): (1.81811578236, 0.986158208112, 1.70585956559),
    ("capacity and ban", "as they are"): (4.06343045789, 2.30776449983, 3.92321240849),
    ("capacity and ban", "four classes, backlog"): (10.4265762567, 2.30776449983, 6.8843338841),
    ("capacity and ban", "stocks of one region"): (4.06100299675, 2.30776449983, 3.95306360984),
    ("delay and ban of the same goods", "as they are"): (0.615290220134, 0.377214167426, 0.6611643265),
    ("delay and ban of the same goods", "four classes, backlog"): (0.596634651769, 0.377214167426, 0.115304628274),
    ("delay and ban of the same goods", "stocks of one region"): (0.602824324083, 0.377214167426, 0.642987041069),
    ("capital and ban", "as they are"): (3.09012901575, 2.7158266366, 8.57316659914),
    ("capital and ban", "four classes, backlog"): (11.706776313, 2.82686627458, 7.31085504945),
    ("capital and ban", "stocks of one region"): (3.18979153792, 2.7161518699, 8.61205185996),
    ("capital and demand", "as they are"): (2.44498001373, 2.13733610196, 8.43921133464),
    ("capital and demand", "four classes, backlog"): (13.0758151394, 2.27308963777, 7.90778719689),
    ("capital and demand", "stocks of one region"): (2.52364401897, 2.13907311493, 8.43601107274),
}


@pytest.mark.parametrize(("events", "parameters"), BEFORE, ids=" | ".join)
def test_without_specific_goods_the_model_is_the_one_before(events: str, parameters: str) -> None:
    p = PARAMETERS[parameters].model_copy(update=NOTHING)
    found = run_shock(random_economy(3, 3, 4, idle=1), shock_of(*EVENTS[events]), p, steps=90, bands=0).summary()
    figures = found.loc[["lost_value_added", "direct_loss", "unmet_final_demand"], "central"]
    ability = {"rel": 1e-4} if p.sourcing == "ability" else {"rel": 1e-10}
    assert figures.to_list() == pytest.approx(BEFORE[events, parameters], **ability)
