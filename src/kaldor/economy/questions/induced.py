"""Question: what the spending of incomes adds to a multiplier."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kaldor.asking import Answer, Progress, Question, Table, names
from kaldor.bounds import Bounds
from kaldor.economy.induced import type2_multipliers
from kaldor.economy.names import regions_of
from kaldor.economy.questions.inputs import Regions
from kaldor.economy.questions.subject import ECONOMY, Asked, OfEconomy, answer


class Induced(OfEconomy):
    """Which multipliers, what counts as income, and how much of it is spent."""

    extension: Annotated[
        tuple[str, ...], Field(description="Extensions; all if none.", json_schema_extra=names("extension"))
    ] = ()
    region: Regions = ()
    income: Annotated[
        str,
        Field(description="What counts as income: an extension, or value_added.", json_schema_extra=names("extension")),
    ] = "value_added"
    spending: Annotated[
        float | None, Bounds(0, 10), Field(description="Spent per unit of income; as in the table if not given.")
    ] = None


def induced(asked: Asked, given: Induced, _: Progress) -> Answer:
    """Compare multipliers along the chains with those that include the spending of incomes."""
    named = regions_of(asked.economy, given.region)
    table = type2_multipliers(
        asked.economy, list(given.extension) or None, income=given.income, spending=given.spending
    )
    return answer(
        asked,
        "Multipliers without and with induced spending",
        Table("multipliers", named.rows_of(table), largest="output_type2"),
        "Type II (Miller & Blair 2009, ch. 6)",
        extension=(*(given.extension or asked.economy.extensions), given.income),
        facts={"income": given.income, "spending": given.spending},
        said=(str(table.attrs["note"]), "Type II is an upper bound.", *named.notes),
    )


QUESTION = Question(
    id="induced",
    room="economy",
    of=ECONOMY,
    title={
        "en": "What spent incomes add",
        "fr": "Ce qu’ajoutent les revenus dépensés",
        "es": "Lo que añaden los ingresos gastados",
    },
    order=100,
    inputs=Induced,
    answer=induced,
    page="induced",
)
