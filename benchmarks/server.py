"""Twenty users at their sliders: how long an answer takes beside a single user's, and whether memory stays flat.

Every user moves one of three active levers once a second, on the real table of 2009 where it is there and on the
starter world elsewhere, where prices respond and at fixed prices. One user alone is measured first, on the same server
in the same run; then all of them, minute by minute; then ever more until the 95th percentile passes one second. Users
are coroutines of this process and share the machine with the server, as a browser would.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.footprint import WIOD
from benchmarks.measure import ROOT

if TYPE_CHECKING:
    import httpx

USERS = 20
MINUTES = 2.0
SETTLE_SECONDS = 8
LADDER_SECONDS = 10
LADDER = (25, 30, 40, 50, 60, 80, 100, 150, 200)
SLOW_MS = 1_000.0

VIEWS = ("prices respond", "fixed prices")

_LEVERS = ("carbon-price", "material-efficiency", "electricity-efficiency")
_REGIONS = ("DEU", "IND", "CHN", "USA", "BRA", "MEX", "JPN", "KOR")


@dataclass
class Measured:
    """Answer times (ms) of some users over some time, and what went wrong."""

    users: int
    times: list[float] = field(default_factory=list)
    errors: int = 0

    def percentile(self, share: float) -> float:
        """A percentile of the answer times in ms (nearest rank)."""
        ordered = sorted(self.times)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


def run() -> dict[str, object]:
    """Measure, print the table, return the line of JSON."""
    arguments = argparse.ArgumentParser(prog="python -m benchmarks server", add_help=False)
    arguments.add_argument("--minutes", type=float, default=float(os.environ.get("KALDOR_BENCHMARK_MINUTES", MINUTES)))
    minutes = arguments.parse_known_args()[0].minutes
    with tempfile.TemporaryDirectory() as name:
        store = Path(name) / "store"
        dataset = filled(store)
        with serving(store) as (process, address):
            return _measured(process.pid, address, dataset, minutes)


def _measured(pid: int, address: str, dataset: str, minutes: float) -> dict[str, object]:
    url = simulating(address, dataset)
    by_view = [_of_view(pid, url, view, minutes) for view in VIEWS]
    return {
        "name": "server",
        "n": 1435 if dataset == "wiod2013" else 156,
        "users": USERS,
        "views": list(VIEWS),
        **{key: [one[key] for one in by_view] for key in by_view[0]},
    }


def _of_view(pid: int, url: str, view: str, minutes: float) -> dict[str, object]:
    print(f"\n{view}")
    moved(url, USERS, SETTLE_SECONDS, view)  # every user's levers once: the twin then knows their directions
    begun = _cpu_seconds(pid)
    alone = moved(url, 1, 30.0, view)
    cpu = 1e3 * (_cpu_seconds(pid) - begun) / len(alone.times)
    together: list[Measured] = []
    memory: list[float] = []
    for _ in range(max(1, round(minutes))):
        together.append(moved(url, USERS, 60.0 * min(1.0, minutes), view))
        memory.append(_memory_mb(pid))
    p95 = max(one.percentile(0.95) for one in together)
    ladder = _ladder(url, view)
    ratio = p95 / alone.percentile(0.95)
    _print_table([alone, *together, *ladder], memory)
    print(f"CPU of one user's move: {cpu:.1f} ms")
    slow = next((one.users for one in ladder if one.percentile(0.95) > SLOW_MS or one.errors), None)
    return {
        "cpu_ms_a_move": round(cpu, 1),
        "single_p95_ms": round(alone.percentile(0.95), 1),
        "p95_ms": round(p95, 1),
        "p95_over_single": round(ratio, 2),
        "errors": sum(one.errors for one in together),
        "memory_mb": [round(one, 1) for one in memory],
        "memory_change": round(memory[-1] / memory[0] - 1, 4),
        "users_beyond_one_second": slow if slow is not None else f"more than {LADDER[-1]}",
    }


def _ladder(url: str, view: str) -> list[Measured]:
    """Ever more users, until an answer in twenty takes more than a second."""
    steps: list[Measured] = []
    for users in LADDER:
        steps.append(moved(url, users, LADDER_SECONDS, view))
        if steps[-1].percentile(0.95) > SLOW_MS or steps[-1].errors:
            break
    return steps


def moved(url: str, users: int, seconds: float, view: str) -> Measured:
    """The answer times of users at their sliders, in one view."""
    return asyncio.run(_all_users(url, users, seconds, view))


async def _all_users(url: str, users: int, seconds: float, view: str) -> Measured:
    import httpx

    measured = Measured(users)
    limits = httpx.Limits(max_connections=users, max_keepalive_connections=users)
    async with httpx.AsyncClient(timeout=30, limits=limits) as client:
        until = time.monotonic() + seconds
        people = (_one_user(client, url, number, users, until, measured, view) for number in range(users))
        await asyncio.gather(*people)
    return measured


async def _one_user(
    client: httpx.AsyncClient, url: str, number: int, users: int, until: float, measured: Measured, view: str
) -> None:
    """Move a slider every second, out of step with the others; a late answer delays the next move, as for a person."""
    next_move = time.monotonic() + number / users
    move = 0
    while next_move < until:
        await asyncio.sleep(max(0.0, next_move - time.monotonic()))
        started = time.perf_counter()
        try:
            answer = await client.post(url, json=_scenario(number, move, view))
            measured.errors += answer.status_code != 200
        except Exception:
            measured.errors += 1
        measured.times.append(1e3 * (time.perf_counter() - started))
        move += 1
        next_move = max(next_move + 1.0, time.monotonic())


def _scenario(user: int, move: int, view: str) -> dict[str, object]:
    """Three levers in a user's country; the one that moves changes from time to time."""
    strengths = [40.0, 20.0, 10.0]
    strengths[(move // 10) % 3] = 5.0 + (7 * move) % 45
    region = _REGIONS[user % len(_REGIONS)]
    levers = [
        {"lever": lever, "strength": strength, "regions": [region]}
        for lever, strength in zip(_LEVERS, strengths, strict=True)
    ]
    return {"id": f"user-{user}", "view": view, "levers": levers}


def simulating(address: str, dataset: str) -> str:
    """Where a server answers a move of a slider."""
    on = "wiod2013/2009/simulate?with=jrc_wiod_co2" if dataset == "wiod2013" else "starter/2018/simulate"
    return f"{address}api/economies/{on}"


def filled(store: Path) -> str:
    """The real table in a store of its own; "starter" where it is not on this machine."""
    if not WIOD.exists():
        print("The real table (../shared) is not here: the starter world is measured.")
        return "starter"
    from kaldor.atlas.add import add
    from kaldor.atlas.store import Store

    folder = WIOD if WIOD.is_dir() else WIOD.parent
    add(folder, Store(store), as_id="wiod2013")
    return "wiod2013"


@contextlib.contextmanager
def serving(store: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A server's process and address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kaldor", "serve", "--port", "0", "--store", str(store), *options],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        found = re.search(r"http://\S+/", line)
        if not found:
            raise SystemExit(f"the server did not start: {line}")
        _wait_until_it_answers(found[0])
        yield process, found[0]
    finally:
        process.terminate()
        process.wait(20)


def _wait_until_it_answers(address: str) -> None:
    import httpx

    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(httpx.TransportError):
            httpx.get(f"{address}api/health")
            return
        time.sleep(0.1)
    raise SystemExit("the server did not answer within a minute")


def _cpu_seconds(pid: int) -> float:
    """CPU seconds of a process so far."""
    import psutil

    spent = psutil.Process(pid).cpu_times()
    return float(spent.user + spent.system)


def _memory_mb(pid: int) -> float:
    """Resident memory of a process in MB."""
    import psutil

    return float(psutil.Process(pid).memory_info().rss) / 1e6


def _print_table(rows: list[Measured], memory: list[float]) -> None:
    print(f"{'users':>6} {'moves':>7} {'p50 ms':>8} {'p95 ms':>8} {'p99 ms':>8} {'errors':>7}")
    for one in rows:
        times = " ".join(f"{one.percentile(share):>8.1f}" for share in (0.5, 0.95, 0.99))
        print(f"{one.users:>6} {len(one.times):>7} {times} {one.errors:>7}")
    print("memory after each minute, MB: " + ", ".join(f"{one:.1f}" for one in memory))
