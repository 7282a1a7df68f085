"""Question: which lever of a scenario does how much."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from kaldor.asking import Answer, Progress, Question, Table, first, text_file
from kaldor.bounds import SEED
from kaldor.economy.questions.subject import ECONOMY, Asked, answer
from kaldor.errors import UnknownLabelError
from kaldor.twin.questions.inputs import OfScenarios, Written, extensions_read, one_of, scenarios_of
from kaldor.words import MISSING, NOT_MODELLED, figure

if TYPE_CHECKING:
    from kaldor.twin.explain import Cost
    from kaldor.twin.explained import Explained


class Explain(OfScenarios):
    """Which scenario, which metric, and how far it is followed."""

    scenario: Annotated[
        Written, Field(description="The scenario file.", json_schema_extra=first() | text_file(".toml"))
    ]
    id: Annotated[str | None, Field(description="Which scenario of the file, where it holds several.")] = None
    metric: Annotated[str, Field(description="Id of the metric to explain.")] = "co2-world"
    seed: Annotated[int, SEED, Field(description="Seed of the random orders, above eight levers.")] = 0
    chains: Annotated[bool, Field(description="Also along which chains the changed purchases work.")] = True


def explain(asked: Asked, given: Explain, _: Progress) -> Answer:
    """Say which lever of a scenario does how much, through which industries, at what cost."""
    from kaldor.economy.labelled import labelled
    from kaldor.twin.explained import explained
    from kaldor.twin.metric import unit_of
    from kaldor.twin.outcome import PREDICTED

    scenario = one_of(scenarios_of(asked, [given.scenario], "scenario"), given.id, "scenario")
    known = given.known_metrics()
    if given.metric not in known:
        raise UnknownLabelError("metric", given.metric, known)
    metric = known[given.metric]
    found = explained(given.twin_of(asked), scenario, metric, region=given.region, bloc=given.bloc, seed=given.seed)
    parts, economy = found.parts, asked.economy
    unit = unit_of(metric, economy)
    units = {"alone": unit, "part": unit, "standard_error": unit, "left_out": unit}
    levers = labelled(parts.levers, economy, units, status=PREDICTED)
    levers.attrs[MISSING] = dict.fromkeys(units, NOT_MODELLED)
    return answer(
        asked,
        f"{metric.title}, {found.region}",
        [
            Table("levers", levers, title="What each lever does"),
            *_through(found, unit, chains=given.chains),
        ],
        "Shapley values over the levers (Shapley 1953)",
        extension=extensions_read([metric], [found.after]),
        facts={
            "metric": metric.id,
            "metric_title": metric.title,
            "unit": unit,
            "region": found.region,
            "view": parts.view,
            "before": parts.before,
            "after": parts.after,
            "change": parts.change,
            "interaction": parts.interaction,
            "exact": parts.exact,
            "runs": parts.runs,
            "seed": parts.seed,
            "cost": found.cost and {"cost": found.cost.cost, "net": found.cost.net, **asdict(found.cost)},
        },
        said=(*_said(found, unit), *found.said, *found.after.notes),
    )


def _through(found: Explained, unit: str, *, chains: bool) -> Iterator[Table]:
    """The channels of real income, and the industries and chains through which the world's total changes."""
    if found.income is not None:
        yield Table("income", found.income, title="Channels of real income, told in two ways that each add up to it")
    if found.channels is not None and not found.channels.empty:
        yield Table("channels", found.channels, largest="change", title="Through whom the world's total changes")
    along = found.chains() if chains else None
    if along is not None and not along.empty:
        title = "Along which chains the changed purchases work at fixed prices, producer first"
        yield Table("chains", along, {"tier": "stages", "value": unit, "share": "share of the total"}, title=title)


def _said(found: Explained, unit: str) -> Iterator[str]:
    parts = found.parts
    if found.responding:
        yield found.responding
    how = "every combination" if parts.exact else f"random orders, seed {parts.seed}"
    if parts.before is None:
        yield f"Change: {figure(parts.change)} {unit}."
    else:
        yield f"{figure(parts.before)} to {figure(parts.after)} {unit}: {figure(parts.change)}."
    yield f"The parts add up to the change ({how}, {parts.runs} runs)."
    unknown = parts.levers[parts.levers["note"] != ""]
    modelled = " where that is modelled" if len(unknown) else ""
    yield f"Together the levers do {figure(parts.interaction)} more than each alone, added up{modelled}."
    for note, levers in unknown.groupby("note", sort=False)["lever"]:
        yield f"Alone not modelled: {', '.join(dict.fromkeys(levers))}: {note}"
    if parts.note:
        yield parts.note
    if found.cost is not None:
        yield cost_in_words(found.cost)


def cost_in_words(cost: Cost) -> str:
    """What a scenario costs the world for each unit that it saves, who pays it, or why that is not modelled."""
    if cost.per_unit is None or cost.net_per_unit is None:
        return f"Cost for the world: not modelled: {cost.reason}"
    if cost.lost is not None:
        what = f"loses {figure(cost.lost)}" if cost.lost >= 0 else f"gains {figure(-cost.lost)}"
        return (
            f"Cost for the world: {figure(cost.per_unit)} {cost.unit} (no range): it {what} in what it can buy, net of "
            "the worth of work; what one pays another is in it on both sides."
        )
    spread = f"range {figure(cost.range[0])} to {figure(cost.range[1])}" if cost.range else "no range"
    return (
        f"Cost for the world: {figure(cost.per_unit)} {cost.unit} ({spread}); net of levies "
        f"{figure(cost.net_per_unit)}. Treasuries spend {figure(cost.spending)}, final users bear "
        f"{figure(cost.burden)}, treasuries receive {figure(cost.revenue)}."
    )


QUESTION = Question(
    id="explain",
    room="twin",
    of=ECONOMY,
    title={"en": "Which lever does how much", "fr": "Quel levier fait combien", "es": "Qué palanca hace cuánto"},
    inputs=Explain,
    answer=explain,
    page="what-ifs",
    order=20,
)
