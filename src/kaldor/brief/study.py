"""A study: one TOML file that says which country is asked about, beside whom, in which year and on which data."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from kaldor.atlas.regions import region, region_name
from kaldor.economy.opening import STARTER
from kaldor.errors import InputError, Problem, UnknownLabelError
from kaldor.twin.scenario import Scenario

__all__ = ["SECTIONS", "STARTER", "Study", "load_study", "parse_study"]

SECTIONS = ("accounts", "sources", "scopes", "dependence", "exports", "scenarios", "framework")
"""The sections that a brief can have, in the order of a brief that names none; scenarios only where there are some."""

_WITHOUT_SCENARIOS = tuple(name for name in SECTIONS if name != "scenarios")


class Study(BaseModel):
    """What a brief is to be made of.

    `economy` is a dataset id or "starter"; `extensions` are ids of extension datasets to attach to it. `emissions`
    and `jobs` name the extensions of that economy that answer the questions on emissions and on jobs; jobs may be
    several (by sex), which are shown side by side. `scenarios` are levers to try on the economy, and `blocs` the groups
    of countries that they may name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    title: str = Field(min_length=1)
    subtitle: str = ""
    country: str
    peers: tuple[str, ...] = ()
    year: int = Field(ge=1900, le=2200)
    economy: str = Field(min_length=1)
    extensions: tuple[str, ...] = ()
    emissions: str = "co2"
    jobs: tuple[str, ...] = ()
    sections: tuple[str, ...] = _WITHOUT_SCENARIOS
    scenarios: tuple[Scenario, ...] = ()
    language: Literal["en"] = "en"


def load_study(path: Path) -> Study:
    """Read a study file. Raises InputError that names every key at fault, and the key that may have been meant."""
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise InputError(Problem(str(path), f"cannot be read ({error.strerror}).")) from None
    except UnicodeDecodeError:
        raise InputError(Problem(str(path), "is not a text file in UTF-8.")) from None
    return parse_study(text, path.name)


def parse_study(text: str, file: str) -> Study:
    """A study from the text of its file; `file` is the name that messages give. Raises InputError."""
    try:
        written: Mapping[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(Problem(file, f"not valid TOML: {error}.")) from None
    problems: list[Problem] = []
    study: Study | None = None
    try:
        study = Study.model_validate(_as_model(written))
    except ValidationError as error:
        problems += [_problem(file, fault) for fault in error.errors()]
    problems += _unknown_countries(file, written)
    problems += _unknown_sections(file, written)
    problems += _repetitions(file, written)
    problems += _scenarios_unasked(file, written)
    if problems or study is None:
        raise InputError(problems)
    return study


def _as_model(written: Mapping[str, Any]) -> dict[str, Any]:
    """The file's content as the model wants it: arrays as tuples, blocs handed to every scenario that may name them."""
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in written.items()}
    blocs: dict[str, Any] = values.pop("blocs", {})
    if isinstance(values.get("scenarios"), tuple):
        values["scenarios"] = tuple(
            {**one, "blocs": {**blocs, **one.get("blocs", {})}} if isinstance(one, dict) else one
            for one in values["scenarios"]
        )
        values.setdefault("sections", SECTIONS)
    return values


def _scenarios_unasked(file: str, written: Mapping[str, Any]) -> list[Problem]:
    named, sections = bool(written.get("scenarios")), _strings(written.get("sections"))
    if "scenarios" in sections and not named:
        return [Problem(f"{file}, sections", "'scenarios' is named, but the study has none.", "Add [[scenarios]].")]
    if named and sections and "scenarios" not in sections:
        return [Problem(f"{file}, scenarios", "are given, but no section shows them.", "Name 'scenarios' in sections.")]
    ids = [one.get("id") for one in written.get("scenarios", []) if isinstance(one, dict)]
    return [
        Problem(f"{file}, scenarios", f"'{name}' stands there twice.", "Give each its own id.")
        for name in sorted({str(i) for i in ids if ids.count(i) > 1})
    ]


def _problem(file: str, fault: Any) -> Problem:
    key = ".".join(str(part) for part in fault["loc"]) or "top level"
    if fault["type"] == "extra_forbidden":
        return Problem(f"{file}, {key}", "unknown key.", _near(key, list(Study.model_fields)))
    if fault["type"] == "missing":
        return Problem(f"{file}, {key}", "is missing.", "Every study needs it.")
    return Problem(f"{file}, {key}", f"{fault['msg']}; found {fault['input']!r}.")


def _unknown_countries(file: str, written: Mapping[str, Any]) -> list[Problem]:
    problems = []
    for key, code in [("country", written.get("country")), *(("peers", c) for c in _strings(written.get("peers")))]:
        if not isinstance(code, str):
            continue
        try:
            known = region(code)
        except UnknownLabelError as error:
            problems.append(Problem(f"{file}, {key}", f"{error}", _by_name(code, error.known)))
            continue
        if key == "country" and not known.is_country:
            problems.append(Problem(f"{file}, {key}", f"'{code}' is no country.", "Name one by its ISO3 code."))
    return problems


def _by_name(written: str, codes: Sequence[str]) -> str:
    """What someone may have meant who wrote the beginning of a country's name: GER is no code, Germany is DEU."""
    hint = "Countries are named by ISO 3166-1 alpha-3 codes."
    meant = [code for code in codes if len(written) > 2 and region_name(code).upper().startswith(written.upper())]
    return f"{hint} {region_name(meant[0])} is {meant[0]}." if meant else hint


def _unknown_sections(file: str, written: Mapping[str, Any]) -> list[Problem]:
    return [
        Problem(f"{file}, sections", f"unknown section '{name}'.", _near(name, SECTIONS))
        for name in _strings(written.get("sections"))
        if name not in SECTIONS
    ]


def _repetitions(file: str, written: Mapping[str, Any]) -> list[Problem]:
    problems = []
    for key in ("peers", "extensions", "sections", "jobs"):
        names = _strings(written.get(key))
        repeated = sorted({name for name in names if names.count(name) > 1})
        problems += [Problem(f"{file}, {key}", f"'{name}' stands there twice.") for name in repeated]
    if written.get("country") in _strings(written.get("peers")):
        problems.append(Problem(f"{file}, peers", f"'{written['country']}' is the study's own country."))
    return problems


def _strings(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _near(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(known)}."
