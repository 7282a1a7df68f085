"""The same study gives the same brief whatever adds up its numbers: threads, an older processor's kernel, a cluster."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from kaldor.atlas.store import Store
from kaldor.brief.lock import fingerprint

STARTER = Path(str(files("kaldor.brief") / "studies" / "starter.toml"))
KOREA, GERMANY = (Path(__file__).parents[2] / "studies" / name for name in ("korea-port.toml", "germany-2009.toml"))
CHOICES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "KALDOR_SET_BLAS_THREADS")
EVERY_SECTION = """
title = "Every section"
country = "DEU"
peers = ["FRA", "CHN"]
year = 2009
economy = "wiod2013"
extensions = ["jrc_wiod_co2"]
compare_year = 2008
extract = ["c15", "manufacturing"]
sections = [
  "accounts", "sources", "scopes", "dependence", "exports", "supply-paths", "change", "linkages", "extraction",
  "prices", "scenarios", "shocks", "paths", "sweeps",
]

[cost_rise]
share = 0.05
sectors = ["energy"]

[[scenarios]]
id = "clean"
closure = "savings re-spent"
levers = [
  { lever = "carbon-price", strength = 50, regions = ["DEU"], sectors = ["all"] },
  { lever = "clean-electricity", strength = 40, regions = ["DEU"] },
]

[[shocks]]
id = "dear"
title = "Dear energy"
runs = 2
steps = 4
events = [{ kind = "price", regions = ["FRA"], products = ["energy"], rise = 0.3, days = 28 }]

[[paths]]
id = "by-2030"
start = 2022
end = 2030
step = 4

[[paths.levers]]
lever = "clean-electricity"
strength = 60
regions = ["DEU"]
adoption = { curve = "linear", start = 2022, until = 2030 }

[[sweeps]]
id = "many"
scenario = "clean"
futures = 64
fails = { metric = "co2-world", worse_than = -5 }
"""
RUN = """
import sys
from pathlib import Path
import kaldor, numpy, scipy.linalg
from threadpoolctl import threadpool_limits
threads, scheduler = int(sys.argv[3]), sys.argv[4]
threadpool_limits(threads, user_api="blas")  # more, too, than there are cores
if scheduler:
    from kaldor.twin.futures import sweep as room
    here = room.sweep
    def there(*about, **named):
        print("through the cluster")
        return here(*about, **named | {"scheduler": scheduler})
    room.sweep = there
from kaldor.brief.run import run_study
run_study(Path(sys.argv[1]), out=Path(sys.argv[2]))
"""


@dataclass(frozen=True)
class Machine:
    """What adds up the numbers of a brief: threads, and what a processor would decide."""

    threads: int = 1
    variables: Mapping[str, str] = field(default_factory=dict)

    def brief(self, study: Path, folder: Path, store: Path | None = None, scheduler: str = "") -> Path:
        """The folder of a brief made by a fresh process on such a machine."""
        environment = {name: value for name, value in os.environ.items() if name not in CHOICES}
        environment |= {**self.variables, "OPENBLAS_NUM_THREADS": str(self.threads)}
        environment |= {"KALDOR_STORE": str(store)} if store else {}
        command = [sys.executable, "-c", RUN, str(study), str(folder), str(self.threads), scheduler]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert ("through the cluster" in done.stdout) == bool(scheduler)
        return folder


OWN = "this machine, one thread"
MACHINES = {
    OWN: Machine(),
    "two threads": Machine(2),
    "four threads": Machine(4),
    "Nehalem": Machine(1, {"OPENBLAS_CORETYPE": "Nehalem"}),
    "Prescott, two threads": Machine(2, {"OPENBLAS_CORETYPE": "Prescott"}),
    "no vectors": Machine(  # in NumPy's own loops and in what is compiled, too
        1,
        {
            "OPENBLAS_CORETYPE": "Nehalem",
            "NPY_DISABLE_CPU_FEATURES": "X86_V4 X86_V3 AVX512_ICL",
            "NUMBA_CPU_NAME": "generic",
        },
    ),
}


def check_same(one: Path, other: Path) -> None:
    """Bytes of what is read, and stored numbers to a billionth of the largest of their column."""
    for name in ("brief.json", "brief.html", "brief.pdf", "results.json"):
        assert (one / name).read_bytes() == (other / name).read_bytes(), name
    names = sorted(path.name for path in (one / "results").iterdir())
    assert names == sorted(path.name for path in (other / "results").iterdir())
    for name in names:
        here, there = (pd.read_parquet(folder / "results" / name) for folder in (one, other))
        assert here.columns.equals(there.columns), name
        for column in here:
            check_column(f"{name}, {column}", here[column], there[column])


def check_column(place: str, here: pd.Series, there: pd.Series) -> None:
    if here.dtype.kind != "f":
        assert here.equals(there), place
        return
    finite = here[np.isfinite(here)]
    scale = float(finite.abs().max()) if len(finite) else 0.0
    np.testing.assert_allclose(here, there, rtol=0, atol=1e-9 * scale, err_msg=place)


def lock(folder: Path) -> dict:
    return json.loads((folder / "study.lock.json").read_text("utf-8"))


def test_two_threads_and_an_older_processor_give_the_same_brief_and_the_lock_names_them(tmp_path: Path) -> None:
    one = MACHINES[OWN].brief(STARTER, tmp_path / "one")
    other = MACHINES["Prescott, two threads"].brief(STARTER, tmp_path / "other")
    check_same(one, other)
    here, there = lock(one), lock(other)
    machines = here.pop("environment"), there.pop("environment")
    assert here == there
    assert fingerprint({key: value for key, value in here.items() if key != "fingerprint"}) == here["fingerprint"]
    assert all({"python", "system", "processor", "linear algebra", "zlib"} == machine.keys() for machine in machines)
    told = [[library for library in m["linear algebra"] if library["internal_api"] == "openblas"] for m in machines]
    assert [{library["num_threads"] for library in libraries} for libraries in told if libraries] in ([], [{1}, {2}])


class Briefs(dict[Path, Path]):
    """Each study's brief by one thread and this machine's own kernel, made when it is first asked for."""

    def __init__(self, folder: Path, store: Path | None = None) -> None:
        self._folder, self._store = folder, store

    def __missing__(self, study: Path) -> Path:
        self[study] = MACHINES[OWN].brief(study, self._folder / study.stem, self._store)
        return self[study]


@pytest.fixture(scope="module")
def on_starter(tmp_path_factory: pytest.TempPathFactory) -> Briefs:
    return Briefs(tmp_path_factory.mktemp("starter"))


@pytest.fixture(scope="module")
def on_wiod(real_store: Store, tmp_path_factory: pytest.TempPathFactory) -> Briefs:
    return Briefs(tmp_path_factory.mktemp("wiod"), real_store.path)


@pytest.fixture(scope="module")
def every_section(tmp_path_factory: pytest.TempPathFactory) -> Path:
    study = tmp_path_factory.mktemp("study") / "every-section.toml"
    study.write_text(EVERY_SECTION, encoding="utf-8")
    return study


@pytest.mark.long
@pytest.mark.parametrize("machine", [name for name in MACHINES if name != OWN])
@pytest.mark.parametrize("study", [STARTER, KOREA], ids=lambda path: path.stem)
def test_studies_on_the_starter_world(study: Path, machine: str, on_starter: Briefs, tmp_path: Path) -> None:
    check_same(on_starter[study], MACHINES[machine].brief(study, tmp_path / "brief"))


@pytest.mark.long
@pytest.mark.real
@pytest.mark.parametrize("machine", [name for name in MACHINES if name != OWN])
def test_studies_on_real_tables(
    machine: str, on_wiod: Briefs, every_section: Path, real_store: Store, tmp_path: Path
) -> None:
    for study in (GERMANY, every_section):
        made = MACHINES[machine].brief(study, tmp_path / study.stem, real_store.path)
        check_same(on_wiod[study], made)


@pytest.mark.long
@pytest.mark.parametrize("machine", [OWN, "Prescott, two threads"])
def test_sweeps_through_a_cluster(machine: str, on_starter: Briefs, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, protocol="tcp"
    ) as cluster:
        made = MACHINES[machine].brief(KOREA, tmp_path / "brief", scheduler=cluster.scheduler_address)
    check_same(on_starter[KOREA], made)
