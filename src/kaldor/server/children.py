"""Processes that a server starts, for jobs and to answer: they end when it says so or is gone, and not before.

None outlives its server: what it makes would stand in a folder that the next server has cleared.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from multiprocessing.process import BaseProcess


def start(process: BaseProcess) -> None:
    """Start a process that an interrupted terminal does not reach: Ctrl-C goes to all, and the server decides."""
    if not hasattr(signal, "pthread_sigmask"):  # not on every system
        process.start()
        return
    from multiprocessing import resource_tracker

    resource_tracker.ensure_running()  # starting it would let the signal through again
    # From its first moment: what is blocked here while it starts stays so there, and waits here.
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_with_server() -> None:
    """From now on, end this process as a cancelled job ends as soon as the server's process is gone."""
    server = multiprocessing.parent_process()
    if server is None:
        return

    def watch() -> None:
        server.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
