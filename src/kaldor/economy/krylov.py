"""Solve with I − A from a handful of products with A: no factor, for as many right-hand sides as are asked for.

Most of what an industry buys is made at home, so that the inverse of the regions' own blocks is nearly the inverse of
the whole: with it in front, each product with A leaves about a tenth of the error. One polynomial in A is found for all
right-hand sides together, the one that leaves least of them.

Everything here is in single precision and in rows: X (I − M) = R with X and R (k × n), M either A or Aᵀ. Who needs more
digits solves again for what is left, with the residual in double precision (`solve`).

Sources: Saad & Schultz (1986), SIAM J. Sci. Stat. Comput. 7 (GMRES); Jbilou, Messaoudi & Sadok (1999), Applied
Numerical Mathematics 31 (one polynomial for many right-hand sides); Giraud, Langou, Rozložník & van den Eshof (2005),
Numerische Mathematik 101 (why orthogonal twice).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Single = NDArray[np.float32]
T = TypeVar("T", np.float32, np.float64)

_ONE_BY_ONE = 4  # rows up to which a product by rows is quicker
_ROUNDED = 3e-5  # of a right-hand side: below, a product that gains less than half meets the rounding of the others
_ROOM = 8  # vectors of a basis before it grows: most solves need fewer, and fresh memory is not free
_WIDEST = 400  # sectors a region beyond which the inverses of its own block cost more than they save


def times_rows(rows: NDArray[T], matrix: NDArray[T]) -> NDArray[T]:
    """rows (k × n) times a matrix (n × n); a few rows one by one, since BLAS copies the matrix to multiply matrices."""
    if not 0 < len(rows) <= _ONE_BY_ONE:
        return np.asarray(rows @ matrix)
    return np.stack([row @ matrix for row in rows])


class OwnBlocks:
    """The inverse of I − D, with D the blocks of A on its diagonal: what each region buys from itself."""

    def __init__(self, inverses: Single | None) -> None:
        self._inverses = inverses

    @classmethod
    def of(cls, blocks: Callable[[int], NDArray[np.floating]], regions: int, sectors: int) -> OwnBlocks:
        """From the blocks of A (sectors × sectors), one a region; without effect where they are too large."""
        if sectors > _WIDEST:
            return cls(None)
        inside = np.stack([blocks(region) for region in range(regions)])
        try:
            inverses = np.linalg.inv(np.eye(sectors, dtype=inside.dtype) - inside).astype(np.float32)
        except np.linalg.LinAlgError:  # a region that alone could not live: the whole will say so
            return cls(None)
        return cls(inverses if np.isfinite(inverses).all() else None)

    def after(self, rows: Single, *, transposed: bool) -> Single:
        """rows (k × n) times the inverse of the blocks of A, or of Aᵀ."""
        if self._inverses is None:
            return rows
        regions, sectors, _ = self._inverses.shape
        inverses = self._inverses.transpose(0, 2, 1) if transposed else self._inverses
        by_region = rows.reshape(len(rows), regions, sectors).transpose(1, 0, 2)
        return np.matmul(by_region, inverses).transpose(1, 0, 2).reshape(rows.shape)


def least_residual(
    times: Callable[[Single], Single], before: Callable[[Single], Single], R: Single, *, tolerance: float, most: int
) -> Single | None:
    """X (k × n) with X (I − M) = R up to `tolerance` of R in the Frobenius norm; None where `most` products leave more
    or single precision cannot hold one.

    Stops short of it where rounding lets nothing more be gained. `times` multiplies rows by M, `before` by something
    near the inverse of I − M.
    """
    size = float(np.linalg.norm(R))
    if size == 0:
        return np.zeros_like(R)
    basis = np.empty((_ROOM, R.size), dtype=np.float32)
    hessenberg = np.zeros((most + 1, most))
    start = np.zeros(most + 1)
    start[0] = before_it = size
    np.divide(R.ravel(), np.float32(size), out=basis[0])
    for step in range(most):
        near = before(basis[step].reshape(R.shape))
        new = (near - times(near)).ravel()
        here = basis[: step + 1]
        along = here @ new
        new -= along @ here
        # What is left is small beside what was taken away, and so full of its rounding: take away what that left.
        rest = here @ new
        new -= rest @ here
        along += rest
        length = float(np.linalg.norm(new))
        if not np.isfinite(length):
            return None
        hessenberg[: step + 1, step], hessenberg[step + 1, step] = along, length
        reduced = hessenberg[: step + 2, : step + 1]
        weights, *_ = np.linalg.lstsq(reduced, start[: step + 2], rcond=None)
        left = float(np.linalg.norm(start[: step + 2] - reduced @ weights))
        if left <= tolerance * size or (left <= _ROUNDED * size and left > before_it / 2):
            return before((weights.astype(np.float32) @ here).reshape(R.shape))
        before_it = left
        if step + 1 == len(basis):
            basis = np.concatenate([basis, np.empty_like(basis)])
        np.divide(new, np.float32(length), out=basis[step + 1])
    return None
