"""Run a piece of work in a process of its own and say what it took: CPU seconds and peak memory."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
OURS = Path(sys.executable)

_LOCAL = ("OPENBLAS_", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "KALDOR_", "PYTHONDONTWRITEBYTECODE")
"""Variables that pick another kernel, another number of threads or no bytecode: a figure must not depend on them."""
_ASKED = "KALDOR_BENCHMARK_"
"""Variables that ask a benchmark for something."""

# A worker prints these two numbers last. Peak memory is the process's own, so inputs and libraries are in it; what
# getrusage says would begin with the peak of the process that started it.
REPORT = """
import json as _json, resource as _resource
from pathlib import Path as _Path
def report(cpu):
    status = _Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    peaks = [int(line.split()[1]) for line in lines if line.startswith("VmHWM:")]
    peak = (peaks or [_resource.getrusage(_resource.RUSAGE_SELF).ru_maxrss])[0] / 1024
    print(_json.dumps({"cpu_s": cpu, "peak_mb": peak}))
"""

_LIBRARIES = """
import json
import kaldor, numpy, scipy, scipy.linalg
from threadpoolctl import threadpool_info
used = sorted({(i["internal_api"], i["version"], i["architecture"], i["num_threads"])
               for i in threadpool_info() if i["user_api"] == "blas"})
blas = ", ".join(f"{name} {version} ({kernel}, {threads} thread{'s' * (threads > 1)})"
                 for name, version, kernel, threads in used)
print(json.dumps(f"NumPy {numpy.__version__}, SciPy {scipy.__version__}, {blas}"))
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


@dataclass(frozen=True)
class Spent:
    """What a process and those that it waited for took."""

    cpu_s: float
    peak_mb: float


def clean_environment(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment without what changes linear algebra or the reading of modules on this machine alone."""
    kept = {name: value for name, value in os.environ.items() if name.startswith(_ASKED) or not name.startswith(_LOCAL)}
    return kept | dict(more or {})


def start_clean() -> None:
    """Start this process over where its environment holds what `clean_environment` leaves out."""
    clean = clean_environment()
    if len(clean) < len(os.environ):
        os.execve(sys.executable, [sys.executable, "-m", "benchmarks", *sys.argv[1:]], clean)


def run_command(command: Sequence[str | Path], folder: Path, more: Mapping[str, str] | None = None) -> Spent:
    """Run a command in a process of its own, its output put aside; the benchmark ends where it fails."""
    with tempfile.TemporaryFile() as said:
        environment = clean_environment(more)
        process = subprocess.Popen(
            list(map(str, command)), stdout=said, stderr=subprocess.STDOUT, cwd=folder, env=environment
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise SystemExit(f"{' '.join(map(str, command))} failed:\n{said.read().decode(errors='replace')}")
    return Spent(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def run_worker(python: Path, code: str, *arguments: str) -> dict[str, float]:
    """Run `code` (which calls `report(cpu)`) in a fresh process; returns cpu_s and peak_mb."""
    finished = subprocess.run(
        [str(python), "-c", REPORT + code, *arguments],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        env=clean_environment(),
    )
    if finished.returncode:
        raise SystemExit(f"a benchmark worker failed:\n{finished.stderr}")
    return json.loads(finished.stdout.strip().splitlines()[-1])


def in_turns(workers: Sequence[Callable[[], dict[str, float]]], times: int = 3) -> list[dict[str, float]]:
    """Each worker's run of median CPU seconds of some, taken in turns, so that what slows a machine slows them all."""
    runs = [[work() for work in workers] for _ in range(times)]
    return [sorted(of_one, key=lambda run: run["cpu_s"])[times // 2] for of_one in zip(*runs, strict=True)]


def machine() -> str:
    """The machine in a few words, as a benchmark's line of JSON names it: processor, cores, linear algebra, threads.

    The libraries are Kaldor's; a peer uses its own, with as many threads as these take.
    """
    model = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        model = next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), model)
    said = subprocess.run(
        [str(OURS), "-c", _LIBRARIES], check=True, capture_output=True, text=True, cwd=ROOT, env=clean_environment()
    )
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, {json.loads(said.stdout)}"
