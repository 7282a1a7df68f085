"""Question: why an account changed between two years."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from kaldor.asking import Answer, Inputs, Progress, Question, Table, names, text_file
from kaldor.atlas.prices import HIGHEST, LOWEST, completed, named_deflators, typed_deflators
from kaldor.economy.decomposition import decompose
from kaldor.economy.deflation import Deflators
from kaldor.economy.factors import FACTORS
from kaldor.economy.names import extension_name, extension_of, region_of
from kaldor.economy.questions.inputs import LARGEST_FILE, Extension, MaybeRegion, Year
from kaldor.economy.questions.subject import ECONOMY, Asked, answer
from kaldor.errors import InputError, Problem

CURRENT_PRICES = "Current prices:"
"""How the note of a dataset begins that no longer holds once its flows are deflated."""


class Change(Inputs):
    """Since when, whose account, into which factors, in which prices."""

    since: Annotated[Year, Field(description="The earlier year.")]
    extension: Extension = None
    region: MaybeRegion = None
    account: Annotated[Literal["consumption", "production"], Field(description="Whose account.")] = "consumption"
    by: Annotated[Literal["region", "sector", "world"], Field(description="One row a …")] = "region"
    factor: Annotated[
        tuple[
            Literal["intensity", "technology", "sourcing", "final-demand-mix", "final-demand-level", "final-demand"],
            ...,
        ],
        Field(description="Factors in place of the usual ones."),
    ] = ()
    deflator: Annotated[
        float | None,
        Field(
            ge=LOWEST,
            le=HIGHEST,
            description="How much dearer everything became: 1.27 is 27 %; with deflators, what has none of its own.",
        ),
    ] = None
    deflators: Annotated[
        str | None,
        Field(
            max_length=LARGEST_FILE,
            description="CSV with region, deflator and maybe sector; a dataset of indicators that holds prices (WDI, "
            "PWT); or builtin.",
            json_schema_extra=names("dataset") | text_file(".csv"),
        ),
    ] = None


def prices_of(asked: Asked, given: Change, since: int) -> tuple[Deflators | None, list[str]]:
    """Deflators from the earlier year on, and what to say of them."""
    later, named = asked.economy, given.deflators
    if named is None:
        return given.deflator, []
    if "\n" in named:
        return completed(typed_deflators(named, "deflators"), "as given", given.deflator, later.regions)
    return named_deflators(named, given.deflator, since, later.year, later.regions, asked.indicators, later.unit)


def change(asked: Asked, given: Change, _: Progress) -> Answer:
    """Split a change between two years into intensity, technology, sourcing, mix and level of final use."""
    later = asked.economy
    name = extension_of(later, given.extension)
    region = None if given.region is None else region_of(later, given.region)
    if region is not None and given.by != "region":
        raise InputError(Problem("region", f"means nothing by {given.by}.", "Ask by region."))
    earlier = asked.in_year(given.since)
    prices, said = prices_of(asked, given, earlier.year)
    found = decompose(
        earlier, later, name, factors=given.factor or FACTORS, account=given.account, by=given.by, deflators=prices
    )
    table = found.table if region is None else found.table.loc[[region]]
    in_prices = str(found.table.attrs["prices"])
    answered = answer(
        asked,
        f"{extension_name(later, name)}: change of the {given.account} account from {given.since} to {later.year}",
        Table("change", table, dict.fromkeys(map(str, table.columns), found.unit)),
        f"structural decomposition, mean over all {found.orderings} orderings, {in_prices} (Dietzenbacher & Los 1998)",
        extension=name,
        facts={
            "extension": name,
            "since": given.since,
            "account": given.account,
            "prices": in_prices,
            "deflators": " ".join(said),
            "orderings": found.orderings,
            "warning": found.warning,
        },
        said=(
            *([found.warning] if found.warning else []),
            *said,
        ),
    )
    if prices is None:
        return answered
    return replace(answered, notes=tuple(note for note in answered.notes if not note.startswith(CURRENT_PRICES)))


QUESTION = Question(
    id="change",
    room="economy",
    of=ECONOMY,
    title={"en": "Why it changed", "fr": "Pourquoi cela a changé", "es": "Por qué cambió"},
    order=30,
    inputs=Change,
    answer=change,
    page="decomposition",
)
