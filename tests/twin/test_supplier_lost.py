"""A supplier lost, in its first days and for good: both views are what each gives alone, and nobody bans himself."""

from __future__ import annotations

from typing import Any

import pytest

from kaldor.asking import Answer
from kaldor.economy.economy import Economy
from kaldor.economy.opening import open_table
from kaldor.economy.questions.subject import Asked
from kaldor.errors import InputError
from kaldor.rooms import questions
from kaldor.twin.shocks.events import Ban, Shock
from kaldor.twin.shocks.run import run_shock
from tests.economy.equilibrium.asking import ask as asked

LOST = {"supplier": ["CHN"], "product": ["electronics"], "band": "none"}


@pytest.fixture(scope="module")
def starter() -> Economy:
    return Economy.from_published(open_table("starter"))


def ask(economy: Economy, question: str, given: dict[str, Any]) -> Answer:
    return asked(economy, question, given, by_hand=False)


@pytest.mark.parametrize("buyer", ["USA", "VNM"])
@pytest.mark.parametrize("share", [1.0, 0.5])
def test_each_view_is_what_it_is_alone(starter: Economy, buyer: str, share: float) -> None:
    given = LOST | {"buyer": [buyer], "share": share}
    both = ask(starter, "supplier-lost", given | {"days": 20, "runs": 2, "seed": 7})
    for_good = ask(starter, "cut-off", given)
    ban = Ban(kind="ban", days=20, origins=("CHN",), destinations=(buyer,), products=("electronics",), share=share)
    days = run_shock(starter, Shock(id="days", events=(ban,)), steps=20, bands=2, seed=7).summary([buyer])
    views = both.tables[0].frame
    for name in ("lost_value_added", "unmet_final_demand", "unmet_final_demand_elsewhere", "direct_loss_elsewhere"):
        assert views.loc[("first days", name), "value"] == pytest.approx(days.loc[name, "central"], rel=1e-12)
    assert views.loc[("first days", "deepest_loss_share"), "value"] == pytest.approx(
        100 * days.loc["deepest_loss_share", "central"], rel=1e-12
    )
    assert views.loc[("for good", "real_income"), "value"] == for_good.facts["real_income"] < 0
    assert both.facts["lost_value_added"] == views.loc[("first days", "lost_value_added"), "value"]
    assert [table.id for table in both.tables] == ["views", *(table.id for table in for_good.tables), "days"]
    assert both.status == "predicted"
    assert both.said[0].startswith(f"In 20 days {buyer} loses ")
    assert "losses stand above zero; for good there are changes" in both.said[1]
    assert all("change" in words for words in views.loc["for good", "meaning"])
    assert all("loss" in words or "the same" in words for words in views.loc["first days", "meaning"])


def test_a_bloc_that_buys_from_itself_goes_on_doing_so(starter: Economy) -> None:
    """All sell nobody electronics: every country is left with its own, in the first days too."""
    given = {"supplier": ["all"], "buyer": ["DEU", "CHN"], "product": ["electronics"], "band": "none"}
    answer = ask(starter, "supplier-lost", given | {"days": 10, "runs": 0})
    others = [one for one in starter.regions if one != "DEU"]
    events = (
        Ban(kind="ban", days=10, origins=tuple(others), destinations=("DEU",), products=("electronics",)),
        Ban(
            kind="ban", days=10, origins=tuple(one for one in starter.regions if one != "CHN"), destinations=("CHN",),
            products=("electronics",),
        ),
    )  # fmt: skip
    alone = run_shock(starter, Shock(id="days", events=events), steps=10, bands=0).summary(["DEU", "CHN"])
    assert answer.facts["lost_value_added"] == pytest.approx(alone.loc["lost_value_added", "central"], rel=1e-12)
    assert answer.facts["lost_value_added"] > 0


def test_what_the_longer_view_refuses_is_refused_before_a_day_is_simulated(starter: Economy) -> None:
    question = questions()["supplier-lost"]
    subject = Asked(starter, "starter", lambda _: starter, lambda _: None)  # type: ignore[arg-type, return-value]
    with pytest.raises(InputError, match="scarcity: is of a quota"):
        question.refuse(subject, question.read(LOST | {"buyer": ["DEU"], "scarcity": "buyer"}))
