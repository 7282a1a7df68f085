"""`kaldor data check`: is every stored byte as it was written, and does each table balance?"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from kaldor import bounds
from kaldor.cli import data_words as words
from kaldor.cli import screen
from kaldor.cli.options import AsJson, whole
from kaldor.errors import Problem

if TYPE_CHECKING:
    from rich.console import Console

    from kaldor.atlas.checking import Balance
    from kaldor.atlas.manifest import Manifest
    from kaldor.atlas.store import Store


def check(
    id: Annotated[str | None, typer.Argument(metavar="[ID]", help="The dataset; all of them without it.")] = None,
    year: Annotated[int | None, whole("--year", bounds.YEAR, "Only this year's balance.")] = None,
    as_json: AsJson = False,
) -> None:
    """Check that stored files are as they were written, and how well tables balance. Exit code 1 if one is damaged."""
    store = words.usual_store()
    listing = store.listing()
    manifests = [store.info(id)] if id is not None else listing.datasets
    unreadable = listing.unreadable if id is None else ()
    found: list[tuple[Manifest, list[Problem], list[Balance]]] = []
    with words.progress("Checking") as progress:
        for done, manifest in enumerate(manifests):
            progress(manifest.id, done, len(manifests))
            problems = store.check(manifest.id)
            balances = [] if problems or manifest.kind != "economy" else _balances(store, manifest, year)
            found.append((manifest, problems, balances))
    if as_json:
        record = {"datasets": [_check_record(*one) for one in found], "unreadable": [asdict(one) for one in unreadable]}
        screen.print_json(record)
    else:
        for manifest, problems, balances in found:
            _print_check(screen.console(), manifest, problems, balances)
        for one in unreadable:
            screen.console().print(str(one), **words.PLAIN)
    if unreadable or any(problems for _, problems, _ in found):
        raise typer.Exit(1)


def _balances(store: Store, manifest: Manifest, year: int | None) -> list[Balance]:
    return [store.balance(manifest.id, one) for one in ([year] if year is not None else manifest.years)]


def _print_check(console: Console, manifest: Manifest, problems: list[Problem], balances: list[Balance]) -> None:
    files = f"{len(manifest.files)} files, {words.megabytes(manifest.size)} MB"
    state = f"{len(problems)} problems" if problems else "as written"
    console.print(f"{manifest.id}: {files}: {state}.", **words.PLAIN)
    for problem in problems:
        console.print(f"  {problem}", **words.PLAIN)
    if not balances:
        return
    rows = [
        (
            str(b.year),
            f"{b.output:,.0f}",
            f"{b.value_added:,.0f}",
            f"{b.largest_gap:,.0f}",
            f"{b.gap_share:.3%}",
            str(b.without_output),
            str(b.negative_final_demand),
        )
        for b in balances
    ]
    header = ("year", "output", "value added", "largest gap", "all gaps", "no output", "Y < 0")
    console.print(words.table(header, rows), crop=False)
    console.print(
        f"Amounts in {manifest.unit or 'a unit not stated'}. Gap: |output − uses| of an industry; all gaps: their sum "
        "over output. No output: industries that produce nothing. Y < 0: cells of final demand below zero.",
        style="dim",
        **words.PLAIN,
    )
    for balance in balances:
        for remark in _remarks(balance):
            console.print(f"{balance.year}: {remark}", **words.PLAIN)


def _remarks(balance: Balance) -> Iterator[str]:
    """What an official table may hold and a reader will stumble over."""
    if balance.negative_flows:
        yield f"{balance.negative_flows} flows are below zero; every account takes them as they are."
    if balance.negative_outputs:
        yield f"{balance.negative_outputs} outputs are below zero; every account keeps these industries apart."
    if balance.above_one:
        label, ratio = balance.above_one[0]
        yield f"in {len(balance.above_one)} industries inputs reach output, most in {label} ({_times(ratio)})."


def _times(ratio: float) -> str:
    """How many times its output an industry's inputs are; of no output there is no such number."""
    return f"{ratio:.2f} times" if math.isfinite(ratio) else "inputs without any output"


def _check_record(manifest: Manifest, problems: list[Problem], balances: list[Balance]) -> dict[str, Any]:
    from kaldor.atlas.added import balance_answered

    return {
        "id": manifest.id,
        "problems": [str(problem) for problem in problems],
        "balance": [balance_answered(balance) for balance in balances],
    }
