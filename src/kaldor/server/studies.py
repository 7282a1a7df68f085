"""Saved studies: one folder each in the store, with the study's TOML file and the brief that was made from it.

<store>/studies/<id>/study.toml      what the page edits and `kaldor run` reads
<store>/studies/<id>/brief/…         the last brief: HTML, PDF, JSON, results and lock
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock
from typing import Any, Literal, get_args

from kaldor.brief.study import parse_study
from kaldor.errors import InputError, KaldorError, Problem, StoreError, UnknownLabelError
from kaldor.server.answers import StudyEntry
from kaldor.server.refusals import RefusedError, problems_of
from kaldor.server.settings import Limits
from kaldor.server.writing import write_whole

FILE, BRIEF = "study.toml", "brief"
Format = Literal["html", "pdf", "json"]
_FORMATS: tuple[Format, ...] = get_args(Format)
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")


class Studies:
    """The studies of one store."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self._folder, self._limits = folder, limits
        self._lock = Lock()

    def all(self) -> list[StudyEntry]:
        """Every saved study, the last changed first."""
        ids = [path.parent.name for path in self._folder.glob(f"*/{FILE}") if _ID.fullmatch(path.parent.name)]
        return sorted((self.get(id) for id in ids), key=lambda one: one.changed, reverse=True)

    def get(self, id: str) -> StudyEntry:
        """A study as it stands. Raises UnknownLabelError."""
        text, file = self.toml(id), self.file(id)
        study, problems = None, []
        try:
            study = parse_study(text, FILE).model_dump(mode="json", exclude_none=True)
        except KaldorError as error:
            problems = problems_of(error)
        briefs: list[Format] = [name for name in _FORMATS if self._brief(id, name).is_file()]
        made = self._brief(id, "json").stat().st_mtime if "json" in briefs else None
        return StudyEntry(
            id=id,
            title=study["title"] if study else id,
            study=study,
            problems=problems,
            changed=datetime.fromtimestamp(file.stat().st_mtime, UTC),
            briefs=briefs,
            brief_made=datetime.fromtimestamp(made, UTC) if made is not None else None,
            up_to_date=self._made_from(id) == hashlib.sha256(text.encode()).hexdigest(),
        )

    def toml(self, id: str) -> str:
        """A study as the file that `kaldor run` reads. Raises UnknownLabelError."""
        try:
            return self.file(id).read_text("utf-8")
        except FileNotFoundError:
            raise UnknownLabelError("study", id, self._ids()) from None
        except (OSError, UnicodeDecodeError) as error:
            raise StoreError(f"{self.file(id)}: cannot be read ({error}).") from None

    def create(self, text: str, id: str | None = None) -> StudyEntry:
        """Save a new study, under an id made of its title where none is given.

        Raises InputError with every problem of the text; RefusedError (409) if the id is taken, or they are too many.
        """
        title = parse_study(text, FILE).title
        with self._lock:
            if len(self._ids()) >= self._limits.studies:
                what = f"{self._limits.studies:,.0f} are saved already."
                raise RefusedError(409, Problem("studies", what, "Delete some first."))
            if id is not None and self.file(id).exists():
                raise RefusedError(409, Problem(f"study '{id}'", "exists already.", "Save it under another id."))
            name = id or self._free(title)
            write_whole(self.file(name), text)
        return self.get(name)

    def replace(self, id: str, text: str) -> StudyEntry:
        """Save a study that is there in a new form. Raises UnknownLabelError; InputError for a bad text."""
        parse_study(text, FILE)
        with self._lock:
            self.toml(id)
            write_whole(self.file(id), text)
        return self.get(id)

    def remove(self, id: str) -> None:
        """Delete a study and its brief. Raises UnknownLabelError."""
        with self._lock:
            self.toml(id)
            self.file(id).unlink(missing_ok=True)
            shutil.rmtree(self._folder / id, ignore_errors=True)

    def brief(self, id: str, format: Format) -> Path:
        """The file of a study's brief. Raises UnknownLabelError for the study, RefusedError (404) before it was run."""
        self.toml(id)
        path = self._brief(id, format)
        if not path.is_file():
            raise RefusedError(404, Problem(f"study '{id}'", f"has no {format} brief yet.", "Run the study first."))
        return path

    def file(self, id: str) -> Path:
        """Where a study's file stands. Raises InputError for an id that cannot name a folder."""
        if not _ID.fullmatch(id):
            remedy = "Use up to 63 small letters, digits and '-', the first a letter or digit."
            raise InputError(Problem(f"study id '{id[:80]}'", "cannot name a folder.", remedy))
        return self._folder / id / FILE

    def out(self, id: str) -> Path:
        """The folder of a study's brief."""
        return self.file(id).parent / BRIEF

    def _brief(self, id: str, format: Format) -> Path:
        return self._folder / id / BRIEF / f"brief.{format}"

    def _made_from(self, id: str) -> str | None:
        try:
            lock = json.loads((self._folder / id / BRIEF / "study.lock.json").read_text("utf-8"))
            return str(lock["study"]["sha256"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _ids(self) -> list[str]:
        return [path.parent.name for path in self._folder.glob(f"*/{FILE}")]

    def _free(self, title: str) -> str:
        base = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:50].strip("-") or "study"
        numbered = (base if number == 1 else f"{base}-{number}" for number in range(1, 10**6))
        return next(name for name in numbered if not (self._folder / name).exists())


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
