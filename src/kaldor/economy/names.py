"""What a name means on an economy: regions, blocs of them, sectors, extensions. The only place that resolves one.

A region is named by its code, an ISO3 code that stands for it, or its name ("Poland"); small letters or capitals, where
that leaves one meaning. Several are named by `all`, by a bloc of one's own, by a bloc that is known (EU in the table's
year, EU@2009) or by an income group ("low income"); `!X` takes X away, wherever it stands, and alone leaves all others.
Members of a bloc that the economy does not show are left out, which is said; a bloc without any is an error. Sectors go
by code, by name, by the group that holds them, or by `all`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaldor.atlas.blocs import ALL, NOT, spelt_out
from kaldor.atlas.blocs import blocs as known_blocs
from kaldor.atlas.regions import INCOME_GROUP_NAMES, all_codes, code_meant, income_group, is_known, region_name
from kaldor.economy.economy import Economy
from kaldor.economy.multipliers import VALUE_ADDED
from kaldor.errors import InputError, Problem, UnknownExtensionError, UnknownLabelError

if TYPE_CHECKING:
    import pandas as pd


_CO2 = "co2"


@dataclass(frozen=True)
class Named:
    """Regions in the order named, each once, and what must be said of those left out."""

    regions: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def rows_of(self, table: pd.DataFrame) -> pd.DataFrame:
        """The rows of these regions, in a table whose first label is a region; all of them where none is named."""
        return table.loc[list(self.regions)] if self.regions else table


def regions_of(
    economy: Economy, named: Iterable[str], blocs: Mapping[str, Sequence[str]] | None = None, *, where: str = "region"
) -> Named:
    """The regions of an economy that are named; none where nothing is.

    Raises UnknownLabelError with the near match, for a member of a bloc that is nothing at all too; InputError for a
    bloc of which the economy shows no member or that has the name of a region, and where `!` leaves nobody.
    """
    chosen: dict[str, None] = {}
    removed: set[str] = set()
    notes: list[str] = []
    for name in named:
        meant = _meant(economy, _bare(name, where), blocs or {}, where)
        notes += meant.notes
        if name.startswith(NOT):
            removed.update(meant.regions)
        else:
            chosen |= dict.fromkeys(meant.regions)
    return Named(_kept(chosen, removed, economy.regions, where), tuple(dict.fromkeys(notes)))


def region_of(economy: Economy, name: str) -> str:
    """The one region that a code or a country's name means.

    Raises UnknownLabelError with the near match; InputError for what names several: a bloc, an income group, `all`.
    """
    found = _region(economy, name)
    if found is None:
        several = regions_of(economy, [name]).regions
        what = f"one country is asked for, and '{name}' is none."
        raise InputError(Problem("region", what, f"It stands for {_listed(several)}. Name one."))
    return found


def sectors_of(economy: Economy, named: Iterable[str], *, where: str = "sector") -> tuple[str, ...]:
    """The sectors that are named, each once; none where nothing is.

    Raises UnknownLabelError with the near match; InputError where `!` leaves none.
    """
    chosen: dict[str, None] = {}
    removed: set[str] = set()
    for name in named:
        meant = _sectors(economy, _bare(name, where))
        if name.startswith(NOT):
            removed.update(meant)
        else:
            chosen |= dict.fromkeys(meant)
    return _kept(chosen, removed, economy.sectors, where)


def extension_of(economy: Economy, name: str | None) -> str:
    """The extension that is meant: the one named, or the only one besides jobs, or CO2 among several.

    Raises UnknownExtensionError; InputError where none is named and several may be meant.
    """
    if name is None:
        meant = [one for one in economy.extensions if not counts_jobs(one)] or list(economy.extensions)
        if len(meant) == 1 or _CO2 in meant:
            return _CO2 if _CO2 in meant else meant[0]
        held = ", ".join([*economy.extensions, VALUE_ADDED])
        example = next(iter(economy.extensions), VALUE_ADDED)
        attach = "" if economy.extensions else "; --with ID attaches one of the store"
        raise InputError(
            Problem("extension", f"none is named. There are {held}.", f"Name one: --extension {example}{attach}.")
        )
    if name != VALUE_ADDED and name not in economy.extensions:
        raise UnknownExtensionError(name, [*economy.extensions, VALUE_ADDED])
    return name


def jobs_of(economy: Economy) -> tuple[str, ...]:
    """The extensions that together are all jobs: "jobs", or else all that begin with "jobs_"."""
    if "jobs" in economy.extensions:
        return ("jobs",)
    return tuple(filter(counts_jobs, economy.extensions))


def counts_jobs(extension: str) -> bool:
    """Whether an extension's name says that it counts jobs, all of them or some ("jobs_female")."""
    return extension == "jobs" or extension.startswith("jobs_")


def extension_name(economy: Economy, extension: str) -> str:
    """What an extension is called in words."""
    return economy.extension(extension).name if extension in economy.extensions else "Value added"


def block_words(block: Sequence[tuple[str, str]]) -> str:
    """The first industries of a block, and how many there are."""
    shown = ", ".join(f"{region} {sector}" for region, sector in block[:4])
    return shown + (f" … ({len(block)} industries)" if len(block) > 4 else "")


def _bare(name: str, where: str) -> str:
    """A name without what takes it away. Raises InputError where nothing is left."""
    bare = name.removeprefix(NOT)
    if not bare.strip():
        raise InputError(Problem(where, f"'{name}' names nobody.", f"Write a name, or {NOT} before one: !CHN."))
    return bare


def _kept(chosen: Mapping[str, None], removed: set[str], known: Sequence[str], where: str) -> tuple[str, ...]:
    """Who was chosen and not taken away; where somebody was only taken away, all others."""
    kept = tuple(label for label in (chosen or known if removed else chosen) if label not in removed)
    if removed and not kept:
        raise InputError(Problem(where, "names nobody.", "Name at least one label of the economy, or 'all'."))
    return kept


def _sectors(economy: Economy, name: str) -> Sequence[str]:
    found = _known_sectors(economy, name)
    if found is None:
        _refuse_list("sector", name, lambda part: _known_sectors(economy, part) is not None)
        called = dict(zip(economy.sectors, economy.sector_names, strict=True))
        raise UnknownLabelError("sector or group", name, (*economy.sectors, *economy.sector_groups), called=called)
    return found


def _known_sectors(economy: Economy, name: str) -> Sequence[str] | None:
    if name == ALL:
        return economy.sectors
    if name in economy.sectors:
        return (name,)
    if name in economy.sector_groups:
        return economy.sector_groups[name]
    named = zip(economy.sectors, economy.sector_names, strict=True)
    return next(((code,) for code, called in named if called.casefold() == name.casefold()), None)


def _region(economy: Economy, name: str) -> str | None:
    """The region that a code or a country's name means, if the economy shows it."""
    if name in economy.regions:
        return name
    code = code_meant(name)
    found = next((one for one in economy.regions if code_meant(one) == code), None)
    return _spelt_alike(name, economy.regions) if found is None else found


def _spelt_alike(name: str, known: Iterable[str]) -> str | None:
    """The one of the known names that differs in small letters and capitals only; None where it is none or several."""
    alike = {one for one in known if one.casefold() == name.casefold()}
    return alike.pop() if len(alike) == 1 else None


def _meant(economy: Economy, name: str, blocs: Mapping[str, Sequence[str]], where: str) -> Named:
    if name in blocs and name in economy.regions:
        what = f"'{name}' is a bloc, and a region of this economy too."
        raise InputError(Problem(where, what, "Give the bloc another name."))
    name = _as_written(economy, name, blocs)
    if name == ALL:
        return Named(economy.regions)
    if name in blocs:
        return _members(economy, name, blocs[name], where)
    if name in economy.regions:
        return Named((name,))
    year = economy.year
    if "@" in name or any(name == one.id for one in known_blocs()):
        try:
            listed = spelt_out(name if "@" in name else f"{name}@{year}")
        except ValueError as error:
            raise InputError(Problem(where, str(error))) from None
        return _members(economy, name, listed, where)  # type: ignore[arg-type]
    group = next((one for one, words in INCOME_GROUP_NAMES.items() if words == name.casefold()), None)
    if group is not None:
        listed = [code for code in economy.regions if is_known(code) and income_group(code, year) == group]
        return _members(economy, name, listed, where)
    found = _region(economy, name)
    if found is None:
        _refuse_list("region", name, lambda part: _region(economy, part) is not None)
        code = code_meant(name)
        remedy = f"{region_name(code)} is {code}." if code != name and is_known(code) else ""
        called = {region: region_name(region) for region in economy.regions}
        raise UnknownLabelError("region", name, (*economy.regions, *blocs), remedy=remedy, called=called)
    return Named((found,))


def _refuse_list(kind: str, name: str, is_one: Callable[[str], bool]) -> None:
    """Say how several are named, where names stand in one text with commas between them. Raises InputError."""
    parts = [part.strip() for part in name.split(",")]
    if len(parts) > 1 and all(map(is_one, parts)):
        remedy = f"Name one after the other: {' '.join(f'--{kind} {part}' for part in parts)}."
        raise InputError(Problem(kind, f"'{name}' is {len(parts)} names in one.", remedy))


def _listed(labels: Sequence[str]) -> str:
    return ", ".join(labels[:12]) + (" …" if len(labels) > 12 else "")


def _as_written(economy: Economy, name: str, blocs: Mapping[str, Sequence[str]]) -> str:
    """A name with the capitals of the one thing that it can mean; as it is where that is none, several, or itself."""
    ids = [one.id for one in known_blocs()]
    known = (ALL, *blocs, *economy.regions, *ids)
    if name in known:
        return name
    id, at, year = name.partition("@")
    return (_spelt_alike(id, ids) or id) + at + year if at else _spelt_alike(name, known) or name


def _members(economy: Economy, bloc: str, members: Sequence[str], where: str) -> Named:
    found = {member: _region(economy, member) for member in members}
    there = tuple(code for code in found.values() if code is not None)
    absent = [member for member, code in found.items() if code is None]
    for member in absent:
        if not (is_known(code_meant(member)) or is_known(member.upper())):
            what = f"{where}, bloc '{bloc}'"
            raise UnknownLabelError("region", member, (*economy.regions, *all_codes()), where=what)
    if not there:
        what = f"the bloc '{bloc}' ({', '.join(members) or 'nobody'}) has no region of this economy."
        raise InputError(Problem(where, what, f"It shows {_listed(economy.regions)}."))
    if not absent:
        return Named(there)
    verb = "is" if len(absent) == 1 else "are"
    return Named(there, (f"Bloc '{bloc}': {', '.join(absent)} {verb} not in this economy and left out.",))
