"""Jobs of a server in this process that begin at once: each in a process of its own still, but forked from one that has
read what every job reads. How a server's own jobs begin, tests/server/test_jobs.py and others look at."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

_WHAT_EVERY_JOB_READS = ["pytest", "tests.server.read_by_jobs"]


@contextmanager
def ready_jobs() -> Iterator[None]:
    """Within this, what `kaldor.server.jobs` starts is forked from a process that is ready."""
    ready = multiprocessing.get_context("forkserver")
    ready.set_forkserver_preload(_WHAT_EVERY_JOB_READS)
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr("kaldor.server.jobs._SPAWN", ready)
        yield
