"""A scenario's outcomes as plain fields, the same in every door that speaks JSON: what is not there is null."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from kaldor.asking.shape import rows_of
from kaldor.digits import finite
from kaldor.economy.economy import Economy
from kaldor.twin.effect import Verdict, effect_of
from kaldor.twin.gains import gain_in_words
from kaldor.twin.metric import Better, Dimension
from kaldor.twin.outcome import PREDICTED, Outcome, Outcomes
from kaldor.twin.responding.closing import View
from kaldor.twin.sentence import in_words
from kaldor.words import Status


class EffectAnswer(BaseModel):
    """A change as a dial reads it, in `unit`: below `material` it is about no change.

    `scales` are the ends of the metric's declared scales for small, middle and large effects, in the same unit.
    """

    value: float
    low: float | None
    high: float | None
    unit: str
    material: float
    scales: tuple[float, float, float]
    verdict: Verdict


class OutcomeAnswer(BaseModel):
    """One metric before and after. `after` is null where it is not modelled; `reason` then says why.

    `effect` is the change in terms that compare, null where it is not modelled; `on_dials` whether the metric is a
    volume or a real quantity, which a dial may show, `first` whether its challenge's dial shows it when nobody chose.

    `note` says what a figure leaves out, or what else must be known of it; `view` whether prices respond in it.
    """

    id: str
    view: View
    dimension: Dimension
    title: str
    unit: str
    before: float | None
    after: float | None
    change: float | None
    change_pct: float | None
    better: Better
    status: Status
    before_status: Status
    band_low: float | None
    band_high: float | None
    effect: EffectAnswer | None
    on_dials: bool
    first: bool
    reason: str | None
    note: str | None


def answered(found: Outcomes, economy: Economy, *, banded: bool = True) -> dict[str, Any]:
    """What is said of a scenario besides its maps; `banded` says whether a band was asked for.

    The notes of the economy come first, then where a gain of real income comes from, then what must be said besides.
    """
    return {
        "scenario": found.scenario.id,
        "view": found.scenario.view,
        "responding": found.responding,
        "region": found.region,
        "bloc": list(found.bloc),
        "sentence": in_words(found),
        "outcomes": [_outcome(one) for one in found],
        "about_the_band": found.about_the_band if banded else "Bands were not asked for.",
        "losers": rows_of(found.losers),
        "gainers": rows_of(found.gainers),
        "partners": rows_of(found.partners),
        "method": found.method,
        "unit": economy.unit,
        "status": PREDICTED,
        "year": economy.year,
        "source": economy.source.id,
        "notes": list(dict.fromkeys([*economy.notes, *filter(None, [gain_in_words(found)]), *found.notes])),
    }


def _outcome(one: Outcome) -> OutcomeAnswer:
    metric = one.metric
    low, high = one.band or (None, None)
    return OutcomeAnswer(
        id=metric.id,
        view=one.view,
        dimension=metric.dimension,
        title=metric.title,
        unit=one.unit,
        before=finite(one.before),
        after=finite(one.after),
        change=finite(one.change),
        change_pct=finite(one.change_pct),
        better=metric.better,
        status=one.status,
        before_status=one.before_status,
        band_low=finite(low),
        band_high=finite(high),
        effect=_effect(one),
        on_dials=metric.on_dials,
        first=metric.first,
        reason=None if one.modelled else one.note,
        note=_notes([one] if one.modelled else []),
    )


def _effect(one: Outcome) -> EffectAnswer | None:
    effect = effect_of(one)
    return None if effect is None else EffectAnswer(**vars(effect))


def _notes(of: Iterable[Outcome]) -> str | None:
    """What is said of some outcomes, each sentence once."""
    return " ".join(dict.fromkeys(one.note for one in of if one.note)) or None
