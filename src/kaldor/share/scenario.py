"""What a file of a scenario says: its levers, its figures, who gains and pays, what holds, and whence it all comes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from kaldor import __version__
from kaldor.atlas.published import Source
from kaldor.brief.names import listed
from kaldor.digits import largest_first
from kaldor.economy.economy import Economy
from kaldor.twin.gains import gain_in_words
from kaldor.twin.headline import headline
from kaldor.twin.lever import Lever
from kaldor.twin.outcome import Outcome, Outcomes
from kaldor.twin.scenario import CLOSURES, LeverSetting
from kaldor.twin.sentence import sentence_of
from kaldor.words import figure

_FEW = 5
"""Industries that gain or pay most and are shown; all of them are in the answer as JSON."""


@dataclass(frozen=True)
class Slider:
    """A lever as it is set: its title, strength with unit, where it acts, and the figures that it rests on."""

    title: str
    strength: str
    where: str
    honesty: str
    figures: tuple[str, ...]


@dataclass(frozen=True)
class Changed:
    """Somebody whose income changes, in the table's unit: an industry, or a country."""

    who: str
    where: str
    change: float
    change_pct: float | None


@dataclass(frozen=True)
class Shared:
    """A scenario with its results, ready to be written: every word that a page or a picture of it has.

    `headline` are the figures that stand first; `outcomes` all that have one, `not_modelled` the reasons of all others
    with their titles. `change` figures of `gainers`, `losers` and `partners` are in `unit`.
    """

    title: str
    sentence: str
    country: str
    table: str
    year: int
    status: str
    unit: str
    view: str
    closure: str
    band: str
    sliders: tuple[Slider, ...]
    headline: tuple[Outcome, ...]
    outcomes: tuple[Outcome, ...]
    not_modelled: Mapping[str, Sequence[str]]
    gainers: tuple[Changed, ...]
    losers: tuple[Changed, ...]
    partners: tuple[Changed, ...]
    notes: tuple[str, ...]
    sources: tuple[Source, ...]

    @property
    def made_with(self) -> str:
        """Which program, of which version."""
        return f"Kaldor {__version__}"

    @property
    def place(self) -> str:
        """Where and when, as seen by which table."""
        return f"{self.country}, {self.year} · {self.table.partition(':')[0]} ({self.status})"


def shared(
    economy: Economy,
    levers: Mapping[str, Lever],
    found: Outcomes,
    *,
    first: Sequence[str] = (),
    sentence: str = "",
) -> Shared:
    """All that is said of a scenario that was measured. `first` names the metrics that stand first.

    `sentence` is what it does in one breath, by default in English (`kaldor.twin.sentence`).

    Raises UnknownLabelError for a metric that is none, InputError for too many.
    """
    scenario, shown = found.scenario, headline(found, first)
    return Shared(
        title=scenario.called,
        sentence=sentence or sentence_of(found, shown=shown),
        country=listed(found.region),
        table=economy.source.title,
        year=economy.year,
        status=economy.status,
        unit=economy.unit,
        view=scenario.view,
        closure=found.responding or CLOSURES[scenario.closure],
        band=found.about_the_band,
        sliders=tuple(_slider(levers[one.lever], one) for one in scenario.levers),
        headline=shown,
        outcomes=tuple(one for one in found if one.modelled),
        not_modelled=_reasons(found),
        gainers=_industries(economy, found.gainers),
        losers=_industries(economy, found.losers),
        partners=_countries(found.partners),
        notes=tuple(dict.fromkeys((*economy.notes, *filter(None, [gain_in_words(found)]), *found.notes))),
        sources=_sources(economy),
    )


def _slider(lever: Lever, setting: LeverSetting) -> Slider:
    parts = [", ".join(map(listed, setting.regions))]
    for word, names in (("with", setting.bloc), ("away from", setting.away_from or ())):
        if names:
            parts.append(f"{word} {', '.join(map(listed, names))}")
    for word, names in (("industries", setting.sectors or ()), ("products", setting.products or ())):
        if names:
            parts.append(f"{word}: {', '.join(names)}")
    return Slider(
        title=lever.title,
        strength=f"{setting.strength + 0.0:g} {lever.parameter.unit}",
        where="; ".join(filter(None, parts)),
        honesty=lever.honesty,
        figures=tuple(
            f"{one.meaning}: {figure(setting.figures.get(one.name, one.value))} {one.unit} "
            f"({'set in the scenario' if one.name in setting.figures else one.source})"
            for one in lever.figures
        ),
    )


def _reasons(found: Iterable[Outcome]) -> Mapping[str, Sequence[str]]:
    reasons: dict[str, list[str]] = {}
    for one in found:
        if not one.modelled:
            reasons.setdefault(one.note, []).append(one.metric.title)
    return reasons


def _industries(economy: Economy, frame: pd.DataFrame) -> tuple[Changed, ...]:
    """Those that change most: the few at home, then the few of all that are abroad, rich or poor."""
    if frame.empty:
        return ()
    names = dict(zip(economy.sectors, economy.sector_names, strict=True))
    largest = frame.iloc[largest_first(frame["change"].abs().to_numpy())]
    kept = pd.concat([largest[largest["where"] == where].head(_FEW) for where in ("home", "abroad")])
    return tuple(
        Changed(names.get(str(sector), str(sector)), listed(str(region)), float(row["change"]), _known(row))
        for (region, sector), row in kept.iterrows()
    )


def _countries(frame: pd.DataFrame) -> tuple[Changed, ...]:
    return tuple(
        Changed(listed(str(region)), str(row["group"]), float(row["change"]), _known(row))
        for region, row in frame.iterrows()
    )


def _known(row: pd.Series) -> float | None:
    value = row["change_pct"]
    return None if pd.isna(value) else float(value)


def _sources(economy: Economy) -> tuple[Source, ...]:
    """Each source once: the table's own, then those of what is attached to it."""
    found = (economy.source, *(one.source for one in economy.extensions.values()))
    return tuple({one.id: one for one in found}.values())
