"""Who may use a server that asks for a token: the token in a header, or a cookie that the page got for it once."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections import OrderedDict
from http.cookies import CookieError, SimpleCookie
from threading import Lock

COOKIE = "kaldor_session"
_MOST = 1_000


class Sessions:
    """The open sessions, by the hash of a random name; nothing of the token itself is in a cookie.

    They live as long as the server: after a restart the page asks for the token again.
    """

    def __init__(self, token: str | None) -> None:
        self._token = token
        self._open: OrderedDict[bytes, None] = OrderedDict()
        self._lock = Lock()

    def matches(self, token: str) -> bool:
        """Whether this is the token, in a time that tells nothing of where it differs."""
        return self._token is not None and hmac.compare_digest(token.encode(), self._token.encode())

    def open(self) -> str:
        """A new session; returns the name that the cookie holds."""
        name = secrets.token_urlsafe(32)
        with self._lock:
            self._open[_digest(name)] = None
            while len(self._open) > _MOST:
                self._open.popitem(last=False)
        return name

    def close(self, cookie: str) -> None:
        """End the session of a Cookie header."""
        with self._lock:
            self._open.pop(_digest(_named(cookie)), None)

    def admits(self, authorization: str, cookie: str) -> bool:
        """Whether a request with these headers may pass."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() == "bearer" and self.matches(token.strip()):
            return True
        with self._lock:
            return _digest(_named(cookie)) in self._open


def _named(cookie: str) -> str:
    try:
        found = SimpleCookie(cookie).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _digest(name: str) -> bytes:
    return hashlib.sha256(name.encode()).digest()
