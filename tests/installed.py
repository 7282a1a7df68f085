"""A package of somebody else's, as good as installed for this process, which then looks at all rooms anew.

What its doors say in a process of their own is tried once a door; the rest is asked here, where it takes a moment.
"""

from __future__ import annotations

import importlib
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kaldor import room, rooms, unforeseen
from kaldor.brief import sections, study_model

_KNOWN = (
    *(room._scanned, room.from_outside, rooms._sorted_out, rooms.rooms, rooms.questions),
    *(sections.sections, sections.keys, study_model.study_model),
)
"""What a process remembers of rooms and of what they bring."""


@contextmanager
def installed(site: Path) -> Iterator[None]:
    """What lies in a folder is found as installed; what is left out is told on stderr, as where no log is kept."""
    log, told = logging.getLogger(room.GROUP), logging.StreamHandler(_Stderr())
    log.addHandler(told)  # pytest keeps a log
    sys.path.insert(0, str(site))
    forget(site)
    try:
        yield
    finally:
        sys.path.remove(str(site))
        log.removeHandler(told)
        forget(site)


def forget(site: Path) -> None:
    """Make this process one that has not looked at any room yet."""
    importlib.invalidate_caches()
    for known in _KNOWN:
        known.cache_clear()
    for module in (path.stem for path in site.glob("*.py")):
        sys.modules.pop(module, None)
        unforeseen._BROUGHT.pop(module, None)


class _Stderr:
    """What is stderr when something is said."""

    def write(self, said: str) -> int:
        return sys.stderr.write(said)

    def flush(self) -> None:
        sys.stderr.flush()
