"""What is said of an exception that nobody turned into a `KaldorError`: one sentence of the family, at every door.

The system's refusals (no space, no permission, no memory) and inputs beyond all measure are the user's to mend and say
how. What fails in the code of a package that brings a room is that package's, and anything else a fault of Kaldor's:
it is named by kind and place, for a report, and never in a library's words, which give advice to programmers and may
hold paths.
"""

from __future__ import annotations

import errno
import os
import re
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final

from kaldor.errors import Problem

_REMEDIES: Final = {
    errno.ENOSPC: "Free some space and try again.",
    errno.EDQUOT: "Free some space and try again.",
    errno.EACCES: "Look at the permissions of the file and of its folder.",
    errno.EPERM: "Look at the permissions of the file and of its folder.",
    errno.EROFS: "Choose a folder that can be written.",
    errno.EMFILE: "Close other programs, or allow more open files.",
}


@dataclass(frozen=True)
class Caught:
    """What to say of an exception, and whether it is a fault of a program, Kaldor's or a package's, to be reported."""

    problem: Problem
    fault: bool = False


def caught(error: Exception) -> Caught:
    """An exception in one sentence. A file goes by its name alone: its folder is nobody's business on a server."""
    if isinstance(error, OSError):
        name = Path(str(error.filename)).name if error.filename is not None else "system"
        said, remedy = refusal(error)
        return Caught(Problem(name, f"the system refuses ({said}).", remedy))
    if isinstance(error, MemoryError):
        return Caught(Problem("memory", "this needs more than there is.", "Try a smaller input, or fewer runs."))
    if isinstance(error, RecursionError):
        return Caught(Problem("input", "is nested too deeply.", "Write it flat."))
    if isinstance(error, UnicodeError):
        what = "holds half of a character, or bytes that are no UTF-8 text."
        return Caught(Problem("text", what, "Save files as UTF-8, and use whole characters in names."))
    if stranger := _stranger(error.__traceback__):
        package, place = stranger
        what = f"its code fails ({type(error).__name__} in {place})."
        remedy = "Report this to those who make it, with what you did, or remove the package."
        return Caught(Problem(f"package {package}", what, remedy), fault=True)
    what = f"nobody foresaw this ({type(error).__name__} in {_place(error.__traceback__)})."
    return Caught(Problem("a fault of Kaldor's own", what, "Please report this, with what you did."), fault=True)


def refusal(error: OSError) -> tuple[str, str]:
    """What the system says of a refusal, and what to do about it.

    Libraries that write for themselves raise errors without the system's number: Arrow names it in its text, NumPy says
    only how much of an array was written, which is what a full disk leaves.
    """
    number = error.errno
    if number is None:
        named = re.search(r"errno (\d+)", str(error))
        number = int(named[1]) if named else errno.ENOSPC if re.search(r"requested and \d+ written", str(error)) else 0
    said = error.strerror or (os.strerror(number) if number else type(error).__name__)
    return said, _REMEDIES.get(number, "Look at its name, place and permissions.")


def brings(module: str, package: str) -> None:
    """Note that a module is of a package from outside, so that what fails there is not called a fault of Kaldor's."""
    _BROUGHT[module.partition(".")[0]] = package


_BROUGHT: Final[dict[str, str]] = {}


def _stranger(traceback: TracebackType | None) -> tuple[str, str] | None:
    """The package from outside that an exception passed through, and the innermost of its lines."""
    found = None
    while traceback is not None:
        module = str(traceback.tb_frame.f_globals.get("__name__", ""))
        if package := _BROUGHT.get(module.partition(".")[0]):
            found = package, f"{module}, line {traceback.tb_lineno}"
        traceback = traceback.tb_next
    return found


def _place(traceback: TracebackType | None) -> str:
    """The innermost of Kaldor's own lines that an exception passed through."""
    place = "an unknown place"
    while traceback is not None:
        module = traceback.tb_frame.f_globals.get("__name__", "")
        if module.partition(".")[0] == "kaldor":
            place = f"{module}, line {traceback.tb_lineno}"
        traceback = traceback.tb_next
    return place
