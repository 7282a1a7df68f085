"""Question: what a carbon price does once prices, trade and income respond."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from kaldor.asking import Answer, Inputs, Progress, Question, names
from kaldor.economy.names import Named
from kaldor.economy.questions.measuring import Meant, Measuring
from kaldor.economy.questions.responding import Responding, choice_of, positions, respond, some_regions
from kaldor.economy.questions.subject import ECONOMY, Asked
from kaldor.errors import InputError, Problem

if TYPE_CHECKING:
    from kaldor.economy.equilibrium.base import Array, Base

_DOLLAR_A_TONNE = 1e-3  # in million dollars per kt


class _Charge(Inputs):
    """Who charges, how much, and whether at the border too."""

    region: Annotated[
        tuple[str, ...],
        Field(min_length=1, description="Who charges: a country or bloc.", json_schema_extra=names("region")),
    ]
    price: Annotated[
        float, Field(ge=0, le=500, description="US dollars of the table's year for a tonne of CO2, on top of any.")
    ] = 100.0
    border: Annotated[
        bool, Field(description="Charge imports for what their makers emitted themselves, at the same price.")
    ] = False


class Leakage(Responding, _Charge):
    """Who charges, how much, and how all respond."""


def _meant(asked: Asked, given: Leakage) -> Named:
    """Who charges. Raises InputError where no price of carbon can be charged on this table."""
    from kaldor.economy.equilibrium.accounts_of import no_carbon_price

    found = some_regions(asked.economy, given.region, "region")
    choice_of(given)
    lacking = no_carbon_price(asked.economy)
    if lacking:
        raise InputError(Problem("economy", lacking, "Attach emissions in kt to a table in a currency with a rate."))
    return found


def meant(asked: Asked, given: Leakage) -> Meant:
    """The price, and the adjustment at the border where it is asked for. Raises as `_meant`."""
    from kaldor.economy.equilibrium.base import every_user
    from kaldor.economy.equilibrium.shock import Shock
    from kaldor.economy.equilibrium.together import Measure

    who = _meant(asked, given)
    inside = positions(asked.economy.regions, who.regions)

    def price(base: Base) -> Array:
        import numpy as np

        found = np.zeros(base.regions)
        found[inside] = given.price * _DOLLAR_A_TONNE
        return found

    def charged(base: Base) -> Shock:
        return replace(Shock.none(base), carbon_price=every_user(price(base), base.users))

    def adjusted(base: Base) -> Shock:
        return replace(Shock.none(base), tariffs=at_the_border(base, price(base)))

    words = f"A carbon price of {given.price:g} $/t"
    return Meant(
        who,
        f"{words} with border adjustment" if given.border else words,
        [Measure(words, charged), *([Measure("The adjustment at the border", adjusted)] if given.border else [])],
        facts={"price": given.price, "border": given.border},
        leaks=given.price > 0,
        notes=(
            "The price stands in dollars of the table's year and is charged on the fuel and the processes of "
            "industries and on households' fuel; the treasury hands the revenue out. Prices that the table's year had "
            "already stand among its taxes.",
            *((_BORDER,) if given.border else ()),
        ),
    )


def leakage(asked: Asked, given: Leakage, progress: Progress) -> Answer:
    """Find what a carbon price does once prices, trade and income respond: income, CO2, leakage, partners."""
    return respond(asked, given, meant(asked, given), progress)


_BORDER = (
    "At the border a maker pays for its own emissions before the price, as a tariff on every product; exports are not "
    "relieved."
)


def at_the_border(base: Base, price: Array) -> Array:
    """Tariffs (R supplier, S, R buyer) at the price on what makers outside emitted for a unit of output."""
    own = (base.fuel_carbon[..., : base.products] * base.paid[..., : base.products]).sum(axis=0)
    intensity = base.process_carbon + own / base.output
    outside = price == 0
    return base.tariffs + (intensity * outside[:, None])[:, :, None] * price


MEASURE = Measuring("leakage", "price of carbon", Leakage, meant, "price", unit=lambda _: "$/t", most=500)
QUESTION = Question(
    id="leakage",
    room="economy",
    of=ECONOMY,
    title={
        "en": "What a carbon price does once all respond",
        "fr": "Ce que fait un prix du carbone quand tout réagit",
        "es": "Qué hace un precio del carbono cuando todo responde",
    },
    order=101,
    inputs=Leakage,
    answer=leakage,
    page="equilibrium",
    long=True,
    check=_meant,
)
