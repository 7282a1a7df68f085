"""Question: what a country gains from trade, against having none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from kaldor.asking import Answer, Inputs, Progress, Question, Table
from kaldor.economy.names import Named, regions_of
from kaldor.economy.questions.inputs import Regions
from kaldor.economy.questions.responding import Elastic, positions
from kaldor.economy.questions.subject import ECONOMY, Asked, answer
from kaldor.errors import InputError, KaldorError, Problem
from kaldor.words import MISSING

if TYPE_CHECKING:
    import pandas as pd

    from kaldor.economy.economy import Economy
    from kaldor.economy.equilibrium.base import Array, Base
    from kaldor.economy.equilibrium.responses import Change
    from kaldor.economy.equilibrium.sets import ElasticitySet

_MOST = 10  # regions that are solved one by one
_NAMED = 6


class _Of(Inputs):
    """Whose gains, by which trade elasticity, and whether the equilibrium is solved beside the formulas."""

    region: Regions = ()
    elasticity: Annotated[
        float, Field(gt=0, le=50, description="Trade elasticity of the formula with one sector for everything.")
    ] = 5.0
    solved: Annotated[
        bool, Field(description=f"Solve all prices and volumes without trade too, of {_MOST} regions named at most.")
    ] = False


class Gains(Elastic, _Of):
    """Whose gains, how they are found, and which elasticities."""


def _meant(asked: Asked, given: Gains) -> tuple[ElasticitySet, Named]:
    """The set, and the regions that are named. Raises UnknownLabelError, InputError."""
    from kaldor.economy.equilibrium.own_sets import elasticity_set

    named = regions_of(asked.economy, given.region)
    if given.solved and not 0 < len(named.regions) <= _MOST:
        what = f"{len(named.regions) or 'none'} named, each of which takes seconds to solve."
        raise InputError(Problem("region", what, f"Name 1 to {_MOST} regions, or ask without --solved."))
    return elasticity_set(given.set, text=given.sets), named


def gains(asked: Asked, given: Gains, progress: Progress) -> Answer:
    """Find what countries gain from trade: by two exact formulas, and by the solved equilibrium without any."""
    import numpy as np

    from kaldor.economy.equilibrium.accounts_of import accounts_of
    from kaldor.economy.equilibrium.calibration import calibrate
    from kaldor.economy.equilibrium.gains import bought_at_home, not_made_at_home, one_sector
    from kaldor.economy.equilibrium.sets import elasticities_of
    from kaldor.economy.labelled import PERCENT, labelled

    own, named = _meant(asked, given)
    economy = asked.economy
    read = accounts_of(economy)
    base = calibrate(read.accounts, read.fuels, elasticities_of(own, economy)[0])
    home, all_of_it = (amounts.sum(axis=0) for amounts in bought_at_home(base))
    by_set = _by_set(base, economy, own)
    columns = {
        "bought_at_home": home / all_of_it,
        "one_sector": one_sector(base, given.elasticity),
        "with_inputs": by_set[own.id],
        "with_inputs_low": np.min(list(by_set.values()), axis=0),
        "with_inputs_high": np.max(list(by_set.values()), axis=0),
    }
    shown = positions(economy.regions, named.regions)
    frame = _frame(economy, {name: 100 * values[shown] for name, values in columns.items()}, shown)
    refused: list[str] = []
    if given.solved:
        frame["solved"], refused = _solved(economy, own, shown, progress)
    alone = [(s, d) for s, d in not_made_at_home(base) if d in shown]
    table = labelled(frame, economy, dict.fromkeys(frame.columns, PERCENT), status="predicted")
    table.attrs[MISSING] = dict.fromkeys(frame.columns, "no answer")
    sets = " or ".join(by_set)
    return answer(
        asked,
        "What countries gain from trade, and would lose without any",
        Table("gains", table, largest="with_inputs"),
        "closed forms of Arkolakis, Costinot & Rodríguez-Clare (2012) and Costinot & Rodríguez-Clare (2014)",
        extension=read.filled,
        filled=read.filled,
        facts={
            "elasticity": given.elasticity,
            "set": own.id,
            "not_made_at_home": [f"{economy.regions[d]} {economy.sectors[s]}" for s, d in alone],
        },
        said=(
            f"In % of real income. One sector: 1 less the share bought at home to the power of 1/{given.elasticity:g}. "
            f"With inputs: product by product, all inputs of inputs counted, elasticities among sources of the set "
            f"'{own.id}' ({own.title}); low and high over the sets {sets}.",
            "Both formulas hold shares of spending fixed but among sources, let one kind of factor move between "
            "industries, and end lending with trade. They tell of the loss once all has adjusted, not of the way.",
            *(_without_maker(economy, alone)),
            *((_SOLVED,) if given.solved else ()),
            *refused,
            *read.notes,
            *named.notes,
        ),
    )


_SOLVED = (
    "Solved: all nests and factors of the set, everybody goes on working, measured from trade that balances; fixed "
    "changes in stocks still cross the border."
)


def _by_set(base: Base, economy: Economy, own: ElasticitySet) -> dict[str, Array]:
    """Shares of real income (R) by the set that is asked for and by the usual ones."""
    from dataclasses import replace

    from kaldor.economy.equilibrium.gains import with_inputs
    from kaldor.economy.equilibrium.sets import elasticities_of, sets_of_band

    sets = {one.id: one for one in (own, *sets_of_band())}
    return {id: with_inputs(replace(base, elasticities=elasticities_of(one, economy)[0])) for id, one in sets.items()}


def _frame(economy: Economy, columns: dict[str, Array], shown: Sequence[int]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(columns, index=pd.Index([economy.regions[i] for i in shown], name="region"))


def _without_maker(economy: Economy, cells: Sequence[tuple[int, int]]) -> Iterator[str]:
    if cells:
        yield (
            f"Not made at home at all, so that what needs it has no figure with inputs: {_cells(economy, cells)}. "
            "Sectors that are added up (--aggregate) are made in more places."
        )


def _solved(
    economy: Economy, own: ElasticitySet, shown: Sequence[int], progress: Progress
) -> tuple[list[float], list[str]]:
    """What regions gain as the whole equilibrium has it, in %; not a number where it has no answer, and why."""
    from kaldor.economy.equilibrium.figures import Reader
    from kaldor.economy.equilibrium.gains import without_trade
    from kaldor.economy.equilibrium.prepared import chosen
    from kaldor.economy.equilibrium.responses import Change, responses

    choice = chosen(own, labour="full-employment", lending="balanced")
    found, refused = [], []

    def change(region: int, base: Base) -> Change:
        shock, barred = without_trade(base, region, economy.sectors, economy.regions)
        cells = [(s, d) for s, d in barred.exempt if d == region]
        said = [f"Solved with some trade left, small and without a maker at home: {_cells(economy, cells)}."]
        return Change(shock, tuple(said if cells else ()))

    for done, region in enumerate(shown):
        progress("solving without trade", done, len(shown))
        try:
            answered = responses(economy, choice, partial(change, region), band="none")
        except KaldorError as reason:
            found.append(float("nan"))
            refused.append(f"Not solved for {economy.regions[region]}: {reason}")
            continue
        refused += answered.asked.said
        found.append(-Reader(economy, answered.read.million).of(answered.asked, [region])["real_income_share"])
    return found, refused


def _cells(economy: Economy, cells: Sequence[tuple[int, int]]) -> str:
    told = ", ".join(f"{economy.sectors[s]} in {economy.regions[d]}" for s, d in cells[:_NAMED])
    return told + (f" and {len(cells) - _NAMED} more" if len(cells) > _NAMED else "")


QUESTION = Question(
    id="gains-from-trade",
    room="economy",
    of=ECONOMY,
    title={
        "en": "What countries gain from trade",
        "fr": "Ce que les pays gagnent au commerce",
        "es": "Lo que los países ganan con el comercio",
    },
    order=106,
    inputs=Gains,
    answer=gains,
    page="equilibrium",
    long=True,
    check=_meant,
)
