"""The command line started in this process as a user starts it, and what must hold whatever it was given."""

from __future__ import annotations

import contextlib
import hashlib
import io
import signal
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from kaldor.cli.main import main

ADVICE = ("allow_pickle", "max_header_size", "dtype=", "errors.pydantic.dev", "Traceback", "Usage:")
"""What no message may say: advice to programmers, where a program broke, and that the test called it wrongly."""

_SECONDS = 30


class HungError(BaseException):
    """Nothing that ran came to an end in time."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


def kaldor(*arguments: str) -> Ended:
    """Run `kaldor` with these arguments. Raises HungError, and whatever escapes from it."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with (
        patch.object(sys, "argv", ["kaldor", *arguments]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
        in_time(),
    ):
        try:
            main()
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    return Ended(code, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def in_time(seconds: float = _SECONDS) -> Iterator[None]:
    def stop(_signal: int, _frame: object) -> None:
        raise HungError

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def faults(ended: Ended, *, may_pass: bool = True) -> list[str]:
    """What is wrong with how a command ended: a fault of Kaldor's, a traceback, no message, a library's words."""
    found = [word for word in ADVICE if word in ended.out + ended.err]
    if ended.code not in ({0, 2} if may_pass else {2}):
        found.append(f"exit {ended.code}: {ended.err[-400:] or ended.out[-400:]}")
    if ended.code == 2 and not ended.err.strip():
        found.append("refused without a word")
    return found


def content(*folders: Path) -> dict[str, str]:
    """The hash of every file in folders, where links lead, and what else there is; locks say nothing of content."""
    found = {}
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            if path.name.endswith("lock"):
                continue
            if path.is_symlink():
                found[str(path)] = f"-> {path.readlink()}"
            else:
                found[str(path)] = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"
    return found


def told(found: Sequence[tuple[str, object]]) -> str:
    """Inputs and what came of them, one a line."""
    return "\n".join(f"{name}: {what}" for name, what in found)
