"""Run one benchmark, print its table and one line of JSON: `./run python -m benchmarks footprint`."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, datetime

from benchmarks import ensemble, equilibrium, footprint, load, paths, scale, server, shock, waits, whatif, workers
from benchmarks.measure import machine, start_clean

BENCHMARKS = {
    "ensemble": ensemble,
    "equilibrium": equilibrium,
    "footprint": footprint,
    "load": load,
    "paths": paths,
    "scale": scale,
    "server": server,
    "shock": shock,
    "waits": waits,
    "whatif": whatif,
    "workers": workers,
}


def main() -> None:
    """Parse the command line and run, in an environment that holds nothing of this machine's own."""
    start_clean()
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("name", nargs="?", choices=sorted(BENCHMARKS))
    parser.add_argument("--list", action="store_true", help="name the benchmarks and what each measures")
    chosen = parser.parse_args()
    if chosen.list or chosen.name is None:
        for name, module in sorted(BENCHMARKS.items()):
            print(f"{name:12} {(module.__doc__ or '').splitlines()[0]}")
        return
    where = machine()
    print(f"{datetime.now(UTC):%Y-%m-%d}, {where}\n", flush=True)
    print(json.dumps(BENCHMARKS[chosen.name].run() | {"machine": where}))


if __name__ == "__main__":
    main()
