"""A job's work done on a Dask cluster: the job's own process sends it there, tells how far it is, and waits.

That process is what the server starts, watches and stops wherever the work is done. Once it is gone, however it ended,
the scheduler lets go of the work, which stops at its next step. The cluster's machines need Kaldor in the same version,
and the store at the same place. Known limit: memory is bounded by the cluster's own workers, not by the server.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kaldor import __version__
from kaldor.errors import KaldorError, Problem

_TOPIC = "kaldor-jobs"
_SECONDS_BETWEEN_NEWS = 0.2


def refuse_unreachable(address: str) -> None:
    """Raise InputError where no Dask scheduler answers at an address."""
    from kaldor.twin.futures.mapping import dask_client

    dask_client(address).close()


def done_on(address: str, kind: str, arguments: Mapping[str, Any], progress: Any) -> Any:
    """How one job ended on a cluster, as `work.outcome` says it. Raises InputError where the scheduler is not there."""
    from kaldor.twin.futures.mapping import dask_client

    key = f"kaldor-{kind}-{secrets.token_hex(8)}"

    def hear(event: tuple[float, Mapping[str, Any]]) -> None:
        if event[1]["key"] == key:
            progress(event[1]["step"], event[1]["done"], event[1]["total"])

    client = dask_client(address)
    try:
        client.subscribe_topic(_TOPIC, hear)
        asked = (kind, dict(arguments), __version__, Path(arguments["store"]).is_dir())
        return client.submit(_work, *asked, key=key, pure=False).result()
    except Exception as error:  # the cluster's own: its workers died, know no Kaldor, or the scheduler went away
        what = f"the Dask cluster did not finish it ({type(error).__name__}: {error})."
        return "failed", [
            _problem(what, "See the logs of its workers, which may need more memory, and start it again.")
        ]
    finally:
        client.close(timeout=2)


def _work(kind: str, arguments: dict[str, Any], version: str, has_store: bool) -> Any:
    """Done by a worker of the cluster."""
    from distributed import get_worker

    from kaldor.server.work import outcome

    if version != __version__:
        what = f"the Dask cluster has Kaldor {__version__}, and the server {version}."
        return "failed", [_problem(what, "Install the same version on its machines.")]
    if has_store and not Path(arguments["store"]).is_dir():
        what = "a machine of the Dask cluster has no store where the server has it."
        return "failed", [_problem(what, "Mount the store at the same place on every machine of the cluster.")]
    worker = get_worker()
    key, told = worker.get_current_task(), 0.0

    def progress(step: str, done: int, total: int) -> None:
        nonlocal told
        task = worker.state.tasks.get(key)
        if task is None or task.state == "cancelled":
            raise _UnwantedError("nobody waits for this any more.")
        if time.monotonic() - told >= _SECONDS_BETWEEN_NEWS:
            told = time.monotonic()
            worker.log_event(_TOPIC, {"key": key, "step": step, "done": done, "total": total})

    return outcome(progress, kind, arguments)


class _UnwantedError(KaldorError):
    """Ends the work of a job that was cancelled or whose server has stopped."""


def _problem(what: str, remedy: str) -> dict[str, str]:
    problem = Problem("job", what, remedy)
    return {"where": problem.where, "what": problem.what, "remedy": problem.remedy}
