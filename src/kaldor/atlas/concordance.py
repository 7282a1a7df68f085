"""Concordances: which label of one list is which of another, and in what share, with weights that sum to one.

Read from CSV: columns `from` and `to`, and `weight` where a label goes to several. A label that goes to one needs no
weight. Nothing is split evenly in silence: a missing weight is a problem of the file.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kaldor.atlas.readers.rows import Rows, blanks, duplicates, number, number_problem, read_rows, rows_of, short_name
from kaldor.atlas.tables import file_hash
from kaldor.errors import InputError, Problem, UnknownLabelError

TOLERANCE = 1e-6
"""By how much the weights of a label may miss one: shares typed to six digits pass."""


@dataclass(frozen=True)
class Concordance:
    """Shares that send each label of one list to labels of another; `origin` names the file and its SHA-256.

    `shares[label][new]` sum to one over `new` for every label. Labels stand in the order of the file.
    """

    shares: Mapping[str, Mapping[str, float]]
    origin: str

    @property
    def targets(self) -> tuple[str, ...]:
        """The new labels, in the order in which they first appear."""
        return tuple(dict.fromkeys(new for shares in self.shares.values() for new in shares))

    @property
    def split(self) -> tuple[str, ...]:
        """The labels that go to more than one new label."""
        return tuple(label for label, shares in self.shares.items() if len(shares) > 1)

    def matrix(self, labels: Sequence[str]) -> NDArray[np.float64]:
        """The shares as labels × targets; every row sums to one. Raises InputError for labels it does not know."""
        problems = [
            Problem(self.origin, f"{UnknownLabelError('label', label, self.shares)}", "Give it a row.")
            for label in labels
            if label not in self.shares
        ]
        if problems:
            raise InputError(problems)
        position = {new: j for j, new in enumerate(self.targets)}
        matrix = np.zeros((len(labels), len(position)))
        for i, label in enumerate(labels):
            for new, share in self.shares[label].items():
                matrix[i, position[new]] = share
        return matrix


def concordance(shares: Mapping[str, Mapping[str, float]], origin: str) -> Concordance:
    """A concordance from shares by label. Raises InputError where some are below zero or do not sum to one."""
    problems = [problem for label, targets in shares.items() for problem in _share_problems(origin, label, targets)]
    if problems:
        raise InputError(problems)
    return Concordance({label: dict(targets) for label, targets in shares.items()}, origin)


def merging(groups: Mapping[str, Iterable[str]], labels: Sequence[str], origin: str) -> Concordance:
    """A concordance that adds the labels of each group up to one and keeps every other label as it is."""
    new_of = {label: group for group, members in groups.items() for label in members}
    return concordance({label: {new_of.get(label, label): 1.0} for label in labels}, origin)


def read_concordance(path: Path) -> Concordance:
    """Read a concordance from CSV.

    Raises InputError with every problem: columns missing, pairs doubled, weights that are no numbers, missing where a
    label goes to several, below zero, or not summing to one.
    """
    return _concordance(read_rows(path, ("from", "to")), f"{short_name(path)} (SHA-256 {file_hash(path)[:16]}…)")


def typed_concordance(text: str, where: str) -> Concordance:
    """As `read_concordance`, of a CSV text that somebody handed over; messages name it `where`."""
    return _concordance(rows_of(text, where, ("from", "to")), where)


def _concordance(rows: Rows, origin: str) -> Concordance:
    problems = [*blanks(rows, ("from", "to")), *duplicates(rows, ("from", "to"))]
    goes_to: dict[str, int] = {}
    for _, cells in rows.lines:
        goes_to[cells["from"]] = goes_to.get(cells["from"], 0) + 1
    shares: dict[str, dict[str, float]] = {}
    for line, cells in rows.lines:
        share = _weight(rows, line, cells, goes_to[cells["from"]], problems)
        shares.setdefault(cells["from"], {})[cells["to"]] = share
    if not problems:
        problems += [p for label, targets in shares.items() for p in _share_problems(rows.file, label, targets)]
    if problems:
        raise InputError(problems)
    return Concordance(shares, origin)


def _weight(rows: Rows, line: int, cells: Mapping[str, str], several: int, problems: list[Problem]) -> float:
    text = cells.get("weight", "")
    if not text and several == 1:
        return 1.0
    if not text:
        what = f"'{cells['from']}' goes to {several} labels and has no weight here."
        problems.append(Problem(rows.place(line), what, "Write each its share in a column 'weight'."))
        return 0.0
    value = number(text)
    if value is None:
        problems.append(number_problem(rows.place(line, "weight"), text))
    return value or 0.0


def _share_problems(where: str, label: str, targets: Mapping[str, float]) -> Iterable[Problem]:
    if any(share < 0 for share in targets.values()):
        yield Problem(where, f"'{label}' has a weight below zero.", "Shares lie between 0 and 1.")
    total = sum(targets.values())
    if abs(total - 1) > TOLERANCE:
        yield Problem(where, f"the weights of '{label}' sum to {total:g}.", "They must sum to 1.")
