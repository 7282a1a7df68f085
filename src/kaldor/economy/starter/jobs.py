"""Jobs of the starter world by sex and sector: typed by broad sector, spread within one; where none, as elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from kaldor.atlas.published import PublishedExtension
from kaldor.economy.starter.amounts import Sectors
from kaldor.economy.starter.declared import declared_world, starter_extension, starter_sheets
from kaldor.economy.starter.estimate import Facts
from kaldor.economy.starter.factsheet import SEXES, FactSheet, job_shares, jobs
from kaldor.errors import InputError, Problem

JOBS = {"women": "jobs_female", "men": "jobs_male"}
"""Extension of the jobs of each sex."""


def jobs_by_sex(
    facts: Sequence[Facts], sheets: Mapping[str, FactSheet], sectors: Sectors
) -> Iterator[PublishedExtension]:
    """Jobs by sex: typed by broad sector; within one, in proportion to value added times jobs per value added."""
    weights = np.array([float(declared_world().jobs_per_value_added[sector]) for sector in sectors.ids])
    for sex in SEXES:
        amounts = []
        for known in facts:
            within = known.value_added * weights
            total, shares = _total_of(sheets[known.region], sex), _shares_of(sheets[known.region], sex)
            for group, share in shares.items():
                inside = sectors.among(sectors.broad, group)
                within[inside] *= share * total / within[inside].sum()
            amounts.append(within)
        direct = np.zeros(len(facts) * len(declared_world().demands))
        yield starter_extension(JOBS[sex], f"Jobs held by {sex}", "thousand jobs", np.concatenate(amounts), direct)


def _total_of(sheet: FactSheet, sex: str) -> float:
    """Typed jobs, or the jobs per head of all sheets that have them."""
    own = jobs(sheet)
    if own is not None:
        return own[sex]
    known = [(j, s.facts.population.value) for s in starter_sheets().values() if (j := jobs(s)) and s.facts.population]
    per_head = sum(sum(j.values()) for j, _ in known) / sum(people for _, people in known)
    people, women = sheet.facts.population, sheet.facts.women_in_labour_force
    if people is None or women is None:
        raise InputError(
            Problem(f"{sheet.country}, jobs", "population or women_in_labour_force is missing.", "Give both.")
        )
    part = women.value / 100 if sex == "women" else 1 - women.value / 100
    return per_head * people.value * part


def _shares_of(sheet: FactSheet, sex: str) -> dict[str, float]:
    """Typed shares of broad sectors; where agriculture is missing, its part of what is not industry is the others'."""
    own = job_shares(sheet, sex)
    if own is not None:
        return own
    known = [(job_shares(s, sex), jobs(s)) for s in starter_sheets().values()]
    pooled = {
        group: sum(shares[group] * total[sex] for shares, total in known if shares and total)
        for group in ("agriculture", "industry", "services")
    }
    typed = getattr(sheet.facts, f"{sex}_in_industry")
    industry = typed.value / 100 if typed else pooled["industry"] / sum(pooled.values())
    farmed = pooled["agriculture"] / (pooled["agriculture"] + pooled["services"])
    return {
        "agriculture": (1 - industry) * farmed,
        "industry": industry,
        "services": (1 - industry) * (1 - farmed),
    }
