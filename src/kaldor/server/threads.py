"""How many processor threads one request may use."""

from __future__ import annotations


def one_thread_each() -> None:
    """Let linear algebra run on one thread a request: many users share the cores, and tiny solves stall on several."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(1)
