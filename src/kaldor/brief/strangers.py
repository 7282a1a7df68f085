"""Files of the user's in a folder that is about to be replaced: carried into the new one, and none lost on the way.

They are linked into the new folder beforehand (copied where the disk knows no links), so that they are there from its
first moment. What the user saved in the old folder in the meantime is moved over afterwards. Links are carried as
links and never followed; of two versions of a file none is destroyed that the user did not replace.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from kaldor.brief.made import taken
from kaldor.errors import InputError

Stamp = tuple[int, int, int]
"""What tells whether a file is still the same: its number on the disk, the time of its last change, its size."""

Carried = Mapping[str, tuple[Stamp, Stamp] | None]
"""By relative path: the stamp of the file and of what stands for it in the new folder; None for a folder."""

_KEPT: Final = "kept-by-kaldor"


def carry(old: Path, new: Path, ours: Collection[str]) -> Carried:
    """Link all of a folder but the names `ours` into another one.

    Raises InputError where something of the user's has the name of a file of the new folder, OSError where a thing can
    be neither linked nor copied; the old folder is then as it was.
    """
    return dict(_carried(old, new, "", ours))


def give_back(old: Path, new: Path, ours: Collection[str], carried: Carried) -> None:
    """Take what was carried out of the old folder, and move into the new one what the user changed there since."""
    _give_back(old, new, "", ours, carried)


def link_or_copy(source: Path, target: Path) -> None:
    """A second name for a file or link; a copy where the disk knows no second names."""
    try:
        os.link(source, target, follow_symlinks=False)
    except (OSError, NotImplementedError):
        if not source.is_symlink() and not source.is_file():
            raise  # a pipe or a device cannot be copied
        shutil.copy2(source, target, follow_symlinks=False)


def _carried(
    old: Path, new: Path, inside: str, ours: Collection[str]
) -> Iterator[tuple[str, tuple[Stamp, Stamp] | None]]:
    for source in sorted((old / inside).iterdir()):
        place = f"{inside}{source.name}"
        target = new / place
        if place in ours:
            continue
        if source.is_dir() and not source.is_symlink():
            if os.path.ismount(source):
                raise OSError(f"another file system stands in it: {source}")
            if target.is_symlink() or (target.exists() and not target.is_dir()):
                raise InputError(taken(source))
            is_new = not _holds(place, ours) and not target.exists()
            if is_new:
                target.mkdir()
                yield place, None
            yield from _carried(old, new, f"{place}/", ours)
            if is_new:
                _look_alike(source, target)
            continue
        if os.path.lexists(target):
            raise InputError(taken(source))
        target.parent.mkdir(parents=True, exist_ok=True)
        link_or_copy(source, target)
        yield place, (_stamp(source), _stamp(target))


def _give_back(old: Path, new: Path, inside: str, ours: Collection[str], carried: Carried) -> None:
    for source in sorted((old / inside).iterdir()):
        place = f"{inside}{source.name}"
        target = new / place
        if place in ours:
            continue
        if not source.is_dir() or source.is_symlink():
            _give_back_file(source, target, carried.get(place))
        elif place not in carried and not _holds(place, ours) and not os.path.lexists(target):
            source.rename(target)
        else:
            with suppress(OSError):
                source.chmod(0o700)  # a folder on its way out: the user's own, with its rights, is in the new one
            _give_back(old, new, f"{place}/", ours, carried)
            with suppress(OSError):
                source.rmdir()


def _give_back_file(source: Path, target: Path, known: tuple[Stamp, Stamp] | None) -> None:
    is_there = os.path.lexists(target)
    if is_there and os.path.samestat(source.lstat(), target.lstat()):
        source.unlink()
    elif known is not None and is_there and _stamp(target) == known[1]:
        source.replace(target)  # a copy makes room for the file itself, an older version for the newer
    elif known is not None and _stamp(source) == known[0]:
        source.unlink()  # the user replaced or removed it in the new folder
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        source.rename(_free(target))


def _holds(folder: str, names: Collection[str]) -> bool:
    return any(name.startswith(f"{folder}/") for name in names)


def _free(target: Path) -> Path:
    """The name itself, or one beside it that is free."""
    place, number = target, 0
    while os.path.lexists(place):
        number += 1
        place = target.with_name(f"{target.name}.{_KEPT}-{number}")
    return place


def _look_alike(source: Path, target: Path) -> None:
    """Give a folder the owner, rights and times of another one, as far as that is allowed."""
    with suppress(OSError, AttributeError):
        about = source.stat()
        os.chown(target, about.st_uid, about.st_gid)
    shutil.copystat(source, target)


def _stamp(path: Path) -> Stamp:
    about = path.lstat()
    return about.st_ino, about.st_mtime_ns, about.st_size
