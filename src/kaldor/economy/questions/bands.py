"""Question: how far an account or a multiplier may be off."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from kaldor.asking import Answer, Inputs, Progress, Question, Table, text_file
from kaldor.economy.error_model import USUAL, ErrorModel, error_model
from kaldor.economy.names import Named, extension_name, extension_of, regions_of
from kaldor.economy.questions.inputs import LARGEST_FILE, Extension, Regions
from kaldor.economy.questions.subject import ECONOMY, Asked, answer
from kaldor.economy.uncertainty import DRAWS, LEVEL, RULE, SEED
from kaldor.economy.uncertainty import Bands as Drawn
from kaldor.economy.uncertainty import bands as drawn


class Bands(Inputs):
    """Of what, on which errors, and how many tables are drawn."""

    extension: Extension = None
    region: Regions = ()
    of: Annotated[Literal["accounts", "multipliers"], Field(description="Countries' accounts, or multipliers.")] = (
        "accounts"
    )
    draws: Annotated[int, Field(ge=20, le=2_000, description="Tables drawn around the published one.")] = DRAWS
    seed: Annotated[int, Field(ge=0, lt=2**32, description="Seed of the draws.")] = SEED
    rule: Annotated[Literal["rows", "gras"], Field(description="How drawn tables keep the published outputs.")] = RULE
    model: Annotated[
        str | None,
        Field(
            description="Error model of the cells: usual, or one of your own. An estimate is drawn anew without one."
        ),
    ] = None
    errors: Annotated[
        str | None,
        Field(
            max_length=LARGEST_FILE,
            description="TOML with error models of your own.",
            json_schema_extra=text_file(".toml"),
        ),
    ] = None
    level: Annotated[float, Field(gt=0, lt=1, description="Share of draws within a band.")] = LEVEL


def _meant(asked: Asked, given: Bands) -> tuple[str, Named, ErrorModel | None]:
    """Extension, regions and error model that the inputs name; none where none is named."""
    named = given.model is not None or given.errors is not None
    return (
        extension_of(asked.economy, given.extension),
        regions_of(asked.economy, given.region),
        error_model(given.model or USUAL, text=given.errors) if named else None,
    )


def _how(found: Drawn) -> tuple[str, str]:
    """How the tables were drawn, and what their errors are."""
    if found.model is None:
        return (
            f"{found.draws} estimates drawn anew (seed {found.seed})",
            "This economy is an estimate: what it was made of was drawn anew, as far as that is unsure.",
        )
    how = (
        f"{found.draws} tables drawn around the published one (Lenzen et al. 2010; seed {found.seed}, outputs kept by "
        f"{found.rule})"
    )
    return how, f"Errors of the cells: {found.model.title}. {found.model.source}."


def bands(asked: Asked, given: Bands, progress: Progress) -> Answer:
    """Draw tables within stated errors: how far an account or a multiplier may be off."""
    economy = asked.economy
    name, named, model = _meant(asked, given)
    found = drawn(
        economy,
        name,
        regions=list(named.regions) or None,
        model=model,
        draws=given.draws,
        seed=given.seed,
        rule=given.rule,
        level=given.level,
        progress=lambda done, total: progress("drawing tables", done, total),
    )
    if given.of == "accounts":
        table, unit = found.table, found.unit
    else:
        table, unit = named.rows_of(found.multipliers), f"{found.unit} per {economy.unit}"
    how, errors = _how(found)
    return answer(
        asked,
        f"{extension_name(economy, name)}: bands of {given.of}",
        Table("bands", table, dict.fromkeys(map(str, table.columns), unit), largest="value"),
        f"{how}, each account solved anew; between low and high lie {100 * found.level:g} % of them",
        extension=name,
        facts={
            "extension": name,
            "of": given.of,
            "level": given.level,
            "draws": given.draws,
            "seed": given.seed,
            "rule": found.rule,
            "model": None if found.model is None else found.model.model_dump(mode="json"),
        },
        said=(errors, *named.notes),
    )


QUESTION = Question(
    id="bands",
    room="economy",
    of=ECONOMY,
    title={
        "en": "How sure a figure is",
        "fr": "Quelle est la sûreté d’un chiffre",
        "es": "Qué tan segura es una cifra",
    },
    order=40,
    inputs=Bands,
    answer=bands,
    page="uncertainty",
    long=True,
    check=_meant,
)
