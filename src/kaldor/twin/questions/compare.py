"""Question: what several scenarios would change, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from kaldor.asking import Answer, Progress, Question, Table, first, text_file
from kaldor.bounds import RUNS
from kaldor.economy.questions.subject import ECONOMY, Asked, answer
from kaldor.errors import InputError, Problem
from kaldor.twin.questions.inputs import OfScenarios, Written, extensions_read, scenarios_of
from kaldor.words import MISSING, NOT_MODELLED

if TYPE_CHECKING:
    from kaldor.twin.outcome import Outcomes
    from kaldor.twin.scenario import Scenario


class Compare(OfScenarios):
    """Which scenarios, and whether they go through the standard shocks too."""

    scenarios: Annotated[
        tuple[Written, ...], Field(description="The scenario files.", json_schema_extra=first() | text_file(".toml"))
    ]
    stress: Annotated[
        int | None, RUNS, Field(description="Run the standard shocks too, so often each: seconds a run.")
    ] = None


def compare(asked: Asked, given: Compare, progress: Progress) -> Answer:
    """Show the changes that several scenarios bring side by side, over the five dimensions."""
    from kaldor.twin.compare import side_by_side
    from kaldor.twin.gains import gain_in_words
    from kaldor.twin.outcomes import outcomes, region_of
    from kaldor.twin.responding.responded import responded
    from kaldor.twin.shocks.stress_plan import StressPlan

    read = scenarios_of(asked, given.scenarios, "scenarios")
    if not read:
        raise InputError(Problem("scenarios", "none is given.", "Name at least one scenario file."))
    if given.stress is not None and asked.most_levers is not None:
        what = "takes seconds a run, while others wait for this server."
        raise InputError(Problem("stress", what, "Ask it on the command line, or put it into a study."))
    metrics, twin = given.known_metrics(), given.twin_of(asked)
    place = region_of(twin, read[0], given.region)
    plan = None if given.stress is None else StressPlan(place, runs=given.stress)
    before, compared, states = twin.before(stress=plan), [], []
    for number, one in enumerate(read):
        progress("running scenarios", number, len(read))
        states.append(twin.run(one, stress=plan))
        answered = None if one.view == "fixed prices" else responded(twin, one, states[-1])
        compared.append(
            outcomes(before, states[-1], region=place, bloc=given.bloc, metrics=metrics, responded=answered)
        )  # fmt: skip
    table = side_by_side(compared).drop(columns=["better", "note"]).replace(NOT_MODELLED, float("nan"))
    missing = [id for id in metrics if not any(one[id].modelled for one in compared)]
    told = table[~table.index.get_level_values("metric").isin(missing)]
    figures = told.columns.drop(["title", "unit", "view"])
    told = told.astype(dict.fromkeys(figures, float))
    told.attrs[MISSING] = {"before": "", **{one.id: NOT_MODELLED for one in read}}
    left_out = [note for id in metrics if id not in missing for one in compared if (note := one[id].note)]
    return answer(
        asked,
        f"Changes for {place}",
        Table("changes", told),
        _method(read),
        extension=extensions_read([metrics[id] for id in metrics if id not in missing], states),
        facts={
            "region": place,
            "scenarios": [one.id for one in read],
            "views": {one.id: one.view for one in read},
            "not_modelled": {id: compared[0][id].note for id in missing},
        },
        said=(
            *_how(compared),
            *(f"{one.scenario.id}: {gain}" for one in compared if (gain := gain_in_words(one))),
            *dict.fromkeys([*left_out, *(note for one in compared for note in one.notes)]),
            *_why_not(compared),
        ),
    )


def _method(read: Sequence[Scenario]) -> str:
    """Equilibria, levers at fixed prices, or both where the scenarios are of both views."""
    named = {"prices respond": "levers where prices respond", "fixed prices": "levers on the table at fixed prices"}
    return ", ".join(dict.fromkeys(named[one.view] for one in read))


def _how(compared: Sequence[Outcomes]) -> Iterator[str]:
    """How prices respond in the scenarios, once for all of which it is the same."""
    by_words: dict[str, list[str]] = {}
    for one in compared:
        by_words.setdefault(one.responding or "At fixed prices.", []).append(one.scenario.id)
    yield from (words if len(by_words) == 1 else f"{', '.join(ids)}: {words}" for words, ids in by_words.items())


def _why_not(compared: Sequence[Outcomes]) -> Iterator[str]:
    """What has no figure, by reason; under a scenario's name where others have one, or another reason."""
    where: dict[tuple[str, str], list[str]] = {}
    for one in compared:
        for outcome in one.outcomes:
            if not outcome.modelled:
                where.setdefault((outcome.metric.title, outcome.note), []).append(one.scenario.id)
    grouped: dict[tuple[str, str], list[str]] = {}
    for (title, note), ids in where.items():
        named = "" if len(ids) == len(compared) else f", {', '.join(ids)}"
        grouped.setdefault((named, note), []).append(title)
    yield from (f"Not modelled{named}: {'; '.join(titles)}: {note}" for (named, note), titles in grouped.items())


QUESTION = Question(
    id="compare",
    room="twin",
    of=ECONOMY,
    title={"en": "Scenarios side by side", "fr": "Scénarios côte à côte", "es": "Escenarios lado a lado"},
    inputs=Compare,
    answer=compare,
    page="what-ifs",
    order=10,
)
