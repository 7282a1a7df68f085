"""What questions of the equilibrium share: how it closes, and how its answer is told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from kaldor.asking import Answer, Progress, Table, text_file
from kaldor.economy.names import Named, regions_of, sectors_of
from kaldor.economy.questions.inputs import LARGEST_FILE
from kaldor.economy.questions.subject import Asked, OfEconomy, answer
from kaldor.errors import InputError, Problem
from kaldor.words import figure

if TYPE_CHECKING:
    import pandas as pd

    from kaldor.economy.economy import Economy
    from kaldor.economy.equilibrium.base import Base
    from kaldor.economy.equilibrium.figures import Reader
    from kaldor.economy.equilibrium.prepared import Choice
    from kaldor.economy.equilibrium.responses import Responses
    from kaldor.economy.equilibrium.sought import Sought
    from kaldor.economy.questions.measuring import Meant

METHOD = (
    "general equilibrium in changes: constant elasticities, calibrated on the table (Dekle, Eaton & Kortum 2008; "
    "Baqaee & Farhi 2024)"
)
_CHANNELS = "Why real income changes, told in two ways that each add up to it: by use and trade, by income and prices"
_PARTS = "What each measure does, mean over every order in which they may be taken (Shapley 1953); the sum is the whole"
NOT_MODELLED = (
    "Not modelled: the way from one balance to the other, margins above cost, unemployment beyond the closure, "
    "households apart from each other, what it takes to carry a measure out, and the climate's benefit."
)


class Elastic(OfEconomy):
    """Which elasticities."""

    set: Annotated[
        str, Field(description="Set of elasticities: low, central, long, caliendo-parro, or one of your own.")
    ] = "central"
    sets: Annotated[
        str | None,
        Field(
            max_length=LARGEST_FILE,
            description="TOML with sets of elasticities of your own.",
            json_schema_extra=text_file(".toml"),
        ),
    ] = None


class Responding(Elastic):
    """Which elasticities, and what holds where the table does not say."""

    labour: Annotated[
        Literal["full-employment", "supply", "fixed-real-wage"] | None,
        Field(description="Who works: as many as before, more where it pays more, or all that a fixed wage takes."),
    ] = None
    capital: Annotated[
        Literal["by-industry", "mobile"] | None, Field(description="Whether capital moves between industries.")
    ] = None
    lending: Annotated[
        Literal["pooled", "fixed", "balanced"] | None, Field(description="What holds of lending between countries.")
    ] = None
    options: Annotated[
        tuple[str, ...],
        Field(
            description="What is off unless it is named: external-economies, specific-factors, slow-labour, "
            "capital-answers, labour-tax, stocks-with-sales."
        ),
    ] = ()
    band: Annotated[
        Literal["all", "none"], Field(description="Solve the usual sets and closures beside it, or only the one asked.")
    ] = "all"


def choice_of(given: Responding) -> Choice:
    """The set and closures that the inputs name. Raises UnknownLabelError, InputError."""
    from kaldor.economy.equilibrium.own_sets import elasticity_set
    from kaldor.economy.equilibrium.prepared import chosen

    own = elasticity_set(given.set, text=given.sets)
    return chosen(own, given.labour, given.capital, given.lending, given.options)


def some_regions(economy: Economy, named: Sequence[str], where: str) -> Named:
    """Regions of which at least one must be named. Raises as `regions_of`, and InputError where none is."""
    found = regions_of(economy, named, where=where)
    if not found.regions:
        raise InputError(Problem(where, "names nobody.", "Name a region, a bloc, or all."))
    return found


def positions(known: Sequence[str], named: Sequence[str]) -> list[int]:
    """Places of names among those that are known; all of them where none is named."""
    return [known.index(one) for one in named] if named else list(range(len(known)))


def products_of(economy: Economy, named: Sequence[str]) -> list[int]:
    """Places of the sectors that are named, all of them where none is. Raises as `sectors_of`."""
    return positions(economy.sectors, sectors_of(economy, named, where="product"))


def respond(
    asked: Asked,
    given: Responding,
    meant: Meant,
    progress: Progress,
    *,
    sought: Sought | None = None,
    amend: Callable[[Base], Base] = lambda base: base,
    said: Callable[[Responses, Reader], Iterable[str]] = lambda found, reader: (),
) -> Answer:
    """The answer for a country or bloc and its partners: of all measures together, and of each where they are several.

    `sought` stands in for the measures where their strength is looked for, `amend` is that of `Prepared`, `said` what
    is said before all else. Raises InputError, and KaldorError where none is found.
    """
    from kaldor.economy.equilibrium.figures import Reader, channels, choices, countries, effects
    from kaldor.economy.equilibrium.responses import responses
    from kaldor.economy.equilibrium.together import subsets, together

    def told(done: int, total: int) -> None:
        progress("solving sets and closures", done, total)

    economy, several = asked.economy, len(meant.measures) > 1 and sought is None
    found = responses(
        economy,
        choice_of(given),
        sought or partial(together, economy, meant.measures),
        band=given.band,
        parts=subsets(economy, meant.measures)[:-1] if several else (),
        amend=amend,
        progress=told,
    )
    reader = Reader(economy, found.read.million, meant.leaks, (sought.meaning, sought.unit) if sought else ("", ""))
    who, group = meant.who, positions(economy.regions, meant.who.regions)
    own, each, all_choices, parts = (make(found, reader, group) for make in (effects, countries, choices, channels))
    choice = found.asked.choice
    range_of = f", low and high over {len(found.solved)} sets and closures" if found.others else ""
    return answer(
        asked,
        f"{meant.words}: effects on {_listed(who.regions)} and on the partners",
        (
            Table("effects", own, {}, title=f"Effects on {_listed(who.regions)}{range_of}"),
            Table(
                "countries", each, dict(each.attrs["units"]), title=f"Every country{range_of}", largest="real_income"
            ),
            Table("choices", all_choices, dict(all_choices.attrs["units"]), title="Sets and closures"),
            Table("channels", parts, dict(parts.attrs["units"]), title=_CHANNELS),
            *(_parts(found, reader, group, meant) if several else ()),
            *_without(found, reader),
        ),
        METHOD,
        extension=found.read.extensions,
        filled=found.read.filled,
        facts={
            **meant.facts,
            "regions": list(who.regions),
            "set": choice.set.id,
            "labour": choice.labour,
            "capital": choice.capital,
            "lending": choice.lending,
            "options": list(choice.options),
            "solved": len(found.solved),
            "refused": len(found.refused),
            **{name: float(value) for name, value in own["value"].items()},
        },
        said=(*said(found, reader), *_said(found, reader, group, who, own), *meant.notes, *who.notes),
    )


def _parts(found: Responses, reader: Reader, group: Sequence[int], meant: Meant) -> Iterator[Table]:
    from kaldor.economy.equilibrium.figures import parts

    frame = parts(found, reader, group, [one.words for one in meant.measures])
    yield Table("parts", frame, dict(frame.attrs["units"]), title=_PARTS)


def _without(found: Responses, reader: Reader) -> Iterator[Table]:
    from kaldor.economy.equilibrium.figures import without_answer

    if found.refused:
        yield Table("refused", without_answer(found, reader), {}, title="Sets and closures without an answer")


def _said(found: Responses, reader: Reader, group: Sequence[int], who: Named, effects: pd.DataFrame) -> Iterator[str]:
    """The findings in sentences, then what was held and what is assumed."""
    from kaldor.economy.equilibrium.sets import closures

    values = effects["value"]
    unit, income, terms = reader.economy.unit, values["real_income"], values["terms_of_trade"]
    elsewhere = [i for i in range(len(reader.economy.regions)) if i not in group]
    band = ""
    if found.others:
        low, high = effects.loc["real_income_share", ["low", "high"]]
        band = (
            f"; {_signed(low)} to {_signed(high)} % over {len(found.solved)} sets and closures, which is a range "
            "and no probability"
        )
    yield (
        f"{_listed(who.regions)}: real national income before transfers {_signed(values['real_income_share'])} % of "
        f"final spending ({_signed(income)} {unit}{band}), of it terms of trade {_signed(terms)} {unit}. Volume of "
        f"GDP {_signed(values['gdp_volume'])} %, real wage {_signed(values['real_wage'])} %."
    )
    if "welfare" in values:
        more = values["welfare"] <= values["real_spending"]
        weighed = " and ".join(found.asked.choice.weighs)
        worth = f"less the worth of more {weighed}" if more else f"with the worth of less {weighed}"
        yield (
            f"What it can buy {_signed(values['real_spending'])}; {worth}, which is what counts, "
            f"{_signed(values['welfare'])} {unit}."
        )
    if elsewhere and 0 < income <= terms:
        yield "The gain is one of terms of trade only: better prices in trade, which partners pay for."
    if "leakage" in values:
        abroad = "more are emitted abroad" if values["leakage"] >= 0 else "less are emitted abroad too"
        yield f"For each tonne of CO2 less at home, {figure(abs(values['leakage']))} t {abroad}."
    if elsewhere:
        others = reader.of(found.asked, elsewhere)
        yield (
            f"All others together: real income {_signed(others['real_income'])}, what they can buy "
            f"{_signed(others['real_spending'])} {unit}."
        )
    choice = found.asked.choice
    rigid = "" if choice.works == choice.labour else " (in this set work does not answer the wage)"
    yield (
        f"Elasticities '{choice.set.id}' ({choice.set.title}). Held: {closures('labour')[choice.works].said}{rigid}; "
        f"{closures('capital')[choice.capital].said}; {closures('lending')[choice.lending].said}."
    )
    yield from found.asked.said
    yield from (*found.read.notes, *found.asked.notes)
    if found.refused:
        first = found.refused[0]
        yield f"Without an answer: {len(found.refused)} sets and closures, such as {first.choice.words} ({first.why})"
    yield NOT_MODELLED


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + figure(value)


def _listed(regions: Sequence[str]) -> str:
    shown = ", ".join(regions[:3])
    return shown + (f" … ({len(regions)} regions)" if len(regions) > 3 else "")
