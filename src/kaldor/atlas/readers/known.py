"""Every layout that Kaldor reads: the `LAYOUT` of each module beside this one, in the order in which they are tried."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules

from kaldor.atlas import readers
from kaldor.atlas.readers.download import MOST_MEMBER_BYTES, Download, too_large
from kaldor.atlas.readers.layout import Layout, Seen
from kaldor.atlas.readers.nearest import nothing_known
from kaldor.errors import InputError


def _found() -> Iterator[Layout]:
    for module in iter_modules(readers.__path__):
        layout = getattr(import_module(f"{readers.__name__}.{module.name}"), "LAYOUT", None)
        if isinstance(layout, Layout):
            yield layout


LAYOUTS: tuple[Layout, ...] = tuple(sorted(_found(), key=lambda layout: (layout.order, layout.name)))

BY_NAME: Mapping[str, Layout] = {layout.name: layout for layout in LAYOUTS}


def recognise(download: Download) -> tuple[Layout, Seen]:
    """The layout that a download is in, and what was seen. Raises InputError where it is in none."""
    for layout in LAYOUTS:
        seen = layout.sees(download)
        if seen is not None:
            return layout, seen
    large = [name for name in download.names if download.size(name) > MOST_MEMBER_BYTES]
    if large:  # such a file is not even looked into, so nothing can recognise it
        raise InputError([too_large(download, name) for name in large])
    raise InputError(nothing_known(download, LAYOUTS))
