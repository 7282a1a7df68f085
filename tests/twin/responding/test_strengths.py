"""How answers where prices respond scale with the strength of a lever: which way, without jumps, up to its bound."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from kaldor.economy.economy import Economy
from kaldor.economy.opening import STARTER, open_table
from kaldor.errors import InputError
from kaldor.twin.acts import functions
from kaldor.twin.declared import packaged_levers
from kaldor.twin.errors import ContradictingLeversError
from kaldor.twin.order import missing_data
from kaldor.twin.responding.answer import Answer
from kaldor.twin.responding.closing import Responses
from kaldor.twin.scenario import LeverSetting, Scenario
from kaldor.twin.twin import Twin

LEVERS = packaged_levers()
FRIENDS = ("USA", "JPN", "KOR")


@cache
def twin() -> Twin:
    """The starter world: 13 regions × 12 sectors, CO2 and jobs."""
    return Twin(Economy.from_published(open_table(STARTER)))


ACTING = [id for id, lever in LEVERS.items() if lever.function is not None and not missing_data(twin().economy, lever)]
TURNING = [id for id in ACTING if functions()[str(LEVERS[id].function)].sourcing]


def setting(id: str, strength: float, region: str = "DEU", **more: object) -> LeverSetting:
    around = (region,) if id == "border-adjustment" else FRIENDS
    bloc = around if LEVERS[id].needs_bloc else ()
    return LeverSetting.model_validate({"lever": id, "strength": strength, "regions": (region,), "bloc": bloc, **more})


def answer(*settings_: LeverSetting, **responses: object) -> Answer:
    wanted = Responses.model_validate(responses)
    state = twin().run(Scenario(id="t", levers=settings_))
    respondent = twin().respondent
    return respondent.answer(state.orders, respondent.choice(wanted), wanted.sourcing)


def income(found: Answer) -> np.ndarray:
    """Real income of each region, in % of what it spends."""
    return 100 * found.outcomes.income / found.point.scenario.base.spending.sum(axis=1)


def default_or_some(id: str) -> float:
    parameter = LEVERS[id].parameter
    return parameter.default or parameter.high / 2


def place(region: str) -> int:
    return twin().economy.region_position(region)


# -- which way ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("set_", ["low", "central", "long"])
@pytest.mark.parametrize("region", ["DEU", "IND"])
def test_a_higher_price_of_carbon_leaves_less_carbon_at_home_and_in_the_world(region: str, set_: str) -> None:
    emitted = [
        answer(setting("carbon-price", price, region), set=set_).point.volumes.emissions
        for price in (0.0, 10.0, 50.0, 100.0, 200.0, 500.0)
    ]
    assert (np.diff([one[place(region)] for one in emitted]) < 0).all()
    assert (np.diff([one.sum() for one in emitted]) < 0).all()


@pytest.mark.parametrize("capital", ["by-industry", "mobile"])
def test_the_more_pay_differs_by_industry_the_less_the_country_earns(capital: str) -> None:
    """India buys more manufactures than it sells: nobody abroad pays for it."""
    found = [
        answer(setting("wage-floor", floor, "IND", sectors=["manufacturing"]), capital=capital)
        for floor in (0.0, 2.0, 5.0, 10.0, 20.0, 30.0)
    ]
    assert (np.diff([income(one)[place("IND")] for one in found]) < 0).all()
    assert (np.diff([one.outcomes.gdp_volume[place("IND")] for one in found]) < 0).all()


@pytest.mark.parametrize("id", ["technology-adoption", "material-efficiency", "electricity-efficiency"])
def test_more_from_less_brings_more(id: str) -> None:
    high = LEVERS[id].parameter.high
    found = [income(answer(setting(id, share * high)))[place("DEU")] for share in (0, 0.1, 0.3, 0.6, 1.0)]
    assert (np.diff(found) > 0).all()


@pytest.mark.parametrize("id", TURNING)
def test_what_costs_more_to_get_leaves_less_the_more_is_moved(id: str) -> None:
    if id == "diversification":
        strengths: tuple[float, ...] = (60.0, 80.0, 90.0, 95.0)
    else:
        strengths = (0.0, 10.0, 30.0, 60.0, 90.0)
    found = [answer(setting(id, one)).outcomes.gdp_volume[place("DEU")] for one in strengths]
    assert (np.diff(found) < 0).all()


def test_a_tariff_gains_up_to_a_rate_and_loses_beyond_it() -> None:
    """With σ = 5 a small country's best rate is 1/(σ − 1) = 25 %; a large one's is above, and volumes only fall."""
    rates = (0.0, 5.0, 10.0, 20.0, 40.0, 60.0, 80.0, 100.0)
    found = [answer(setting("tariff", rate, "MEX")) for rate in rates]
    gain = [income(one)[place("MEX")] for one in found]
    best = int(np.argmax(gain))
    assert 2 <= best <= 5
    assert (np.diff(gain[: best + 1]) > 0).all()
    assert (np.diff(gain[best:]) < 0).all()
    assert (np.diff([one.outcomes.gdp_volume[place("MEX")] for one in found]) < 0).all()


# -- no jumps ----------------------------------------------------------------------------------------------------------


def most(id: str) -> float:
    """The highest strength with an answer: the lever's own, or what its refusal names."""
    high = LEVERS[id].parameter.high
    try:
        twin().run(Scenario(id="t", levers=(setting(id, high),)))
    except InputError as reason:
        return float(str(reason).partition("Stay at or below ")[2].partition(",")[0])
    return high


@pytest.mark.parametrize("id", [id for id in ACTING if id != "equal-pay"])
def test_does_not_jump_as_strength_grows(id: str) -> None:
    """Halving the interval where most happens, many times, must leave almost nothing of it.

    The last thousandth of the supplies that a ban takes is worth most, since everybody wants just that.
    """

    @cache
    def state(strength: float) -> np.ndarray:
        point = answer(setting(id, strength)).point
        emitted = point.volumes.emissions / point.volumes.emissions.sum()
        return np.concatenate([point.at.output.ravel(), point.prices.producers.ravel(), point.at.spending, emitted])

    low, high = 0.0, most(id)
    whole = np.abs(state(high) - state(low)).max()
    if id == "wage-floor":
        assert whole < 1e-9  # neutral: only the wage gives way
        return
    assert whole > 0
    for _ in range(40 if id == "embargo" else 12):
        middle = (low + high) / 2
        left, right = np.abs(state(middle) - state(low)).max(), np.abs(state(high) - state(middle)).max()
        low, high = (low, middle) if left > right else (middle, high)
    assert np.abs(state(high) - state(low)).max() < 0.05 * whole


# -- up to the bound ---------------------------------------------------------------------------------------------------


def tried(on: Twin, setting_: LeverSetting) -> Answer | str:
    """The answer to a lever, or why there is none."""
    respondent, wanted = on.respondent, Responses()
    try:
        orders = on.run(Scenario(id="t", levers=(setting_,))).orders
        return respondent.answer(orders, respondent.choice(wanted), wanted.sourcing)
    except InputError as reason:
        return str(reason)


@pytest.mark.parametrize("id", ACTING)
@pytest.mark.parametrize("region", ["DEU", "IND", "MEX"])
def test_at_its_highest_strength_a_lever_has_an_answer_or_a_reason(id: str, region: str) -> None:
    found = tried(twin(), setting(id, LEVERS[id].parameter.high, region))
    if isinstance(found, str):
        assert id in found
        assert "Stay at or below" in found
        return
    assert np.isfinite(found.outcomes.income).all()
    assert found.point.worst <= 1e-11
    assert abs(found.point.walras) <= 1e-9


@pytest.mark.real
@pytest.mark.long
def test_on_wiod_too(wiod) -> None:
    """Germany's table of 2009; a lever that the table lacks data for says so."""
    real, answered = Twin(wiod(2009)), []
    for id, lever in LEVERS.items():
        if lever.function is None:
            continue
        found = tried(real, setting(id, lever.parameter.high))
        if isinstance(found, str):
            assert id in found
            assert any(why in found for why in ("Stay at or below", "does not carry"))
            continue
        answered.append(id)
        assert np.isfinite(found.outcomes.income).all()
        assert found.point.worst <= 1e-11
    print(f"\nWIOD 2009, Germany: {len(answered)} levers answer at their highest strength")
    assert len(answered) >= 25


# -- two together ------------------------------------------------------------------------------------------------------


@given(st.data())
@settings(max_examples=25, deadline=None)
def test_two_small_levers_together_bring_nearly_the_sum_of_both(data: st.DataObject) -> None:
    """What is left over is of second order: a quarter of it where both are halved, but for what is smaller still."""
    movers = [id for id in ACTING if id not in {"diversification", "equal-pay", "wage-floor"}]
    first, second = data.draw(st.lists(st.sampled_from(movers), min_size=2, max_size=2, unique=True))
    region = data.draw(st.sampled_from(["DEU", "IND", "MEX"]))

    def left_over(share: float) -> tuple[float, float]:
        one, other = (setting(id, share * default_or_some(id), region) for id in (first, second))
        alone = [income(answer(one)), income(answer(other))]
        return float(np.abs(income(answer(one, other)) - sum(alone)).max()), float(np.abs(alone).max())

    try:
        (left, size), (half, _) = left_over(0.1), left_over(0.05)
    except ContradictingLeversError:
        reject()
    assert left <= 0.1 * size + 1e-7
    assert half <= 0.35 * left + 1e-4 * size + 1e-7
