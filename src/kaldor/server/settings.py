"""What the owner of a server may choose: where it listens, who may use it, and how much one user may ask for."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path

from kaldor.errors import InputError, Problem
from kaldor.server.forwarded import Network, network_of

DEFAULT_PORT = 8123
SHORTEST_TOKEN = 16
PREFIX = "KALDOR_LIMIT_"
"""Environment variables that set limits: KALDOR_LIMIT_UPLOAD_MB=500."""


@dataclass(frozen=True)
class Limits:
    """How much one request, one job and all of them together may take. Sizes in MB (10⁶ bytes), rates per second.

    A body may take `stall_seconds`, and longer only as it comes in at `slowest_kb_per_second` or more.
    """

    upload_mb: float = 250
    unpacked_mb: float = 2_000
    upload_files: float = 2_000
    upload_columns: float = 20_000
    body_mb: float = 1
    stall_seconds: float = 30
    slowest_kb_per_second: float = 8
    requests_per_second: float = 30
    requests_burst: float = 120
    jobs_at_once: float = 1
    jobs_waiting: float = 20
    jobs_kept: float = 200
    job_memory_mb: float = 4_000
    job_minutes: float = 60
    economies: float = 4
    economies_mb: float = 4_000
    studies: float = 1_000
    levers: float = 60

    def changed(self, settings: Sequence[str], environment: Mapping[str, str] | None = None) -> Limits:
        """These limits with those that the environment (KALDOR_LIMIT_…) and then NAME=VALUE pairs set.

        Raises InputError with every unknown name and every value that is no number above zero.
        """
        pairs = [
            (variable, variable.removeprefix(PREFIX).lower(), value)
            for variable, value in (environment or {}).items()
            if variable.startswith(PREFIX)
        ]
        pairs += [(f"--limit {text}", *_split(text)) for text in settings]
        known = {one.name for one in fields(self)}
        problems: list[Problem] = []
        values: dict[str, float] = {}
        for place, name, value in pairs:
            if name not in known:
                problems.append(Problem(place, f"unknown limit '{name}'.", f"Known: {', '.join(sorted(known))}."))
                continue
            number = _number(value)
            if number is None:
                problems.append(Problem(place, f"'{value}' is no number above 0.", "Write a number."))
            else:
                values[name] = number
        if problems:
            raise InputError(problems)
        return replace(self, **values)


@dataclass(frozen=True)
class Settings:
    """How one server runs, with how many workers, and on which Dask scheduler its jobs; `token` stays out of `repr`."""

    host: str = "127.0.0.1"
    port: int = DEFAULT_PORT
    token: str | None = field(default=None, repr=False)
    read_only: bool = False
    store: Path | None = None
    limits: Limits = Limits()
    workers: int = 1
    dask: str | None = None
    proxies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        problems = []
        problems += [
            Problem(f"--proxy {one}", "is no address.", "Name an IP address, or a network such as 10.0.0.0/8.")
            for one in self.proxies
            if network_of(one) is None
        ]
        if not self.for_this_machine and self.token is None:
            asked = f"--proxy {self.proxies[0]}" if self.on_loopback else f"--host {self.host}"
            problems.append(
                Problem(
                    asked,
                    "would open the server to other machines without a token.",
                    f"Give --token (or KALDOR_TOKEN), or leave {asked.partition(' ')[0]} out.",
                )
            )
        if self.token is not None and (len(self.token) < SHORTEST_TOKEN or not self.token.isascii()):
            problems.append(
                Problem(
                    "--token",
                    f"is too easy to guess: fewer than {SHORTEST_TOKEN} plain characters.",
                    'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(32))"',
                )
            )
        if self.dask is not None and self.writes:
            what = "runs jobs elsewhere, which must not write into this server's store."
            problems.append(
                Problem(f"--dask {self.dask}", what, "Add --read-only or --workers 2, or leave --dask out.")
            )
        if problems:
            raise InputError(problems)

    @property
    def writes(self) -> bool:
        """Whether this server saves, adds and deletes: several workers would do so at once, and only read."""
        return not self.read_only and self.workers == 1

    @cached_property
    def trusted(self) -> tuple[Network, ...]:
        """The addresses whose word on whose request they hand on is taken."""
        return tuple(found for one in self.proxies if (found := network_of(one)) is not None)

    @property
    def for_this_machine(self) -> bool:
        """Whether only this machine uses the server: nobody else can reach it, and no proxy hands requests on."""
        return self.on_loopback and not self.proxies

    @property
    def on_loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return is_loopback(self.host)


def is_loopback(host: str) -> bool:
    """Whether a host name or address means this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(text: str) -> tuple[str, str]:
    name, _, value = text.partition("=")
    return name.strip().lower(), value.strip()


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if 0 < value < float("inf") else None
