"""What the scenarios of a study give to the first page of its brief: each one, the best, who gains and who pays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from kaldor.brief.answer import Entry, Lack, Said
from kaldor.brief.cost_left_out import lack_of_cost, left_out
from kaldor.brief.document import Figure, Text
from kaldor.brief.ledger import Origin, write
from kaldor.brief.names import in_running_text, in_text, listed, possessive, sentence_start
from kaldor.brief.numbers import in_prose
from kaldor.brief.sections.twin.scenarios import SECTION
from kaldor.brief.sections.twin.scenarios.led import industry_that_loses, led_by, who_bears
from kaldor.brief.sections.twin.scenarios.responding import name_of
from kaldor.brief.sentences import sentence
from kaldor.brief.units import shown_unit
from kaldor.brief.wording import listing
from kaldor.digits import ranked, shown
from kaldor.twin.effect import effect_of
from kaldor.twin.gains import INCOME
from kaldor.twin.outcome import Outcome, Outcomes
from kaldor.twin.reach import PARTIAL
from kaldor.twin.sentence import leading

if TYPE_CHECKING:
    from kaldor.brief.context import Context

WORLD: Final = "co2-world"
_BURDEN: Final = "household-burden"

Enter = Callable[[Outcomes, Outcome], Figure]
"""Enters the change that a scenario brings to a metric."""


def said(context: Context, every: Sequence[Outcomes], enter: Enter, origin: Origin, method: str) -> Said:
    """Every scenario in a line, the answer in two sentences, gains and losses, bands, and what has no figure."""
    return Said(
        sentences=tuple(
            text
            for text in (_moves_most(context, every, enter, origin, method), _incomes(context, every, enter))
            if text
        ),
        entries=tuple(_entry(context, found, enter, origin, method) for found in every),
        picture=f"scenarios-{WORLD}" if any(found[WORLD].modelled for found in every) else "",
        gains=tuple(_gains(context, found, enter, origin, method) for found in every),
        uncertain=tuple(_band(context, found, origin, method) for found in every),
        lacks=_lacks(every),
    )


def _entry(context: Context, found: Outcomes, enter: Enter, origin: Origin, method: str) -> Entry:
    """What moves most, as everywhere; beside it what the world emits, named as such, and the country's income."""
    world, income = found[WORLD], found[INCOME]
    parts = [led_by(context, found, origin, method, most=1)]
    if not parts[0] and not _moves(income):
        parts = [sentence("scenario-nothing", place=in_text(context.country))]
    parts.append(
        sentence("scenario-world", world=enter(found, world)) if world.modelled else sentence("scenario-no-world")
    )
    if income.modelled:
        which = "scenario-income-fixed" if _at_fixed_prices(found) else "scenario-income"
        left_out = sentence("cost-left-out") if income.partial else ()
        parts.append((*sentence(which, income=enter(found, income)), *left_out))
    else:
        parts.append(sentence("scenario-no-income"))
    text: Text = ()
    for part in filter(None, parts):
        text += (write("; ") if text else ()) + part
    return Entry(kind="Scenario", name=name_of(found), text=(*_begun(text), *write(".")), section=SECTION.id)


def _moves(outcome: Outcome) -> bool:
    effect = effect_of(outcome)
    return effect is not None and effect.moves


def _at_fixed_prices(found: Outcomes) -> bool:
    return found[INCOME].view == "fixed prices"


def _begun(text: Text) -> Text:
    """A text that begins as a sentence does."""
    return (text[0].model_copy(update={"text": sentence_start(text[0].text)}), *text[1:])


def _moves_most(context: Context, every: Sequence[Outcomes], enter: Enter, origin: Origin, method: str) -> Text:
    """The scenario whose sentence begins with the largest effect, in that sentence's words; the world's beside it."""
    known = [(led[0][1].relative, found) for found in every if (led := leading(found))]
    if not known:
        return sentence("scenario-nothing-moves", place=in_text(context.country))
    most = max(known, key=lambda one: shown(one[0]))[1]
    told = sentence(
        "scenario-leads-of" if len(every) > 1 else "scenario-leads", count=str(len(every)), name=name_of(most)
    )
    told += led_by(context, most, origin, method)
    if most[WORLD].modelled:
        told += sentence("scenario-leads-world", world=enter(most, most[WORLD]))
    return (*told, *write("."))


def _incomes(context: Context, every: Sequence[Outcomes], enter: Enter) -> Text:
    """What the scenarios bring to the country's real income; ranked are only those whose own cost is in it.

    An income at fixed prices is not ranked beside one where prices respond.
    """
    whole = [found for found in every if found[INCOME].modelled and not found[INCOME].partial]
    fixed = [found for found in whole if _at_fixed_prices(found)]
    fixed = fixed if len(fixed) < len(whole) else []
    whole = [found for found in whole if found not in fixed]
    part = [found for found in every if found[INCOME].partial]
    unknown = [found for found in every if not found[INCOME].modelled]
    whose = sentence_start(possessive(context.country))
    if not whole and not part:
        return sentence("scenario-income-unknown", place=in_text(context.country), reason=unknown[0][INCOME].note)
    others = (
        (part if whole else part[1:], "what the lever itself costs is left out"),
        (fixed, "prices are fixed, which cannot be compared"),
        (unknown, "it is not modelled"),
    )
    rest = "".join(f"; under {_quoted(which)} {why}" for which, why in others if which)
    if not whole:
        first = part[0]
        return sentence(
            "scenario-income-part", whose=whose, income=enter(first, first[INCOME]), name=name_of(first), rest=rest
        )
    best = max(whole, key=lambda found: shown(found[INCOME].change or 0.0))
    among = ", the best of those whose cost is modelled" if len(whole) > 1 else ""
    return sentence(
        "scenario-income-best", whose=whose, income=enter(best, best[INCOME]), name=name_of(best), rest=among + rest
    )


def _quoted(every: Sequence[Outcomes]) -> str:
    return listing([f"“{name_of(found)}”" for found in every])


def _gains(context: Context, found: Outcomes, enter: Enter, origin: Origin, method: str) -> Text:
    """Who gains and who pays in one scenario, as far as it is modelled."""
    parts: list[Text] = [who_bears(context, found, origin, method)]
    if not found.responding and found[_BURDEN].modelled and (burden := found[_BURDEN].change):
        which = "scenario-pays-households" if burden > 0 else "scenario-gains-households"
        parts.append(sentence(which, burden=enter(found, found[_BURDEN])))
    money = context.currency()
    parts.append(industry_that_loses(context, found))
    moved = found.partners[found.partners["change"] != 0] if len(found.partners) else found.partners
    for place_of, name, place in ((-1, "scenario-pays-abroad", "loss"), (0, "scenario-gains-abroad", "gain")):
        if moved.empty:
            continue
        region = str(ranked(moved["change"]).index[place_of])
        change = float(moved.loc[region, "change"])
        if (change < 0) != (place == "loss"):
            continue
        figure = context.ledger.enter(
            (SECTION.id, found.scenario.id, "partner", region, "real-income"),
            f"{name_of(found)}: change of real national income, {listed(region)}",
            change * money.factor,
            money.unit,
            method,
            origin,
        )
        parts.append(sentence(name, region=in_text(region), **{place: figure}))
    if not any(parts):
        parts.append(sentence("scenario-pays-unknown"))
    elif found.without_cost:
        parts.append((*left_out([titles["en"] for titles in found.without_cost]), *write("; ")))
    whole = sentence("scenario-pays", name=name_of(found))
    for part in parts:
        whole += part
    return (*whole[:-1], whole[-1].model_copy(update={"text": whole[-1].text.rstrip("; ") + "."}))


def _band(context: Context, found: Outcomes, origin: Origin, method: str) -> Text:
    for metric in (INCOME, WORLD):
        outcome = found[metric]
        if outcome.band is None or not outcome.modelled or outcome.band[0] == outcome.band[1]:
            continue
        unit = shown_unit(outcome.unit)
        low, high = (
            context.ledger.enter(
                (SECTION.id, found.scenario.id, metric, "band", end),
                f"{name_of(found)}: change of {in_running_text(outcome.metric.title)}, {end} end of its band",
                bound * unit.factor,
                unit.unit,
                method,
                origin,
            )
            for end, bound in zip(("low", "high"), outcome.band, strict=True)
        )
        what = in_running_text(outcome.metric.title)
        if in_prose(low.value) == in_prose(high.value):
            return sentence("scenario-band-none", name=name_of(found), what=what, value=low)
        told = sentence("scenario-band", name=name_of(found), what=what, low=low, high=high)
        return (*told, *(sentence("cost-left-out") if outcome.partial else ()), *write("."))
    return sentence("scenario-no-band", name=name_of(found))


def _lacks(every: Sequence[Outcomes]) -> tuple[Lack, ...]:
    """What a scenario says nothing of although the first page asks for it: all, or a part, of what it costs."""
    found: dict[str, list[str]] = {}
    for outcomes in every:
        if not outcomes[INCOME].modelled or outcomes[INCOME].partial:
            reason = outcomes[INCOME].note.rpartition(PARTIAL)[2].split(": give ")[0].rstrip(".")
            found.setdefault(reason, []).append(f"“{name_of(outcomes)}”")
    return tuple(
        lack_of_cost(write("What {names} would cost: {reason}.", names=listing(names), reason=reason))
        for reason, names in found.items()
    )
