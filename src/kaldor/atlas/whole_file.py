"""Whether a file that was fetched or copied is what its name says: no web page, and a zip where it is called one."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path, PurePosixPath

_HEAD = 4_096
_ZIPS = (".zip", ".xlsx", ".xlsb", ".ods")
_TEXTS = (".csv", ".txt", ".tsv", ".json", ".toml")
_ZIP, _GZIP, _OLD_WORKBOOK = b"PK", b"\x1f\x8b", b"\xd0\xcf\x11\xe0"
_PAGE = re.compile(
    rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]*>\s*|<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|script|title)\b", re.S | re.I
)


def is_page(head: bytes) -> bool:
    """Whether the first bytes of a file are those of a web page, with or without comments before it."""
    return _PAGE.match(head[:_HEAD]) is not None


def fault_in(head: bytes, name: str) -> str:
    """What the first bytes of a file that is called `name` tell against it; "" where nothing does."""
    suffix = PurePosixPath(name).suffix.lower()
    faults = (
        (not head, "is empty"),
        (is_page(head) and suffix not in (".html", ".htm"), "is a web page where the file should be"),
        (
            suffix in _ZIPS and head.startswith(_OLD_WORKBOOK),
            "is protected by a password, or a workbook of an older kind under this name",
        ),
        (suffix in _ZIPS and not head.startswith(_ZIP), f"is no whole {suffix[1:]} file"),
        (suffix == ".gz" and not head.startswith(_GZIP), "is no gzip file"),
        (suffix in _TEXTS and head.startswith(_ZIP), "is a zip or a workbook under the name of a text"),
    )
    return next((said for wrong, said in faults if wrong), "")


def fault_of(path: Path, name: str) -> str:
    """What is wrong with a file that is to be called `name`; "" where nothing is."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    suffix = PurePosixPath(name).suffix.lower()
    damaged = suffix in _ZIPS and not zipfile.is_zipfile(path)
    return fault_in(head, name) or (f"is no whole {suffix[1:]} file" if damaged else "")
