"""What stands beside an answer: labels, units, sources and statuses of an economy, in the shape of the answers."""

from __future__ import annotations

from typing import Any

from kaldor.atlas.group_names import group_name
from kaldor.atlas.published import Source
from kaldor.atlas.regions import is_known
from kaldor.atlas.regions import region as region_of
from kaldor.economy.economy import Economy
from kaldor.economy.held import extension_answered
from kaldor.server.answers.data import Code
from kaldor.server.answers.economies import EconomyAnswer, RegionAnswer, SourceAnswer
from kaldor.twin.incidence import groups_year, income_groups
from kaldor.words import weakest


def described(economy: Economy, dataset: str) -> EconomyAnswer:
    """The labels of an economy."""
    return EconomyAnswer(
        dataset=dataset,
        regions=_regions(economy),
        sectors=[Code(code=c, name=n) for c, n in zip(economy.sectors, economy.sector_names, strict=True)],
        groups={name: list(sectors) for name, sectors in economy.sector_groups.items()},
        group_names={name: group_name(name) for name in ("all", *economy.sector_groups)},
        demands=[Code(code=c, name=n) for c, n in zip(economy.demands, economy.demand_names, strict=True)],
        extensions=[extension_answered(extension) for extension in economy.extensions.values()],
        unit=economy.unit,
        year=economy.year,
        status=economy.status,
        groups_year=groups_year(economy),
        notes=list(economy.notes),
        source=source_answer(economy.source),
    )


def about(economy: Economy, method: str) -> dict[str, Any]:
    """The fields of `About` for figures that are solved from an economy."""
    return {
        "source": source_answer(economy.source),
        "year": economy.year,
        "status": weakest("modelled", economy.status),
        "method": method,
        "notes": list(economy.notes),
    }


def source_answer(source: Source) -> SourceAnswer:
    """A source as answers give it."""
    return SourceAnswer(**vars(source))


def _regions(economy: Economy) -> list[RegionAnswer]:
    found = []
    for code, group in zip(economy.regions, income_groups(economy), strict=True):
        known = region_of(code) if is_known(code) else None
        found.append(
            RegionAnswer(
                code=code,
                name=known.name if known else code,
                world_region=known.world_region if known else None,
                income_group=group,
                is_country=known.is_country if known else False,
            )
        )
    return found
