"""Whether a file that was fetched or copied is what its name says: no web page, and a zip where it is called one."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path, PurePosixPath

_HEAD = 4_096
_ZIPS = (".zip", ".xlsx", ".xlsb", ".ods")
_PAGE = re.compile(
    rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|script|title)\b", re.S | re.I
)


def is_page(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a web page, with or without comments before it."""
    return _PAGE.match(head[:_HEAD]) is not None


def fault_of(path: Path, name: str) -> str:
    """What is wrong with a file that is to be called `name`; "" where nothing is."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    if not head:
        return "is empty"
    suffix = PurePosixPath(name).suffix.lower()
    if is_page(head) and suffix not in (".html", ".htm"):
        return "is a web page where the file should be"
    if suffix in _ZIPS and not zipfile.is_zipfile(path):
        return f"is no whole {suffix[1:]} file"
    if suffix == ".gz" and not head.startswith(b"\x1f\x8b"):
        return "is no gzip file"
    return ""
