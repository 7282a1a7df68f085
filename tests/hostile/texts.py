"""Sixty ways and more in which a file of declarations can be hostile, made of any whole one."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable
from pathlib import Path

Maker = Callable[[Path], None]


def _bind(path: Path) -> None:
    """A socket at a path, which may be longer than the system lets one bind."""
    held = os.open(path.parent, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(f"/proc/self/fd/{held}/{path.name}")
    os.close(held)


_BYTES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "only blanks": lambda _: b" \n\t\n" * 50,
    "only a comment": lambda _: b"# nothing",
    "UTF-16": lambda whole: whole.decode().encode("utf-16"),
    "UTF-16 without a mark": lambda whole: whole.decode().encode("utf-16-le"),
    "UTF-32": lambda whole: whole.decode().encode("utf-32"),
    "Latin-1": lambda whole: "# Größe\n".encode("latin-1") + whole,
    "Shift-JIS": lambda whole: "# 韓国\n".encode("shift-jis") + whole,
    "a zero byte": lambda whole: whole + b"\n# \0\n",
    "zero bytes": lambda _: b"\0" * 4096,
    "overlong UTF-8": lambda whole: whole + b"\n# \xc0\xaf\n",
    "half of a pair, raw": lambda whole: whole + b'\nx = "\xed\xa0\x80"\n',
    "half of a pair, escaped": lambda whole: whole + b'\nx = "\\ud800"\n',
    "a control character": lambda whole: whole + b'\nx = "\x07"\n',
    "cut": lambda whole: whole[: len(whole) // 2],
    "cut in a text": lambda whole: whole[: whole.index(b'"') + 2],
    "twice": lambda whole: whole + b"\n" + whole,
    "too large": lambda whole: whole + b"\n#" + b"x" * 2_000_000,
    "brackets": lambda whole: b"x = " + b"[" * 100_000 + b"\n" + whole,
    "nested within": lambda whole: b"x = " + b"[" * 300 + b"]" * 300 + b"\n" + whole,
    "braces": lambda whole: b"x = " + b"{a=" * 50_000 + b"1" + b"}" * 50_000 + b"\n" + whole,
    "an endless key": lambda whole: b"x." * 200_000 + b"x = 1\n" + whole,
    "an endless quoted key": lambda whole: b'"x" . ' * 100_000 + b"x = 1\n" + whole,
    "an endless header": lambda whole: whole + b"\n[" + b"x." * 200_000 + b"x]\n",
    "5,000 digits": lambda whole: b"x = " + b"9" * 5_000 + b"\n" + whole,
    "400 digits": lambda whole: b"x = " + b"9" * 400 + b"\n" + whole,
    "an unknown key": lambda whole: b"xyzzy = 1\n" + whole,
    "a million tables": lambda whole: whole + b"\n[[x]]" * 100_000,
    "HTML": lambda _: b"<!doctype html><html><body>Not found</body></html>",
    "JSON": lambda _: b'{"title": "x"}',
    "a zip": lambda _: b"PK\x03\x04" + b"\0" * 60,
    "an array": lambda _: b"\x93NUMPY\x01\x00v\x00{'descr': '|O'}",
    "random bytes": lambda _: bytes((i * 197 + 13) % 256 for i in range(5_000)),
    "a pickle": lambda _: b"\x80\x04\x8c\x05posix\x8c\x06system\x93\x8c\x04true\x85R.",
}

_VALUES: dict[str, str] = {
    "not a number": "nan",
    "infinity": "inf",
    "overflow": "1e999",
    "beyond 64 bits": "9" * 30,
    "minus beyond 64 bits": "-" + "9" * 30,
    "negative": "-1",
    "zero": "0",
    "truth": "true",
    "an empty text": '""',
    "a blank": '" "',
    "a long text": '"' + "x" * 100_000 + '"',
    "a path upwards": '"../../../etc/passwd"',
    "an absolute path": '"/etc/passwd"',
    "a line feed": '"a\\nb"',
    "an escape": '"\\u001b[2J"',
    "a zero character": '"\\u0000"',
    "markup": '"<script>alert(1)</script>{{x}}{0}%s#[link](x)"',
    "right to left": '"\\u202eabc"',
    "a date": "2018-01-01",
    "an empty list": "[]",
    "a list of lists": "[[1], [2]]",
    "a mixed list": '[1, "a", true]',
    "an empty table": "{}",
    "a table": "{ a = { b = { c = 1 } } }",
    "a broken date": "2018-99-99",
    "a bare word": "DEU",
}

SPECIAL: dict[str, Maker] = {
    "absent": lambda path: None,
    "a folder": lambda path: path.mkdir(),
    "a pipe": os.mkfifo,
    "a socket": _bind,
    "a link to itself": lambda path: path.symlink_to(path.name),
    "a link to nothing": lambda path: path.symlink_to("nowhere"),
    "a link to zeros": lambda path: path.symlink_to("/dev/zero"),
    "a link to a terminal": lambda path: path.symlink_to("/dev/tty"),
    "no permission": lambda path: (path.write_text("x = 1"), path.chmod(0)),
}


def hostile(whole: str) -> dict[str, Maker]:
    """Makers by name of what may stand in place of a whole file: other bytes, other values of a key, no file at all."""
    return {name: _writer(content) for name, content in hostile_bytes(whole).items()} | SPECIAL


def hostile_bytes(whole: str) -> dict[str, bytes]:
    """The contents of hostile files, by name: every line `key = value` of the whole one gets every hostile value."""
    made = {name: change(whole.encode()) for name, change in _BYTES.items()}
    for line in re.finditer(r"^(\w+) = .*$", whole, re.MULTILINE):
        made |= {
            f"{line[1]} is {name}": f"{whole[: line.start()]}{line[1]} = {value}{whole[line.end() :]}".encode()
            for name, value in _VALUES.items()
        }
    return made


def some(makers: dict[str, Maker], many: int) -> dict[str, Maker]:
    """About so many of the makers, spread evenly: for the tests that everybody runs."""
    return dict(list(makers.items())[:: max(1, len(makers) // many)])


def _writer(content: bytes) -> Maker:
    return lambda path: path.write_bytes(content)
