"""Saved studies: one folder each in the store, with the study's TOML file and the brief that was made from it.

<store>/studies/<id>/study.toml      what the page edits and `kaldor run` reads
<store>/studies/<id>/brief/…         the last brief: HTML, PDF, JSON, results and lock

A file that somebody else damaged, or put in a study's place, is listed with what is wrong with it; the rest is not
held up by it. Links are read and never written through, and of a folder only what Kaldor made is deleted.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, get_args

from kaldor.brief.formats import writable
from kaldor.brief.made import made_in
from kaldor.brief.replacing import tidy
from kaldor.brief.study import parse_study
from kaldor.errors import InputError, KaldorError, Problem, StoreError, UnknownLabelError
from kaldor.server.answers.studies import Format, StudyEntry
from kaldor.server.refusals import RefusedError, problems_of
from kaldor.server.settings import Limits
from kaldor.server.workplace import Workplace

FILE, BRIEF = "study.toml", "brief"
_FORMATS: tuple[Format, ...] = get_args(Format)
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_LARGEST = 4_000_000


@dataclass(frozen=True)
class Held:
    """What stands in a study's place: its bytes, or why they cannot be read, and a mark that changes with them."""

    content: bytes | None
    problem: Problem | None
    etag: str
    changed: datetime

    def whole(self) -> bytes:
        """The bytes of the file. Raises InputError where it cannot be read."""
        if self.content is None:
            raise InputError(self.problem or ())
        return self.content


class Studies:
    """The studies of one store; without a workplace they are only read."""

    def __init__(self, store: Path, limits: Limits, workplace: Workplace | None = None) -> None:
        self._folder, self._limits, self._workplace = store / "studies", limits, workplace
        self._lock = Lock()

    def all(self) -> list[StudyEntry]:
        """Every saved study, the last changed first."""
        found = []
        for id in self._ids():
            with suppress(UnknownLabelError):  # deleted while this lists
                found.append(self.get(id))
        return sorted(found, key=lambda one: one.changed, reverse=True)

    def get(self, id: str) -> StudyEntry:
        """A study as it stands, with what is wrong with it. Raises UnknownLabelError."""
        held = self._held(id)
        study, problems, made_from = None, [], None
        try:
            text = _text(id, held.whole())
            made_from = hashlib.sha256(text.encode()).hexdigest()
            study = parse_study(text, FILE).model_dump(mode="json", exclude_none=True)
        except KaldorError as error:
            problems = problems_of(error)
        briefs: list[Format] = [name for name in _FORMATS if self._brief(id, name).is_file()]
        return StudyEntry(
            id=id,
            title=study["title"] if study else id,
            study=study,
            problems=problems,
            changed=held.changed,
            etag=held.etag,
            briefs=briefs,
            brief_made=_changed(self._brief(id, "json")) if "json" in briefs else None,
            up_to_date=made_from is not None and self._made_from(id) == made_from,
        )

    def file_of(self, id: str) -> bytes:
        """A study as the file that `kaldor run` reads, whatever it holds. Raises UnknownLabelError, InputError."""
        return self._held(id).whole()

    def create(self, text: str, id: str | None = None) -> StudyEntry:
        """Save a new study, under an id made of its title where none is given.

        Raises InputError with every problem of the text; RefusedError (409) if the id is taken, or they are too many.
        """
        title = parse_study(text, FILE).title
        with self._lock:
            if len(self._ids()) >= self._limits.studies:
                what = f"{self._limits.studies:,.0f} are saved already."
                raise RefusedError(409, Problem("studies", what, "Delete some first."))
            name = id if id is not None else self._free(title)
            folder = self.file(name).parent
            self._refuse_links(name)
            if os.path.lexists(folder / FILE):
                raise RefusedError(409, Problem(f"study '{name}'", "exists already.", "Save it under another id."))
            if os.path.lexists(folder) and not _is_empty(folder):
                what = f"the folder of that name holds something else: {_listing(folder)}."
                raise RefusedError(409, Problem(f"study '{name}'", what, "Save it under another id."))
            self._writing().make_folder(folder, FILE, text)
        return self.get(name)

    def replace(self, id: str, text: str, match: str | None) -> StudyEntry:
        """Save a study that is there in a new form, if it still is the one that `match` names: the ETag that was read.

        `match` is a header If-Match; "*" means whatever stands there. Raises UnknownLabelError; InputError for a bad
        text; RefusedError (428) without `match`, (412) where the study has changed since, (409) where a link or
        somebody else's folder stands in its place.
        """
        parse_study(text, FILE)
        with self._lock:
            held = self._held(id)
            if match is None:
                what = "is replaced only by somebody who says which state of it was read."
                remedy = "Send its ETag in the header If-Match, or '*' for whatever stands there now."
                raise RefusedError(428, Problem(f"study '{id}'", what, remedy))
            _refuse_changed(id, held, match)
            self._refuse_links(id)
            self._clear_place(id)
            self._writing().write_whole(self.file(id), text)
        return self.get(id)

    def remove(self, id: str, match: str | None = None, before: Callable[[], None] = lambda: None) -> list[str]:
        """Delete a study and its brief; returns what stays in the folder because Kaldor did not make it.

        `before` is called once it is certain that the study goes.

        Raises UnknownLabelError; RefusedError (412) where it has changed since `match` was read, (409) where a link
        or somebody else's folder stands in its place.
        """
        with self._lock:
            held = self._held(id)
            if match is not None:
                _refuse_changed(id, held, match)
            self._refuse_links(id)
            self._clear_place(id)
            before()
            folder = self.file(id).parent
            _tidy(folder / BRIEF)
            made = made_in(folder / BRIEF) or {}
            gone = self._writing().remove(folder, [FILE, *(f"{BRIEF}/{name}" for name in made)])
            return [] if gone else _files(folder)

    def tidy(self) -> None:
        """Clear what runs left beside their briefs that were killed with an earlier server."""
        for id in self._ids():
            with suppress(RefusedError):
                _tidy(self.out(id))

    def brief(self, id: str, format: Format) -> Path:
        """The file of a study's brief. Raises UnknownLabelError for the study, RefusedError (404) before it was run."""
        self._held(id)
        path = self._brief(id, format)
        if not path.is_file():
            remedy = "Run the study first." if format in writable() else "Install kaldor[office] where the server runs."
            raise RefusedError(404, Problem(f"study '{id}'", f"has no {format} brief yet.", remedy))
        return path

    def file(self, id: str) -> Path:
        """Where a study's file stands. Raises InputError for an id that cannot name a folder."""
        if not _ID.fullmatch(id):
            remedy = "Use up to 63 small letters, digits and '-', the first a letter or digit."
            raise InputError(Problem(f"study id '{id[:80]}'", "cannot name a folder.", remedy))
        return self._folder / id / FILE

    def out(self, id: str) -> Path:
        """The folder that a study's brief is made in. Raises RefusedError (409) where a link leads elsewhere."""
        folder = self.file(id).parent
        _refuse_link(id, self._folder, folder, folder / BRIEF)
        return folder / BRIEF

    # -- inside --------------------------------------------------------------------------------------------------------

    def _held(self, id: str) -> Held:
        """What stands in a study's place. Raises UnknownLabelError where nothing does."""
        file = self.file(id)
        content, problem = None, None
        try:
            mark = file.lstat()
            content = _content(id, file)
        except InputError as error:
            problem = error.problems[0]
        except OSError:
            raise UnknownLabelError("study", id, self._ids()) from None
        seed = content if content is not None else repr((mark.st_mode, mark.st_ino, mark.st_mtime_ns)).encode()
        etag = f'"{hashlib.sha256(seed).hexdigest()}"'
        return Held(content, problem, etag, datetime.fromtimestamp(mark.st_mtime, UTC))

    def _writing(self) -> Workplace:
        if self._workplace is None:
            raise StoreError("these studies are only read here. Start the server without --read-only.")
        return self._workplace

    def _refuse_links(self, id: str) -> None:
        file = self.file(id)
        _refuse_link(id, self._folder, file.parent, file)

    def _clear_place(self, id: str) -> None:
        """Take away an empty folder in place of a study's file; RefusedError (409) for one that holds something."""
        file = self.file(id)
        if file.is_dir():
            try:
                file.rmdir()
            except OSError:
                what = f"{FILE} is a folder that Kaldor did not make, with {_listing(file)} in it."
                raise RefusedError(409, Problem(f"study '{id}'", what, "Move it away; nothing was changed.")) from None

    def _brief(self, id: str, format: Format) -> Path:
        return self._folder / id / BRIEF / f"brief.{format}"

    def _made_from(self, id: str) -> str | None:
        try:
            lock = json.loads((self._folder / id / BRIEF / "study.lock.json").read_text("utf-8"))
            return str(lock["study"]["sha256"])
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def _ids(self) -> list[str]:
        try:
            names = sorted(path.name for path in self._folder.iterdir())
        except (FileNotFoundError, NotADirectoryError):
            return []
        except OSError as error:
            raise StoreError(f"studies: cannot be read ({error.strerror}).") from None
        return [name for name in names if _ID.fullmatch(name) and os.path.lexists(self._folder / name / FILE)]

    def _free(self, title: str) -> str:
        base = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:50].strip("-") or "study"
        numbered = (base if number == 1 else f"{base}-{number}" for number in range(1, 10**6))
        return next(name for name in numbered if not os.path.lexists(self._folder / name))


def _content(id: str, file: Path) -> bytes:
    """The bytes of a study's file. Raises InputError where it cannot be one, and OSError where nothing is there."""
    try:
        about = file.stat()
        if not stat.S_ISREG(about.st_mode):
            raise _unreadable(id, f"{FILE} is {'a folder' if stat.S_ISDIR(about.st_mode) else 'no ordinary file'}.")
        if about.st_size > _LARGEST:
            raise _unreadable(id, f"{about.st_size:,} bytes; at most {_LARGEST:,} are read.")
        return file.read_bytes()
    except FileNotFoundError:
        if file.is_symlink():
            raise _unreadable(id, f"{FILE} is a link to nothing.") from None
        raise
    except OSError as error:
        raise _unreadable(id, f"cannot be read ({error.strerror}).") from None


def _text(id: str, content: bytes) -> str:
    """A study's text as `kaldor run` reads it: without a mark of byte order, lines ending alike. Raises InputError."""
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        raise _unreadable(id, "is not a text file in UTF-8.") from None


def _unreadable(id: str, what: str) -> InputError:
    return InputError(Problem(f"study '{id}'", what, "Replace it by a study file, or delete it."))


def _refuse_changed(id: str, held: Held, match: str) -> None:
    """Raise RefusedError (412) where a study is not what a header If-Match names."""
    if match.strip() != "*" and held.etag not in [one.strip() for one in match.split(",")]:
        what = "has changed since it was read: somebody else, or another tab, saved it meanwhile."
        remedy = "Read it again and decide, or save yours as a new study. Nothing was changed."
        raise RefusedError(412, Problem(f"study '{id}'", what, remedy))


def _refuse_link(id: str, *places: Path) -> None:
    """Raise RefusedError (409) where one of the places is a link: what it leads to is not Kaldor's to change."""
    for place in places:
        if place.is_symlink():
            what = f"'{place.name}' is a link; Kaldor writes and deletes through none."
            remedy = "Put the file or folder itself in its place, or save the study under another id."
            raise RefusedError(409, Problem(f"study '{id}'", what, remedy))


def _tidy(brief: Path) -> None:
    if not brief.is_symlink():
        with suppress(InputError, OSError):  # another run is at it, and clears up after itself
            tidy(brief)


def _is_empty(folder: Path) -> bool:
    try:
        return not any(folder.iterdir())
    except OSError:
        return False


def _files(folder: Path) -> list[str]:
    """What stands in a folder, however deep, by its name in it; behind no link."""
    found = []
    for inner, folders, files in os.walk(folder):
        links = [name for name in folders if Path(inner, name).is_symlink()]
        found += [Path(inner, name).relative_to(folder).as_posix() for name in (*files, *links)]
    return sorted(found)


def _listing(folder: Path, most: int = 5) -> str:
    names = _files(folder)
    return ", ".join(names[:most]) + (f" … ({len(names)} in all)" if len(names) > most else "") or "nothing readable"


def _changed(file: Path) -> datetime | None:
    """When a file was last written; None if it is gone meanwhile."""
    try:
        return datetime.fromtimestamp(file.stat().st_mtime, UTC)
    except OSError:
        return None


def as_toml(values: Mapping[str, Any]) -> str:
    """A study's values as TOML text: texts, numbers, truth values, lists and tables within tables, in the order given.

    Raises InputError for a null, which TOML does not know.
    """
    return "\n".join(_table(values, ())).lstrip("\n") + "\n"


def _table(values: Mapping[str, Any], path: tuple[str, ...]) -> list[str]:
    """The lines of a table under its header: first what stands on one line, then the tables within it."""
    lines: list[str] = []
    within: list[str] = []
    for key, value in values.items():
        inner = (*path, key)
        name = ".".join(_key(part) for part in inner)
        if _is_tables(value):
            within += [line for table in value for line in ("", f"[[{name}]]", *_table(table, inner))]
        elif isinstance(value, Mapping) and value:
            within += ["", f"[{name}]", *_table(value, inner)]
        else:
            lines.append(f"{_key(key)} = {_value(value, '.'.join(inner))}")
    return lines + within


def _is_tables(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(entry, Mapping) for entry in value)


def _key(key: str) -> str:
    return key if re.fullmatch(r"[A-Za-z0-9_-]+", key) else _value(key, key)


def _value(value: Any, place: str) -> str:
    if value is None:
        raise InputError(Problem(f"{FILE}, {place}", "is null.", "Leave the key out."))
    if isinstance(value, str):
        # TOML's basic strings are JSON's, but for the delete character and halves of pairs, which are no text at all.
        text = "".join(character for character in value if not 0xD800 <= ord(character) <= 0xDFFF)
        return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{_key(k)} = {_value(v, f'{place}.{k}')}" for k, v in value.items()) + " }"
    if isinstance(value, Sequence):
        return "[" + ", ".join(_value(entry, place) for entry in value) + "]"
    return repr(value)
