"""The files of a download, seen alike whether they lie in a folder, in a zip or alone; hostile until read in limits.

A member of a zip is opened in place: nothing is unpacked to disk, so a path inside a zip can reach nowhere. What a zip
declares is checked before a byte is unpacked, and a stream ends with an error where it yields more than declared.
"""

from __future__ import annotations

import lzma
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from functools import cached_property
from pathlib import Path, PurePath, PurePosixPath
from typing import BinaryIO, cast

from kaldor.declared import is_text, refuse_special
from kaldor.errors import InputError, Problem

MOST_MEMBERS = 20_000
"""The largest number of files that a zip or folder may hold."""

MOST_MEMBER_BYTES = 16 * 2**30
"""The largest file that is read, unpacked: 16 GB hold the text of a table of some 30,000 industries."""

MOST_TIMES_PACKED = 400
"""How many times larger than packed a member above a megabyte may be: tables of zeros reach 100, zip bombs 1,000."""

DAMAGE = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, NotImplementedError, RuntimeError)
"""What the library raises of a zip that is cut, damaged, encrypted or packed in a way it does not know."""

_ADVICE = re.compile("allow_pickle|max_header_size|dtype=")


class Download:
    """Read-only view of a folder, a zip or one file. Names are relative, with '/', in alphabetic order.

    `opened` are the names of the files that were read, not those that were looked into only, to recognise them.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.opened: set[str] = set()

    @property
    def is_zip(self) -> bool:
        """Whether the path is a zip to look into (an .xlsx is a zip too, but a file of its own)."""
        return self.path.is_file() and self.path.suffix.lower() == ".zip"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The files there are.

        Raises InputError for a pipe, device, socket or link that leads nowhere, and for a zip that is damaged, or
        declares what is not unpacked.
        """
        refuse_special(self.path, self.path.name)
        names = self._names_in_folder() if self.path.is_dir() else self._names_of_file()
        strange = [name for name in names if not is_text(name)]
        if strange:
            what = "the name is no text in UTF-8, so that no record could name the file."
            raise InputError([Problem(repr(name)[1:-1], what, "Give it another name.") for name in strange])
        return names

    def _names_of_file(self) -> tuple[str, ...]:
        return tuple(sorted(self._members)) if self.is_zip else (self.path.name,)

    def _names_in_folder(self) -> tuple[str, ...]:
        entries = [
            path for path in self.path.rglob("*") if not path.is_dir() and not _is_hidden(path.relative_to(self.path))
        ]
        names = tuple(sorted(path.relative_to(self.path).as_posix() for path in entries[: MOST_MEMBERS + 1]))
        for name in names:  # a pipe among the files would be waited for by whoever reads it
            refuse_special(self.path / name, self.where(name))
        return names

    @cached_property
    def _members(self) -> dict[str, zipfile.ZipInfo]:
        try:
            with zipfile.ZipFile(self.path) as archive:
                infos = [info for info in archive.infolist() if not info.is_dir()]
        except DAMAGE as error:
            what = f"not a whole zip file ({reason_of(error)})."
            raise InputError(Problem(self.path.name, what, "Download it again.")) from None
        problems = _zip_problems(self.path, infos)
        if problems:
            raise InputError(problems)
        return {info.filename: info for info in infos if not _is_hidden(PurePosixPath(info.filename))}

    def matching(self, pattern: str) -> tuple[str, ...]:
        """The names whose last part matches a pattern such as 'Z.*' (letters' case does not matter)."""
        return tuple(name for name in self.names if fnmatch(PurePosixPath(name).name.lower(), pattern.lower()))

    def size(self, name: str) -> int:
        """Bytes of a file, unpacked."""
        return self._members[name].file_size if self.is_zip else self._file(name).stat().st_size

    def where(self, name: str) -> str:
        """How a message names a file: with the folder or zip it lies in."""
        return f"{self.path.name}/{name}" if self.path.is_dir() or self.is_zip else self.path.name

    def origin(self, names: Iterable[str]) -> tuple[Path, ...]:
        """The files on disk that hold the named ones: themselves, or the zip they lie in."""
        return (self.path,) if self.is_zip else tuple(self._file(name) for name in names)

    @contextmanager
    def open(self, name: str) -> Iterator[BinaryIO]:
        """A file's bytes as a stream. Raises InputError where it is missing, larger than is read, or damaged."""
        if name not in self.names:
            held = ", ".join(self.names[:8])[:200] or "nothing"
            raise InputError(Problem(self.where(name), "the file is missing.", f"Found: {held}."))
        if self.size(name) > MOST_MEMBER_BYTES:
            raise InputError(too_large(self, name))
        with self._stream(name) as stream:
            self.opened.add(name)
            yield stream

    @contextmanager
    def _stream(self, name: str) -> Iterator[BinaryIO]:
        try:
            if self.is_zip:
                with zipfile.ZipFile(self.path) as archive, archive.open(self._members[name]) as packed:
                    yield cast(BinaryIO, packed)
            else:
                with self._file(name).open("rb") as stream:
                    yield stream
        except DAMAGE as error:
            what = f"cut off or damaged ({reason_of(error)})."
            raise InputError(Problem(self.where(name), what, "Download it again.")) from None

    def head(self, name: str, most: int = 65_536) -> bytes:
        """The first bytes of a file, to recognise it by; none where it cannot be read."""
        if name not in self.names or self.size(name) > MOST_MEMBER_BYTES:
            return b""
        try:
            with self._stream(name) as stream:
                return stream.read(most)
        except InputError:
            return b""

    def _file(self, name: str) -> Path:
        return self.path / name if self.path.is_dir() else self.path


def too_large(download: Download, name: str) -> Problem:
    """What to say of a file that is larger than any that is read."""
    what = f"{download.size(name):,} bytes; at most {MOST_MEMBER_BYTES:,} are read."
    return Problem(download.where(name), what)


def _is_hidden(name: PurePath) -> bool:
    """What systems leave beside files: names with a dot, the Mac's folder, the mark of a workbook that is open."""
    return any(part.startswith((".", "__MACOSX", "~$")) for part in name.parts)


def _zip_problems(path: Path, infos: list[zipfile.ZipInfo]) -> list[Problem]:
    """What a zip's list of contents alone says against opening it."""
    problems = []
    if len(infos) > MOST_MEMBERS:
        problems.append(Problem(path.name, f"holds {len(infos):,} files; at most {MOST_MEMBERS:,} are read."))
    if sum(info.compress_size for info in infos) > path.stat().st_size:
        problems.append(Problem(path.name, "its files overlap, as in a zip bomb.", "Download it again."))
    names = Counter(info.filename for info in infos)
    problems += [
        Problem(f"{path.name}/{name[:200]}", f"stands {count} times in the zip.", "Unpack it and keep the right one.")
        for name, count in names.items()
        if count > 1
    ]
    for info in infos:
        where = f"{path.name}/{info.filename[:200]}"
        parts = PurePosixPath(info.filename.replace("\\", "/"))
        if parts.is_absolute() or ".." in parts.parts:
            problems.append(Problem(where, "the name points outside the zip."))
        if info.file_size > 2**20 and info.file_size > MOST_TIMES_PACKED * max(1, info.compress_size):
            what = f"unpacks to {info.file_size:,} bytes from {info.compress_size:,}, as a zip bomb does."
            problems.append(Problem(where, what, "Unpack it yourself if you trust it, and add the folder."))
    return problems


def reason_of(error: BaseException) -> str:
    """What a library says of a damaged file, short enough to stand in a message, without its advice to programmers."""
    said = str(error) or type(error).__name__
    return "its header is no array's" if _ADVICE.search(said) else said[:120].rstrip(".")
