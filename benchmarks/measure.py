"""Run a piece of work in a process of its own and say what it took: CPU seconds and peak memory."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
OURS = Path(sys.executable)

# A worker prints these two numbers last. Peak memory is the process's own, so inputs and libraries are in it.
REPORT = """
import json as _json, resource as _resource
def report(cpu):
    peak = _resource.getrusage(_resource.RUSAGE_SELF).ru_maxrss / 1024
    print(_json.dumps({"cpu_s": cpu, "peak_mb": peak}))
"""


def environment(name: str) -> Path:
    """The Python of a peer's own environment, made from `environments/NAME.txt` when it is missing or changed."""
    wanted = ROOT / "benchmarks" / "environments" / f"{name}.txt"
    place = ROOT / ".benchmark-envs" / name
    made_with = place / "made-with"
    if not made_with.exists() or made_with.read_text() != wanted.read_text():
        uv = shutil.which("uv") or str(ROOT / ".uv" / "bin" / "uv")
        subprocess.run([uv, "venv", "--quiet", "--clear", str(place)], check=True)
        python = place / "bin" / "python"
        subprocess.run([uv, "pip", "install", "--quiet", "--python", str(python), "-r", str(wanted)], check=True)
        made_with.write_text(wanted.read_text())
    return place / "bin" / "python"


def run_worker(python: Path, code: str, *arguments: str) -> dict[str, float]:
    """Run `code` (which calls `report(cpu)`) in a fresh process; returns cpu_s and peak_mb."""
    finished = subprocess.run(
        [str(python), "-c", REPORT + code, *arguments], check=False, capture_output=True, text=True, cwd=ROOT
    )
    if finished.returncode:
        raise SystemExit(f"a benchmark worker failed:\n{finished.stderr}")
    return json.loads(finished.stdout.strip().splitlines()[-1])


def machine() -> str:
    """The machine in a few words, as a benchmark's line of JSON names it."""
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), model)
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}"
