"""How many processor threads linear algebra uses: one, but for a factor so large that more pay.

On the small products and solves that most work is made of, a second thread of OpenBLAS spins and waits: it doubled the
processor time of every command and won nothing. `import kaldor` therefore sets one thread before NumPy and SciPy load
their libraries (each brings an OpenBLAS of its own); processes that work for this one inherit it. Who sets
OPENBLAS_NUM_THREADS or OMP_NUM_THREADS in the environment decides for himself.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

FACTOR_FROM = 4_000
"""Rows from which a factor is made with every core: below, a second thread costs more than it saves."""

_VARIABLES = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
_ASKED = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
_OURS = "KALDOR_SET_BLAS_THREADS"
"""Tells a process that this one starts that the number it finds is our choice, not the user's."""


def one() -> None:
    """Let linear algebra use one thread from now on, in libraries that are loaded and in those still to come.

    Does nothing where the environment asks for a number of threads.
    """
    if _asked_for():
        return
    for name in (*_VARIABLES, _OURS):
        os.environ[name] = "1"
    if "numpy" in sys.modules:  # loaded before us, with as many threads as there are cores
        from threadpoolctl import threadpool_limits

        threadpool_limits(1, user_api="blas")


@contextmanager
def one_each() -> Iterator[None]:
    """One thread for a piece of work that must give the same digits anywhere, whatever the environment asks for."""
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        yield


@contextmanager
def for_factor(n: int) -> Iterator[None]:
    """Every core for a factor of n rows where that pays, and what was before afterwards."""
    if n < FACTOR_FROM or _asked_for():
        yield
        return
    from threadpoolctl import threadpool_limits

    with threadpool_limits(os.cpu_count() or 1, user_api="blas"):
        yield


def in_use() -> list[dict[str, str | int]]:
    """The libraries of linear algebra that are loaded: version, the kernel chosen for this processor, and threads."""
    from threadpoolctl import threadpool_info

    loaded = [library for library in threadpool_info() if library["user_api"] == "blas"]
    told = ("internal_api", "version", "architecture", "num_threads")
    found = [{name: library[name] for name in told if library.get(name) is not None} for library in loaded]
    # They come in the order in which they happen to be in memory, which differs between two runs of one study.
    return sorted(found, key=lambda library: [str(library.get(name, "")) for name in told])


def _asked_for() -> bool:
    """Whether the user chose a number of threads."""
    return _OURS not in os.environ and any(os.environ.get(name) for name in _ASKED)
