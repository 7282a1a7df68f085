"""A study: one TOML file that says which country is asked about, beside whom, in which year and on which data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field

from kaldor.atlas.regions import region, region_name
from kaldor.brief.included import Inclusion
from kaldor.brief.trials import CostRise, StudyPath, StudyShock, StudyStress, StudySweep
from kaldor.declared import DeclaredFile, holding, near, text_of, toml_of
from kaldor.economy.opening import STARTER
from kaldor.errors import InputError, Problem, UnknownLabelError
from kaldor.twin.scenario import Scenario

__all__ = ["SECTIONS", "STARTER", "Study", "StudyFile", "load_study", "parse_study", "read_study"]

SECTIONS = (
    "accounts",
    "sources",
    "scopes",
    "dependence",
    "exports",
    "supply-paths",
    "change",
    "linkages",
    "extraction",
    "prices",
    "scenarios",
    "shocks",
    "stress",
    "paths",
    "sweeps",
    "framework",
)
"""The sections that a brief can have, in the order of a brief that names none."""

TRIALS: Final[Mapping[str, str]] = {
    "change": "compare_year",
    "prices": "[cost_rise]",
    "scenarios": "[[scenarios]]",
    "shocks": "[[shocks]]",
    "stress": "[stress]",
    "paths": "[[paths]]",
    "sweeps": "[[sweeps]]",
}
"""Sections that show what the study itself declares, and the key that does so; shown only where there is one."""

ON_REQUEST: Final = ("supply-paths", "linkages", "extraction")
"""Sections that are shown only where a study names them, or gives the key that they alone read."""

_SINGLE: Final = ("stress", "change", "prices", "extraction")

_KEYS: Final[Mapping[str, str]] = {"change": "compare_year", "prices": "cost_rise", "extraction": "extract"}

_WITHOUT_TRIALS = tuple(name for name in SECTIONS if name not in TRIALS and name not in ON_REQUEST)


class Study(DeclaredFile):
    """What a brief is to be made of.

    `economy` is a dataset id or "starter"; `extensions` are ids of extension datasets to attach to it. `emissions`
    and `jobs` name the extensions of that economy that answer the questions on emissions and on jobs; jobs may be
    several (by sex), which are shown side by side. `scenarios` are levers to try on the economy; `shocks`, `stress`,
    `paths` and `sweeps` try it over time and under uncertainty; `[blocs]` are groups of countries that they may name.
    `compare_year` is an earlier year of the same economy, for the section "change"; `compare_deflator` says how much
    dearer all products became since, in the currency of the table. `extract` names the industries or groups of the
    country that the section "extraction" takes out one by one; `[cost_rise]` is what the section "prices" passes on.
    """

    title: str = Field(min_length=1)
    subtitle: str = ""
    country: str
    peers: tuple[str, ...] = ()
    year: int = Field(ge=1900, le=2200)
    economy: str = Field(min_length=1)
    extensions: tuple[str, ...] = ()
    compare_year: int | None = Field(default=None, ge=1900, le=2200)
    compare_deflator: float | None = Field(default=None, gt=0)
    extract: tuple[str, ...] = ()
    cost_rise: CostRise | None = None
    emissions: str = "co2"
    jobs: tuple[str, ...] = ()
    sections: tuple[str, ...] = _WITHOUT_TRIALS
    scenarios: tuple[Scenario, ...] = ()
    shocks: tuple[StudyShock, ...] = ()
    stress: StudyStress | None = None
    paths: tuple[StudyPath, ...] = ()
    sweeps: tuple[StudySweep, ...] = ()
    language: Literal["en"] = "en"

    def seeds(self) -> dict[str, int]:
        """The seed of everything in the study that is drawn, by section and id."""
        drawn = {f"shocks.{one.id}": one.seed for one in self.shocks} if "shocks" in self.sections else {}
        if self.stress is not None and "stress" in self.sections:
            drawn["stress"] = self.stress.seed
        return drawn | ({f"sweeps.{one.id}": one.seed for one in self.sweeps} if "sweeps" in self.sections else {})


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
    bare: Mapping[str, Any] = toml_of(text, file)
    inclusion = Inclusion(file, folder)
    written = inclusion.whole(bare)
    study, problems = holding(Study, _as_model(written), file)
    problems += inclusion.problems
    problems += _unknown_countries(file, written)
    problems += _unknown_sections(file, written)
    problems += _repetitions(file, written)
    problems += _trials_unasked(file, bare)
    problems += _sweeps_of_nothing(file, written)
    problems += _compared_with_nothing(file, written)
    if problems or study is None:
        raise InputError(problems)
    return StudyFile(study, text, dict(sorted(inclusion.hashes.items())))


def _as_model(written: Mapping[str, Any]) -> dict[str, Any]:
    """The file's content as the model wants it: arrays as tuples, blocs handed to everything that may name them."""
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in written.items()}
    if isinstance(values.get("blocs"), dict):
        blocs = values.pop("blocs")
        for kind in ("scenarios", "shocks", "paths", "sweeps"):
            if isinstance(values.get(kind), tuple):
                values[kind] = tuple(_with_blocs(one, blocs) for one in values[kind])
    plain = [name for name in SECTIONS if name not in TRIALS and name not in ON_REQUEST]
    shown = tuple(name for name in SECTIONS if name in plain or _declares(written, name))
    values.setdefault("sections", shown)
    return values


def _with_blocs(entry: Any, blocs: Mapping[str, Any]) -> Any:
    own = entry.get("blocs", {}) if isinstance(entry, dict) else None
    return {**entry, "blocs": {**blocs, **own}} if isinstance(own, dict) else entry


def _declares(written: Mapping[str, Any], name: str) -> bool:
    """Whether a study has the table behind a section; an empty [stress] is one, with every default."""
    key = _KEYS.get(name, name)
    return key in written if name in ("change", "stress", "prices") else bool(written.get(key))


def _trials_unasked(file: str, written: Mapping[str, Any]) -> list[Problem]:
    """Sections that are asked for without anything to show, and declarations that no section shows."""
    sections = _strings(written.get("sections"))
    problems = []
    for name in (*TRIALS, *ON_REQUEST):
        declared, table = _declares(written, name), TRIALS.get(name)
        if table and name in sections and not declared:
            what = f"'{name}' is named, but the study has {f'no {table}' if name in _SINGLE else 'none'}."
            problems.append(Problem(f"{file}, sections", what, f"Add {table}."))
        if declared and sections and name not in sections:
            verb = "is" if name in _SINGLE else "are"
            what = f"{verb} given, but no section shows {'it' if name in _SINGLE else 'them'}."
            problems.append(Problem(f"{file}, {_KEYS.get(name, name)}", what, f"Name '{name}' in sections."))
    return problems


def _sweeps_of_nothing(file: str, written: Mapping[str, Any]) -> list[Problem]:
    """Sweeps that name a scenario which the study does not have."""
    known = _ids(written, "scenarios")
    entries = written.get("sweeps")
    sweeps = [one for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []
    named = [one["scenario"] for one in sweeps if isinstance(one.get("scenario"), str)]
    return [
        Problem(
            f"{file}, sweeps", f"the study has no scenario '{name}'.", near(name, known) if known else "It has none."
        )
        for name in named
        if name and name not in known
    ]


def _compared_with_nothing(file: str, written: Mapping[str, Any]) -> list[Problem]:
    """A year to compare with that is not before the study's own, or a deflator without one."""
    year, earlier = written.get("year"), written.get("compare_year")
    if earlier is None and written.get("compare_deflator") is not None:
        return [Problem(f"{file}, compare_deflator", "is given, but no compare_year.", "Add compare_year.")]
    if isinstance(year, int) and isinstance(earlier, int) and earlier >= year:
        return [Problem(f"{file}, compare_year", f"{earlier} is not before {year}.", "Name an earlier year.")]
    return []


def _ids(written: Mapping[str, Any], kind: str) -> list[str]:
    entries = written.get(kind, [])
    return [str(one.get("id")) for one in entries if isinstance(one, dict)] if isinstance(entries, list) else []


def _unknown_countries(file: str, written: Mapping[str, Any]) -> list[Problem]:
    problems = []
    rise = written.get("cost_rise")
    costlier = _strings(rise.get("regions")) if isinstance(rise, dict) else []
    lists = [("peers", _strings(written.get("peers"))), ("cost_rise.regions", costlier)]
    for key, code in [("country", written.get("country")), *((key, code) for key, codes in lists for code in codes)]:
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
        Problem(f"{file}, sections", f"unknown section '{name}'.", near(name, SECTIONS))
        for name in _strings(written.get("sections"))
        if name not in SECTIONS
    ]


def _repetitions(file: str, written: Mapping[str, Any]) -> list[Problem]:
    problems = []
    for key in ("peers", "extensions", "sections", "jobs", "extract"):
        names = _strings(written.get(key))
        repeated = sorted({name for name in names if names.count(name) > 1})
        problems += [Problem(f"{file}, {key}", f"'{name}' stands there twice.") for name in repeated]
    if written.get("country") in _strings(written.get("peers")):
        problems.append(Problem(f"{file}, peers", f"'{written['country']}' is the study's own country."))
    return problems


def _strings(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
