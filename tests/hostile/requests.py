"""Requests as bytes, as they go over the wire, so that nothing polite stands between them and the server."""

from __future__ import annotations

from dataclasses import dataclass

ON = "/api/economies/starter/2018"
HOST = "127.0.0.1"


@dataclass(frozen=True)
class Sent:
    """One request as it goes over the wire."""

    head: bytes
    body: bytes = b""


def request(method: str, address: str, body: bytes = b"", kind: str = "", **headers: str) -> Sent:
    """A well-formed request."""
    named = {"Host": HOST, **({"Content-Type": kind} if kind else {}), **headers}
    if body or method in {"POST", "PUT"}:
        named.setdefault("Content-Length", str(len(body)))
    return raw(f"{method} {address} HTTP/1.1", *(f"{name}: {value}" for name, value in named.items()), body=body)


def raw(*lines: str, body: bytes = b"") -> Sent:
    """A request of exactly these lines, each character a byte."""
    return Sent("\r\n".join([*lines, "", ""]).encode("latin-1"), body)


def json_request(method: str, address: str, body: bytes) -> Sent:
    return request(method, address, body, "application/json")
