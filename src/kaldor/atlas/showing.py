"""An economy in a line, and in a few lines of HTML: its size, year, unit, status, source and labels, no arrays."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape
from typing import Protocol

from kaldor.atlas.published import Source
from kaldor.words import Status

_LABELS, _FEW = 12, 4
_LONGEST = 160


class _Table(Protocol):
    @property
    def regions(self) -> tuple[str, ...]: ...
    @property
    def sectors(self) -> tuple[str, ...]: ...
    @property
    def unit(self) -> str: ...
    @property
    def year(self) -> int: ...
    @property
    def status(self) -> Status: ...
    @property
    def source(self) -> Source: ...
    @property
    def extensions(self) -> Collection[object]: ...


class _Extension(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def unit(self) -> str: ...


def in_a_line(table: _Table) -> str:
    """What a table is, in one line."""
    return (
        f"{_short(table.source.title)}, {table.year}: {_counted(table.regions, 'region')} × "
        f"{_counted(table.sectors, 'sector')}, {table.unit or 'no unit stated'}, {table.status}; "
        f"{_counted(table.extensions, 'extension')}{_first(table.extensions)}"
    )


def in_html(table: _Table, extensions: Collection[_Extension]) -> str:
    """What a table is, for a notebook: its first labels, never all of a long list."""
    carried = [f"{extension.id} ({extension.unit})" for extension in extensions]
    lines: dict[str, Sequence[str]] = {
        "Regions": table.regions,
        "Sectors": table.sectors,
        "Extensions": carried,
        "Source": (table.source.citation,),
    }
    rows = "".join(
        f"<tr><th>{name}</th><td>{escape(_short(_listed(list(labels))))}</td></tr>" for name, labels in lines.items()
    )
    return f"<p>{escape(in_a_line(table))}</p><table>{rows}</table>"


def _counted(things: Collection[object], name: str) -> str:
    return f"{len(things):,} {name}{'' if len(things) == 1 else 's'}"


def _first(extensions: Collection[object]) -> str:
    """The ids of extensions where they are few; those of an economy are held by id."""
    ids = [one if isinstance(one, str) else str(getattr(one, "id", "")) for one in extensions]
    return f" ({', '.join(ids)})" if 0 < len(ids) <= _FEW else ""


def _listed(labels: Sequence[str]) -> str:
    more = f" … and {len(labels) - _LABELS:,} more" if len(labels) > _LABELS else ""
    return (", ".join(labels[:_LABELS]) or "none") + more


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
