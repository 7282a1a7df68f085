"""What every section of a brief reads: the study, the economy, and the ledger that its figures go into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from kaldor.brief.answer import Said
from kaldor.brief.document import Block, Challenge, Finding, SourceRecord, Text
from kaldor.brief.document import Section as Written
from kaldor.brief.ledger import Ledger, Origin
from kaldor.brief.section import Section
from kaldor.brief.study_model import Study
from kaldor.brief.units import Shown, shown_unit
from kaldor.economy.economy import Economy, Extension
from kaldor.economy.names import jobs_of
from kaldor.words import Status, weakest

if TYPE_CHECKING:
    import pandas as pd

    from kaldor.atlas.territorial import Territorial
    from kaldor.framework.framework import Framework


@dataclass
class Part:
    """What one section gives to the brief: itself, what it found in a line, its tables, and what it cannot say.

    `said` is its share of the first page; `leading` are the blocks that argue it, pictures and tables by
    their ids, the first one first (default: its first two pictures and tables that are not long).
    """

    section: Written
    finding: Finding | None = None
    results: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    not_modelled: tuple[Text, ...] = ()
    said: Said = field(default_factory=Said)
    leading: tuple[str | Block, ...] | None = None

    @classmethod
    def of(
        cls,
        section: Section,
        blocks: tuple[Block, ...],
        headline: Text | None = None,
        *,
        heading: str = "",
        challenge: Challenge | None = None,
        results: Mapping[str, pd.DataFrame] | None = None,
        not_modelled: tuple[Text, ...] = (),
        said: Said | None = None,
        leading: tuple[str | Block, ...] | None = None,
    ) -> Part:
        """A section as declared, with what it found if that is a line; heading and challenge may differ."""
        about = challenge or section.challenge
        written = Written(id=section.id, title=heading or section.heading, challenge=about, blocks=blocks)
        finding = Finding(challenge=about, section=section.id, text=headline) if headline is not None else None
        return cls(written, finding, results or {}, not_modelled, said or Said(), leading)


@dataclass(frozen=True)
class Context:
    """The study and the data it is made on. `datasets` says which dataset each extension came from."""

    study: Study
    economy: Economy
    framework: Framework
    ledger: Ledger
    datasets: Mapping[str, str]
    short_names: Mapping[str, str] = field(default_factory=dict)
    """Names of sectors that are shorter than the table's own, where its classification declares them."""
    earlier: Economy | None = None
    """The same economy in the year that the study compares with, if it names one."""
    past: Mapping[int, Economy] = field(default_factory=dict)
    """The same economy in earlier years that its dataset holds, of which a section tells the change."""
    inventories: tuple[Territorial, ...] = ()
    """What the store holds of the emissions of the countries shown, counted on the territory."""

    @property
    def country(self) -> str:
        """The country that the study asks about."""
        return self.study.country

    @cached_property
    def compared(self) -> tuple[str, ...]:
        """The country and its peers, as regions of the economy."""
        return (self.study.country, *self.study.peers)

    @cached_property
    def emissions(self) -> Extension | None:
        """The extension that carries emissions, if the economy has it."""
        return self.economy.extensions.get(self.study.emissions)

    @property
    def needed_emissions(self) -> Extension:
        """The same in a section that declares that it needs them. Raises UnknownExtensionError."""
        return self.economy.extension(self.study.emissions)

    @cached_property
    def jobs(self) -> tuple[Extension, ...]:
        """The extensions that carry jobs: those that the study names, else those that the table has."""
        named = self.study.jobs or jobs_of(self.economy)
        return tuple(self.economy.extensions[name] for name in named if name in self.economy.extensions)

    def table_origin(self, made: Status = "modelled") -> Origin:
        """Where figures from the input–output table alone come from.

        `made` is what the method makes of them: "observed" for cells of the table and sums of them alone.
        """
        economy = self.economy
        return Origin((economy.source.id,), economy.year, weakest(made, economy.status), self.study.economy)

    def origin_of(self, extension: Extension, made: Status = "modelled") -> Origin:
        """Where figures from the table and one extension come from; the weakest of both and the method holds."""
        sources = tuple(dict.fromkeys((self.economy.source.id, extension.source.id)))
        datasets = dict.fromkeys((self.study.economy, self.datasets.get(extension.id, self.study.economy)))
        status = weakest(made, self.economy.status, extension.status)
        return Origin(sources, self.economy.year, status, ", ".join(datasets))

    def currency(self) -> Shown:
        """How amounts of money are shown."""
        return shown_unit(self.economy.unit)

    def sector_name(self, code: str) -> str:
        """The name of a sector of the economy."""
        return self.short_names.get(code) or self.economy.sector_names[self.economy.sector_position(code)]

    def sources(self) -> tuple[SourceRecord, ...]:
        """The datasets behind this economy, the table first."""
        records = [self.economy.source, *(extension.source for extension in self.economy.extensions.values())]
        records += [one.source for one in self.inventories]
        return tuple(SourceRecord(**vars(source)) for source in {source.id: source for source in records}.values())
