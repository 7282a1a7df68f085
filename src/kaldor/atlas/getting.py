"""`get`: fetch a source's official files into the store's downloads, from the publisher or from a mirror.

A mirror (KALDOR_MIRROR, a folder or an https address) is laid out by source: <mirror>/<source>/<file>, with a file
SHA256SUMS beside them where somebody wants them checked. Files lie in <store>/downloads/<source>/ afterwards, so that
`add` of that folder reads all the years that were ever fetched. What is there already is never written over.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

from kaldor.atlas import atomic, heads, http
from kaldor.atlas.catalogue import CatalogueSource, RemoteFile
from kaldor.atlas.leftovers import Leftovers
from kaldor.atlas.store import Store
from kaldor.atlas.tables import file_hash
from kaldor.atlas.whole_file import fault_of
from kaldor.errors import FetchError, InputError, Problem, StoreError

MIRROR = "KALDOR_MIRROR"
SUMS = "SHA256SUMS"
_LOCK_SECONDS = 3600.0
_RECORD = ".leftovers"
_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})

Progress = Callable[[str, int, int | None], None]
"""Called with a file's name, the bytes that are there and the bytes there will be."""


@dataclass(frozen=True)
class Wanted:
    """A file to fetch: where from, where to, its size if known, and whether it is there already."""

    name: str
    place: str
    target: Path
    bytes: int | None
    there: bool
    store: Store


def wanted(source: CatalogueSource, year: int | None, store: Store, mirror: str | None = None) -> list[Wanted]:
    """What `get` would fetch for a year of a source, and how large it is, before anything is fetched.

    `mirror` is read from KALDOR_MIRROR where it is not given. Raises InputError where the source has no files to fetch
    (with what to do by hand), a year is needed, or the source does not offer it; StoreError for a folder that is none.
    """
    store.exists()  # a folder that is no store is refused before anybody is asked
    mirror = os.environ.get(MIRROR, "") if mirror is None else mirror
    if mirror:
        _check_mirror(mirror)
    folder = store.path / "downloads" / source.id
    found = []
    for file in remote_files(source, year):
        place = _place(mirror, source.id, file.name) if mirror else file.address
        target = folder / file.name
        found.append(Wanted(file.name, place, target, _size(place, target, file), target.is_file(), store))
    return found


def remote_files(source: CatalogueSource, year: int | None) -> list[RemoteFile]:
    """The catalogued files that hold a year of a source; those without a year belong to every one.

    Raises InputError as `wanted` does.
    """
    if not source.remote:
        remedy = source.by_hand or f"See {source.landing_page} and use 'kaldor data add FILE --as {source.id}'."
        raise InputError(Problem(f"source '{source.id}'", "its files cannot be fetched by a program.", remedy))
    dated = [file for file in source.remote if file.years is not None]
    if year is None:
        if dated:
            raise InputError(Problem(f"source '{source.id}'", "comes year by year.", f"Name --year, {_offer(dated)}."))
        return list(source.remote)
    found = [file for entry in source.remote if (file := entry.of(year)) is not None]
    if dated and not any(file.years for file in found):
        raise InputError(Problem(f"source '{source.id}'", f"does not offer {year}.", f"It has {_offer(dated)}."))
    return found


def get(files: list[Wanted], progress: Progress | None = None, again: bool = False) -> list[Path]:
    """Fetch files that are not there yet into the store's downloads and return the paths of all.

    With `again` what is there is fetched anew, and takes the old one's place once it is whole.

    Raises FetchError with what went wrong and what to do; what had come of a file is kept for the next try. Raises
    StoreError where the store's folder is none, or its downloads lead elsewhere.
    """
    for file in files:
        file.store.claim()
        folder = file.target.parent
        for place in (folder.parent, folder):
            if place.is_symlink():
                raise StoreError(f"{place}: is a link. Kaldor writes through none: put the folder itself there.")
        with atomic.writer_lock(folder, _LOCK_SECONDS):  # two at once would write into one part
            leftovers = Leftovers(folder, _RECORD)
            leftovers.clear()
            if again and file.target.is_file():
                fresh = replace(file, target=file.target.with_name(f"again-{file.name}"))
                _get(fresh, leftovers, progress)
                fresh.target.replace(file.target)
            elif not file.target.is_file():
                _get(file, leftovers, progress)
    return [file.target for file in files]


@dataclass(frozen=True)
class Answer:
    """What an address of the catalogue answered."""

    source: str
    name: str
    address: str
    head: heads.Head


def check(sources: Iterable[CatalogueSource], progress: Progress | None = None) -> list[Answer]:
    """Ask every address of some sources for its head; of a file a year, that of the first and of the last year."""
    asked = [(source.id, file) for source in sources for file in _sampled(source)]
    answers = []
    for done, (id, file) in enumerate(asked):
        if progress:
            progress(f"{id}/{file.name}", done, len(asked))
        answers.append(Answer(id, file.name, file.address, heads.head_of(file.address)))
    return answers


def _sampled(source: CatalogueSource) -> list[RemoteFile]:
    files = []
    for entry in source.remote:
        ends = dict.fromkeys(entry.years) if entry.years and "{year}" in entry.address else [None]
        files += [file for year in ends if (file := entry if year is None else entry.of(year)) is not None]
    return files


def _get(file: Wanted, leftovers: Leftovers, progress: Progress | None) -> None:
    report = (lambda done, total: progress(file.name, done, total)) if progress else None
    expected = _expected_hash(file)

    def accept(fetched: Path) -> None:
        if expected and file_hash(fetched) != expected:
            remedy = "The file or the list beside it is wrong: ask whoever keeps the mirror, and try again."
            raise FetchError(file.place, f"is not the file that {SUMS} names (another SHA-256)", remedy)

    if _is_remote(file.place):
        http.fetch(file.place, file.target, report, accept=accept)
    else:
        _copy(Path(file.place), file.target, leftovers, accept)


def _copy(place: Path, target: Path, leftovers: Leftovers, accept: Callable[[Path], None]) -> None:
    """Copy a mirror's file in one step: it is there whole or not at all."""
    remedy = f"{MIRROR} must hold one folder for each source, named by its id."
    if os.path.lexists(target):
        raise FetchError(str(place), f"{target} is in the way, and is no file", "Move it to another place.")
    if place.exists() and not place.is_file():
        raise FetchError(str(place), "is no plain file", remedy)
    if place.parent.is_dir() and not place.exists():
        held = ", ".join(sorted(path.name for path in place.parent.iterdir())[:5]) or "nothing"
        raise FetchError(str(place), f"is not in the mirror's folder (which holds {held})", "Put the file there.")
    try:
        part = leftovers.note(f".{secrets.token_hex(8)}.part")
        shutil.copyfile(place, part)
        if fault := fault_of(part, target.name):
            raise FetchError(str(place), fault, "Put the publisher's own file into the mirror and try again.")
        accept(part)
        part.replace(target)
    except OSError as error:
        raise FetchError(str(place), f"cannot be copied ({error.strerror})", remedy) from None
    finally:
        leftovers.clear()


def _expected_hash(file: Wanted) -> str | None:
    """What SHA256SUMS beside a mirrored file says of it; None where there is no such list or line."""
    beside = file.place.rsplit("/", 1)[0] + f"/{SUMS}"
    if not _is_remote(file.place):
        return _hash_in(Path(beside), file.name)
    if not _on_mirror(file.place):
        return None
    with tempfile.TemporaryDirectory(prefix="kaldor-") as folder:
        sums = Path(folder) / SUMS
        try:
            http.fetch(beside, sums)
        except FetchError:
            return None
        return _hash_in(sums, file.name)


def _hash_in(sums: Path, name: str) -> str | None:
    if not sums.is_file():
        return None
    lines = sums.read_text("utf-8", errors="replace").splitlines()
    hashes = {line.split(maxsplit=1)[1].lstrip("*").strip(): line.split()[0] for line in lines if len(line.split()) > 1}
    return hashes.get(name, "").lower() or None


def _on_mirror(place: str) -> bool:
    mirror = os.environ.get(MIRROR, "")
    return bool(mirror) and place.startswith(mirror.rstrip("/") + "/")


def _size(place: str, target: Path, file: RemoteFile) -> int | None:
    if target.is_file():
        return target.stat().st_size
    if not _is_remote(place):
        return Path(place).stat().st_size if Path(place).is_file() else None
    known = int(file.megabytes * 1e6) if file.megabytes is not None else None
    return heads.remote_size(place) or known


def _place(mirror: str, source: str, name: str) -> str:
    return f"{mirror.rstrip('/')}/{source}/{name}"


def _is_remote(place: str) -> bool:
    return re.match(r"https?://", place) is not None


def _check_mirror(mirror: str) -> None:
    if not _is_remote(mirror):
        if not Path(mirror).is_dir():
            raise InputError(Problem(MIRROR, f"'{mirror}' is no folder.", "Name a folder or an https address."))
    elif mirror.startswith("http://") and urlsplit(mirror).hostname not in _LOCAL_HOSTS:
        raise InputError(Problem(MIRROR, f"'{mirror}' is not encrypted.", "Use https outside this machine."))


def _offer(files: list[RemoteFile]) -> str:
    years = [file.years for file in files if file.years]
    return f"{min(first for first, _ in years)} to {max(last for _, last in years)}"
