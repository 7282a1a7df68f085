"""What runs in a job's own process: the same functions as the command line's, telling how far they are.

The process has a limit on memory, gives a result or problems over a pipe, and unwinds when it is asked to stop, so that
nothing half-made is left behind.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Lock
from types import FrameType
from typing import Any

from kaldor.server.children import end_with_server
from kaldor.server.on_dask import done_on

Message = tuple[Any, ...]
"""("progress", step, share), ("done", result) or ("failed", problems)."""

Progress = Callable[[str, int, int], None]


def main(pipe: Connection, kind: str, arguments: Mapping[str, Any], memory: int, dask: str | None = None) -> None:
    """Do one job, or have it done by the Dask scheduler at an address, and say how it ended.

    Never raises, except to unwind when the server asks it to stop.
    """
    signal.signal(signal.SIGTERM, _unwind)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server decides; an interrupted terminal reaches all processes
    end_with_server()
    _limit_memory(memory)

    telling = Lock()  # from a cluster, news come in on a thread of their own

    def progress(step: str, done: int, total: int) -> None:
        with telling:
            pipe.send(("progress", step, min(1.0, done / total) if total else 0.0))

    try:
        ended = outcome(progress, kind, arguments, _too_large(memory), dask)
        with telling:
            pipe.send(ended)
    finally:
        pipe.close()


def outcome(
    progress: Progress,
    kind: str,
    arguments: Mapping[str, Any],
    too_large: Mapping[str, str] | None = None,
    dask: str | None = None,
) -> Message:
    """How a job ends that is done here, or on a cluster: ("done", result) or ("failed", problems)."""
    try:
        if dask is not None:
            return done_on(dask, kind, arguments, progress)
        return "done", WORK[kind](progress, **arguments)
    except MemoryError:
        return "failed", [too_large or _TOO_LARGE]
    except Exception as error:  # whatever a library says of an input that nobody foresaw: the job fails, not the server
        return "failed", _problems(error, arguments["store"])


def upload(progress: Progress, file: str, name: str, as_id: str | None, store: str, limits: Mapping[str, float]) -> Any:
    """Unpack what someone sent, within limits, and add it to the store; returns the validation report."""
    from kaldor.atlas.add import add
    from kaldor.atlas.added import added_answered
    from kaldor.atlas.store import Store
    from kaldor.server.settings import Limits
    from kaldor.server.uploads import unpacked

    progress("unpacking", 0, 3)
    folder = unpacked(Path(file), name, Limits(**limits))
    progress("reading", 1, 3)
    report = add(folder, Store(Path(store)), as_id, companions=False)
    progress("checking", 2, 3)
    return added_answered(report, Store(Path(store)))


def study(progress: Progress, file: str, out: str, store: str, id: str) -> Any:
    """Run a study; returns which briefs were written and the fingerprint of what they were made of.

    Every format that can be written here is, so that whoever reads the brief chooses the one to keep.
    """
    from kaldor.atlas.store import Store
    from kaldor.brief.formats import writable
    from kaldor.brief.run import run_study

    made = run_study(Path(file), Store(Path(store)), Path(out), writable(), progress)
    return {"study": id, "formats": sorted(made.files), "fingerprint": made.fingerprint}


def shocks(
    progress: Progress,
    shock: Mapping[str, Any],
    assumptions: Mapping[str, Any],
    dataset: str,
    year: int,
    extensions: list[str],
    store: str,
    steps: int,
    bands: int,
    seed: int,
) -> Any:
    """Run a shock over time; returns the series that a page draws."""
    from kaldor.atlas.store import Store
    from kaldor.server.settings import Limits
    from kaldor.server.twins import Twins
    from kaldor.twin.shocks.answered import shock_answer
    from kaldor.twin.shocks.assumptions import Assumptions
    from kaldor.twin.shocks.events import Shock
    from kaldor.twin.shocks.parameters import Parameters
    from kaldor.twin.shocks.run import run_shock

    progress("reading", 0, 3)
    economy = Twins(Store(Path(store)), Limits()).get(dataset, year, extensions).economy
    found = run_shock(
        economy,
        Shock.model_validate(shock),
        Parameters.assuming(Assumptions.model_validate(assumptions), dt=1.0),
        steps=steps,
        bands=bands,
        seed=seed,
        progress=lambda done, total: progress("running", done, total + 1),
    )
    return shock_answer(found)


def event(progress: Progress, event: str, run: str, dataset: str, year: int, store: str, bands: int, seed: int) -> Any:
    """Run an event of the library over time; returns what a page draws, and what was published beside it."""
    from kaldor.atlas.store import Store
    from kaldor.server.events import run_answer
    from kaldor.server.settings import Limits
    from kaldor.server.twins import Twins

    progress("reading", 0, 3)
    economy = Twins(Store(Path(store)), Limits()).get(dataset, year, ()).economy
    counted = lambda done, total: progress("running", done, total + 1)  # noqa: E731
    return run_answer(economy, event, run, draws=bands, seed=seed, progress=counted)


def question(
    progress: Progress,
    question: str,
    given: Mapping[str, Any],
    dataset: str,
    year: int,
    extensions: list[str],
    store: str,
) -> Any:
    """Answer a question of an economy; returns the answer as plain values."""
    from kaldor.asking.shape import as_plain
    from kaldor.economy.questions.opening import asked_of
    from kaldor.rooms import questions

    progress("reading", 0, 1)
    subject = asked_of(dataset, year, extensions, Path(store))
    return as_plain(questions()[question].ask(subject, given, progress))


WORK: Mapping[str, Callable[..., Any]] = {
    "upload": upload,
    "study": study,
    "shocks": shocks,
    "event": event,
    "question": question,
}
"""What each kind of job does."""


def _problems(error: Exception, store: str) -> list[dict[str, str]]:
    from kaldor.server.refusals import refusal_of_any, without_folders

    refusal = without_folders(refusal_of_any(error)[1], Path(store))
    return [problem.model_dump() for problem in refusal.problems]


def _too_large(memory: int) -> dict[str, str]:
    return {
        "where": "job",
        "what": f"needs more memory than the {memory / 1e6:,.0f} MB that this server gives to a job.",
        "remedy": "Try a smaller input, or ask the server's owner to raise the limit job_memory_mb.",
    }


_TOO_LARGE = {
    "where": "job",
    "what": "needs more memory than there is.",
    "remedy": "Try a smaller input, or give the workers of the Dask cluster more.",
}


def _limit_memory(memory: int) -> None:
    try:
        import resource
    except ImportError:  # not on every system
        return
    # Private memory only: files that are merely mapped into the address space take none.
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))


def _unwind(_signal: int, _frame: FrameType | None) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    raise SystemExit(143)
