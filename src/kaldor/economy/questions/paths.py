"""Question: the supply chains behind a footprint, one by one."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from kaldor.asking import Answer, Progress, Question, Table
from kaldor.bounds import Bounds
from kaldor.economy.names import extension_name, extension_of, region_of, sectors_of
from kaldor.economy.paths import THRESHOLD, structural_paths
from kaldor.economy.questions.inputs import Extension, Region, Sectors
from kaldor.economy.questions.subject import ECONOMY, Asked, OfEconomy, answer
from kaldor.words import figure


class Paths(OfEconomy):
    """Behind whose final use of what, and how far chains are followed."""

    region: Region
    extension: Extension = None
    sector: Sectors = ()
    threshold: Annotated[
        float, Bounds(1e-5, 1), Field(description="Every chain that carries this share of the total.")
    ] = THRESHOLD
    longest: Annotated[int | None, Bounds(0, 50), Field(description="Stop at this tier; 0: final producers.")] = None
    most: Annotated[int | None, Bounds(1, 100_000), Field(description="So many chains at most, the largest.")] = None


def paths(asked: Asked, given: Paths, _: Progress) -> Answer:
    """Find the supply chains, one by one, through which a region's final use causes most."""
    economy = asked.economy
    name, region = extension_of(economy, given.extension), region_of(economy, given.region)
    found = structural_paths(
        economy,
        name,
        region,
        sector=list(sectors_of(economy, given.sector)) or None,
        threshold=given.threshold,
        longest=given.longest,
        most=given.most,
    )
    share = f" ({100 * found.found / found.total:.1f} %)" if found.total else ""
    return answer(
        asked,
        f"{extension_name(economy, name)}: chains behind what {region} finally uses, producer first",
        Table("paths", found.table, {"tier": "stages", "value": found.unit, "share": "share of the total"}),
        "structural path analysis with an exact remainder",
        extension=name,
        facts={
            "extension": name,
            "region": region,
            "threshold": found.threshold,
            "total": found.total,
            "found": found.found,
            "remainder": found.remainder,
            "direct": found.direct,
        },
        said=(
            f"{len(found.table):,} chains carry {figure(found.found)}{share} of {figure(found.total)} {found.unit}; "
            f"all others {figure(found.remainder)}. Final users' own: {figure(found.direct)} {found.unit}.",
        ),
    )


QUESTION = Question(
    id="paths",
    room="economy",
    of=ECONOMY,
    title={
        "en": "The chains behind a footprint",
        "fr": "Les chaînes derrière une empreinte",
        "es": "Las cadenas tras una huella",
    },
    order=20,
    inputs=Paths,
    answer=paths,
    page="paths",
)
