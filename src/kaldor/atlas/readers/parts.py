"""The parts of a download that comes as several: a folder of zips, or a zip with its label files beside it.

Publishers pack each year into a zip of its own and the labels into another. A part is one file of one of them, opened
through `Download` and therefore within its limits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from kaldor.atlas.readers.csv_text import utf8_text
from kaldor.atlas.readers.download import Download
from kaldor.errors import InputError, Problem


@dataclass(frozen=True)
class Part:
    """One file of a download, or of a zip that lies in it or beside it."""

    download: Download
    name: str

    @property
    def file(self) -> str:
        """The file's own name, without folders."""
        return PurePosixPath(self.name).name

    @property
    def holder(self) -> str:
        """The name of the folder or zip that it lies in directly, without the ending."""
        folder = PurePosixPath(self.name).parent.name
        path = self.download.path.resolve()
        return folder or (path.name if path.is_dir() else path.stem if self.download.is_zip else path.parent.name)

    @property
    def where(self) -> str:
        """How a message names the file."""
        return self.download.where(self.name)

    @property
    def path(self) -> Path:
        """The file on disk that holds it: itself, or its zip."""
        path = self.download.path
        return path / self.name if path.is_dir() else path

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """Its bytes as a stream. Raises InputError as `Download.open` does."""
        with self.download.open(self.name) as stream:
            yield stream

    def text(self, most: int = 2**24) -> str:
        """The whole of a small text file. Raises InputError where it is larger than `most` bytes or no UTF-8."""
        with self.open() as stream:
            content = stream.read(most + 1)
        if len(content) > most:
            raise InputError(Problem(self.where, f"is larger than {most:,} bytes.", "Expected a file of labels."))
        return utf8_text(content, self.where, "Download it again.")


def parts_of(download: Download, zips: Sequence[str] = ("*.zip",)) -> tuple[Part, ...]:
    """Every file of a download, also those inside the zips of a folder (one level deep).

    `zips` are patterns, in small letters, of the zips to look into; others count as files. A layout names its own, so
    that a broken zip of anything else does no harm. Raises InputError where one that is looked into is damaged.
    """
    found: list[Part] = []
    for name in download.names:
        packed = download.path.is_dir() and name.lower().endswith(".zip")
        if packed and any(fnmatch(PurePosixPath(name).name.lower(), pattern) for pattern in zips):
            found += _inside(Download(download.path / name))
        else:
            found.append(Part(download, name))
    return tuple(found)


def parts_named(download: Download, pattern: re.Pattern[str]) -> list[tuple[Part, re.Match[str]]]:
    """The parts whose file bears an official name, with what the name says (a year, an edition …)."""
    found = [(part, pattern.fullmatch(part.file)) for part in parts_of(download)]
    return [(part, match) for part, match in found if match]


def parts_beside(download: Download, patterns: Sequence[str]) -> tuple[Part, ...]:
    """The files of what lies in the same folder as a download and belongs to it, by patterns in small letters."""
    path = download.path.resolve()
    neighbours = sorted(entry for entry in path.parent.iterdir() if entry.name != path.name)
    wanted = [entry for entry in neighbours if any(fnmatch(entry.name.lower(), pattern) for pattern in patterns)]
    return tuple(part for entry in wanted for part in _inside(Download(entry)))


def zips_inside(download: Download) -> tuple[str, ...]:
    """The zips inside a zip, which are not opened: whoever packed zips into a zip has to unpack the outer one."""
    return download.matching("*.zip") if download.is_zip else ()


def _inside(download: Download) -> list[Part]:
    return [Part(download, name) for name in download.names]
