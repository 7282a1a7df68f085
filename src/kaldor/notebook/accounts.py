"""Accounts and dependences that draw themselves as a brief does."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kaldor.brief.picture import Picture, chosen, pictures_of
from kaldor.economy.accounts import country_accounts
from kaldor.economy.economy import Economy
from kaldor.economy.labelled import Frame
from kaldor.economy.names import region_of, sectors_of
from kaldor.errors import InputError, Problem
from kaldor.notebook.documents import document_of
from kaldor.resilience.lookthrough import ImportDependence, import_dependence

_EMISSIONS = re.compile(r"CO2|CH4|N2O|SF6|HFC|PFC|GHG|NOx|SOx|emission|dioxide|methane", re.IGNORECASE)


class Accounts(Frame):
    """Production- and consumption-based account of each region, and the parts that they are made of."""

    _metadata = ("_economy", "_extension")
    _economy: Economy
    _extension: str

    def plot(self, country: str, peers: Sequence[str] | None = None, picture: str | None = None) -> Picture:
        """Both accounts of a country beside its peers (all other regions where none are named).

        `picture`: "accounts-both" (default) or "accounts-balance", how much more consumption causes.
        Raises InputError where the accounts are not of emissions, which are what a brief draws; UnknownLabelError.
        """
        extension = self._economy.extensions.get(self._extension)
        if extension is None or not _EMISSIONS.search(f"{extension.id} {extension.name} {extension.unit}"):
            what = "is not of emissions; a brief draws accounts of those alone."
            raise InputError(Problem(f"accounts of '{self._extension}'", what, "Draw the frame with a library."))
        document = document_of(self._economy, country, peers, ["accounts"], emissions=extension.id)
        return chosen(pictures_of(document), picture)


@dataclass(frozen=True, eq=False, repr=False)
class Dependence(ImportDependence):
    """Import dependence of a region's industries; see `ImportDependence` for its tables."""

    economy: Economy

    def plot(self, peers: Sequence[str] | None = None, picture: str | None = None) -> Picture:
        """The ten largest foreign inputs of the region's manufacturing, at face value and looked through.

        `picture`: "dependence-inputs" (default) or "dependence-countries", the region beside its peers (all other
        regions where none are named). Raises InputError for other industries than the table's group "manufacturing".
        """
        if self.sectors != self.economy.sector_groups.get("manufacturing"):
            what = "are not the table's manufacturing; a brief draws that alone."
            raise InputError(Problem("sectors", what, "Draw `by_product()` with a library."))
        beside = peers if picture == "dependence-countries" else (peers or [])
        document = document_of(self.economy, self.region, beside, ["dependence"])
        return chosen(pictures_of(document), picture or "dependence-inputs")


def accounts(economy: Economy, extension: str) -> Accounts:
    """What each region emits (employs, extracts) and what its final use causes, anywhere: one row a region.

    Columns and identities as in `country_accounts`, in the extension's unit; "value_added" may be named.
    Raises UnknownExtensionError; UnproductiveEconomyError.
    """
    table = country_accounts(economy, extension)
    made = Accounts(table)
    made.attrs = dict(table.attrs)
    made._economy, made._extension = economy, extension
    return made


def dependence(economy: Economy, region: str, sectors: str | Sequence[str] | None = None) -> Dependence:
    """On whom some industries of a region depend abroad, at face value and through all tiers of suppliers.

    The region by code or name; `sectors` by code, name or group: the table's group "manufacturing" if none are named;
    asked as one block. Raises UnknownLabelError; UnproductiveEconomyError.
    """
    block = None if sectors is None else sectors_of(economy, (sectors,) if isinstance(sectors, str) else sectors)
    found = import_dependence(economy, region_of(economy, region), block)
    return Dependence(found.region, found.sectors, found.inputs, found.unit, economy)
