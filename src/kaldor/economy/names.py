"""What a name means on an economy: regions, blocs of them, sectors, extensions. The only place that resolves one.

A region is named by its code, its ISO3 code or its name ("Poland"); `all` is every region, a bloc its members, and `!X`
takes X away again. Members of a bloc that the economy does not show are left out and said; a bloc without any is an
error. Sectors are named by code, by name or by the group that holds them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kaldor.atlas.regions import is_known, region
from kaldor.economy.economy import Economy
from kaldor.economy.multipliers import VALUE_ADDED
from kaldor.errors import InputError, Problem, UnknownExtensionError, UnknownLabelError

ALL, NOT = "all", "!"


@dataclass(frozen=True)
class Named:
    """Regions in the order named, each once, and what must be said of those left out."""

    regions: tuple[str, ...]
    notes: tuple[str, ...] = ()


def regions_of(
    economy: Economy, named: Iterable[str], blocs: Mapping[str, Sequence[str]] | None = None, *, where: str = "region"
) -> Named:
    """The regions of an economy that are named.

    Raises UnknownLabelError with the near match; InputError for a bloc of which the economy shows no member.
    """
    found: dict[str, None] = {}
    notes: list[str] = []
    for name in named:
        if name.startswith(NOT):
            for code in regions_of(economy, [name[len(NOT) :]], blocs, where=where).regions:
                found.pop(code, None)
        elif name == ALL:
            found |= dict.fromkeys(economy.regions)
        elif blocs and name in blocs and name not in economy.regions:
            members = _members(economy, name, blocs[name], where)
            found |= dict.fromkeys(members.regions)
            notes += members.notes
        else:
            found[region_of(economy, name, known=blocs or ())] = None
    return Named(tuple(found), tuple(dict.fromkeys(notes)))


def region_of(economy: Economy, name: str, known: Iterable[str] = ()) -> str:
    """The one region that a code or a country's name means. Raises UnknownLabelError with the near match."""
    if name in economy.regions:
        return name
    for code in economy.regions:
        if is_known(code) and region(code).name.casefold() == name.casefold():
            return code
    raise UnknownLabelError("region", name, (*economy.regions, *known))


def sectors_of(economy: Economy, named: Iterable[str]) -> tuple[str, ...]:
    """The sectors that are named, each once. Raises UnknownLabelError with the near match."""
    by_name = {name.casefold(): code for code, name in zip(economy.sectors, economy.sector_names, strict=True)}
    found: dict[str, None] = {}
    for name in named:
        if name in economy.sectors:
            found[name] = None
        elif name in economy.sector_groups:
            found |= dict.fromkeys(economy.sector_groups[name])
        elif name.casefold() in by_name:
            found[by_name[name.casefold()]] = None
        else:
            raise UnknownLabelError("sector or group", name, (*economy.sectors, *economy.sector_groups))
    return tuple(found)


def extension_of(economy: Economy, name: str | None) -> str:
    """The extension that is meant: the one named, or the only one. Raises UnknownExtensionError, InputError."""
    if name is None and len(economy.extensions) == 1:
        return next(iter(economy.extensions))
    if name is None:
        held = ", ".join(economy.extensions) or "none; attach one"
        raise InputError(Problem("extension", f"is not named. The economy carries {held}.", "Name one."))
    if name != VALUE_ADDED and name not in economy.extensions:
        raise UnknownExtensionError(name, [*economy.extensions, VALUE_ADDED])
    return name


def extension_name(economy: Economy, extension: str) -> str:
    """What an extension is called in words."""
    return economy.extension(extension).name if extension in economy.extensions else "Value added"


def block_words(block: Sequence[tuple[str, str]]) -> str:
    """The first industries of a block, and how many there are."""
    shown = ", ".join(f"{region} {sector}" for region, sector in block[:4])
    return shown + (f" … ({len(block)} industries)" if len(block) > 4 else "")


def _members(economy: Economy, bloc: str, members: Sequence[str], where: str) -> Named:
    there = tuple(code for code in members if code in economy.regions)
    absent = [code for code in members if code not in economy.regions]
    if not there:
        what = f"the bloc '{bloc}' ({', '.join(members)}) has no region of this economy."
        raise InputError(Problem(where, what, f"It shows {', '.join(economy.regions[:12])} …"))
    if not absent:
        return Named(there)
    verb = "is" if len(absent) == 1 else "are"
    return Named(there, (f"Bloc '{bloc}': {', '.join(absent)} {verb} not in this economy and left out.",))
