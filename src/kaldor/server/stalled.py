"""A request comes in within its time, or it ends: who sends a byte a minute holds no place for hours."""

from __future__ import annotations

import asyncio
import time

from starlette.types import Message, Receive

from kaldor.errors import Problem
from kaldor.server.refusals import RefusedError


def in_time(receive: Receive, seconds: float, slowest: float) -> Receive:
    """The messages of a request, its body within `seconds`, and longer only at `slowest` bytes a second or more.

    What is awaited beyond the body (that the client leaves) takes as long as it takes. Raises RefusedError (408).
    """
    begun = time.monotonic()
    read, whole = 0, False

    async def receiving() -> Message:
        nonlocal read, whole
        if whole:
            return await receive()
        left = begun + seconds + read / slowest - time.monotonic()
        try:
            message = await asyncio.wait_for(receive(), max(left, 0))
        except TimeoutError:
            what = f"stalled: {read:,} bytes came in within {time.monotonic() - begun:,.0f} seconds."
            raise RefusedError(408, Problem("body", what, "Send it again over a quicker line.")) from None
        if message["type"] == "http.request":
            read += len(message.get("body", b""))
            whole = not message.get("more_body", False)
        return message

    return receiving


def heads_within(seconds: float) -> type[asyncio.Protocol]:
    """The server's protocol, which closes a connection whose request line and headers are not there in time."""
    import h11
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class Prompt(H11Protocol):
        _timer: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._wait_for_head()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            if self.conn.their_state is h11.IDLE:
                self._wait_for_head()
            else:
                self._wait_no_more()

        def connection_lost(self, exc: Exception | None) -> None:
            self._wait_no_more()
            super().connection_lost(exc)

        def _wait_for_head(self) -> None:
            if self._timer is None:
                self._timer = self.loop.call_later(seconds, self.transport.close)

        def _wait_no_more(self) -> None:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

    return Prompt
