"""Question: how strong a measure has to be for a target to be met."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from kaldor.asking import Answer, Inputs, Progress, Question, names
from kaldor.asking.question import read_inputs
from kaldor.economy.names import Named, regions_of
from kaldor.economy.questions.inputs import Sectors
from kaldor.economy.questions.measuring import Meant, Measuring, measuring
from kaldor.economy.questions.responding import Responding, positions, products_of, respond
from kaldor.economy.questions.subject import ECONOMY, Asked
from kaldor.errors import InputError, Problem
from kaldor.words import figure

if TYPE_CHECKING:
    from kaldor.economy.equilibrium.base import Array, Base
    from kaldor.economy.equilibrium.figures import Reader
    from kaldor.economy.equilibrium.responses import Change, Response, Responses
    from kaldor.economy.equilibrium.solver import Point

Regions = tuple[str, ...]
_REGION = names("region")
_FIGURES = {
    "co2": ("co2_home_share", "CO2 at home"),
    "income": ("real_income_share", "real national income (of final spending)"),
    "gdp": ("gdp_volume", "the volume of GDP"),
    "jobs": ("jobs", "work"),
    "wage": ("real_wage", "the real wage"),
}
"""Targets that are figures of every answer: of which, and in words; the others are volumes of products."""


class _Measure(Inputs):
    """Which measure, on whom: as its own question asks."""

    measure: Annotated[
        Literal["leakage", "tariff", "subsidy", "productivity"],
        Field(description="Which question's measure: a price of carbon (leakage), a tariff, a subsidy, productivity."),
    ]
    region: Annotated[Regions, Field(description="Who does it, where it is no tariff.", json_schema_extra=_REGION)] = ()
    sector: Sectors = ()
    supplier: Annotated[Regions, Field(description="Of a tariff: who sells.", json_schema_extra=_REGION)] = ()
    buyer: Annotated[Regions, Field(description="Of a tariff: who buys.", json_schema_extra=_REGION)] = ()
    product: Annotated[
        tuple[str, ...], Field(description="Of a tariff: only these products.", json_schema_extra=names("sector"))
    ] = ()
    border: Annotated[bool, Field(description="Of a price of carbon: charge imports too.")] = False
    kind: Annotated[Literal["all", "labour"], Field(description="Of productivity: of which inputs.")] = "all"
    most: Annotated[
        float | None,
        Field(gt=0, le=1e9, description="Up to which strength it is looked for: $/t, % or million dollars a year."),
    ] = None


class _Target(Inputs):
    """What is to move by how much, and whose."""

    target: Annotated[
        Literal["co2", "output", "imports", "income", "gdp", "jobs", "wage"],
        Field(description="What is to move: CO2 at home, output or imports in volume, real income, GDP, work, pay."),
    ]
    by: Annotated[float, Field(ge=-100, le=1000, description="By how many per cent; of final spending for income.")]
    of: Annotated[
        tuple[str, ...],
        Field(description="Whose output or imports of which products; all if none.", json_schema_extra=names("sector")),
    ] = ()
    place: Annotated[
        Regions, Field(description="Where it is to move; where the measure is if none.", json_schema_extra=_REGION)
    ] = ()


class BreakEven(Responding, _Target, _Measure):
    """Which measure meets which target, and how all respond."""


def _measure_of(asked: Asked, given: BreakEven) -> tuple[Measuring, Responding]:
    """The question of the measure with its inputs. Raises InputError for those that mean nothing to it, as it does."""
    own = measuring()[given.measure]
    shared = set(Responding.model_fields)
    typed = {name: getattr(given, name) for name in _Measure.model_fields if name not in ("measure", "most")}
    set_here = {name: value for name, value in typed.items() if value != _Measure.model_fields[name].default}
    stray = [name for name in set_here if name not in own.inputs.model_fields]
    if stray:
        raise InputError([Problem(name, f"means nothing for {given.measure}.", "Leave it out.") for name in stray])
    if given.labour == "full-employment" and given.target == "jobs":
        raise InputError(Problem("labour", "everybody works in any case.", "Ask with --labour supply."))
    return own, read_inputs(own.inputs, {name: getattr(given, name) for name in shared} | set_here)


def _at(own: Measuring, measure: Responding, strength: float) -> Responding:
    """The measure at a strength in its unit."""
    return measure.model_copy(update={own.strength: strength * own.size})


def _meant(asked: Asked, given: BreakEven) -> tuple[Meant, Named, float]:
    """Whose effects, where the target is, and how far it is looked for. Raises UnknownLabelError, InputError."""
    own, measure = _measure_of(asked, given)
    meant = own.meant(asked, measure)
    place = regions_of(asked.economy, given.place, where="place") if given.place else meant.who
    products_of(asked.economy, given.of)
    if given.of and given.target in _FIGURES:
        raise InputError(Problem("of", f"means nothing for {given.target}.", "Leave it out."))
    if given.target == "co2" and not _emits(asked):
        raise InputError(Problem("target", "no emissions are attached in kt.", "Attach CO2, or choose another target."))
    most = given.most if given.most is not None else own.most
    if most is None:
        what = f"how far to look is not said for {given.measure}."
        raise InputError(Problem("most", what, f"Say it in {own.unit(asked.economy)}."))
    return meant, place, most


def _emits(asked: Asked) -> bool:
    from kaldor.economy.equilibrium.accounts_of import CO2

    own = asked.economy.extensions.get(CO2)
    return own is not None and own.unit.lower().startswith("kt")


def break_even(asked: Asked, given: BreakEven, progress: Progress) -> Answer:
    """Find the price, rate or amount of a measure at which a target is met, under every set and closure."""
    from kaldor.economy.equilibrium.sought import Sought, between
    from kaldor.economy.equilibrium.together import together

    meant, place, most = _meant(asked, given)
    own, measure = _measure_of(asked, given)
    economy, unit = asked.economy, own.unit(asked.economy)

    def change(strength: float, base: Base) -> Change:
        return together(economy, own.meant(asked, _at(own, measure, strength)).measures, base)

    what = _words(given, place)
    sought = Sought(
        change, _reached(asked, given, place), given.by, between(0.0, most), what, f"{own.noun} that does it", unit
    )

    def said(found: Responses, _: Reader) -> Iterator[str]:
        at = [one.strength for one in found.solved if one.strength is not None]
        band = f"; {figure(min(at))} to {figure(max(at))} over {len(at)} sets and closures" if found.others else ""
        yield f"{what[0].upper()}{what[1:]} moves by {_signed(given.by)} % at {figure(at[0])} {unit}{band}."
        if found.refused:
            yield f"Under {len(found.refused)} more nothing up to {most:,.6g} {unit} does it: see how near each gets."

    named = replace(
        meant,
        words=f"The {own.noun} at which {what} moves by {_signed(given.by)} %",
        facts={"measure": given.measure, "target": given.target, "by": given.by, "most": most, "unit": unit},
        notes=(*meant.notes, *_OTHER),
        leaks=given.measure == "leakage",
    )
    return respond(asked, given, named, progress, sought=sought, said=said)


_OTHER = (
    "The first strength that was found to meet the target; where more of a measure can work less, others may be there.",
)


def _signed(value: float) -> str:
    return f"{'+' if value > 0 else ''}{figure(value)}"


def _words(given: BreakEven, place: Named) -> str:
    where = ", ".join(place.regions[:3]) + (" …" if len(place.regions) > 3 else "")
    if given.target in _FIGURES:
        return f"{_FIGURES[given.target][1]} of {where}"
    goods = ", ".join(given.of) or "all products"
    return f"output of {goods} in {where}" if given.target == "output" else f"imports of {goods} to {where}"


def _reached(asked: Asked, given: BreakEven, place: Named) -> Callable[[Point, Response], float]:
    """How much the target moves, in %, read from a solved balance."""
    import numpy as np

    from kaldor.economy.equilibrium.figures import Reader

    economy = asked.economy
    group, goods = positions(economy.regions, place.regions), products_of(economy, given.of)
    reader = Reader(economy, 1.0)

    def of_figure(_: Point, response: Response) -> float:
        return reader.of(response, group)[_FIGURES[given.target][0]]

    def of_output(point: Point, _: Response) -> float:
        made = point.scenario.base.output[np.ix_(group, goods)]
        return _growth(made, made * np.exp(point.at.output)[np.ix_(group, goods)])

    def of_imports(point: Point, _: Response) -> float:
        abroad = [i for i in range(len(economy.regions)) if i not in group]
        block = np.ix_(abroad, goods, group)
        before = point.scenario.base.flows.sum(axis=3).transpose(2, 0, 1)
        return _growth(before[block], (point.volumes.sent / point.scenario.shock.transport)[block])

    def _growth(before: Array, after: Array) -> float:
        if before.sum() <= 0:
            raise InputError(Problem("of", "there is none of it.", "Name other products, or another place."))
        return 100 * float(after.sum() / before.sum() - 1)

    if given.target == "output":
        return of_output
    return of_imports if given.target == "imports" else of_figure


QUESTION = Question(
    id="break-even",
    room="economy",
    of=ECONOMY,
    title={
        "en": "How strong a measure has to be",
        "fr": "Quelle force doit avoir une mesure",
        "es": "Qué fuerza debe tener una medida",
    },
    order=107,
    inputs=BreakEven,
    answer=break_even,
    page="equilibrium",
    long=True,
    check=_meant,
)
