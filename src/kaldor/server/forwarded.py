"""Whose request a proxy hands on: what it says of the client, of the name asked for and of https, where it may say so.

Anyone can write X-Forwarded-For, -Host and -Proto. They are read where the connection comes from an address that the
owner of the server named with --proxy, and from the right: what stands left of an address that is no proxy's own was
written by the client.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Final

from starlette.types import Scope

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_HOST: Final = b"x-forwarded-host"
_FOR: Final = b"x-forwarded-for"
_PROTO: Final = b"x-forwarded-proto"
_SCHEMES: Final = ("http", "https")


def network_of(text: str) -> Network | None:
    """The addresses that a text names: one, or a network such as 10.0.0.0/8; None where it names none."""
    try:
        return ipaddress.ip_network(text.strip(), strict=False)
    except ValueError:
        return None


def as_asked(scope: Scope, proxies: Sequence[Network]) -> Scope:
    """A request as its client made it, where it comes through one of the proxies; any other as it is."""
    client = scope.get("client")
    if not proxies or not client or not _is_one(client[0], proxies):
        return scope
    told = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
    changed = dict(scope)
    if _FOR in told:
        changed["client"] = (_client(told[_FOR], client[0], proxies), 0)
    if (scheme := _last(told.get(_PROTO, "")).lower()) in _SCHEMES:
        changed["scheme"] = scheme
    if host := _last(told.get(_HOST, "")):
        others = [(name, value) for name, value in scope["headers"] if name.lower() != b"host"]
        changed["headers"] = [*others, (b"host", host.encode("latin-1"))]
    return changed


def _client(chain: str, nearest: str, proxies: Sequence[Network]) -> str:
    """The last address of a chain that is no proxy's own; the nearest known where what stands there is no address."""
    found = nearest
    for entry in reversed(chain.split(",")):
        address = _address(entry)
        if address is None:
            break
        found = address
        if not _is_one(address, proxies):
            break
    return found


def _address(entry: str) -> str | None:
    """An address without its port and brackets."""
    text = entry.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None


def _is_one(address: str, proxies: Sequence[Network]) -> bool:
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(known.version == one.version and known in one for one in proxies)


def _last(values: str) -> str:
    """What the nearest proxy wrote, where several did."""
    return values.rpartition(",")[2].strip()
