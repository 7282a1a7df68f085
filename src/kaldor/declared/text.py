"""The one reader of text from outside: what cannot be read is refused in one sentence, before it can do harm.

A pipe is not waited for and a device not read; bytes that are no UTF-8 text are an `InputError` that names the file.
"""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Final

from kaldor.errors import InputError, Problem

MOST_BYTES: Final = 1_000_000
"""The largest file of declarations or text that is read; a declaration is a page or two."""

_KINDS: Final = {
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
_WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")

# All that a terminal obeys, but for tabs and the ends of lines; and what turns round the order of what follows, so that
# a title of somebody's reverses the figures beside it. Marks that only keep an order (U+200E) are text.
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200f\u202a-\u202e\u2066-\u2069]")
# The last two of each plane and one range are characters nowhere; XML, and so every picture, refuses some of them.
_NONE: Final = re.compile(
    "[\ufdd0-\ufdef" + "".join(f"{chr(n + 0xFFFE)}{chr(n + 0xFFFF)}" for n in range(0, 0x110000, 0x10000)) + "]"
)


def is_text(text: str) -> bool:
    """Whether a text can be written down: half of a pair of characters (a lone surrogate) cannot."""
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def unwritable(text: str) -> str:
    r"""What a text holds that no reader sees and that does harm where it is shown; "" where it holds nothing such.

    >>> unwritable("steel\u202e"), unwritable("\uffff"), unwritable("中文 שלום")
    ('a control character (U+202E), which a terminal or a page obeys', 'U+FFFF, which is no character', '')
    """
    if found := _CONTROL.search(text):
        return f"a control character (U+{ord(found[0]):04X}), which a terminal or a page obeys"
    if found := _NONE.search(text):
        return f"U+{ord(found[0]):04X}, which is no character"
    return ""


def text_of(path: Path, where: str = "", most: int = MOST_BYTES) -> str:
    """The text of a file, its line ends as one character; messages name it `where`, or else by its path.

    Raises InputError where it is missing, no regular file, larger than `most` bytes, or no text in UTF-8.
    """
    return decoded(bytes_of(path, where, most), where or str(path))


def bytes_of(path: Path, where: str = "", most: int = MOST_BYTES) -> bytes:
    """The bytes of a regular file. Raises InputError where it is missing, something else, or larger than `most`."""
    where = where or str(path)
    refuse_special(path, where)
    try:
        if path.is_dir():
            raise InputError(Problem(where, "cannot be read: it is a folder.", "Name a file in it."))
        with path.open("rb") as opened:
            content = opened.read(most + 1)
    except OSError as error:
        raise InputError(_unreadable(where, error)) from None
    if len(content) > most:
        what = f"is larger than the {most / 1e6:g} MB that are read of such a file."
        raise InputError(Problem(where, what, "Shorten it, or split it."))
    return content


def decoded(content: bytes, where: str) -> str:
    """Bytes as the text that they are in UTF-8. Raises InputError where they are none."""
    if content.startswith(_WIDE_MARKS):
        raise InputError(Problem(where, "is text in UTF-16.", "Save it as UTF-8."))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"is not a text file in UTF-8 (byte {error.start})."
        raise InputError(Problem(where, what, "Save it as UTF-8.")) from None
    if "\0" in text:
        what = f"is no text: byte {content.index(0)} is zero."
        raise InputError(Problem(where, what, "Name a text file, saved as UTF-8."))
    return text.replace("\r\n", "\n").replace("\r", "\n")


def refuse_special(path: Path, where: str = "") -> None:
    """Raise InputError where a path is a pipe, a device or a socket, leads in a circle, or cannot be looked at.

    Opening one of those may wait or read for ever, so this looks without opening. A missing file is refused too.
    """
    where = where or str(path)
    try:
        kind = stat.S_IFMT(path.stat().st_mode)
    except OSError as error:
        raise InputError(_unreadable(where, error)) from None
    except ValueError:  # a zero byte, or half of a character
        raise InputError(Problem(repr(where)[1:-1], "cannot be the name of a file.", "Look at its name.")) from None
    if kind not in {stat.S_IFREG, stat.S_IFDIR}:
        what = f"cannot be read: it is {_KINDS.get(kind, 'no regular file')}."
        raise InputError(Problem(where, what, "Name a regular file: what it would hold, saved to disk."))


def _unreadable(where: str, error: OSError) -> Problem:
    if isinstance(error, FileNotFoundError):
        return Problem(where, "cannot be read: no such file or folder.", "Look at its name and place.")
    return Problem(where, f"cannot be read ({error.strerror or error}).", "Look at its name, place and permissions.")
