"""Question: what a lost supplier costs, in its first days and for good, side by side."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from kaldor.asking import Answer, Inputs, Progress, Question, Table
from kaldor.bounds import RUNS_BESIDE, SEED, Bounds
from kaldor.economy.names import Named, sectors_of
from kaldor.economy.questions import cut_off as for_good
from kaldor.economy.questions.responding import some_regions
from kaldor.economy.questions.subject import ECONOMY, Asked, OfEconomy
from kaldor.twin.questions.assumed import Assumed
from kaldor.words import figure, weakest

if TYPE_CHECKING:
    import pandas as pd

    from kaldor.twin.shocks.run import ShockResult

DAYS, RUNS = 91.0, 8


class _Days(Inputs):
    """How long the first days are, and how their spread is drawn."""

    days: Annotated[float, Bounds(1, 730), Field(description="Days that are simulated one by one.")] = DAYS
    runs: Annotated[int, RUNS_BESIDE, Field(description="Draws of behaviour in these days, seconds each.")] = RUNS
    seed: Annotated[int, SEED, Field(description="Seed of the draws.")] = 1


class LostDays(OfEconomy, _Days, Assumed):
    """An economy, how long the first days are, and what is assumed of goods in them."""


class SupplierLost(for_good.CutOff, _Days, Assumed):
    """Who sells how much less of what to whom, how long the first days are, and how all respond for good."""


def _meant(asked: Asked, given: SupplierLost) -> None:
    """Raises what the longer view would raise at once, and what is wrong with what is assumed."""
    from kaldor.twin.shocks.parameters import behaviour_of

    behaviour_of(asked.economy, given.behaviour())
    for_good.QUESTION.refuse(asked, given)


def supplier_lost(asked: Asked, given: SupplierLost, progress: Progress) -> Answer:
    """Find what losing a supplier costs in its first days, by stocks and substitutes, and for good, by prices."""
    from kaldor.twin.shocks.words import few

    economy = asked.economy
    sellers, buyers = (some_regions(economy, getattr(given, name), name) for name in ("supplier", "buyer"))
    shock = _first_days(asked, given, sellers, buyers, progress)
    answered = for_good.cut_off(asked, given, progress)
    table = _side_by_side(asked, shock, answered, buyers)
    lost = shock.lost_by("region")
    return replace(
        answered,
        title=f"{answered.title.partition(':')[0]}, and in the first {given.days:g} days",
        tables=(
            Table("views", table, {}, title=f"{few(given.buyer)} in the first days and for good"),
            *answered.tables,
            Table("days", lost, title=f"Value added lost in {given.days:g} days, by region", largest="central"),
        ),
        status=weakest(answered.status, "predicted"),
        method=f"{answered.method}; daily stocks and substitution (Hallegatte 2013; Guan et al. 2020)",
        facts={**answered.facts, "days": given.days, "runs": given.runs, "seed": given.seed, **_facts(table)},
        said=(*_said(table, given), *answered.said, *shock.notes),
    )


def _first_days(asked: Asked, given: SupplierLost, sellers: Named, buyers: Named, progress: Progress) -> ShockResult:
    from kaldor.twin.shocks.events import Ban, Shock
    from kaldor.twin.shocks.run import run_shock

    economy = asked.economy
    products = sectors_of(economy, given.product, where="product") or economy.sectors
    events = [
        Ban(kind="ban", days=given.days, origins=origins, destinations=(buyer,), products=products, share=given.share)
        for buyer in buyers.regions
        if (origins := tuple(seller for seller in sellers.regions if seller != buyer))
    ]
    return run_shock(
        economy,
        Shock(id="supplier-lost", events=tuple(events)),
        given.behaviour(),
        steps=max(1, round(given.days)),
        bands=given.runs,
        seed=given.seed,
        progress=lambda done, total: progress("the first days", done, total),
    )


def _side_by_side(asked: Asked, shock: ShockResult, answered: Answer, buyers: Named) -> pd.DataFrame:
    import pandas as pd

    from kaldor.economy.labelled import OF_EACH_ROW, labelled

    first = shock.summary(list(buyers.regions))
    effects = answered.tables[0].frame
    rows = []
    for name, meaning, size in (
        ("lost_value_added", "loss of value added in these days", 1.0),
        ("lost_value_added_share", "the same, of value added in these days", 100.0),
        ("deepest_loss_share", "loss of value added on the worst day", 100.0),
        ("unmet_final_demand", "the loss seen from who uses: what final users did not get", 1.0),
        ("unmet_final_demand_elsewhere", "the same of final users elsewhere", 1.0),
        ("direct_loss_elsewhere", "direct loss of who no longer sells", 1.0),
    ):
        if name not in first.index:  # nobody is elsewhere
            continue
        row = first.loc[name]
        unit = "%" if size > 1 else asked.economy.unit
        drawn = [size * row[one] for one in ("central", "p5", "p95")]  # the run with usual behaviour is in the range
        rows.append(("first days", name, meaning, drawn[0], min(drawn), max(drawn), unit))
    for name in ("real_income", "real_income_share", "terms_of_trade", "gdp_volume", "consumer_prices"):
        row = effects.loc[name]
        low, high = (row.get("low", row["value"]), row.get("high", row["value"]))
        unit = f"{row['unit']} a year" if name in ("real_income", "terms_of_trade") else row["unit"]
        rows.append(("for good", name, f"{row['meaning']} (change)", row["value"], low, high, unit))
    columns = ["view", "figure", "meaning", "value", "low", "high", "unit"]
    frame = pd.DataFrame(rows, columns=columns).set_index(["view", "figure"])
    return labelled(frame, asked.economy, OF_EACH_ROW, status="predicted")


def _facts(table: pd.DataFrame) -> dict[str, float]:
    return {name: float(table.loc[("first days", name), "value"]) for _, name in table.loc[["first days"]].index}


def _said(table: pd.DataFrame, given: SupplierLost) -> Iterator[str]:
    from kaldor.twin.shocks.words import few

    first = table.loc[("first days", "lost_value_added_share")]
    later = table.loc[("for good", "real_income_share"), "value"]
    yield (
        f"In {given.days:g} days {few(given.buyer)} loses {figure(first['value'])} % of its value added "
        f"({figure(first['low'])} to {figure(first['high'])} % over {given.runs} draws of behaviour), with recipes and "
        f"prices as they were; for good, its real income moves by {figure(later)} % of final spending, once prices, "
        "trade and income have answered."
    )
    yield "Of the first days losses stand above zero; for good there are changes, of which a loss is below zero."
    if first["value"] < 0:
        yield "A loss below zero is a gain: others turn here for what they no longer get elsewhere."
    yield (
        "The two are not added: one counts what is not made until stocks and other makers fill in, at prices that do "
        "not move; the other what it costs for ever to buy from those others, who then ask more."
    )


QUESTION = Question(
    id="supplier-lost",
    room="twin",
    of=ECONOMY,
    title={
        "en": "A supplier lost: the first days, and for good",
        "fr": "Un fournisseur perdu : les premiers jours, et pour toujours",
        "es": "Un proveedor perdido: los primeros días y para siempre",
    },
    inputs=SupplierLost,
    answer=supplier_lost,
    page="shocks",
    order=30,
    long=True,
    check=_meant,
)
