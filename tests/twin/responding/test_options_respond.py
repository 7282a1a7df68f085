"""What a scenario switches on holds in its answer and its band, and is said."""

from __future__ import annotations

import numpy as np
import pytest

from kaldor.errors import InputError, UnknownLabelError
from kaldor.twin.responding.responded import Responded, in_words, responded
from kaldor.twin.scenario import Scenario
from tests.twin.responding.test_levers_respond import setting, twin


def scenario(*options: str) -> Scenario:
    levers = [setting("carbon-price", 100, sectors=["metals"])]
    return Scenario.model_validate({"id": "t", "levers": levers, "responses": {"options": options}})


def told(*options: str) -> Responded:
    asked = scenario(*options)
    return responded(twin(), asked, twin().run(asked))


def test_labour_tied_to_its_industry_is_asked_for_by_a_scenario_and_said() -> None:
    plain, tied = (told(), told("specific-factors"))
    assert plain.answer is not None
    assert tied.answer is not None
    assert np.abs(plain.answer.jobs_ratio - 1).max() > 1e-3
    np.testing.assert_allclose(tied.answer.jobs_ratio, 1, atol=1e-9)
    assert "Switched on" not in in_words(plain)
    assert "Switched on: labour stays in its industry, as capital does where it is by industry." in in_words(tied)


def test_an_option_that_there_is_not_is_refused() -> None:
    with pytest.raises(UnknownLabelError, match="Did you mean 'slow-labour'"):
        told("slow-labor")
    with pytest.raises(InputError, match="contradict"):
        told("slow-labour", "specific-factors")


def test_a_tax_on_labour_hands_back_what_a_carbon_price_brings() -> None:
    """The treasury has in real terms what it had before; labour keeps what it is paid less the tax, here a cut."""
    plain, paid = told(), told("labour-tax")
    for found, has_more in ((plain, True), (paid, False)):
        assert found.answer is not None
        assert found.balance is not None
        change = sum(amount - found.balance.taxes[name] for name, amount in found.answer.taxes.items())
        place = twin().economy.region_position("DEU")
        assert (float(np.asarray(change)[place]) > 1) == has_more
        total = np.add(*found.answer.factor_incomes) + sum(found.answer.taxes.values())
        before = np.add(*found.balance.factor_incomes) + sum(found.balance.taxes.values())
        np.testing.assert_allclose(total - before, found.answer.money(found.answer.outcomes.income), atol=1e-3)
    assert paid.answer is not None
    assert paid.answer.taxes["tax on labour"][place] < -1
