"""No job and no worker outlives its server: what it makes would stand in a folder that the next server has cleared."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading


def end_with_server() -> None:
    """From now on, end this process as a cancelled job ends as soon as the server's process is gone."""
    server = multiprocessing.parent_process()
    if server is None:
        return

    def watch() -> None:
        server.join()
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()
