"""One thread for linear algebra at every entry, whichever library was loaded first; more only for a large factor."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from kaldor import threads

_SAY = "import json, threadpoolctl; print(json.dumps([lib['num_threads'] for lib in threadpoolctl.threadpool_info()]))"
_CHOICE = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "KALDOR_SET_BLAS_THREADS")

_CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
_EVERY_CORE = "import os, numpy, scipy.linalg, threadpoolctl; threadpoolctl.threadpool_limits(os.cpu_count())"

pytestmark = pytest.mark.skipif(_CORES < 2, reason="one core has one thread in any case")


def printed(code: str, **chosen: str) -> list[str]:
    """The lines that a fresh process prints which inherits no choice of threads from this one."""
    environment = {name: value for name, value in os.environ.items() if name not in _CHOICE} | chosen
    done = subprocess.run([sys.executable, "-c", code], env=environment, check=True, capture_output=True, text=True)
    return done.stdout.splitlines()


def counts(code: str, **chosen: str) -> list[int]:
    """The threads of each library of linear algebra that a fresh process has loaded after `code`."""
    return json.loads(printed(f"{code}\n{_SAY}", **chosen)[-1])


@pytest.mark.parametrize(
    "code",
    [
        "import kaldor, numpy, scipy.linalg",
        "import numpy, kaldor, scipy.linalg",  # SciPy loads its own library after the limit was set
        "import numpy, scipy.linalg, kaldor",
        "import kaldor.server.app, scipy.linalg",
        "import kaldor.cli.main, scipy.linalg",
    ],
)
def test_linear_algebra_has_one_thread_whatever_was_loaded_first(code: str) -> None:
    found = counts(code)
    assert len(found) >= 2, "NumPy and SciPy bring a library each"
    assert set(found) == {1}


def test_without_kaldor_there_are_more() -> None:
    assert max(counts("import numpy, scipy.linalg")) > 1


def test_the_users_own_number_is_kept() -> None:
    assert set(counts("import kaldor, numpy, scipy.linalg", OPENBLAS_NUM_THREADS="2")) == {2}


@pytest.mark.parametrize(("rows", "large"), [(threads.FACTOR_FROM - 1, False), (threads.FACTOR_FROM, True)])
def test_only_a_large_factor_has_every_core(rows: int, large: bool) -> None:
    inside = f"import numpy, scipy.linalg\nfrom kaldor import threads\nwith threads.for_factor({rows}): {_SAY}"
    within, after = map(json.loads, printed(f"{inside}\n{_SAY}"))
    assert set(within) == (set(counts(_EVERY_CORE)) if large else {1})
    assert set(after) == {1}


def test_a_process_that_another_starts_does_not_take_our_choice_for_the_users() -> None:
    inner = f"import numpy, scipy.linalg\nfrom kaldor import threads\nwith threads.for_factor(10**5): {_SAY}"
    outer = f"import kaldor, subprocess, sys\nsubprocess.run([sys.executable, '-c', {inner!r}], check=True)"
    assert set(json.loads(printed(outer)[-1])) == set(counts(_EVERY_CORE))


def test_libraries_are_told_in_one_order_whatever_the_order_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    import threadpoolctl

    loaded = [
        {"user_api": "blas", "internal_api": "openblas", "version": version, "num_threads": 1}
        for version in ("0.3.30", "0.3.28")
    ]
    monkeypatch.setattr(threadpoolctl, "threadpool_info", lambda: loaded)
    one_way = threads.in_use()
    loaded.reverse()
    assert threads.in_use() == one_way
    assert [library["version"] for library in one_way] == ["0.3.28", "0.3.30"]
