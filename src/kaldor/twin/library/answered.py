"""The library of events as plain fields, the same in every door that speaks JSON: what is not there is null."""

from __future__ import annotations

from pydantic import BaseModel

from kaldor.digits import finite
from kaldor.twin.library.declared import Kind, Published
from kaldor.twin.library.run import Beside
from kaldor.twin.library.standing import Sign
from kaldor.twin.library.words import in_words


class PublishedFigure(BaseModel):
    """One published figure in words, with its unit; `verify`: read in the press or from memory only.

    `not_compared` says why nothing of a run compares with it; null where something does.
    """

    id: str
    kind: Kind
    measure: str
    told: str
    scope: str
    horizon: str
    by: str
    year: int
    verify: bool
    not_compared: str | None


class BesideAnswer(BaseModel):
    """A published figure with Kaldor's of the same, losses below zero, in the publication's unit, and how they stand.

    `low` and `high` are the band of 5 to 95 % over the draws of how firms behave, `width` how many times its nearer end
    its farther one is, null where it reaches zero; `published_low` and `published_high` the publication's own ends.
    `why` says why a miss is one. What is "up to" only does not count.
    """

    published: str
    run: str
    unit: str
    median: float
    low: float
    high: float
    width: float | None
    published_low: float | None
    published_high: float | None
    sign: Sign
    stands: str
    counts: bool
    why: str | None
    caution: str | None


def published_answered(one: Published) -> PublishedFigure:
    """A published figure."""
    return PublishedFigure(
        id=one.id,
        kind=one.kind,
        measure=one.measure,
        told=in_words(one),
        scope=one.scope,
        horizon=one.horizon,
        by=one.by,
        year=one.year,
        verify=one.verify,
        not_compared=one.not_compared or None,
    )


def beside_answered(beside: Beside) -> BesideAnswer:
    """A published figure and ours."""
    ours, published = beside.ours, beside.published
    ends = published.range
    return BesideAnswer(
        published=published.id,
        run=ours.run.id,
        unit=published.unit,
        median=ours.median,
        low=ours.band[0],
        high=ours.band[1],
        width=finite(ours.width),
        published_low=finite(ends[0]) if ends else None,
        published_high=finite(ends[-1]) if ends else None,
        sign=beside.standing.sign,
        stands=beside.standing.words,
        counts=not published.open,
        why=beside.why or None,
        caution=published.caution or None,
    )
