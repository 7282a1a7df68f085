"""Lines on standard input that are no message of the protocol: each is answered, for the library says nothing to them.

Nobody must wait for ever for an answer to a line with half of a character in it, or to one that is no JSON at all. And
none is answered that two programs would read differently: a body of the server is read by the same `refuse_hostile`.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from kaldor.declared.json import refuse_hostile
from kaldor.errors import InputError

_LONGEST_REASON = 200
_NO_JSON, _NO_MESSAGE = -32700, -32600
_STANDARD_INPUT = 0


@dataclass(frozen=True)
class Hostile:
    """A line that the library would take, and why it is refused. It is no text: the library refuses to read it."""

    line: str
    why: InputError


class Lines:
    """The lines of standard input, which nobody but their reader has any more, as the library's transport reads them.

    One that is hostile comes as `Hostile`, through the library to `Messages`, which answers in turn.
    """

    def __init__(self) -> None:
        import anyio

        ours, nothing = os.dup(_STANDARD_INPUT), os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, _STANDARD_INPUT)  # what a question starts must not read its neighbour's message
        os.close(nothing)
        text = os.fdopen(ours, encoding="utf-8", errors="replace", closefd=False)  # a thread may still read at the end
        self._lines = anyio.wrap_file(text)

    async def __aiter__(self) -> AsyncIterator[str | Hostile]:
        async for line in self._lines:
            yield _looked_at(line)


def _looked_at(line: str) -> str | Hostile:
    """The line, as it is where it is no message either: of that the library has more to say."""
    import mcp_types as types
    from pydantic import ValidationError

    try:
        refuse_hostile(line.encode(), "line")
    except InputError as error:
        try:
            types.jsonrpc_message_adapter.validate_json(line, by_name=False)
        except ValidationError:
            return line
        return Hostile(line, error)
    return line


class Messages:
    """The messages of a stream of messages and of lines that are none; those are refused on `writing`."""

    def __init__(self, reading: Any, writing: Any) -> None:
        self._reading, self._writing = reading, writing

    @property
    def last_context(self) -> Any:
        """The context in which the last message was sent, which the library hands on."""
        return self._reading.last_context

    async def receive(self) -> Any:
        """The next message. Raises anyio.EndOfStream at the end."""
        from mcp.shared.message import SessionMessage

        while isinstance(found := await self._reading.receive(), Exception):
            await self._writing.send(SessionMessage(refusal(found)))
        return found

    def __aiter__(self) -> Messages:
        return self

    async def __anext__(self) -> Any:
        import anyio

        try:
            return await self.receive()
        except anyio.EndOfStream:
            raise StopAsyncIteration from None

    async def aclose(self) -> None:
        """Close the stream that is read."""
        await self._reading.aclose()

    async def __aenter__(self) -> Messages:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()


def refusal(error: Exception) -> Any:
    """The answer to a line that could not be read, under the id that it gives, or under none."""
    import mcp_types as types
    from pydantic import ValidationError

    faults = error.errors(include_url=False) if isinstance(error, ValidationError) else []
    hostile = next((fault["input"] for fault in faults if isinstance(fault["input"], Hostile)), None)
    broken = next((fault for fault in faults if fault["type"] == "json_invalid"), None)
    if hostile is not None:
        code, message = _NO_MESSAGE, str(hostile.why)
    elif broken is not None:
        reason = str(broken["ctx"]["error"])[:_LONGEST_REASON]
        code, message = _NO_JSON, f"line: is no JSON text ({reason}). Send one message a line, of whole characters."
    else:
        code, message = _NO_MESSAGE, "line: is no message of JSON-RPC 2.0. Send one object a line, with its method."
    # Of an object that is none of the kinds of message, every kind but one misses a key, and shows the whole.
    whole = (fault["input"] for fault in faults if fault["type"] == "missing" and len(fault["loc"]) <= 2)
    text = hostile.line if hostile else broken["input"] if broken else None
    sent = next(whole, None) if text is None else _lenient(text)
    return types.JSONRPCError(jsonrpc="2.0", id=_id(sent), error=types.ErrorData(code=code, message=message))


def _lenient(line: Any) -> Any:
    """What Python's reader makes of a line, which takes halves of characters; None where it can make nothing of it."""
    try:
        return json.loads(line)
    except (ValueError, TypeError, RecursionError):
        return None


def _id(sent: Any) -> str | int | None:
    found = sent.get("id") if isinstance(sent, dict) else None
    if isinstance(found, bool) or not isinstance(found, str | int):
        return None
    return found if isinstance(found, int) or found.isprintable() else None
