"""Parts of a study that stand in files of their own: `file = "shocks/port-closed.toml"`.

Only files in the study's own folder, or in a folder below it, are read, so that a study is a folder that can be handed
over whole, and one from elsewhere cannot read this machine's files. What was read is kept with its hash for the lock.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from kaldor.brief.sections import keys
from kaldor.declared import bytes_of, decoded, holding, toml_as_written
from kaldor.errors import InputError, Problem


def _within() -> Mapping[str, Mapping[str, type[BaseModel]]]:
    """What else in the tables of a study may name a file, and what it holds, by the table and the way there."""
    return {key.name: key.files for key in keys().values() if key.files}


def _held() -> Mapping[str, type[BaseModel]]:
    """The tables of a study that may name a file, and what such a file holds."""
    return {key.name: key.of for key in keys().values() if key.file and key.of is not None}


@dataclass
class Inclusion:
    """Puts included files in place of the entries that name them. `folder` is the study's; None: it has none."""

    file: str
    folder: Path | None
    hashes: dict[str, str] = field(default_factory=dict)
    """SHA-256 by the path that the study names, of every file that was read."""
    problems: list[Problem] = field(default_factory=list)

    def whole(self, written: Mapping[str, Any]) -> dict[str, Any]:
        """The study with what its entries include; entries that cannot be read are left out and named as problems.

        What stands beside `file` replaces what stands in it.
        """
        values = dict(written)
        for kind in _held():
            entries = values.get(kind)
            if isinstance(entries, list):
                found = [self._entry(kind, f"{kind}.{i}", entry) for i, entry in enumerate(entries)]
                values[kind] = [entry for entry in found if entry is not None]
            elif isinstance(entries, dict):
                values[kind] = self._entry(kind, kind, entries) or {}
        return values

    def _put(self, place: str, way: Sequence[str], model: type[BaseModel], entry: Any) -> Any:
        """The entry with what a file holds in place of the file's name, at a place within it."""
        key, *rest = way
        if not isinstance(entry, dict) or key not in entry:
            return entry
        if rest:
            return {**entry, key: self._put(f"{place}.{key}", rest, model, entry[key])}
        if not isinstance(named := entry[key], str):
            return entry
        content = self._content(f"{place}.{key}", named)
        if problems := holding(model, content, named)[1]:
            raise InputError(problems)
        return {**entry, key: content}

    def _entry(self, kind: str, place: str, entry: Any) -> Any:
        if not isinstance(entry, dict):
            return entry
        whole, named = entry, entry.get("file")
        try:
            if "file" in entry:
                content = self._content(f"{self.file}, {place}.file", named)
                whole = {**content, **{key: value for key, value in entry.items() if key != "file"}}
            for way, model in _within().get(kind, {}).items():
                whole = self._put(f"{self.file}, {place}", way.split("."), model, whole)
        except InputError as error:
            self.problems += error.problems
            return None
        problems = holding(_held()[kind], whole, str(named))[1] if "file" in entry else []
        self.problems += problems
        return None if problems else whole

    def _content(self, where: str, named: Any) -> dict[str, Any]:
        """What an included file holds. Raises InputError with the one thing that is wrong."""
        if not isinstance(named, str) or not named:
            raise _refused(where, f"is no path; found {named!r}.", "Name a TOML file beside the study.")
        if self.folder is None:
            raise _refused(where, "this study is not a file in a folder.", "Write out what the file holds.")
        try:
            path = (self.folder / named).resolve()
        except (OSError, RuntimeError, ValueError):  # a link to itself, or no name of a file
            raise _refused(where, f"'{named[:80]}' leads to no file.", "Look at its name and place.") from None
        if not path.is_relative_to(self.folder.resolve()):
            what = f"'{named}' lies outside the study's own folder."
            raise _refused(where, what, "Put it beside the study, or in a folder there.")
        read = bytes_of(path, f"{where}, '{named}'")
        content = toml_as_written(decoded(read, named), named)
        self.hashes[path.relative_to(self.folder.resolve()).as_posix()] = sha256(read).hexdigest()
        return content


def _refused(where: str, what: str, remedy: str) -> InputError:
    return InputError(Problem(where, what, remedy))
