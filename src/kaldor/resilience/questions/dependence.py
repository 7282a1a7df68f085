"""Question: on whom industries depend abroad."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kaldor.asking import Answer, Progress, Question, Table, names
from kaldor.economy.names import region_of, sectors_of
from kaldor.economy.questions.inputs import Sectors
from kaldor.economy.questions.subject import ECONOMY, Asked, OfEconomy, answer
from kaldor.errors import InputError, Problem
from kaldor.resilience.lookthrough import MEASURES, import_dependence
from kaldor.words import NOT_MODELLED, TITLES


class Dependence(OfEconomy):
    """Whose industries; asked as one block, its internal chains netted."""

    region: Annotated[str, Field(description="Whose industries.", json_schema_extra=names("region"))]
    sector: Sectors = ("manufacturing",)
    by: Annotated[Literal["supplier", "product"], Field(description="One row a …")] = "supplier"


def dependence(asked: Asked, given: Dependence, _: Progress) -> Answer:
    """Show on which countries and products from abroad industries depend, at face value and through all suppliers."""
    economy = asked.economy
    region, sectors = region_of(economy, given.region), sectors_of(economy, given.sector)
    found = import_dependence(economy, region, sectors)
    if why := found.without_inputs:
        remedy = "Name industries that buy inputs (--sector), or a table that tells more industries apart."
        raise InputError(Problem("dependence", f"{NOT_MODELLED}: {why}.", remedy))
    table = found.by_supplier() if given.by == "supplier" else found.by_product()
    table.attrs[TITLES] = MEASURES
    return answer(
        asked,
        f"Inputs from abroad of {len(sectors)} industries of {region}, by {given.by}",
        Table("dependence", table),
        "shares of all inputs at face value and looked through, in value added and in gross output, which counts "
        "chains twice (Baldwin, Freeman & Theodorakopoulos 2023)",
        facts={"region": region, "sectors": list(sectors), "foreign_share": found.foreign_share().to_dict()},
        said=(f"{found.in_a_line()}.",),
    )


QUESTION = Question(
    id="dependence",
    room="resilience",
    of=ECONOMY,
    title={
        "en": "On whom industries depend abroad",
        "fr": "De qui dépendent les industries à l’étranger",
        "es": "De quién dependen las industrias en el exterior",
    },
    inputs=Dependence,
    answer=dependence,
    page="look-through",
)
