"""The starter world: a small world economy that ships with Kaldor, estimated from facts that fit on a page.

world          the world itself, with more countries of one's own, and as it might be
declared       what it declares: sectors, sources, technologies, a fact sheet a country
factsheet      a country's typed facts       jobs        its jobs by sex and sector
template       technologies                  estimate    a country from facts and a technology, and countries joined
leave_one_out  how far off that is, on countries whose tables are known
"""

from kaldor.economy.starter.declared import starter_sheets, starter_sources
from kaldor.economy.starter.world import (
    REST,
    StarterWorld,
    starter_draws,
    starter_estimate,
    starter_with,
    starter_world,
)

__all__ = [
    "REST",
    "StarterWorld",
    "starter_draws",
    "starter_estimate",
    "starter_sheets",
    "starter_sources",
    "starter_with",
    "starter_world",
]
