"""The kernel that turns rows of decimal text into doubles: the nearest double to each text, at some 400 MB a second.

The first 19 digits of a cell are read as a whole number and a power of ten; their product is rounded once, with 128
bits of the power at hand. Where digits were left out, the next whole number must round to the same double. What this
cannot decide (the ends of the range, an undecided half, text that is no number) is noted for the caller, who looks at
that cell alone. Method: Lemire (2021), "Number parsing at a gigabyte per second", Softw. Pract. Exper. 51.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, TypeVar, cast

import numba
import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

LEAST_POWER, LARGEST_POWER = -320, 300
"""Powers of ten that the table holds; the few numbers outside are left to the caller."""

UNEVEN = -1
"""Stands for the column, in a note, where a row has more or fewer fields than it should; the count stands beside it."""

DONE, NOTES_FULL, VALUES_FULL = 0, 1, 2
"""Why `parse_rows` returned: all text is read; no room for another note; no room for another row."""

PADDING = 48
"""Bytes that must follow the text that is read, because three words are looked at together."""

_Function = TypeVar("_Function", bound=Callable[..., Any])


# No array is passed on in the loop over cells: numba counts references at each call, which takes longer than a number.
def _inner(function: _Function) -> _Function:
    return cast(_Function, numba.njit(cache=True, nogil=True, error_model="numpy")(function))


_TENS = np.array([10**k for k in range(9)], np.uint64)
_SPACE, _NEWLINE, _RETURN, _QUOTE = 32, 10, 13, 34
_ZERO, _NINE, _POINT, _MINUS, _PLUS, _E, _SMALL_E = 48, 57, 46, 45, 43, 69, 101
_MOST_DIGITS = 19  # that fit into a word, whichever they are


@cache
def powers_of_five() -> NDArray[np.uint64]:
    """The first 128 bits of 5^q for each power of the table, as two words, rounded down for q ≥ 0 and up below."""
    table = np.empty((LARGEST_POWER - LEAST_POWER + 1, 2), np.uint64)
    for q in range(LEAST_POWER, LARGEST_POWER + 1):
        power = 5 ** abs(q)
        if q >= 0:
            shift = 128 - power.bit_length()
            bits = power << shift if shift >= 0 else power >> -shift
        else:
            bits = (1 << (127 + power.bit_length())) // power + 1
            bits >>= max(0, bits.bit_length() - 128)
        table[q - LEAST_POWER] = bits >> 64, bits & (2**64 - 1)
    return table


def words_of(text: bytearray, end: int) -> NDArray[np.uint64]:
    """The eight bytes from each of the first `end` bytes on, as words, not copied; `text` has PADDING bytes more."""
    return np.ndarray((end + PADDING - 8,), np.dtype("<u8"), text, 0, (1,))


def _instruction(build: Callable[[ir.IRBuilder, Any], Any]) -> Any:
    """A function of words that is one instruction of the processor, for which numba has no name."""

    @intrinsic  # type: ignore[untyped-decorator]
    def of_one(_: Any, word: Any) -> Any:
        return types.uint64(types.uint64), lambda context, builder, signature, words: build(builder, words)

    @intrinsic  # type: ignore[untyped-decorator]
    def of_two(_: Any, word: Any, other: Any) -> Any:
        return types.uint64(types.uint64, types.uint64), lambda context, builder, signature, words: build(
            builder, words
        )

    return of_two if build is _upper_half else of_one


def _upper_half(builder: ir.IRBuilder, words: Any) -> Any:
    long = [builder.zext(word, ir.IntType(128)) for word in words]
    return builder.trunc(builder.lshr(builder.mul(*long), ir.Constant(ir.IntType(128), 64)), ir.IntType(64))


_high_word = _instruction(_upper_half)  # the upper 64 bits of a product of two words
_leading_zeros = _instruction(lambda builder, words: builder.ctlz(words[0], ir.Constant(ir.IntType(1), 0)))
_trailing_zeros = _instruction(lambda builder, words: builder.cttz(words[0], ir.Constant(ir.IntType(1), 0)))  # 64 for 0


@_inner
def _nearest_bits(digits: Any, power: int, five: Any, five_below: Any) -> Any:
    """The bits of the double nearest to digits × 10^power (digits not zero), or 0 where 128 bits do not decide."""
    shift = _leading_zeros(digits)
    word = digits << shift
    high, low = _high_word(word, five), word * five
    if high & np.uint64(0x1FF) == np.uint64(0x1FF):  # a carry from the second word could change the rounding
        more = _high_word(word, five_below)
        low += more
        if low < more:
            high += np.uint64(1)
        if low == np.uint64(0xFFFFFFFFFFFFFFFF) and (power < -27 or power > 55):
            return np.uint64(0)
    upper = high >> np.uint64(63)
    dropped = upper + np.uint64(9)
    mantissa = high >> dropped
    exponent = ((power * 217706) >> 16) + 63 + np.int64(upper) - np.int64(shift) + 1023
    may_be_half = low <= np.uint64(1) and -4 <= power <= 23 and mantissa & np.uint64(3) == np.uint64(1)
    if may_be_half and mantissa << dropped == high:
        mantissa -= np.uint64(1)  # a tie goes to the even neighbour
    mantissa = (mantissa + (mantissa & np.uint64(1))) >> np.uint64(1)
    if mantissa == np.uint64(1) << np.uint64(53):
        mantissa >>= np.uint64(1)
        exponent += 1
    if exponent <= 0 or exponent >= 2047:
        return np.uint64(0)
    return (mantissa & np.uint64(0xFFFFFFFFFFFFF)) | (np.uint64(exponent) << np.uint64(52))


@_inner
def _digits_in_front(word: Any) -> Any:
    """How many of the eight characters of a word, from the lowest byte on, are digits before another one comes."""
    characters = word ^ np.uint64(0x3030303030303030)
    others = ((characters + np.uint64(0x7676767676767676)) | characters) & np.uint64(0x8080808080808080)
    return np.int64(_trailing_zeros(others) >> np.uint64(3))


@_inner
def _number_in_front(word: Any, count: int) -> Any:
    """The whole number that the first `count` characters of a word, all digits, make: by pairs, fours and eights."""
    digits = ((word ^ np.uint64(0x3030303030303030)) << np.uint64(4 * (8 - count))) << np.uint64(4 * (8 - count))
    pairs = digits * np.uint64(10) + (digits >> np.uint64(8))
    upper = (pairs & np.uint64(0x000000FF000000FF)) * np.uint64(0x000F424000000064)
    lower = ((pairs >> np.uint64(16)) & np.uint64(0x000000FF000000FF)) * np.uint64(0x0000271000000001)
    return (upper + lower) >> np.uint64(32)


@_inner
def _first_digits(text: Any, begin: int, end: int) -> Any:
    """The first 19 digits after leading zeros as a whole number, its power of ten, and whether digits were left out."""
    digits, taken, power, behind_point, more = np.uint64(0), 0, 0, False, False
    for position in range(begin, end):
        byte = text[position]
        if byte == _POINT:
            behind_point = True
        elif taken < _MOST_DIGITS:
            digits = digits * np.uint64(10) + np.uint64(byte - _ZERO)
            taken += int(digits != np.uint64(0))
            power -= int(behind_point)
        else:
            more = True
            power += int(not behind_point)
    return digits, power, more


@_inner
def _label_end(text: Any, position: int, delimiter: int) -> Any:
    """Where a label ends; between quotes a delimiter belongs to it."""
    if text[position] == _QUOTE:
        position += 1
        while text[position] != _QUOTE and text[position] != _NEWLINE:
            position += 1
    while text[position] != delimiter and text[position] != _NEWLINE:
        position += 1
    return position


@_inner
def parse_rows(  # noqa: PLR0912, PLR0915 - one loop over cells, for the reason given at `_inner`
    text: NDArray[np.uint8],
    words: NDArray[np.uint64],
    end: int,
    delimiter: int,
    labels: int,
    values: NDArray[np.uint64],
    bounds: NDArray[np.int64],
    notes: NDArray[np.int64],
    fives: NDArray[np.uint64],
    state: NDArray[np.int64],
) -> int:
    """Read whole lines of `text` into rows of `values`; each line has `labels` texts and then the numbers of a row.

    `text` holds whole lines up to `end`; `words` is the same as `words_of` gives it; `values` is the memory of the
    doubles, as words. `state` says where to begin and, afterwards, where it stopped: position, row of `values`, field
    of the line, notes so far; its fifth entry is the row that the first row of `bounds` stands for.
    `bounds` (rows × labels × 2) receives where each label begins and ends, `notes` (k × 4) the cells that could not be
    read (row, column, beginning, end) and the lines that are UNEVEN (row, UNEVEN, fields, 0).
    Returns DONE, NOTES_FULL or VALUES_FULL; in the last two cases make room and call again.
    """
    position, row, field, noted, first = state[0], state[1], state[2], state[3], state[4]
    fields = labels + values.shape[1]
    reason = DONE
    while position < end:
        if field == 0 and (row == values.shape[0] or row - first == bounds.shape[0]):
            reason = VALUES_FULL
            break
        if noted + 2 > notes.shape[0]:  # a cell and the end of its line
            reason = NOTES_FULL
            break
        begin = position
        if field < labels:
            position = _label_end(text, position, delimiter)
            bounds[row - first, field, 0], bounds[row - first, field, 1] = begin, position
        else:
            while text[position] == _SPACE:
                position += 1
            negative = text[position] == _MINUS
            if negative or text[position] == _PLUS:
                position += 1
            # Digits before and behind the point make one whole number; `power` is where the point stands in it.
            start, digits, count = position, np.uint64(0), 8
            while count == 8:
                count = _digits_in_front(words[position])
                digits = digits * _TENS[count] + _number_in_front(words[position], count)
                position += count
            # Up to 24 digits behind the point without a branch, since their number cannot be foretold.
            point = np.int64(text[position] == _POINT)
            position += point
            front, middle, back = words[position], words[position + 8], words[position + 16]
            count = point * _digits_in_front(front)
            count_middle = np.int64(count == 8) * _digits_in_front(middle)
            count_back = np.int64(count_middle == 8) * _digits_in_front(back)
            digits = digits * _TENS[count] + _number_in_front(front, count)
            digits = digits * _TENS[count_middle] + _number_in_front(middle, count_middle)
            digits = digits * _TENS[count_back] + _number_in_front(back, count_back)
            power = -(count + count_middle + count_back)
            position -= power
            while count_back == 8:
                count_back = _digits_in_front(words[position])
                digits = digits * _TENS[count_back] + _number_in_front(words[position], count_back)
                position += count_back
                power -= count_back
            length = position - start - point
            sure, more = length > 0, False
            if length > _MOST_DIGITS:
                look = start
                while text[look] == _ZERO or text[look] == _POINT:
                    length -= np.int64(text[look] == _ZERO)
                    look += 1
                if length > _MOST_DIGITS:
                    digits, power, more = _first_digits(text, start, position)
            if text[position] == _E or text[position] == _SMALL_E:
                position += 1
                down = text[position] == _MINUS
                if down or text[position] == _PLUS:
                    position += 1
                start, tens = position, 0
                while _ZERO <= text[position] <= _NINE:
                    tens = min(tens * 10 + int(text[position]) - _ZERO, 100_000)
                    position += 1
                sure = sure and position > start
                power += -tens if down else tens
            while text[position] != delimiter and text[position] != _NEWLINE:
                sure = sure and (text[position] == _SPACE or text[position] == _RETURN)
                position += 1
            if field < fields:  # what is beyond has no place; the line will be noted
                some = digits != np.uint64(0)
                power = power if some else 0
                bits = np.uint64(0)
                if LEAST_POWER <= power <= LARGEST_POWER:
                    five, below = fives[power - LEAST_POWER, 0], fives[power - LEAST_POWER, 1]
                    bits = _nearest_bits(digits | np.uint64(not some), power, five, below)
                    if more and bits != _nearest_bits(digits + np.uint64(1), power, five, below):
                        bits = np.uint64(0)
                sure = sure and bits != np.uint64(0)
                bits = bits if some else np.uint64(0)
                values[row, field - labels] = bits | np.uint64(negative) << np.uint64(63)
                if not sure:
                    notes[noted, 0], notes[noted, 1], notes[noted, 2] = row, field - labels, begin
                    notes[noted, 3] = position
                    noted += 1
        field += 1
        if text[position] == _NEWLINE:
            if field != fields:
                notes[noted, 0], notes[noted, 1], notes[noted, 2], notes[noted, 3] = row, UNEVEN, field, 0
                noted += 1
            field = 0
            row += 1
        position += 1
    state[0], state[1], state[2], state[3] = position, row, field, noted
    return reason
