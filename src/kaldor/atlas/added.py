"""What was added to a store, and how well its tables balance, as plain fields: the same in every door."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from kaldor.atlas.add import AddReport
from kaldor.atlas.checking import Balance
from kaldor.atlas.store import Store


def added_answered(report: AddReport, store: Store) -> dict[str, Any]:
    """The report of what was added: ids of the datasets, what they were recognised as, and the balance of each year."""
    economies = [manifest for manifest in report.added if manifest.kind == "economy"]
    return {
        "datasets": [manifest.id for manifest in report.added],
        "replaced": list(report.replaced),
        "recognised": report.recognised,
        "saw": report.saw,
        "warnings": list(report.warnings),
        "balance": [balance_answered(store.balance(one.id, year)) for one in economies for year in one.years],
    }


def balance_answered(balance: Balance) -> dict[str, Any]:
    """A year's balance; in JSON there is no infinity: inputs without any output have the ratio null."""
    above_one = [(label, ratio if math.isfinite(ratio) else None) for label, ratio in balance.above_one]
    return {**asdict(balance), "above_one": above_one, "inputs_reach_output": len(above_one)}
