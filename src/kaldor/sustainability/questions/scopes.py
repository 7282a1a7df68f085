"""Question: what industries emit themselves, through their electricity, and through all else that they buy."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

from pydantic import Field

from kaldor.asking import Answer, Progress, Question, Table, names
from kaldor.economy.names import extension_name, extension_of, regions_of, sectors_of
from kaldor.economy.questions.inputs import Regions, Sectors
from kaldor.economy.questions.subject import ECONOMY, Asked, OfEconomy, answer
from kaldor.sustainability.scopes import industry_scopes


class Scopes(OfEconomy):
    """Of which emissions, and of which industries."""

    extension: Annotated[str, Field(description="Which emissions.", json_schema_extra=names("extension"))] = "co2"
    region: Regions = ()
    sector: Sectors = ()


def scopes(asked: Asked, given: Scopes, _: Progress) -> Answer:
    """Show scopes 1, 2 and 3 upstream of industries: their own, their electricity's, and all else that they buy."""
    economy = asked.economy
    name, named = extension_of(economy, given.extension), regions_of(economy, given.region)
    sectors = sectors_of(economy, given.sector) or economy.sectors
    found = industry_scopes(economy, name).of(sectors, named.regions)
    return answer(
        asked,
        f"{extension_name(economy, name)}: scopes of industries",
        Table("scopes", found.table, largest="scope3_upstream"),
        "scopes from input–output tables, upstream only (Hertwich & Wood 2018)",
        extension=name,
        facts={
            "extension": name,
            "energy_sectors": list(found.energy_sectors),
            "scope3_over_scopes12": asdict(found.scope3_over_scopes12()),
            "upstream_over_scope1": asdict(found.upstream_over_scope1()),
        },
        said=("Scopes of several industries must not be added up: their chains overlap.", *named.notes),
    )


QUESTION = Question(
    id="scopes",
    room="sustainability",
    of=ECONOMY,
    title={"en": "Scopes of industries", "fr": "Périmètres des branches", "es": "Alcances de las ramas"},
    order=30,
    inputs=Scopes,
    answer=scopes,
    page="scopes",
)
