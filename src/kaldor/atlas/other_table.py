"""Whether what is added under the id of a held dataset is that dataset anew, or another table that would displace it.

One layout serves many tables (every indicator of the World Bank, every country's table of the OECD), and without an id
of the user's choice all of them have the id of their source. A new edition holds most of what the old one held; a table
that lacks half of its indicators, regions, sectors or codes is another one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from kaldor.atlas.readers.contents import CodeContents, Contents, EconomyContents, ExtensionContents, IndicatorContents
from kaldor.errors import InputError, KaldorError, Problem

if TYPE_CHECKING:
    from kaldor.atlas.catalogue import CatalogueSource
    from kaldor.atlas.manifest import Manifest
    from kaldor.atlas.store import Store

_LOST = 0.5  # of what is held
_SHOWN = 3

Labels = Mapping[str, frozenset[str]]
"""What tells a table from another: its indicators, accounts, regions, sectors, codes; without those it has none of."""


def refuse_another(store: Store, source: CatalogueSource, contents: Contents) -> None:
    """Raise InputError where the store holds another table under the source's id.

    One that cannot be read may be replaced by anything.
    """
    held = next((one for one in store.listing().datasets if one.id == source.id), None)
    if held is None:
        return
    try:
        old = _HELD[held.kind](store, held)
    except KaldorError:
        return
    new = _labels(contents, source)
    both = [name for name in old if name in new]
    if not both:
        raise InputError(_problem(source.id, "title", (held.source.title,), ()))
    for name in both:
        if len(old[name] - new[name]) >= _LOST * len(old[name]) > 0:
            raise InputError(_problem(source.id, name, old[name], new[name]))


def _problem(id: str, name: str, old: Iterable[str], new: Iterable[str]) -> Problem:
    others = f"; this one has {_some(new)}" if new else ""
    what = f"the store holds another table under this id, with the {name} {_some(old)}{others}."
    return Problem(id, what, f"Choose an id with --as (--as {id} replaces what is there).")


def _some(labels: Iterable[str]) -> str:
    known = sorted(labels)
    return ", ".join(known[:_SHOWN]) + (f" and {len(known) - _SHOWN:,} more" if len(known) > _SHOWN else "")


def _labels(contents: Contents, source: CatalogueSource) -> Labels:
    match contents:
        case IndicatorContents():
            return _sets(indicators=contents.values["indicator"])
        case CodeContents():
            return _sets(codes=contents.values["code"])
        case ExtensionContents():
            one = (source.extension.id,) if source.extension else ()
            return _sets(
                accounts=contents.values.get("extension", one),
                regions=contents.values["region"],
                sectors=contents.values["sector"],
            )
        case EconomyContents():
            return _sets(regions=contents.regions["region"], sectors=contents.sectors["code"])


def _of_economy(store: Store, held: Manifest) -> Labels:
    table = store.economy(held.id, held.years[0])
    return _sets(regions=table.regions, sectors=table.sectors)


def _of_extension(store: Store, held: Manifest) -> Labels:
    frame = store.extension(held.id)
    made = frame[frame["sector"] != ""]
    return _sets(
        accounts=(one.id for one in held.extensions),
        regions=made["region"].unique(),
        sectors=made["sector"].unique(),
    )


_HELD: Mapping[str, Callable[[Store, Manifest], Labels]] = {
    "indicators": lambda store, held: _sets(indicators=store.indicators(held.id)["indicator"].unique()),
    "codes": lambda store, held: _sets(codes=store.codes(held.id)["code"]),
    "extension": _of_extension,
    "economy": _of_economy,
}


def _sets(**labels: Iterable[object]) -> Labels:
    sets = {name: frozenset(map(str, found)) for name, found in labels.items()}
    return {name: found for name, found in sets.items() if found}
