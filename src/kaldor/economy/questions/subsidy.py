"""Question: what a subsidy brings, its bill in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from kaldor.asking import Answer, Inputs, Progress, Question
from kaldor.economy.questions.industries import Industries, industries_of
from kaldor.economy.questions.measuring import Meant, Measuring
from kaldor.economy.questions.responding import respond
from kaldor.economy.questions.subject import ECONOMY, Asked
from kaldor.errors import InputError, Problem

if TYPE_CHECKING:
    from kaldor.economy.economy import Economy
    from kaldor.economy.equilibrium.base import Base

_MOST = 0.5  # of the cost of the industries
_LEAST = 0.1  # of its cost that an industry's price has to bring in, what it gets at base counted too


class _Amount(Inputs):
    """How much."""

    amount: Annotated[
        float,
        Field(
            gt=0,
            le=1e9,
            description="Million US dollars a year at base; of the table's unit where no rate of exchange is known.",
        ),
    ] = 1_000.0


class Subsidy(Industries, _Amount):
    """How much, and to whom."""


def meant(asked: Asked, given: Subsidy) -> Meant:
    """The measure that is meant; a base refuses one that is too large for it. Raises UnknownLabelError, InputError."""
    import numpy as np

    from kaldor.economy.equilibrium.accounts_of import unit_of_account
    from kaldor.economy.equilibrium.shock import Shock
    from kaldor.economy.equilibrium.together import Measure

    own, economy = industries_of(asked, given), asked.economy
    unit = unit_of_account(economy)
    cells = np.ix_(own.regions, own.sectors)

    def shock(base: Base) -> Shock:
        cost = base.cost[cells].sum()
        if given.amount > _MOST * cost:
            what = f"is {given.amount:,.6g} million, of a cost of {cost:,.6g} million in {own.words} ({unit})."
            raise InputError(Problem("amount", what, f"Give at most {100 * _MOST:g} % of it."))
        tax = np.zeros_like(base.output)
        tax[cells] = -given.amount / cost
        left = 1 + (base.output_tax + tax)[cells]
        if left.min() < _LEAST:
            region, sector = np.unravel_index(left.argmin(), left.shape)
            one = f"{economy.regions[own.regions[region]]} {economy.sectors[own.sectors[sector]]}"
            what = f"leaves {one}, with what it gets at base, less than {100 * _LEAST:g} % of its cost to earn."
            raise InputError(Problem("amount", what, "Give less, or leave that industry out."))
        return replace(Shock.none(base), output_tax=tax)

    words = f"A subsidy of {given.amount:,.6g} {unit} to {own.words}"
    return Meant(
        own.named,
        words,
        [Measure(words, shock)],
        facts={"amount": given.amount, "sector": list(given.sector)},
        notes=(
            "Every industry gets the same share of its cost, as much as makes the amount at base; everybody pays the "
            "bill in one sum, which distorts nothing. Productivity does not grow with output here, and that is what "
            "the case for subsidies rests on.",
        ),
    )


def subsidy(asked: Asked, given: Subsidy, progress: Progress) -> Answer:
    """Find what a subsidy to industries brings its country and the partners, its bill in it."""
    return respond(asked, given, meant(asked, given), progress)


def _unit(economy: Economy) -> str:
    from kaldor.economy.equilibrium.accounts_of import unit_of_account

    return unit_of_account(economy)


MEASURE = Measuring("subsidy", "subsidy", Subsidy, meant, "amount", unit=_unit)
QUESTION = Question(
    id="subsidy",
    room="economy",
    of=ECONOMY,
    title={
        "en": "What a subsidy brings, its bill in it",
        "fr": "Ce qu’apporte une subvention, facture comprise",
        "es": "Lo que aporta una subvención, con su factura",
    },
    order=105,
    inputs=Subsidy,
    answer=subsidy,
    page="equilibrium",
    long=True,
    check=industries_of,
)
