"""Questions to begin with: on the starter world, for several countries, each moves its own dial clearly."""

from __future__ import annotations

import dataclasses

import pytest

from kaldor.economy.economy import Economy
from kaldor.economy.opening import open_table
from kaldor.twin.effect import effect_of
from kaldor.twin.metric import DIMENSIONS
from kaldor.twin.openings import CLEARLY, declared, partners_of, tried_on
from kaldor.twin.outcomes import outcomes_of
from kaldor.twin.twin import Twin
from kaldor.words import LANGUAGES


@pytest.fixture(scope="module")
def starter() -> Twin:
    return Twin(Economy.from_published(open_table("starter", 2018)))


@pytest.mark.parametrize("region", ["IND", "DEU", "ETH", "BRA", "VNM"])
def test_at_least_eight_questions_over_all_challenges_move_their_own_dial(starter, region):
    found = tried_on(starter, starter.before(), region)
    assert len(found.offered) >= 8
    assert found.silent == {}
    assert list(dict.fromkeys(one.opening.challenge for one in found.offered)) == list(DIMENSIONS[:5])
    for one in found.offered:
        again = outcomes_of(starter, one.scenario, region=region, band=False)[one.opening.metric]
        effect = effect_of(again)
        assert abs(effect.value) >= CLEARLY * again.metric.material
        assert effect.verdict in {"better", "worse"}


@pytest.mark.parametrize(
    "region", ["VNM", *(pytest.param(one, marks=pytest.mark.long) for one in ("IND", "DEU", "ETH", "BRA"))]
)
def test_the_band_of_an_answer_knows_whether_it_is_better_or_worse(starter, region):
    for one in tried_on(starter, starter.before(), region).offered:
        effect = effect_of(outcomes_of(starter, one.scenario, region=region)[one.opening.metric])
        assert effect.verdict in {"better", "worse"}, (one.opening.id, effect)


def test_a_question_that_does_not_bind_gives_way_to_the_next(starter):
    """In Brazil no foreign country supplies more than a fifth of anything: the cap moves nothing there."""
    asked = [one.opening.id for one in tried_on(starter, starter.before(), "BRA").offered]
    assert "no-single-supplier" not in asked
    assert [id for id in asked if id in {"made-at-home", "from-friends"}] == ["made-at-home", "from-friends"]


def test_where_nothing_moves_a_dial_it_says_what_data_would(starter):
    bare = dataclasses.replace(starter.economy, extensions={})
    twin = Twin(bare)
    found = tried_on(twin, twin.before(), "IND")
    assert set(found.silent) == {"sustainability"}
    assert any("co2" in reason for reason in found.silent["sustainability"])
    assert all(one.opening.challenge != "sustainability" for one in found.offered)


def test_partners_are_of_the_same_income_group(starter):
    assert set(partners_of(starter.economy, "DEU")) >= {"USA", "JPN"}
    assert "DEU" not in partners_of(starter.economy, "DEU")
    assert "ROW" not in partners_of(starter.economy, "ETH")


def test_every_title_names_the_country_and_a_strength_in_every_language():
    for one in declared():
        assert set(one.title) == set(LANGUAGES)
        for text in one.title.values():
            assert "{country}" in text
            assert ("{strength}" in text) != ("{rest}" in text)
