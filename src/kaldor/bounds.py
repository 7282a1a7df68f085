"""Bounds of every number and title that a user may give, declared once: each door tells them, and refuses so.

`Annotated[int, RUNS]` bounds a field of any model, in JSON Schema and OpenAPI too; `RUNS.read(text, place)` an option
of the command line, and `check(place, runs=(runs, RUNS))` an argument in Python. A text with an underscore or
with digits of another script is no number here: 1_0 is ten to Python alone, and a slip of the hand elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from kaldor.errors import InputError, Problem, printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic_core import CoreSchema

OUTSIDE: Final = "out_of_bounds"
ODDLY_WRITTEN: Final = "oddly_written"
"""The kinds of the two faults that a bounded field of a model may have beside those of its type."""

WRITE_DIGITS: Final = "Write digits alone, such as 10 or 0.5."

_LONGEST = 80
_FIRST_YEAR = 1000


@dataclass(frozen=True)
class Bounds:
    """The least and the largest that a number may be; an end that is `open` is not reached."""

    low: float
    high: float
    low_open: bool = False
    high_open: bool = False

    @property
    def said(self) -> str:
        """The bounds in words: "1 to 1,000"; years have no mark of thousands."""
        return in_words(self.low, self.high, low_open=self.low_open, high_open=self.high_open)

    def up_to(self, high: float) -> Bounds:
        """The same with a smaller largest number: what one door may ask for."""
        return replace(self, high=high)

    def hold(self, number: float) -> bool:
        """Whether a number lies within; none that is not finite does."""
        above = number > self.low if self.low_open else number >= self.low
        return bool(above and (number < self.high if self.high_open else number <= self.high))

    def read(self, text: str, where: str, *, whole: bool) -> float:
        """The number that a text says, an int where it is to be `whole`. Raises InputError."""
        text = str(text).strip()
        if _is_odd(text):
            raise InputError(Problem(where, oddly_written(text), WRITE_DIGITS))
        try:
            number = int(text) if whole else float(text)
        except ValueError:
            what = f"{quoted(text)} is not a {'whole ' if whole else ''}number."
            raise InputError(Problem(where, what, allowed(self.said))) from None
        if not self.hold(number):
            raise InputError(Problem(where, outside(text), allowed(self.said)))
        return number

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        from pydantic_core import core_schema

        return core_schema.no_info_wrap_validator_function(self._checked, handler(source))

    def _checked(self, given: Any, read: Callable[[Any], Any]) -> Any:
        from pydantic_core import PydanticCustomError

        if isinstance(given, str) and _is_odd(given):
            told = {"found": oddly_written(given), "remedy": WRITE_DIGITS}
            raise PydanticCustomError(ODDLY_WRITTEN, "{found} {remedy}", told)
        number = read(given)
        if number is None:  # of a field that may be left out
            return None
        if not self.hold(number):
            told = {"found": outside(given), "remedy": allowed(self.said)}
            raise PydanticCustomError(OUTSIDE, "{found} {remedy}", told)
        return number

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        low = "exclusiveMinimum" if self.low_open else "minimum"
        high = "exclusiveMaximum" if self.high_open else "maximum"
        found = handler(schema)
        numbers = [one for one in found.get("anyOf", ()) if one.get("type") in {"integer", "number"}]
        for one in numbers or [found]:  # one that may be left out is a number or null
            one |= {low: self.low, high: self.high}
        return found


def _is_odd(text: str) -> bool:
    """Whether a text might be a number to Python alone: with underscores, or in the digits of other scripts."""
    return "_" in text or (not text.isascii() and any(one.isdigit() and not one.isascii() for one in text))


def check(where: str, **given: tuple[float, Bounds]) -> None:
    """Raise InputError with every argument of a function in Python that lies outside its bounds."""
    wrong = [(name, number, within) for name, (number, within) in given.items() if not within.hold(number)]
    if wrong:
        raise InputError(
            [Problem(f"{where}, {name}", outside(number), allowed(within.said)) for name, number, within in wrong]
        )


def in_words(
    low: float | None, high: float | None, *, low_open: bool = False, high_open: bool = False, years: bool | None = None
) -> str:
    """Bounds in words: "−1 to 10", "above 0"; empty where there are none."""
    are_years = (low or 0) >= _FIRST_YEAR if years is None else years
    above, below = ("" if one is None else _written(one) for one in (low, high))
    above, below = (one.replace(",", "") if are_years else one for one in (above, below))
    above = f"above {above}" if above and low_open else above
    below = f"below {below}" if below and high_open else below
    if above and below:
        return f"{above} to {below}"
    return (above and (above if low_open else f"at least {above}")) or (below and f"at most {below}")


def outside(found: object) -> str:
    """What is wrong with a number outside its bounds, at every door."""
    return f"{quoted(found)} is not within its bounds."


def allowed(said: str) -> str:
    """What to do about it."""
    return f"Allowed: {said}."


def oddly_written(found: object) -> str:
    """What is wrong with a number that only Python reads."""
    return f"{quoted(found)} is not written as a number."


def quoted(value: object) -> str:
    """A value as it was typed, whether it came as a text or as a number."""
    text = printable(str(value))
    text = text.lower() if isinstance(value, bool) else text  # as JSON and TOML write it
    return f"'{text[:_LONGEST]}…'" if len(text) > _LONGEST else f"'{text}'"


def _written(bound: float) -> str:
    """A bound in words: the sign of a negative one is no hyphen, and what has many digits is a power of ten."""
    if abs(bound) >= 1e12:
        power = len(str(int(abs(bound)))) - 1
        return f"{'−' if bound < 0 else ''}{_superscript(abs(bound) / 10**power, power)}"
    return (f"{bound:,.0f}" if bound == round(bound) else f"{bound:.12f}".rstrip("0")).replace("-", "−")


def _superscript(factor: float, power: int) -> str:
    raised = str(power).translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"10{raised}" if factor == 1 else f"{factor:g} × 10{raised}"


# -- when --------------------------------------------------------------------------------------------------------------

YEAR: Final = Bounds(1900, 2200)
"""Of data, of paths and of briefs."""
AGE: Final = Bounds(1700, 2200)
"""Since when something stands."""
YEARS_AHEAD: Final = Bounds(0, 100)
DAY: Final = Bounds(0, 36_600)
"""Of a simulation: at most a hundred years."""
SPAN: Final = replace(DAY, low_open=True)
"""Days that something takes."""
STEP_DAYS: Final = Bounds(0.01, 366)
STEPS: Final = Bounds(1, 36_600)

# -- how many ----------------------------------------------------------------------------------------------------------

RUNS: Final = Bounds(1, 1_000)
"""Draws of behaviour beside a shock, or under each of the standard ones."""
RUNS_BESIDE: Final = replace(RUNS, low=0)
"""The same in Python, where the central run may stand alone."""
FUTURES: Final = Bounds(1, 100_000)
DRAWS: Final = Bounds(20, 2_000)
"""Tables drawn around a published one: fewer have no tails."""
STRESSED: Final = Bounds(1, 200)
"""Futures of an ensemble that are put under the standard shocks too."""
RESPONDING: Final = Bounds(1, 100_000)
"""Futures of an ensemble that are answered where prices respond: a tenth of a second or two each on a large table."""
MOST_RESPONDING: Final = 200
"""How many of them, if nothing else is asked."""
SEED: Final = Bounds(0, 2**32 - 1)
ROWS: Final = Bounds(1, 1_000_000)
"""Of a table that is shown."""
WORKERS: Final = Bounds(1, 64)
PORT: Final = Bounds(0, 65_535)
PLACE: Final = Bounds(1, 1_000_000)
"""A number that counts from 1: a page, a line, a place in a list."""

# -- how long ----------------------------------------------------------------------------------------------------------

TITLE: Final = 200
"""Characters of a title or an id: what fits on a page, and in the properties of an office file."""
SENTENCES: Final = 2 * TITLE
"""Characters of what stands below a title."""

# -- how much ----------------------------------------------------------------------------------------------------------

SHARE: Final = Bounds(0, 1)
OPEN_SHARE: Final = Bounds(0, 1, low_open=True, high_open=True)
CHANGE: Final = Bounds(-1, 10)
"""A share by which something changes: −1 is all of it."""
AMOUNT: Final = Bounds(-1e15, 1e15)
"""In any unit: a thousand times the world's output in millions."""
SIZE: Final = Bounds(0, 1e15)
POSITIVE: Final = Bounds(0, 1e15, low_open=True)
