"""Where prices respond: parts add up on exact answers, income has its sources, a cost is what the world loses."""

from __future__ import annotations

import pytest

from kaldor.economy.economy import Economy
from kaldor.economy.starter import starter_world
from kaldor.errors import UnknownLabelError
from kaldor.twin.compare import side_by_side
from kaldor.twin.explain import cost_where_responding, explain
from kaldor.twin.explained import explained
from kaldor.twin.gains import gain_in_words
from kaldor.twin.measures import View
from kaldor.twin.metric import packaged_metrics
from kaldor.twin.outcomes import outcomes
from kaldor.twin.questions.explain import cost_in_words
from kaldor.twin.responding.explaining import made_before_and_after
from kaldor.twin.responding.responded import responded
from kaldor.twin.scenario import LeverSetting, Scenario
from kaldor.twin.twin import Twin

INCOME, WORLD = (packaged_metrics()[id] for id in ("real-income", "co2-world"))


def lever(id: str, strength: float, **more: object) -> LeverSetting:
    return LeverSetting.model_validate({"lever": id, "strength": strength, "regions": ("DEU",), **more})


THREE = Scenario(id="three", levers=(lever("carbon-price", 80), lever("reshoring", 20), lever("training", 5)))


@pytest.fixture(scope="module")
def twin() -> Twin:
    return Twin(Economy.from_published(starter_world()))


def income(twin: Twin, *settings: LeverSetting) -> float:
    """Real income of Germany by the public outcomes of a scenario of its own."""
    one = Scenario(id="alone", levers=settings)
    found = responded(twin, one, twin.run(one))
    assert found.answer is not None
    return float(found.answer.money(found.answer.outcomes.income)[twin.economy.region_position("DEU")])


def test_parts_of_exact_answers_add_up_and_are_means_over_all_orders(twin):
    found = explain(twin, THREE, INCOME, region="DEU")
    assert found.view == "prices respond"
    assert (found.exact, found.runs) == (True, 8)
    whole = income(twin, *THREE.levers)
    assert found.change == pytest.approx(whole, rel=1e-8)
    assert found.levers["part"].sum() == pytest.approx(whole, rel=1e-8)
    a, b, c = THREE.levers
    v = {"": 0.0, "a": income(twin, a), "b": income(twin, b), "c": income(twin, c)}
    v |= {"ab": income(twin, a, b), "ac": income(twin, a, c), "bc": income(twin, b, c), "abc": whole}
    first = 2 * v["a"] + (v["ab"] - v["b"]) + (v["ac"] - v["c"]) + 2 * (v["abc"] - v["bc"])
    assert found.levers.loc[1, "part"] == pytest.approx(first / 6, rel=1e-7)
    assert found.levers.loc[2, "alone"] == pytest.approx(v["b"], rel=1e-8)
    assert found.levers.loc[2, "left_out"] == pytest.approx(v["ac"] - v["abc"], rel=1e-8)
    assert found.interaction == pytest.approx(whole - v["a"] - v["b"] - v["c"], rel=1e-6)


def test_beyond_five_levers_orders_are_drawn_and_the_parts_still_add_up(twin):
    six = Scenario(
        id="six",
        levers=tuple(
            lever("carbon-price", 20.0 + 10 * i, sectors=(sector,)) for i, sector in enumerate(twin.economy.sectors[:6])
        ),
    )
    found = explain(twin, six, INCOME, region="DEU", seed=4)
    assert (found.exact, found.seed) == (False, 4)
    assert found.levers["part"].sum() == pytest.approx(found.change, rel=1e-8)
    assert (found.levers["standard_error"] >= 0).all()


def test_at_fixed_prices_the_parts_are_those_of_before(twin):
    fixed = THREE.model_copy(update={"view": "fixed prices"})
    found = explain(twin, fixed, INCOME, region="DEU")
    assert found.view == "fixed prices"
    assert found.levers["part"].sum() == pytest.approx(found.change, rel=1e-9)
    assert found.change != pytest.approx(explain(twin, THREE, INCOME, region="DEU").change, rel=0.1)
    energy = packaged_metrics()["foreign-value-added-share"]
    assert explain(twin, THREE, energy, region="DEU").view == "fixed prices", "it follows volumes at fixed prices"


def test_income_is_what_is_made_and_what_is_received_each_adding_up(twin):
    found = explained(twin, THREE, INCOME, region="DEU")
    assert found.income is not None
    sums = found.income["change"].groupby("way").sum()
    assert sums["use"] == pytest.approx(found.parts.change, rel=1e-7)
    assert sums["income"] == pytest.approx(found.parts.change, rel=1e-7)
    assert found.income.loc[("income", "carbon price"), "change"] > 0
    assert found.income.loc[("income", "carbon price"), "meaning"] == "revenue of the price of carbon"
    assert found.responding.startswith("Prices respond: elasticities 'central'")
    fixed = explained(twin, THREE.model_copy(update={"view": "fixed prices"}), INCOME, region="DEU")
    assert fixed.income is None
    assert fixed.responding == ""


@pytest.mark.parametrize("id", ["co2", "jobs_male"])
def test_intensity_and_volume_are_the_whole_change_of_industries(twin, id):
    state = twin.run(THREE)
    found = responded(twin, THREE, state)
    before = twin.before()
    view = View(before, before, "DEU", balance=found.balance)
    s0, x0, s1, x1 = made_before_and_after(view, found.answer, id)
    metric = "co2-world" if id == "co2" else None
    parts = (s1 - s0) * (x1 + x0) / 2 + (x1 - x0) * (s1 + s0) / 2
    assert parts.sum() == pytest.approx((s1 * x1 - s0 * x0).sum(), rel=1e-9)
    if metric:
        told = explained(twin, THREE, WORLD, region="DEU")
        households = found.answer.burnt_change.sum()
        assert told.channels["change"].sum() + households == pytest.approx(told.parts.change, rel=1e-6)


def test_a_tonne_costs_what_the_world_can_buy_less(twin):
    price = Scenario(id="price", levers=(lever("carbon-price", 100),))
    answered = responded(twin, price, twin.run(price))
    cost = cost_where_responding(twin.before(), answered, "co2", region="DEU")
    lost = -answered.answer.money(answered.answer.outcomes.spending).sum()  # full employment: no hours to count
    saved = -(answered.answer.outcomes.emissions.sum())
    assert cost.view == "prices respond"
    assert cost.amount == pytest.approx(saved, rel=1e-6)
    assert cost.per_unit == pytest.approx(lost / saved, rel=1e-6)
    assert 0 < 1000 * cost.per_unit < 100, "in $ a tonne: less than the price, which is what the last tonne costs"
    assert "net of the worth of work" in cost_in_words(cost)
    none = cost_where_responding(twin.before(), answered, "jobs", region="DEU")
    assert none.per_unit is None
    assert "no job is gained" in none.reason


def test_a_set_of_elasticities_that_there_is_not_is_refused(twin):
    unknown = THREE.model_copy(update={"responses": THREE.responses.model_copy(update={"set": "nobody"})})
    with pytest.raises(UnknownLabelError, match="central"):
        explain(twin, unknown, INCOME, region="DEU")


def test_scenarios_side_by_side_say_in_which_view_each_figure_is(twin):
    fixed = THREE.model_copy(update={"view": "fixed prices", "id": "fixed"})
    before = twin.before()
    both = [
        outcomes(before, twin.run(THREE), region="DEU", responded=responded(twin, THREE, twin.run(THREE))),
        outcomes(before, twin.run(fixed), region="DEU"),
    ]
    alone, together = side_by_side(both[:1]), side_by_side(both)
    assert alone.loc[("society", "real-income"), "view"] == "prices respond"
    assert alone.loc[("resilience", "foreign-share"), "view"] == "fixed prices"
    assert together.loc[("society", "real-income"), "view"] == "three: prices respond; fixed: fixed prices"


def test_a_gain_of_better_prices_alone_is_called_so(twin):
    tariff = Scenario(id="tariff", levers=(lever("reshoring", 5),))
    tariff = tariff.model_copy(update={"responses": tariff.responses.model_copy(update={"sourcing": "tariff"})})
    before, after = twin.before(), twin.run(tariff)
    found = outcomes(before, after, region="DEU", responded=responded(twin, tariff, after))
    assert 0 < found["real-income"].change <= found["terms-of-trade"].change
    assert gain_in_words(found).startswith("The gain is one of terms of trade only")
    skills = Scenario(id="skills", levers=(lever("training", 5),))
    after = twin.run(skills)
    assert gain_in_words(outcomes(before, after, region="DEU", responded=responded(twin, skills, after))) == ""
    assert gain_in_words(outcomes(before, after, region="DEU")) == ""
