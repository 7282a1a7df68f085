"""Arrays from an npz file that somebody else made: never unpickled, never unpacked beyond the size expected.

An npz is a zip of npy files. The expected shape of each array is known from the labels, so its size is too: what
declares more is refused before a byte of it is unpacked, and what yields less or more than it declares is refused
afterwards.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from tokenize import TokenError

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from kaldor.atlas.readers.download import DAMAGE, reason_of
from kaldor.atlas.readers.rows import short_name
from kaldor.errors import InputError, Problem

MOST_ARRAY_BYTES = 8 * 2**30
"""The largest array that is unpacked: 8 GB, a Z of 32,000 industries in float64."""

_MOST_HEADER_BYTES = 2**16
_NO_ARRAY = (ValueError, TypeError, SyntaxError, TokenError, RecursionError)


@dataclass(frozen=True)
class _Header:
    shape: tuple[int, ...]
    fortran: bool
    dtype: np.dtype[np.generic]
    length: int


def read_npz(path: Path, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, NDArray[np.generic]]:
    """Read the named arrays, in the types in which they were saved, from an npz file.

    `shapes` are the arrays that must be there, with the shape each must have; other members are not looked at.
    Raises InputError with every problem of the file: damaged zip, arrays missing, of another shape, of pickled
    objects or no numbers, cut off, or with cells that are not finite.
    """
    file = short_name(path)
    problems: list[Problem] = []
    arrays: dict[str, NDArray[np.generic]] = {}
    try:
        with zipfile.ZipFile(path) as archive:
            members = {info.filename.removesuffix(".npy"): info for info in archive.infolist()}
            for name in shapes:
                if name not in members:
                    problems.append(Problem(file, f"array '{name}' is missing.", f"Found: {_some(members)}."))
            for name, shape in shapes.items():
                if name in members:
                    array = _member(archive, members[name], f"{file}, array '{name}'", shape, problems)
                    if array is not None:
                        arrays[name] = array
    except FileNotFoundError:
        raise InputError(Problem(file, "the file is missing.", "Copy it into the folder again.")) from None
    except DAMAGE as error:
        raise InputError(
            Problem(file, f"not a whole npz file ({reason_of(error)}).", "Copy or download it again.")
        ) from None
    if problems:
        raise InputError(problems)
    return arrays


def _member(
    archive: zipfile.ZipFile, info: zipfile.ZipInfo, where: str, shape: tuple[int, ...], problems: list[Problem]
) -> NDArray[np.generic] | None:
    try:
        header = _header(archive, info)
        problem = _header_problem(header, info, where, shape)
        if problem is None:
            array = _body(archive, info, header)
            problem = _cell_problem(array, where)
    except _NO_ARRAY as error:
        problem = Problem(where, f"not a npy array ({reason_of(error)}).", "Save it with numpy.savez_compressed.")
    except MemoryError:
        problem = Problem(where, f"{info.file_size:,} bytes do not fit into this machine's memory.")
    except DAMAGE as error:
        problem = Problem(where, f"cut off or damaged ({reason_of(error)}).", "Copy or download the file again.")
    if problem is not None:
        problems.append(problem)
        return None
    return array


def _header(archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> _Header:
    """Shape and type of a member, from its first bytes only. Raises ValueError where they are no npy header."""
    with archive.open(info) as packed:
        start = io.BytesIO(packed.read(_MOST_HEADER_BYTES))
    version = npy.read_magic(start)
    if version == (1, 0):
        shape, fortran, dtype = npy.read_array_header_1_0(start)
    elif version == (2, 0):
        shape, fortran, dtype = npy.read_array_header_2_0(start)
    else:
        raise ValueError(f"npy version {version} holds no plain numbers")
    return _Header(shape, fortran, dtype, start.tell())


def _header_problem(header: _Header, info: zipfile.ZipInfo, where: str, shape: tuple[int, ...]) -> Problem | None:
    if header.dtype.hasobject:
        return Problem(where, "holds pickled objects, which are never loaded.", "Save plain numbers.")
    if header.dtype.kind not in "iuf" or header.dtype.itemsize > 8:
        return Problem(where, f"has type {header.dtype}.", "Expected whole or real numbers of at most 8 bytes.")
    if info.file_size > MOST_ARRAY_BYTES:
        return Problem(where, f"declares {info.file_size:,} bytes; at most {MOST_ARRAY_BYTES:,} are unpacked.")
    if header.shape != shape:
        return Problem(where, f"has shape {header.shape}, expected {shape}.", "The label files give the shape.")
    expected = header.length + prod(shape) * header.dtype.itemsize
    if info.file_size != expected:
        return Problem(where, f"declares {info.file_size:,} bytes, its shape needs {expected:,}.")
    return None


def _body(archive: zipfile.ZipFile, info: zipfile.ZipInfo, header: _Header) -> NDArray[np.generic]:
    array = np.empty(header.shape, header.dtype, order="F" if header.fortran else "C")
    target = memoryview(array.reshape(-1, order="A").view(np.uint8).data)
    with archive.open(info) as packed:
        packed.read(header.length)
        filled = 0
        while filled < len(target):
            read = packed.readinto(target[filled:])  # type: ignore[attr-defined]
            if not read:
                raise EOFError(f"{filled:,} of {len(target):,} bytes")
            filled += read
        packed.read(1)  # the end of the member is where zipfile compares its checksum
    return np.ascontiguousarray(array)


def _cell_problem(array: NDArray[np.generic], where: str) -> Problem | None:
    if array.dtype.kind != "f":
        return None
    bad = ~np.isfinite(array)
    count = int(np.count_nonzero(bad))
    if not count:
        return None
    cell = tuple(int(i) for i in np.argwhere(bad)[0])
    return Problem(f"{where}, cell {cell}", f"is not a finite number ({count:,} such cells).")


def _some(members: Mapping[str, object]) -> str:
    return ", ".join(list(members)[:10])[:200] or "nothing"
