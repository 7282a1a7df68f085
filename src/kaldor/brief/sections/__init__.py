"""One file a section: each reads the context, enters its figures and gives a `Part` of the brief."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kaldor.brief.context import Context, Part
from kaldor.brief.sections.accounts import build as build_accounts
from kaldor.brief.sections.change import build as build_change
from kaldor.brief.sections.dependence import build as build_dependence
from kaldor.brief.sections.exports import build as build_exports
from kaldor.brief.sections.extraction import build as build_extraction
from kaldor.brief.sections.framework import build as build_framework
from kaldor.brief.sections.linkages import build as build_linkages
from kaldor.brief.sections.paths import build as build_paths
from kaldor.brief.sections.prices import build as build_prices
from kaldor.brief.sections.scenarios import build as build_scenarios
from kaldor.brief.sections.scopes import build as build_scopes
from kaldor.brief.sections.shocks import build as build_shocks
from kaldor.brief.sections.sources import build as build_sources
from kaldor.brief.sections.stress import build as build_stress
from kaldor.brief.sections.supply_paths import build as build_supply_paths
from kaldor.brief.sections.sweeps import build as build_sweeps

BUILDERS: Mapping[str, Callable[[Context], Part]] = {
    "accounts": build_accounts,
    "sources": build_sources,
    "scopes": build_scopes,
    "dependence": build_dependence,
    "exports": build_exports,
    "supply-paths": build_supply_paths,
    "change": build_change,
    "linkages": build_linkages,
    "extraction": build_extraction,
    "prices": build_prices,
    "scenarios": build_scenarios,
    "shocks": build_shocks,
    "stress": build_stress,
    "paths": build_paths,
    "sweeps": build_sweeps,
    "framework": build_framework,
}
"""What makes each section that a study may name."""
