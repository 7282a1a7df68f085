"""One worker and two behind one address: moves of sliders a second, what each costs, and the memory of each process.

Many more users than one worker can keep up with move their sliders on the table of `server`, at fixed prices. Each goes
on as soon as the last answer is there, at most once a second. CPU seconds are those of the server's processes alone, so
that they can be compared where other work shares the machine; moves a second can not.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.server import Measured, filled, moved, serving, simulating

USERS = 80
SETTLE_SECONDS = 20.0
SECONDS = 30.0
WORKERS = (1, 2)
VIEW = "fixed prices"


def run() -> dict[str, object]:
    """Measure, print the table, return the line of JSON."""
    with tempfile.TemporaryDirectory() as name:
        store = Path(name) / "store"
        dataset = filled(store)
        rows = [_measured(store, dataset, workers) for workers in WORKERS]
    print(f"{'workers':>7} {'moves/s':>8} {'p95 ms':>8} {'CPU ms/move':>12} {'errors':>7}  MB of each process")
    for workers, row in zip(WORKERS, rows, strict=True):
        memory = ", ".join(f"{one:.0f}" for one in row["memory_mb"])
        print(
            f"{workers:>7} {row['moves_a_second']:>8.1f} {row['p95_ms']:>8.1f} {row['cpu_ms_a_move']:>12.1f} "
            f"{row['errors']:>7}  {memory}"
        )
    return {
        "name": "workers",
        "users": USERS,
        "workers": list(WORKERS),
        **{key: [r[key] for r in rows] for key in rows[0]},
    }


def _measured(store: Path, dataset: str, workers: int) -> dict[str, object]:
    with serving(store, "--read-only", "--workers", str(workers)) as (process, address):
        url = simulating(address, dataset)
        moved(url, USERS, SETTLE_SECONDS, VIEW)  # every worker meets every user's levers, as far as chance lets it
        before = _cpu_seconds(process.pid)
        found: Measured = moved(url, USERS, SECONDS, VIEW)
        spent = _cpu_seconds(process.pid) - before
        return {
            "moves_a_second": round(len(found.times) / SECONDS, 1),
            "p95_ms": round(found.percentile(0.95), 1),
            "cpu_ms_a_move": round(1e3 * spent / len(found.times), 1),
            "errors": found.errors,
            "memory_mb": [round(one.memory_info().rss / 1e6) for one in _processes(process.pid)],
        }


def _processes(pid: int) -> list:
    """A server's processes, its parent first; without the one that only watches for what is left behind."""
    import psutil

    parent = psutil.Process(pid)
    return [parent, *(one for one in parent.children() if "resource_tracker" not in " ".join(one.cmdline()))]


def _cpu_seconds(pid: int) -> float:
    return sum(sum(one.cpu_times()[:2]) for one in _processes(pid))
