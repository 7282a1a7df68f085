"""What a question about daily shocks may assume of goods, in place of what is usual."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from kaldor.asking import Inputs, text_file
from kaldor.bounds import SHARE, SPAN, Bounds
from kaldor.economy.questions.inputs import LARGEST_FILE

if TYPE_CHECKING:
    from kaldor.twin.shocks.assumptions import Assumptions
    from kaldor.twin.shocks.parameters import Parameters


class Assumed(Inputs):
    """What is assumed of goods and of those who use them in the daily shock; what is left out is as usual."""

    goods: Annotated[
        str | None,
        Field(
            max_length=LARGEST_FILE,
            description="Your own facts of goods, in place of those known.",
            json_schema_extra=text_file(".toml"),
        ),
    ] = None
    specificity: Annotated[
        tuple[str, ...],
        Field(description="Share that no other supplier can fill soon: a number for all, fixed, or PRODUCT=SHARE."),
    ] = ()
    all_critical: Annotated[bool, Field(description="Every input stops its users, whatever the survey says.")] = False
    important_share: Annotated[
        float | None, SHARE, Field(description="Share of its users' output that an important input stops.")
    ] = None
    overlap: Annotated[
        float | None, SHARE, Field(description="Whether several lacks hit the same firms (1) or firms by chance (0).")
    ] = None
    saving: Annotated[
        float | None,
        Bounds(0, 1, high_open=True),
        Field(description="Share of their energy that users save without making less."),
    ] = None
    lasting_share: Annotated[
        float | None, SHARE, Field(description="Share of the specificity that no time takes away.")
    ] = None
    fading_days: Annotated[
        float | None, SPAN, Field(description="Time over which the rest of the specificity fades.")
    ] = None

    def behaviour(self, dt: float = 1.0) -> Parameters:
        """How firms behave in steps of `dt` days. Raises InputError, as `assumptions`."""
        from kaldor.twin.shocks.parameters import Parameters

        return Parameters.assuming(self.assumptions(), dt)

    def assumptions(self) -> Assumptions:
        """What is assumed. Raises InputError with what is wrong with a file, or with a specificity."""
        from kaldor.twin.shocks.assumptions import as_typed

        numbers = self.model_dump(include={"important_share", "overlap", "saving", "lasting_share", "fading_days"})
        return as_typed(numbers, specificity=self.specificity, all_critical=self.all_critical, goods=self.goods or None)
