"""One file a section: each reads the context, enters its figures and gives a `Part` of the brief."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kaldor.brief.context import Context, Part
from kaldor.brief.sections.accounts import build as build_accounts
from kaldor.brief.sections.dependence import build as build_dependence
from kaldor.brief.sections.exports import build as build_exports
from kaldor.brief.sections.framework import build as build_framework
from kaldor.brief.sections.scenarios import build as build_scenarios
from kaldor.brief.sections.scopes import build as build_scopes
from kaldor.brief.sections.sources import build as build_sources

BUILDERS: Mapping[str, Callable[[Context], Part]] = {
    "accounts": build_accounts,
    "sources": build_sources,
    "scopes": build_scopes,
    "dependence": build_dependence,
    "exports": build_exports,
    "scenarios": build_scenarios,
    "framework": build_framework,
}
"""What makes each section that a study may name."""
