"""What users wait for: CPU seconds and peak memory of whole commands, beside an earlier Kaldor in the same run.

Each command runs in a fresh process of its own, from start to end, imports included; the one before it warms caches and
is not counted. The earlier one is a clone of this repository at `EARLIER` with an environment made by its own `./run`;
each makes its own store of the same files. "Beyond imports" is what a command takes above importing, in a fresh
process, the modules that it has loaded when it ends.
"""

from __future__ import annotations

import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.footprint import WIOD
from benchmarks.measure import ROOT, Spent, clean_environment, run_command

EARLIER = "bd57dab"
"""Main before the work on waits began."""

PATH_FILES = "studies/paths/heavy-industry-germany"
_WIOD = ("--on", "wiod2013", "--year", "2009", "--with", "jrc_wiod_co2")


@dataclass(frozen=True)
class Wait:
    """A command of `kaldor` and the CPU seconds that it may take; `beyond_imports` where these are bounded too."""

    name: str
    command: tuple[str, ...]
    bound: float
    beyond_imports: float | None = None


def _economy(name: str, *options: str, year: bool = True) -> Wait:
    table = _WIOD if year else ("--on", "wiod2013", "--with", "jrc_wiod_co2")
    return Wait(f"economy {name}", ("economy", name, *table, *options), 0.9, 0.15)


WAITS = (
    Wait("demo", ("demo", "--out", "OUT/demo"), 1.6),
    Wait("run germany-2009", ("run", "studies/germany-2009.toml", "--out", "OUT/germany"), 2.6),
    Wait("run korea-port", ("run", "studies/korea-port.toml", "--out", "OUT/korea"), 4.0),
    Wait(
        "twin path heavy industry",
        (
            *("twin", "path", f"{PATH_FILES}.toml", "--on", "starter"),
            *("--split", f"{PATH_FILES}.split.toml", "--levers", f"{PATH_FILES}.levers.toml"),
        ),
        1.8,
    ),
    Wait("economy bands", ("economy", "bands", *_WIOD, "--extension", "co2", "--draws", "200"), 13.0),
    _economy("footprint", "--extension", "co2"),
    _economy("paths", "--extension", "co2", "--region", "DEU"),
    _economy("change", "--extension", "co2", "--since", "2008", "--year", "2009", year=False),
    _economy("extract", "--region", "DEU", "--sector", "c12"),
    _economy("linkages"),
    _economy("prices", "--cost", "0.1", "--region", "DEU"),
    _economy("upstream"),
    _economy("induced"),
)


def run() -> dict[str, object]:
    """Measure all of it, print a table and return the line of JSON."""
    waits = [wait for wait in WAITS if WIOD.exists() or not {"wiod2013", "studies/germany-2009.toml"} & {*wait.command}]
    if len(waits) < len(WAITS):
        print("The real table (../shared) is not here: commands on it are left out.")
    with tempfile.TemporaryDirectory() as folder:
        now, earlier = _Version(ROOT, Path(folder) / "now"), _Version(_clone(Path(folder)), Path(folder) / "earlier")
        rows = [(wait, now.take(wait), earlier.take(wait)) for wait in waits]
        imports = [now.imports(wait) if wait.beyond_imports is not None else None for wait in waits]
    print(f"\n| command | CPU s | at most | beyond imports | {EARLIER} CPU s | times less | peak MB | {EARLIER} MB |")
    print("|---|--:|--:|--:|--:|--:|--:|--:|")
    for (wait, ours, theirs), loading in zip(rows, imports, strict=True):
        beyond = "" if loading is None else f"{ours.cpu_s - loading:.2f}"
        print(
            f"| {wait.name} | {ours.cpu_s:.2f} | {wait.bound:g} | {beyond} | {theirs.cpu_s:.2f} "
            f"| {theirs.cpu_s / ours.cpu_s:.1f} | {ours.peak_mb:.0f} | {theirs.peak_mb:.0f} |"
        )
    return {
        "name": "waits",
        "cases": [wait.name for wait in waits],
        "cpu_s": [round(ours.cpu_s, 3) for _, ours, _ in rows],
        "at_most": [wait.bound for wait in waits],
        "imports_cpu_s": [None if loading is None else round(loading, 3) for loading in imports],
        "theirs_cpu_s": [round(theirs.cpu_s, 3) for _, _, theirs in rows],
        "ratio": [round(theirs.cpu_s / ours.cpu_s, 2) for _, ours, theirs in rows],
        "peak_mb": [round(ours.peak_mb) for _, ours, _ in rows],
        "theirs_peak_mb": [round(theirs.peak_mb) for _, _, theirs in rows],
    }


class _Version:
    """One checkout with a store of its own."""

    def __init__(self, checkout: Path, folder: Path) -> None:
        self._checkout, self._folder = checkout, folder
        self._python = checkout / ".venv" / "bin" / "python"
        self._store = {"KALDOR_STORE": str(folder / "store")}
        folder.mkdir()
        if WIOD.exists():
            self._run(("data", "add", str(WIOD.parent), "--as", "wiod2013"))

    def take(self, wait: Wait) -> Spent:
        """What a command takes the second time."""
        self._run(wait.command)
        return self._run(wait.command)

    def imports(self, wait: Wait) -> float:
        """CPU seconds of importing, in a fresh process, what a command has imported when it ends."""
        listing = [str(self._python), "-c", _MODULES, *self._placed(wait.command)]
        listed = subprocess.run(
            listing, check=True, capture_output=True, text=True, cwd=self._checkout, env=clean_environment(self._store)
        )
        names = listed.stderr.splitlines()[-1]
        return [run_command([self._python, "-c", _IMPORT, names], self._checkout) for _ in range(2)][-1].cpu_s

    def _run(self, command: tuple[str, ...]) -> Spent:
        return run_command([self._python, "-m", "kaldor", *self._placed(command)], self._checkout, self._store)

    def _placed(self, command: tuple[str, ...]) -> list[str]:
        return [part.replace("OUT", str(self._folder), 1) if part.startswith("OUT/") else part for part in command]


_MODULES = """
import json, sys
from kaldor.cli.main import main
sys.argv[0] = "kaldor"
try:
    main()
finally:
    loaded = [name for name, module in sys.modules.items() if getattr(module, "__spec__", None)]
    print(json.dumps(loaded), file=sys.stderr)
"""

_IMPORT = """
import importlib, json, sys
from kaldor.cli.collector import look_rarely
look_rarely()  # as the commands do
for name in json.loads(sys.argv[1]):
    if name != "__main__":
        try:
            importlib.import_module(name)
        except ImportError:
            pass
"""


def _clone(folder: Path) -> Path:
    """This repository at `EARLIER`, with an environment."""
    place = folder / "checkout"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(place)], check=True)
    subprocess.run(["git", "checkout", "--quiet", EARLIER], check=True, cwd=place)
    subprocess.run(["./run", "true"], check=True, cwd=place, capture_output=True)
    return place
