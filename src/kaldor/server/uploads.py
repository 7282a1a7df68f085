"""What somebody else sent, opened with suspicion: a zip of a folder or one file, within limits, in its own folder.

Refused: members with absolute paths or '..', links, more files or bytes than allowed (as declared and as they come
out), packed far beyond what data pack to, encrypted members, and tables with more columns than any that Kaldor reads.
"""

from __future__ import annotations

import re
import stat
import zipfile
from pathlib import Path, PurePosixPath

from kaldor.atlas.readers.download import DAMAGE
from kaldor.errors import InputError, Problem
from kaldor.server.settings import Limits

_CHUNK = 1 << 20
_MOST_RATIO = 1_000
"""Official tables pack 3 to 30 times; a megabyte of zeros packs a thousand times."""

_FREE_BYTES = 1 << 20
_MOST_NAME = 200
_LONGEST_HEADER = 16 << 20
_KEPT = {".csv", ".npz", ".toml", ".txt", ".md", ".tsv", ".json", ".gz", ".xlsx", ".xlsb"}
_ALONE = (".csv", ".tsv", ".txt", ".json", ".gz", ".xlsx", ".xlsb")
"""Kinds of one file; a workbook is a zip too, but one that its reader opens."""

_SYSTEM = {"__MACOSX", ".DS_Store", "Thumbs.db"}
_DAMAGE = (*DAMAGE, ValueError)


def unpacked(file: Path, name: str, limits: Limits) -> Path:
    """The folder or file that an upload holds, laid beside it under the name that it came with.

    Raises InputError with what is wrong. The caller deletes the folder of `file` in either case.
    """
    plain = safe_name(name)
    target = file.parent / "content"
    target.mkdir()
    if zipfile.is_zipfile(file) and not plain.lower().endswith(_ALONE):
        root = target / (plain.removesuffix(".zip") or "upload")
        root.mkdir()
        _extract(file, root, limits)
        _refuse_wide(sorted(root.rglob("*.csv")), limits)
        return _only_folder(root)
    if plain.lower().endswith(_ALONE):
        table = target / plain
        file.rename(table)
        if plain.lower().endswith(".csv"):
            _refuse_wide([table], limits)
        return table
    what = f"is neither a zip file nor one of {', '.join(_ALONE)}."
    raise InputError(Problem(plain, what, "Send a zip of the folder, or the file as it was published."))


def safe_name(name: str) -> str:
    """The last part of a file's name, of harmless characters only."""
    last = re.split(r"[/\\]", name)[-1]
    return re.sub(r"[^A-Za-z0-9._-]+", "-", last).strip("-.")[-100:] or "upload"


def _extract(file: Path, root: Path, limits: Limits) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            members = [member for member in archive.infolist() if not _is_litter(member.filename)]
            problems = [*_count_problems(members, limits), *(p for m in members for p in _member_problems(m))]
            if problems:
                raise InputError(problems)
            left = int(limits.unpacked_mb * 1e6)
            for member in members:
                if not member.is_dir():
                    left = _write(archive, member, root, left, limits)
    except _DAMAGE as error:
        what = f"not a whole zip file ({str(error)[:120] or type(error).__name__})."
        raise InputError(Problem(safe_name(root.name), what, "Pack and send it again.")) from None


def _count_problems(members: list[zipfile.ZipInfo], limits: Limits) -> list[Problem]:
    problems = []
    if len(members) > limits.upload_files:
        problems.append(Problem("zip", f"{len(members):,} files; at most {limits.upload_files:,.0f} are unpacked."))
    declared = sum(member.file_size for member in members)
    if declared > limits.unpacked_mb * 1e6:
        problems.append(_too_large(f"declares {declared / 1e6:,.0f} MB", limits))
    packed = sum(member.compress_size for member in members)
    if declared > max(_FREE_BYTES, _MOST_RATIO * packed):
        what = f"{packed:,} bytes claim to unpack to {declared:,}: this is no table."
        problems.append(Problem("zip", what, "Send the files as they are."))
    return problems


def _member_problems(member: zipfile.ZipInfo) -> list[Problem]:
    name, where = member.filename, f"zip, '{member.filename[:80]}'"
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or re.match(r"[A-Za-z]:", name) or "\x00" in name:
        return [Problem(where, "its path leads out of the archive.", "Pack the folder itself, with plain names.")]
    if len(name) > _MOST_NAME:
        return [Problem(where, f"its path has {len(name)} characters; at most {_MOST_NAME} are taken.")]
    mode = member.external_attr >> 16
    if mode and not (stat.S_ISREG(mode) or stat.S_ISDIR(mode) or not stat.S_IFMT(mode)):
        return [Problem(where, "is a link or a device, no file.", "Pack the file that it stands for.")]
    if member.flag_bits & 1:
        return [Problem(where, "is encrypted.", "Pack it without a password.")]
    if not member.is_dir() and path.suffix.lower() not in _KEPT:
        kinds = ", ".join(sorted(_KEPT))
        return [Problem(where, "is of a kind that Kaldor does not read.", f"Leave it out; taken are {kinds}.")]
    return []


def _write(archive: zipfile.ZipFile, member: zipfile.ZipInfo, root: Path, left: int, limits: Limits) -> int:
    """Unpack one member, counting what really comes out; returns how many bytes are left of the limit."""
    target = root / PurePosixPath(member.filename.replace("\\", "/"))
    target.parent.mkdir(parents=True, exist_ok=True)
    with archive.open(member) as packed, target.open("xb") as file:
        while chunk := packed.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise InputError(_too_large("holds more than it declares", limits))
            file.write(chunk)
    return left


def _too_large(what: str, limits: Limits) -> Problem:
    remedy = "Send fewer years, or ask the server's owner to raise the limit unpacked_mb."
    return Problem("zip", f"{what}; at most {limits.unpacked_mb:,.0f} MB are unpacked.", remedy)


def _is_litter(name: str) -> bool:
    """What file managers put into archives unasked."""
    return any(part in _SYSTEM for part in PurePosixPath(name).parts)


def _refuse_wide(tables: list[Path], limits: Limits) -> None:
    problems = []
    for table in tables:
        with table.open("rb") as file:
            header = file.readline(_LONGEST_HEADER)
        columns = header.count(b",") + 1
        if columns > limits.upload_columns or len(header) >= _LONGEST_HEADER:
            what = f"has {columns:,} columns; at most {limits.upload_columns:,.0f} are read."
            problems.append(Problem(table.name, what, "Write one row a value, or use npz for matrices."))
    if problems:
        raise InputError(problems)


def _only_folder(root: Path) -> Path:
    """Down into a folder that is the only thing in the archive."""
    entries = list(root.iterdir())
    if len(entries) == 1 and entries[0].is_dir():
        return _only_folder(entries[0])
    return root
