"""How long tests wait for what takes a moment: until it is there, on a slow machine with other work beside it too."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress

import httpx
import psutil

PATIENCE = float(os.environ.get("KALDOR_PATIENCE", "300"))
"""Seconds in which all is there that ever comes: a test that finds it sooner goes on. Who mends one takes less."""


def until(true: Callable[[], bool], seconds: float = PATIENCE) -> None:
    """Wait for something to be true. Raises AssertionError where it is not in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError, psutil.NoSuchProcess):
            if true():
                return
        time.sleep(0.02)
    raise AssertionError("not in time")
