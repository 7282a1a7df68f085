"""A scenario on the first page, in the words of every other door (`kaldor.twin.sentence`), each number a figure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kaldor.brief.document import Figure, Span, Text
from kaldor.brief.ledger import Origin, identifier, write
from kaldor.brief.names import in_running_text
from kaldor.brief.sections.twin.scenarios import SECTION
from kaldor.brief.sections.twin.scenarios.responding import name_of
from kaldor.brief.sentences import sentence
from kaldor.brief.units import shown_unit
from kaldor.twin.outcome import Outcomes
from kaldor.twin.sentence import Clause, bearers, clauses, declared

if TYPE_CHECKING:
    from kaldor.brief.context import Context


def led_by(context: Context, found: Outcomes, origin: Origin, method: str, most: int = 2) -> Text:
    """What moves most, up to so many clauses of the scenario's own sentence; empty where nothing moves noticeably."""
    told: Text = ()
    for clause in clauses(found)[:most]:
        told += (write(", and ") if told else ()) + _filled(context, found, clause, origin, method)
    return told


def who_bears(context: Context, found: Outcomes, origin: Origin, method: str) -> Text:
    """Who at home pays and who gains where prices respond: labour, capital and the treasury, as the sentence has it."""
    told: Text = ()
    for name, pays in (("scenario-pays-earners", True), ("scenario-gains-earners", False)):
        borne = [(earner, change) for earner, change in bearers(found) if (change < 0) == pays]
        for number, (earner, change) in enumerate(borne):
            money = context.currency()
            words = declared().who[earner]["en"]
            figure = context.ledger.enter(
                (SECTION.id, found.scenario.id, "earner", earner),
                f"{name_of(found)}: change of what {words} receives",
                change * money.factor,
                money.unit,
                method,
                origin,
            )
            told += (write(", ") if number else sentence(name)) + write("{who} {sum:signed}", who=words, sum=figure)
        told += write("; ") if borne else ()
    return told


def _filled(context: Context, found: Outcomes, clause: Clause, origin: Origin, method: str) -> Text:
    """A clause with figures of the ledger in its places; words, such as the country's name, as they are."""
    return write(
        clause.template,
        **{
            place: _shown(context, found, clause, place, origin, method) or words
            for place, words in clause.places.items()
            if f"{{{place}}}" in clause.template
        },
    )


def _shown(context: Context, found: Outcomes, clause: Clause, place: str, origin: Origin, method: str) -> Span | None:
    """The figure of one place of a clause, without its sign, which the words have; None where the place is a name."""
    outcome, unit = clause.outcome, shown_unit(clause.outcome.unit)
    title = in_running_text(outcome.metric.title)
    known = {
        "amount": ((), outcome.change, unit.factor, unit.unit, f"change of {title}"),
        "percent": (("effect",), clause.effect.value, 1.0, clause.effect.unit, f"change of {title} as its dial has it"),
        "share": (("effect",), clause.effect.value, 1.0, clause.effect.unit, f"change of {title} as its dial has it"),
        "before": (("before",), outcome.before, unit.factor, unit.unit, f"{title} before"),
        "after": (("after",), outcome.after, unit.factor, unit.unit, f"{title} after"),
    }
    if place not in known:
        return None
    which, value, factor, named, label = known[place]
    figure: Figure = context.ledger.enter(
        (SECTION.id, found.scenario.id, outcome.metric.id, *which),
        f"{name_of(found)}: {label}",
        None if value is None else value * factor,
        named,
        method,
        origin,
    )
    if place in {"share", "percent"}:  # the sentence's own words: "22.8 % (about a fifth)", with no unit said twice
        return Span(text=clause.places[place], figure=figure.id)
    return write("{it:size}" if place == "amount" else "{it:number}", it=figure)[0]


def industry_that_loses(context: Context, found: Outcomes) -> Text:
    """The industry at home that loses most: income where prices respond, value added at fixed prices."""
    losers = found.losers
    home = losers[losers["where"] == "home"] if not losers.empty else losers
    for region, sector in home.index[:1]:
        figure = context.ledger.figures.get(
            identifier(SECTION.id, found.scenario.id, "loser", str(region), str(sector))
        )
        if figure is not None:
            return sentence(
                "scenario-pays-industry",
                industry=in_running_text(context.sector_name(str(sector))),
                what="income" if found.responding else "value added",
                loss=figure,
            )
    return ()
