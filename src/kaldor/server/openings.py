"""Questions to begin with, in the shape of answers."""

from __future__ import annotations

from collections.abc import Callable

from kaldor.server.answers.openings import OfferedAnswer, OpeningAnswer, TriedAnswer
from kaldor.server.twins import Prepared
from kaldor.twin.openings import declared, tried_on


def openings_answer() -> list[OpeningAnswer]:
    """The declared candidates."""
    return [
        OpeningAnswer(**one.model_dump(include={"id", "challenge", "lever", "metric", "labour", "title"}))
        for one in declared()
    ]


def tried_answer(prepared: Prepared, region: str, progress: Callable[[int, int], None]) -> TriedAnswer:
    """The candidates tried for a region, once for all who ask.

    Tens of answers where prices respond, on a twin that no slider waits for. Raises UnknownLabelError.
    """
    if region not in prepared.openings:
        with prepared.twin(patient=True) as (twin, before):
            if region not in prepared.openings:
                prepared.openings[region] = tried_on(twin, before, region, lambda: progress(0, 1))
    found = prepared.openings[region]
    return TriedAnswer(
        region=region,
        offered=[
            OfferedAnswer(
                id=one.opening.id,
                size=one.effect.size,
                value=one.effect.value,
                unit=one.effect.unit,
                scenario=one.scenario,
            )
            for one in found.offered
        ],
        silent={challenge: list(reasons) for challenge, reasons in found.silent.items()},
    )
