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
    assert in_words(tied).endswith(
        "Switched on: labour stays in its industry, as capital does where it is by industry."
    )


def test_an_option_that_there_is_not_is_refused() -> None:
    with pytest.raises(UnknownLabelError, match="Did you mean 'slow-labour'"):
        told("slow-labor")
    with pytest.raises(InputError, match="contradict"):
        told("slow-labour", "specific-factors")
