"""A scenario as the file that a name asks for, the same for every door: a page, or a picture of two kinds."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import PurePath
from typing import Final, Literal, cast

from kaldor.errors import InputError, Problem
from kaldor.share.card import as_png, card
from kaldor.share.page import to_html
from kaldor.share.scenario import Shared
from kaldor.twin.scenario import Scenario

Kind = Literal["html", "svg", "png"]

_WRITERS: Final[Mapping[Kind, Callable[[Shared], bytes]]] = {
    "html": lambda of: to_html(of).encode(),
    "svg": lambda of: f"{card(of)}\n".encode(),
    "png": lambda of: as_png(card(of)),
}
_LONGEST: Final = 60
TYPES: Final[Mapping[Kind, str]] = {
    "html": "text/html; charset=utf-8",
    "svg": "image/svg+xml",
    "png": "image/png",
}


def kind_of(name: str) -> Kind:
    """The kind of file that a name ends in. Raises InputError for another."""
    ending = PurePath(name).suffix.lower().removeprefix(".")
    if ending not in _WRITERS:
        known = ", ".join(f".{one}" for one in _WRITERS)
        raise InputError(Problem("share", f"'{name}' ends in none of {known}.", "The ending says what is written."))
    return cast("Kind", ending)


def file_name(scenario: Scenario, kind: Kind) -> str:
    """A name for the file that no system refuses: letters, digits and hyphens of its scenario's title, or else id.

    >>> file_name(Scenario(id="one", title="Clean; steel (now)"), "html")
    'kaldor-clean-steel-now.html'
    >>> file_name(Scenario(id="one", title="碳价"), "png")
    'kaldor-one.png'
    """
    spelt = (_spelt(text) for text in (scenario.title, scenario.id))
    return f"kaldor-{next(filter(None, spelt), 'scenario')}.{kind}"


def share_file(of: Shared, kind: Kind) -> bytes:
    """The bytes of the file: a page that opens offline, or a picture with all that it must say inside."""
    return _WRITERS[kind](of)


def _spelt(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", text.lower())[:_LONGEST].strip("-")
