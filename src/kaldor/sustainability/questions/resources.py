"""Two questions of one shape: materials, and energy, at home and behind what home finally uses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any

import pandas as pd
from pydantic import Field

from kaldor.asking import Answer, Progress, Question, Table, names
from kaldor.economy.economy import Economy
from kaldor.economy.names import extension_name, regions_of
from kaldor.economy.questions.inputs import Regions
from kaldor.economy.questions.subject import ECONOMY, Asked, OfEconomy, answer
from kaldor.errors import InputError, Problem
from kaldor.sustainability.circularity import ENERGY_UNITS, MASS_UNITS, energy_accounts, material_accounts
from kaldor.words import Words


class Resources(OfEconomy):
    """Which extensions make up the resource, and of which regions."""

    extension: Annotated[
        tuple[str, ...],
        Field(
            description="What is added up: extensions in one unit of mass, or of energy. A table that carries none "
            "takes them from a dataset of the store, attached as the table is opened (on a command line --with ID).",
            json_schema_extra=names("extension"),
        ),
    ]
    region: Regions = ()


def materials(asked: Asked, given: Resources, _: Progress) -> Answer:
    """Show what is extracted at home beside the material footprint: what home's final use takes from anywhere."""
    _refuse_if_none(asked, given, MASS_UNITS, "materials: no extension in a unit of mass")
    return _answered(asked, given, material_accounts, "domestic extraction beside the material footprint")


def energy(asked: Asked, given: Resources, _: Progress) -> Answer:
    """Show the energy used at home beside the energy footprint: what home's final use takes anywhere."""
    _refuse_if_none(asked, given, ENERGY_UNITS, "energy: no extension in a unit of energy")
    return _answered(asked, given, energy_accounts, "energy used at home beside the energy footprint")


def _refuse_if_none(asked: Asked, given: Resources, units: Sequence[str], none: str) -> None:
    """Say that the table carries nothing of the kind, and how to attach it. Raises InputError."""
    economy = asked.economy
    held = economy.extensions.values()
    if not any(one.id in given.extension or one.unit in units for one in held):
        what = f"{asked.dataset} {economy.year} carries no {none} ({', '.join(units)})."
        remedy = "Attach one of the store with --with ID; 'kaldor data list' shows what it holds and what may be added."
        raise InputError(Problem("extension", what, remedy))


def _answered(
    asked: Asked,
    given: Resources,
    accounts: Callable[[Economy, Sequence[str]], pd.DataFrame],
    what: str,
) -> Answer:
    economy = asked.economy
    named = regions_of(economy, given.region)
    table = accounts(economy, given.extension)
    return answer(
        asked,
        f"{', '.join(extension_name(economy, name) for name in given.extension)}: {what}",
        Table("accounts", named.rows_of(table), largest="footprint"),
        "production and consumption accounts by the Leontief inverse of the table (Wiedmann et al. 2015)",
        extension=given.extension,
        facts={"extensions": list(given.extension)},
        said=named.notes,
    )


def _question(
    id: str, order: int, title: Words, function: Callable[[Asked, Resources, Progress], Answer]
) -> Question[Any, Any]:
    return Question(id, "sustainability", ECONOMY, title, Resources, function, page="circularity", order=order)


MATERIALS = _question(
    "materials",
    10,
    {
        "en": "Materials at home and in use",
        "fr": "Matières extraites et utilisées",
        "es": "Materiales extraídos y usados",
    },
    materials,
)
ENERGY = _question(
    "energy",
    20,
    {
        "en": "Energy at home and in use",
        "fr": "Énergie employée ici et ailleurs",
        "es": "Energía empleada aquí y fuera",
    },
    energy,
)
