"""What is wrong with a study beyond the types of its keys, all of it at once, derived from what sections declare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kaldor.atlas.regions import code_meant, region, region_name
from kaldor.brief.sections import keys, sections
from kaldor.declared import near
from kaldor.errors import Problem, UnknownLabelError


def faults(file: str, written: Mapping[str, Any], bare: Mapping[str, Any]) -> list[Problem]:
    """What the model cannot see. `written` is the study with what it includes, `bare` without."""
    return [
        *_unknown_countries(file, written),
        *_unknown_sections(file, written),
        *_repetitions(file, written),
        *_unshown(file, bare),
        *(found for section in sections().values() if section.check for found in section.check(written, file)),
    ]


def _unshown(file: str, written: Mapping[str, Any]) -> Iterator[Problem]:
    """Sections that are asked for without anything to show, and declarations that no section shows."""
    named = _strings(written.get("sections"))
    for section in sections().values():
        if not section.keys:
            continue
        key, declared = section.keys[0], section.declared_in(written)
        if section.shown == "where declared" and section.id in named and not declared:
            lack = "none" if key.plural else f"no {key.written}"
            what = f"'{section.id}' is named, but the study has {lack}."
            yield Problem(f"{file}, sections", what, f"Add {key.written}.")
        if declared and named and section.id not in named:
            verb, them = ("are", "them") if key.plural else ("is", "it")
            what = f"{verb} given, but no section shows {them}."
            yield Problem(f"{file}, {key.name}", what, f"Name '{section.id}' in sections.")


def _unknown_countries(file: str, written: Mapping[str, Any]) -> Iterator[Problem]:
    exact = [found for key in keys().values() for found in key.exact_names(written.get(key.name))]
    named = [("peers", code) for code in _strings(written.get("peers"))]
    named += [(place, code) for place, kind, code in exact if kind == "region"]
    for key, code in [("country", written.get("country")), *named]:
        if not isinstance(code, str):
            continue
        try:
            known = region(code_meant(code))
        except UnknownLabelError as error:
            yield Problem(f"{file}, {key}", f"{error}", _by_name(code, error.known))
            continue
        if key == "country" and not known.is_country:
            yield Problem(f"{file}, {key}", f"'{code}' is no country.", "Name one by its ISO3 code.")


def _by_name(written: str, codes: Sequence[str]) -> str:
    """What someone may have meant who wrote the beginning of a country's name: GER is no code, Germany is DEU."""
    hint = "Countries are named by ISO 3166-1 alpha-3 codes."
    meant = [code for code in codes if len(written) > 2 and region_name(code).upper().startswith(written.upper())]
    return f"{hint} {region_name(meant[0])} is {meant[0]}." if meant else hint


def _unknown_sections(file: str, written: Mapping[str, Any]) -> Iterator[Problem]:
    for name in _strings(written.get("sections")):
        if name not in sections():
            yield Problem(f"{file}, sections", f"unknown section '{name}'.", near(name, tuple(sections())))


def _repetitions(file: str, written: Mapping[str, Any]) -> Iterator[Problem]:
    lists = [name for name, key in keys().items() if key.many and key.of is None]
    for name in ("peers", "extensions", "sections", "jobs", *lists):
        found = _strings(written.get(name))
        for repeated in sorted({one for one in found if found.count(one) > 1}):
            yield Problem(f"{file}, {name}", f"'{repeated}' stands there twice.")
    if written.get("country") in _strings(written.get("peers")):
        yield Problem(f"{file}, peers", f"'{written['country']}' is the study's own country.")


def _strings(value: Any) -> list[str]:
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []
