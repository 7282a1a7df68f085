"""Every filter of the framework leaves what it names, and no more: each alone, and two together."""

from __future__ import annotations

from collections import Counter

import pytest

from kaldor.errors import UnknownLabelError
from kaldor.framework import Framework, load_framework

CHALLENGES = ["sustainability", "resilience", "technology", "workforce", "society"]


@pytest.fixture(scope="module")
def framework() -> Framework:
    return load_framework()


@pytest.mark.parametrize("kind", ["issues", "priorities", "debates", "cases"])
def test_each_challenge_has_its_own_and_together_they_are_all(framework: Framework, kind: str) -> None:
    ask = getattr(framework, kind)
    parts = {challenge: ask(challenge) for challenge in CHALLENGES}
    for challenge, found in parts.items():
        assert found
        assert {entry.challenge for entry in found} == {challenge}
    assert Counter(entry.id for found in parts.values() for entry in found) == Counter(entry.id for entry in ask())


def test_priorities_of_one_sector_of_one_challenge(framework: Framework) -> None:
    public, private = framework.priorities("technology", "public"), framework.priorities("technology", "private")
    assert {(one.challenge, one.sector) for one in public} == {("technology", "public")}
    assert {(one.challenge, one.sector) for one in private} == {("technology", "private")}
    assert (*public, *private) == framework.priorities("technology")  # public before private
    assert {one.challenge for one in framework.priorities(sector="private")} == set(CHALLENGES)


@pytest.mark.parametrize(
    ("filter_", "field"), [("priority", "priorities"), ("instrument", "instruments"), ("debate", "debates")]
)
def test_cases_by_what_they_bear_on(framework: Framework, filter_: str, field: str) -> None:
    every = framework.cases()
    named = Counter(id for case in every for id in getattr(case, field))
    for id, count in named.items():
        found = framework.cases(**{filter_: id})
        assert len(found) == count < len(every)
        assert all(id in getattr(case, field) for case in found)


def test_two_filters_hold_together(framework: Framework) -> None:
    """Of the cases that use an instrument, those of one challenge; never those of either."""
    case = next(case for case in framework.cases() if case.instruments and len(framework.cases(case.challenge)) > 1)
    instrument = case.instruments[0]
    both = framework.cases(case.challenge, instrument=instrument)
    expected = [one for one in framework.cases() if one.challenge == case.challenge and instrument in one.instruments]
    assert list(both) == expected
    priority = case.priorities[0]
    others = [challenge for challenge in CHALLENGES if challenge != case.challenge]
    across = {one.id for challenge in others for one in framework.cases(challenge, priority)}
    assert case.id not in across


@pytest.mark.parametrize("filter_", ["challenge", "priority", "instrument", "debate"])
def test_a_filter_that_is_mistyped_is_no_empty_answer(framework: Framework, filter_: str) -> None:
    with pytest.raises(UnknownLabelError, match="nothing-of-the-kind"):
        framework.cases(**{filter_: "nothing-of-the-kind"})
