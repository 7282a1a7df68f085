"""The one seam through which an ensemble is spread: threads of this machine, or the workers of a Dask scheduler.

Both are joblib's; nothing here schedules, queues or speaks a protocol of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from kaldor.errors import InputError, Problem

Shared = TypeVar("Shared")
Part = TypeVar("Part")
Result = TypeVar("Result")


def map_parts(
    function: Callable[[Shared, Part], Result],
    shared: Shared,
    parts: Iterable[Part],
    *,
    scheduler: str | None = None,
    workers: int = 1,
) -> Iterator[Result]:
    """`function` of what all share and of every part, as each is ready, in no order.

    `workers` threads here, or with `scheduler` ("tcp://host:8786") all workers of that Dask cluster; these need Kaldor
    in the same version, and are each sent `shared` once. Raises InputError where the scheduler cannot be reached or
    dask is not installed.
    """
    from joblib import Parallel, delayed, parallel_config

    calls = (delayed(function)(shared, part) for part in parts)
    if scheduler is None:
        yield from Parallel(n_jobs=workers, backend="threading", return_as="generator_unordered")(calls)
        return
    client = dask_client(scheduler)
    try:
        with parallel_config(backend="dask", client=client, scatter=[shared]):
            yield from Parallel(return_as="generator_unordered")(calls)
    finally:
        client.close()


def dask_client(scheduler: str) -> Any:
    """A client of the Dask scheduler at an address, for the caller to close.

    Raises InputError where it cannot be reached or dask is not installed.
    """
    try:
        from distributed import Client
    except ImportError:
        raise InputError(
            Problem("scheduler", "a Dask scheduler is named, but dask is not installed.", "pip install distributed")
        ) from None
    try:
        return Client(scheduler, timeout=5)  # type: ignore[no-untyped-call]
    except (OSError, ValueError) as error:
        raise InputError(
            Problem("scheduler", f"{scheduler} does not answer ({error}).", "Start it, or leave the address out.")
        ) from None
