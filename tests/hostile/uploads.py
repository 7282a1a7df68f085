"""Sixty hostile uploads, and more."""

from __future__ import annotations

import io
import stat
import zipfile
from collections.abc import Mapping

from tests.hostile.requests import Sent, request

_EDGE = "edge"
_INDICATORS = b"indicator,region,year,value,unit\na,DEU,2018,1.5,%\n"


def _part(disposition: str, content: bytes, kind: str = "application/octet-stream") -> bytes:
    return (
        f"--{_EDGE}\r\nContent-Disposition: {disposition}\r\nContent-Type: {kind}\r\n\r\n".encode("latin-1")
        + content
        + b"\r\n"
    )


def _upload(*parts: bytes, end: bytes = b"--edge--\r\n") -> Sent:
    return request("POST", "/api/datasets", b"".join(parts) + end, f"multipart/form-data; boundary={_EDGE}")


def _file(content: bytes, name: str = "given.csv") -> bytes:
    return _part(f'form-data; name="file"; filename="{name}"', content)


def _as(id: str) -> bytes:
    return _part('form-data; name="as_id"', id.encode("latin-1"), "text/plain")


def _zipped(entries: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _of_kind(kind: int) -> bytes:
    """A zip with a member that says it is a link, a pipe, a device …"""
    buffer, member = io.BytesIO(), zipfile.ZipInfo("values.csv")
    member.external_attr = (kind | 0o644) << 16
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(member, b"/etc/passwd")
    return buffer.getvalue()


def uploads(files: Mapping[str, bytes]) -> dict[str, Sent]:
    """Hostile uploads, by name: of forms, of names, of ids, of archives, and of `files`, the contents of tables."""
    names = {
        "empty": "",
        "dots": "..",
        "upwards": "../../evil.csv",
        "absolute": "/etc/passwd",
        "backslashes": "C:\\evil.csv",
        "a zero": "a%00.csv",
        "bytes": "\xff.csv",
        "long": "a" * 5_000 + ".csv",
        "reserved": "starter.csv",
        "device": "CON.csv",
        "hidden": ".csv",
        "no ending": "given",
        "a program": "given.exe",
        "an image": "given.svg",
        "a quote": 'a\\".csv',
        "markup": "<script>.csv",
        "a zip that is none": "given.zip",
        "a workbook that is none": "given.xlsx",
        "gzip that is none": "given.csv.gz",
    }
    ids = {
        "dots": "..",
        "upwards": "../x",
        "a slash": "a/b",
        "a zero": "a\0b",
        "bytes": "\xff",
        "long": "a" * 1_000,
        "reserved": "starter",
        "capitals": "ABC",
        "blank": " ",
        "hidden": ".x",
        "markup": "<b>",
        "many": "x" * 200_000,
    }
    archives = {
        "upwards": _zipped({"../evil.csv": b"x"}),
        "absolute": _zipped({"/etc/evil.csv": b"x"}),
        "a drive": _zipped({"C:/evil.csv": b"x"}),
        "a bomb": _zipped({"values.csv": b"0" * 30_000_000}),
        "many": _zipped({f"{i}.csv": b"" for i in range(3_000)}),
        "nothing": _zipped({}),
        "a zip within": _zipped({"a.zip": _zipped({"b.csv": b"x"})}),
        "a program": _zipped({"a.exe": b"MZ"}),
        "a link": _of_kind(stat.S_IFLNK),
        "a pipe": _of_kind(stat.S_IFIFO),
        "a device": _of_kind(stat.S_IFCHR),
        "a socket": _of_kind(stat.S_IFSOCK),
        "a file and a folder of one name": _zipped({"a.csv": b"x", "a.csv/b.csv": b"y"}),
        "cut": _zipped({"values.csv": _INDICATORS})[:-30],
        "a long name": _zipped({"a" * 5_000 + ".csv": b"x"}),
        "deep": _zipped({"d/" * 90 + "values.csv": _INDICATORS}),
        "a description in brackets": _zipped({"values.csv": _INDICATORS, "dataset.toml": b"a = " + b"[" * 100_000}),
        "a description in UTF-16": _zipped({"values.csv": _INDICATORS, "dataset.toml": "a = 1".encode("utf-16")}),
    }
    made = {f"name: {name}": _upload(_file(_INDICATORS, value)) for name, value in names.items()}
    made |= {f"id: {name}": _upload(_file(_INDICATORS), _as(value)) for name, value in ids.items()}
    made |= {f"zip: {name}": _upload(_file(value, "given.zip")) for name, value in archives.items()}
    made |= {f"table: {name}": _upload(_file(value)) for name, value in files.items()}
    return made | {
        "no form": request("POST", "/api/datasets", _INDICATORS, "text/csv"),
        "no file": _upload(_as("x")),
        "two files": _upload(_file(_INDICATORS), _file(_INDICATORS)),
        "two ids": _upload(_file(_INDICATORS), _as("a"), _as("../b")),
        "a text for a file": _upload(_part('form-data; name="file"', b"x")),
        "no name of a part": _upload(_part("form-data", b"x")),
        "no disposition": _upload(b"--edge\r\n\r\nx\r\n"),
        "no end": _upload(_file(_INDICATORS), end=b""),
        "no edge": request("POST", "/api/datasets", b"x", "multipart/form-data"),
        "another edge": request("POST", "/api/datasets", _file(b"x"), "multipart/form-data; boundary=other"),
        "2,000 parts": _upload(*[_as("a")] * 2_000),
        "a long header": _upload(_part('form-data; name="' + "x" * 100_000 + '"', b"x")),
        "empty": _upload(_file(b"")),
        "nothing": _upload(),
    }
