"""How much memory is free, to refuse a table that does not fit rather than to die of it."""

from __future__ import annotations

import os
from pathlib import Path

from kaldor.errors import InputError, Problem

_SYSTEM = Path("/proc/meminfo")
_GROUP = Path("/sys/fs/cgroup")


def free_bytes() -> int | None:
    """Bytes of memory that a process could still take, within the limit of its control group; None where unknown."""
    known = [amount for amount in (_free_in_system(), _free_in_group()) if amount is not None]
    return min(known) if known else None


def refuse_beyond_memory(needed: int, where: str, what: str, remedy: str) -> None:
    """Raise InputError where `needed` bytes are more than are free; says how many are needed and how many there are."""
    free = free_bytes()
    if free is not None and needed > free:
        raise InputError(Problem(where, f"{what} takes {needed:,} bytes of memory; {free:,} are free.", remedy))


def _free_in_system() -> int | None:
    try:
        for line in _SYSTEM.read_text("ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    except (OSError, ValueError, IndexError):
        pass
    try:
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, ValueError, OSError):
        return None


def _free_in_group() -> int | None:
    try:
        limit = (_GROUP / "memory.max").read_text("ascii").strip()
        used = (_GROUP / "memory.current").read_text("ascii").strip()
        return None if limit == "max" else max(0, int(limit) - int(used))
    except (OSError, ValueError):
        return None
