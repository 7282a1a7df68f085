"""Paths on a server: what it turns down, and a twin of its own for each."""

from __future__ import annotations

from kaldor.errors import InputError, Problem
from kaldor.server.refusals import RefusedError
from kaldor.server.twins import Prepared
from kaldor.twin.futures.path import latest_starts, run_path
from kaldor.twin.futures.path_answered import middle, path_answered
from kaldor.twin.futures.path_fields import PathwayAnswer
from kaldor.twin.futures.pathway import Pathway
from kaldor.twin.futures.ranges import packaged_growth_ranges

MOST_YEARS = 61
_FIRST_YEAR, _LAST_YEAR = 1900, 2200


def pathway_answer(
    prepared: Prepared, pathway: Pathway, *, packaged_growth: bool = False, starts: bool = False
) -> PathwayAnswer:
    """A path year by year, with and without its levers; `packaged_growth` adds the middles of the package's ranges.

    Works on a twin of its own, so that nobody's slider waits for it. Raises RefusedError (413) for more years than a
    server should compute at once; InputError for years that are none of an industrial strategy; what `run_path` and
    `latest_starts` raise.
    """
    _refuse_far(pathway)
    _refuse_long(pathway)
    ranges = packaged_growth_ranges(prepared.economy) if packaged_growth else ()
    grown = (*pathway.growth, *(one.as_growth(middle(one)) for one in ranges))
    twin, followed = prepared.own_twin(), pathway.model_copy(update={"growth": grown})
    latest = latest_starts(twin, followed) if starts and followed.targets else None
    return path_answered(run_path(twin, followed), prepared.economy, starts=latest, ranges=ranges)


def _refuse_far(pathway: Pathway) -> None:
    named: list[tuple[str, float]] = [("start", pathway.start), ("end", pathway.end)]
    for number, lever in enumerate(pathway.levers, start=1):
        named += [
            (f"lever {number}, adoption, start", lever.adoption.start),
            (f"lever {number}, adoption, until", lever.adoption.until),
        ]
    problems = [
        Problem(place, f"{year:g} is no year from {_FIRST_YEAR} to {_LAST_YEAR}.", "Name another year.")
        for place, year in named
        if not _FIRST_YEAR <= year <= _LAST_YEAR
    ]
    if problems:
        raise InputError(problems)


def _refuse_long(pathway: Pathway) -> None:
    """A hundred years on a large table take a server too long; every fifth year of them does not."""
    if len(pathway.years) > MOST_YEARS:
        what = f"asks for {len(pathway.years)} years; this server computes {MOST_YEARS} at once."
        raise RefusedError(413, Problem(f"path '{pathway.id[:80]}'", what, "Set a larger step, or an earlier end."))
