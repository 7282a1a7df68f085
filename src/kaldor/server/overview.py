"""The five challenges of one region at a glance: declared metrics of the twin, read at the baseline."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

import numpy as np

from kaldor.declared import DeclaredFile, read_packaged
from kaldor.digits import finite
from kaldor.economy.accounts import country_accounts
from kaldor.economy.economy import Economy
from kaldor.errors import InputError, Problem
from kaldor.server.answers.economies import ChallengeOverview, Headline, MapValues, OverviewAnswer
from kaldor.server.describing import about
from kaldor.server.tables import by_region, share_of
from kaldor.twin.metric import Metric, dimension_of, packaged_metrics
from kaldor.twin.outcome import Outcomes
from kaldor.twin.outcomes import outcomes
from kaldor.twin.state import State
from kaldor.words import PRINCIPLES


def overview_of(before: State, region: str) -> OverviewAnswer:
    """Headline figures of each challenge for a region, and a map for each extension. Raises UnknownLabelError."""
    economy = before.economy
    chosen = headlines()
    wanted = {id: packaged_metrics()[id] for ids in chosen.values() for id in ids}
    measured = outcomes(before, before, region=region, metrics=wanted)
    return OverviewAnswer(
        **about(economy, method="measured on the table as published; see the definition of each figure"),
        region=region,
        challenges=[
            ChallengeOverview(challenge=name, figures=[_headline(wanted[id], measured) for id in ids])
            for name, ids in chosen.items()
        ],
        maps=maps_of(economy),
    )


def maps_of(economy: Economy) -> list[MapValues]:
    """Production and consumption accounts of every extension, and the share of manufacturing in value added."""
    found: list[MapValues] = []
    for extension in economy.extensions.values():
        accounts = country_accounts(economy, extension.id)
        produced = f"production-based, {PRINCIPLES[extension.source.principle]}"
        for side, title in (("production", produced), ("consumption", "behind final use")):
            values = by_region(economy.regions, accounts[side].to_numpy())
            found.append(
                MapValues(
                    metric=f"{extension.id}-{side}",
                    challenge=dimension_of(extension.id),
                    title=f"{extension.name}, {title}",
                    unit=extension.unit,
                    values=values,
                )
            )
    if "manufacturing" in economy.sector_groups:
        found.append(
            MapValues(
                metric="manufacturing-share",
                challenge="technology",
                title="Manufacturing in value added",
                unit="%",
                values=by_region(economy.regions, _manufacturing_share(economy)),
            )
        )
    return found


class _Overview(DeclaredFile):
    headlines: Mapping[str, tuple[str, ...]]


@cache
def headlines() -> Mapping[str, tuple[str, ...]]:
    """The metrics that the overview shows, by challenge. Raises InputError that names one that is not declared."""
    file = "overview.toml"
    declared = read_packaged(_Overview, "kaldor.server", file).headlines
    unknown = [id for ids in declared.values() for id in ids if id not in packaged_metrics()]
    if unknown:
        raise InputError([Problem(f"{file}, headlines", f"no metric '{id}' is declared.") for id in unknown])
    return declared


def _headline(metric: Metric, measured: Outcomes) -> Headline:
    outcome = measured[metric.id]
    return Headline(
        id=metric.id,
        title=metric.title,
        definition=metric.definition,
        value=finite(outcome.before),
        unit=outcome.unit,
        status=outcome.before_status,
        reason_if_not_modelled=None if outcome.modelled else outcome.note,
    )


def _manufacturing_share(economy: Economy) -> np.ndarray:
    in_group = economy.index.get_level_values("sector").isin(economy.group("manufacturing"))
    part = economy.sum_by_region(np.where(in_group, economy.value_added, 0.0))
    return share_of(part, economy.sum_by_region(economy.value_added))
