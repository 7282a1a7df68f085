"""A study: one TOML file that says which country is asked about, beside whom, in which year and on which data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kaldor.atlas.blocs import Blocs
from kaldor.brief.included import Inclusion
from kaldor.brief.sections import keys, sections
from kaldor.brief.study_faults import faults
from kaldor.brief.study_model import Study, study_model
from kaldor.declared import Declared, holding, text_of, toml_as_written
from kaldor.economy.opening import STARTER
from kaldor.errors import InputError

__all__ = ["STARTER", "Study", "StudyFile", "load_study", "parse_study", "read_study"]


class _OwnBlocs(Declared):
    blocs: Blocs


@dataclass(frozen=True)
class StudyFile:
    """A study as it was read: what it says, its text, and the SHA-256 of each file that it includes, by its path."""

    study: Study
    text: str
    included: Mapping[str, str] = field(default_factory=dict)


def load_study(path: Path) -> Study:
    """The study in a file; as `read_study`."""
    return read_study(path).study


def read_study(path: Path) -> StudyFile:
    """Read a study file and the files that it includes.

    Raises InputError that names every key at fault, and the key that may have been meant.
    """
    return _parsed(text_of(path), path.name, path.parent)


def parse_study(text: str, file: str, folder: Path | None = None) -> Study:
    """A study from the text of its file; `file` is the name that messages give. Raises InputError.

    `folder` is where files that the study includes are looked for; without it, it may include none.
    """
    return _parsed(text, file, folder).study


def _parsed(text: str, file: str, folder: Path | None) -> StudyFile:
    bare: Mapping[str, Any] = toml_as_written(text, file)
    inclusion = Inclusion(file, folder)
    written = inclusion.whole(bare)
    wrong = holding(_OwnBlocs, {"blocs": written.get("blocs", {})}, file)[1]
    # Entries would each repeat what is wrong with blocs that they all share.
    usable = {key: value for key, value in written.items() if key != "blocs" or not wrong}
    study, problems = holding(study_model(), _as_model(usable), file)
    problems += wrong
    problems += [*inclusion.problems, *faults(file, written, bare)]
    if problems or study is None:
        raise InputError(problems)
    return StudyFile(study, text, dict(sorted(inclusion.hashes.items())))


def _as_model(written: Mapping[str, Any]) -> dict[str, Any]:
    """The file's content as the model wants it: arrays as tuples, blocs handed to everything that may name them."""
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in written.items()}
    if isinstance(values.get("blocs"), dict):
        blocs = values.pop("blocs")
        for key in keys().values():
            if key.has("blocs") and isinstance(values.get(key.name), tuple):
                values[key.name] = tuple(_with_blocs(one, blocs) for one in values[key.name])
    shown = (one.id for one in sections().values() if one.shown == "always" or one.declared_in(written))
    values.setdefault("sections", tuple(shown))
    return values


def _with_blocs(entry: Any, blocs: Mapping[str, Any]) -> Any:
    own = entry.get("blocs", {}) if isinstance(entry, dict) else None
    return {**entry, "blocs": {**blocs, **own}} if isinstance(own, dict) else entry
