"""What somebody may assume of a shock's goods on the command line, in place of what is usual."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kaldor.bounds import SHARE, SPAN, Bounds
from kaldor.cli.options import number

if TYPE_CHECKING:
    from kaldor.twin.shocks.assumptions import Assumptions

_WITHOUT_END = Bounds(0, 1, high_open=True)


@dataclass(frozen=True)
class Assumed:
    """What is assumed of goods and of those who use them, as it is typed; what is left out is as usual."""

    goods: Annotated[
        Path | None,
        typer.Option("--goods", metavar="FILE", help="A TOML file with your own facts of goods."),
    ] = None
    specificity: Annotated[
        list[str] | None,
        typer.Option(
            "--specificity",
            metavar="SHARE",
            help="Share that no other supplier can fill soon: a number for all, fixed, or PRODUCT=SHARE; repeatable.",
        ),
    ] = None
    all_critical: Annotated[
        bool, typer.Option("--all-critical", help="Every input stops its users, whatever the survey says.")
    ] = False
    important_share: Annotated[
        float | None, number("--important-share", SHARE, "Share of its users' output that an important input stops.")
    ] = None
    overlap: Annotated[
        float | None, number("--overlap", SHARE, "Whether several lacks hit the same firms (1) or firms by chance (0).")
    ] = None
    saving: Annotated[
        float | None, number("--saving", _WITHOUT_END, "Share of their energy that users save without making less.")
    ] = None
    lasting_share: Annotated[
        float | None, number("--lasting-share", SHARE, "Share of the specificity that no time takes away.")
    ] = None
    fading_days: Annotated[
        float | None, number("--fading-days", SPAN, "Time over which the rest of the specificity fades.")
    ] = None

    def read(self) -> Assumptions:
        """What is assumed. Raises InputError."""
        from kaldor.twin.shocks.assumptions import as_typed
        from kaldor.twin.shocks.inputs import load_inputs

        return as_typed(
            {
                "important_share": self.important_share,
                "overlap": self.overlap,
                "saving": self.saving,
                "lasting_share": self.lasting_share,
                "fading_days": self.fading_days,
            },
            specificity=self.specificity or (),
            all_critical=self.all_critical,
            goods=None if self.goods is None else load_inputs(self.goods),
            prefix="--",
        )
