"""The quality report as one HTML file that needs nothing else: no request, no script, readable on screen and paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kaldor.atlas.escaped import templates_of
from kaldor.atlas.quality.faults import KINDS
from kaldor.atlas.quality.report import QualityReport

if TYPE_CHECKING:
    from jinja2 import Environment

_WIDTH = 360  # of a full bar, in the drawing's own units


@dataclass(frozen=True)
class Bar:
    """One bar of a picture: its label, the figure written at its end, and its length."""

    label: str
    figure: str
    length: float


def to_html(report: QualityReport) -> str:
    """The whole report as a self-contained page; every text of the dataset is escaped."""
    kinds = {kind: _bars_of_years(report, kind) for kind in KINDS if any(one.kind == kind for one in report.counts)}
    return (
        _environment()
        .get_template("page.html")
        .render(
            report=report,
            kinds=KINDS,
            found=kinds,
            totals={weight: report.total(weight) for weight in ("wrong", "doubtful", "note")},
            by_kind=_bars_of_kinds(report),
            by_year=_bars_of_gaps(report),
            faults={kind: [fault for fault in report.faults if fault.kind == kind] for kind in kinds},
        )
    )


def _bars_of_kinds(report: QualityReport) -> list[Bar]:
    """How many faults there are of each kind; lengths by the square root, so that small numbers stay visible."""
    totals = {kind: sum(one.count for one in report.counts if one.kind == kind) for kind in KINDS}
    there = {kind: count for kind, count in totals.items() if count}
    most = max(there.values(), default=1)
    return [Bar(kind, f"{count:,}", _WIDTH * (count / most) ** 0.5) for kind, count in there.items()]


def _bars_of_gaps(report: QualityReport) -> list[Bar]:
    """All gaps between outputs and uses, as a share of output, year by year."""
    most = max((one.gap_share for one in report.balances), default=0.0) or 1.0
    return [Bar(str(one.year), f"{one.gap_share:.3%}", _WIDTH * one.gap_share / most) for one in report.balances]


def _bars_of_years(report: QualityReport, kind: str) -> Sequence[tuple[int | None, int]]:
    return [(one.year, one.count) for one in report.counts if one.kind == kind]


def _environment() -> Environment:

    environment = templates_of("kaldor.atlas.quality")
    environment.filters["amount"] = lambda value: f"{value:,.0f}".replace("-", "−")
    environment.filters["percent"] = lambda value: f"{value:.3%}"
    return environment
