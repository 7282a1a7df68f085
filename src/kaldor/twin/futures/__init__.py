"""Time and uncertainty: paths to a year, ensembles of futures, what matters in them, where a strategy fails."""

from kaldor.twin.futures.discovery import Box, Discovery, discover
from kaldor.twin.futures.path import PathResult, latest_starts, run_path
from kaldor.twin.futures.pathway import Pathway, parse_pathway, read_pathway
from kaldor.twin.futures.ranges import (
    Range,
    lever_ranges,
    packaged_growth_ranges,
    packaged_shock_ranges,
    read_ranges,
)
from kaldor.twin.futures.sampling import Design, plan
from kaldor.twin.futures.sensitivity import sensitivity, sensitivity_of
from kaldor.twin.futures.sweep import SweepResult, probe, sweep

__all__ = [
    "Box",
    "Design",
    "Discovery",
    "PathResult",
    "Pathway",
    "Range",
    "SweepResult",
    "discover",
    "latest_starts",
    "lever_ranges",
    "packaged_growth_ranges",
    "packaged_shock_ranges",
    "parse_pathway",
    "plan",
    "probe",
    "read_pathway",
    "read_ranges",
    "run_path",
    "sensitivity",
    "sensitivity_of",
    "sweep",
]
