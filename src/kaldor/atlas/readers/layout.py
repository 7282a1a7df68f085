"""What a layout of official files is: how it is recognised, and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from kaldor.atlas.catalogue import Kind
from kaldor.atlas.classifications import Classification
from kaldor.atlas.readers.contents import Contents
from kaldor.atlas.readers.download import Download


@dataclass(frozen=True)
class Seen:
    """What a download was recognised as, in words ("EXIOBASE 3, industry by industry, 2019"), and as which source.

    `source` is an id of the catalogue; "" where the layout is anybody's own.
    """

    words: str
    source: str = ""


@dataclass(frozen=True)
class Layout:
    """One layout of files from outside, named as its reader module is.

    `sees` recognises a download from names and first lines only; None where it is of another layout. It may raise
    InputError where the download itself cannot be opened. `read` reads it and raises InputError with every problem.
    A new `version` marks a reader that makes other numbers of the same files. A download is tried by `order`: what its
    owner declared first, official files by their names, then what anybody's files may look like. `marks` are columns,
    and files by a pattern with a dot, by which somebody would know the layout: what is in none is compared with them.
    `passes` are patterns, in small letters, of the files that the publisher packs along and that hold nothing to read.
    """

    name: str
    kind: Kind
    version: int
    sees: Callable[[Download], Seen | None]
    read: Callable[[Download, Classification | None], Contents]
    order: int = 50
    marks: tuple[str, ...] = ()
    passes: tuple[str, ...] = ()
