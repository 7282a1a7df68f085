"""What the scenarios of a study give to the first page of its brief: each one, the best, who gains and who pays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Final

from kaldor.brief.answer import Entry, Lack, Said
from kaldor.brief.document import Figure, Text
from kaldor.brief.ledger import Origin, identifier, write
from kaldor.brief.names import in_running_text, in_text, listed, possessive, sentence_start
from kaldor.brief.numbers import in_prose
from kaldor.brief.sections.twin.scenarios import SECTION
from kaldor.brief.sections.twin.scenarios.responding import name_of
from kaldor.brief.sentences import sentence
from kaldor.brief.units import PERCENT, shown_unit
from kaldor.brief.wording import listing
from kaldor.digits import ranked, shown
from kaldor.twin.gains import INCOME
from kaldor.twin.outcome import Outcome, Outcomes

if TYPE_CHECKING:
    from kaldor.brief.context import Context

WORLD: Final = "co2-world"
_AT_HOME: Final = "co2-production"
_BURDEN: Final = "household-burden"
_NAMED: Final = 2  # other scenarios that a sentence names beside the first

Enter = Callable[[Outcomes, Outcome], Figure]
"""Enters the change that a scenario brings to a metric."""


def said(context: Context, every: Sequence[Outcomes], enter: Enter, origin: Origin, method: str) -> Said:
    """Every scenario in a line, the answer in two sentences, gains and losses, bands, and what has no figure."""
    return Said(
        sentences=tuple(
            text for text in (_cuts(context, every, enter, origin, method), _incomes(context, every, enter)) if text
        ),
        entries=tuple(_entry(found, enter) for found in every),
        picture=f"scenarios-{WORLD}" if any(found[WORLD].modelled for found in every) else "",
        gains=tuple(_gains(context, found, enter, origin, method) for found in every),
        uncertain=tuple(_band(context, found, origin, method) for found in every),
        lacks=_lacks(every),
    )


def _entry(found: Outcomes, enter: Enter) -> Entry:
    world, income = found[WORLD], found[INCOME]
    text = sentence("scenario-world", world=enter(found, world)) if world.modelled else sentence("scenario-no-world")
    text += (
        sentence("scenario-income", income=enter(found, income)) if income.modelled else sentence("scenario-no-income")
    )
    return Entry(kind="Scenario", name=name_of(found), text=(*text, *write(".")), section=SECTION.id)


def _cuts(context: Context, every: Sequence[Outcomes], enter: Enter, origin: Origin, method: str) -> Text:
    """Which scenario cuts the world's emissions most, against what the country itself emits, and what others do."""
    known = sorted((found for found in every if found[WORLD].modelled), key=_of_the_world)
    if not known:
        return ()
    best, change = known[0], _of_the_world(known[0])
    world = enter(best, best[WORLD])
    if change >= 0:
        return sentence("scenario-cuts-none", name=name_of(best), world=world)
    before = best[_AT_HOME].before
    if not before:
        return ()
    share = context.ledger.enter(
        (SECTION.id, best.scenario.id, WORLD, "of-home"),
        f"{name_of(best)}: change of CO₂ emitted in the world, over what {in_text(context.country)} emits",
        100.0 * change / before,
        PERCENT,
        method,
        origin,
    )
    others = known[1:]
    rest = "".join(f"; “{name_of(found)}” would change it less" for found in others[:1]) if len(others) > _NAMED else ""
    told = sentence(
        "scenario-cuts-most" if len(every) > 1 else "scenario-cuts",
        count=str(len(every)),
        name=name_of(best),
        world=world,
        share=share,
        place=in_text(context.country),
        rest=rest,
    )
    if not others or rest:
        return told
    said: Text = write(" ")
    for number, found in enumerate(others):
        said += write("“{name}”: {world}", name=name_of(found), world=enter(found, found[WORLD]))
        said += write("; " if number + 1 < len(others) else ".")
    return (*told, *said)


def _of_the_world(found: Outcomes) -> float:
    return shown(found[WORLD].change or 0.0)


def _incomes(context: Context, every: Sequence[Outcomes], enter: Enter) -> Text:
    """What the scenarios bring to the country's real income, and of which that is not modelled."""
    known = [found for found in every if found[INCOME].modelled]
    unknown = [found for found in every if not found[INCOME].modelled]
    if not known:
        return sentence("scenario-income-unknown", place=in_text(context.country), reason=unknown[0][INCOME].note)
    best = max(known, key=lambda found: shown(found[INCOME].change or 0.0))
    rest = ", the best of those that are modelled" if len(known) > 1 else ""
    rest += f"; under {listing([f'“{name_of(found)}”' for found in unknown])} it is not modelled" if unknown else ""
    whose = sentence_start(possessive(context.country))
    return sentence(
        "scenario-income-best", whose=whose, income=enter(best, best[INCOME]), name=name_of(best), rest=rest
    )


def _gains(context: Context, found: Outcomes, enter: Enter, origin: Origin, method: str) -> Text:
    """Who gains and who pays in one scenario, as far as it is modelled."""
    parts: list[Text] = []
    if found[_BURDEN].modelled and (burden := found[_BURDEN].change):
        which = "scenario-pays-households" if burden > 0 else "scenario-gains-households"
        parts.append(sentence(which, burden=enter(found, found[_BURDEN])))
    money = context.currency()
    losers = found.losers
    if not losers.empty:
        home = losers[losers["where"] == "home"]
        for region, sector in home.index[:1]:
            key = (SECTION.id, found.scenario.id, "loser", str(region), str(sector))
            if figure := context.ledger.figures.get(identifier(*key)):
                industry = in_running_text(context.sector_name(str(sector)))
                parts.append(sentence("scenario-pays-industry", industry=industry, loss=figure))
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
    if not parts:
        parts.append(sentence("scenario-pays-unknown"))
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
        return sentence("scenario-band", name=name_of(found), what=what, low=low, high=high)
    return sentence("scenario-no-band", name=name_of(found))


def _lacks(every: Sequence[Outcomes]) -> tuple[Lack, ...]:
    """What a scenario says nothing of although the first page asks for it: what it costs, and the world's CO₂."""
    found: dict[str, list[str]] = {}
    for outcomes in every:
        if not outcomes[INCOME].modelled:
            found.setdefault(outcomes[INCOME].note, []).append(f"“{name_of(outcomes)}”")
    return tuple(
        Lack(
            what=write(
                "What {names} would cost: {reason}",
                names=listing(names),
                reason=note.split(": give ")[0].rstrip(".") + ".",
            ),
            data="a figure of the added cost with its source, given in a lever of your own",
        )
        for note, names in found.items()
    )
