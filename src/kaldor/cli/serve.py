"""`kaldor serve`: the workbench in the browser, on this machine or, with a token, for others."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from kaldor import bounds
from kaldor.cli import collector
from kaldor.cli.options import StorePath, whole

if TYPE_CHECKING:
    from kaldor.server.settings import Settings

Port = Annotated[int, whole("--port", bounds.PORT, "Port to listen on; 0 takes a free one.")]
Host = Annotated[str, typer.Option(help="Address to listen on; others than this machine's need a token.")]
Token = Annotated[
    str | None,
    typer.Option(
        envvar="KALDOR_TOKEN", show_envvar=True, help="Who opens the page must enter it; 16 characters at least."
    ),
]
ReadOnly = Annotated[bool, typer.Option("--read-only", help="Save, add and delete nothing.")]
Open = Annotated[bool, typer.Option("--open", help="Open the page in the browser.")]
Limit = Annotated[
    list[str] | None,
    typer.Option("--limit", metavar="NAME=VALUE", help="Change a limit, such as upload_mb=500; repeatable."),
]
Workers = Annotated[
    int, whole("--workers", bounds.WORKERS, "Processes that answer; more than one only read the store.")
]
Proxy = Annotated[
    list[str] | None,
    typer.Option(
        "--proxy",
        metavar="ADDRESS",
        help="A proxy in front, whose X-Forwarded-For, -Host and -Proto are believed; repeatable. Needs a token.",
    ),
]
Dask = Annotated[
    str | None,
    typer.Option(
        "--dask",
        metavar="ADDRESS",
        envvar="KALDOR_DASK",
        show_envvar=True,
        help="Run jobs on the Dask scheduler there (tcp://HOST:8786), of a server that only reads its store.",
    ),
]

_QUEUE = 128


def serve(
    port: Port = 8123,
    host: Host = "127.0.0.1",
    token: Token = None,
    read_only: ReadOnly = False,
    open_: Open = False,
    store: StorePath = None,
    limit: Limit = None,
    workers: Workers = 1,
    dask: Dask = None,
    proxy: Proxy = None,
) -> None:
    """Serve the workbench: open its address in a browser; stop it with Ctrl-C."""
    from kaldor.server.settings import Limits, Settings

    limits = Limits().changed(limit or [], os.environ)
    settings = Settings(
        host=host,
        port=port,
        token=token,
        read_only=read_only,
        store=store,
        limits=limits,
        workers=workers,
        dask=dask,
        proxies=tuple(proxy or ()),
    )
    with _listen(settings) as listening:  # first, since what is ready to answer may have made a new store
        answer = _ready(settings)  # what refuses to be served says so before an address is promised
        address = f"http://{_in_address(host)}:{listening.getsockname()[1]}/"
        typer.echo(f"Kaldor is at {address} — stop it with Ctrl-C.{_how(settings)}")
        if open_:
            typer.launch(address)
        collector.look_as_usual()
        answer(listening)


def _ready(settings: Settings) -> Callable[[socket.socket], None]:
    """What answers at a socket until it is told to stop. Raises KaldorError where it could not."""
    from kaldor.server.running import run, run_workers

    if settings.workers == 1:
        from kaldor.server.app import make_app

        return partial(run, make_app(settings))
    from kaldor.atlas.store import Store
    from kaldor.server.desk import Desk

    Store(settings.store).exists()
    return partial(run_workers, settings, Desk.of(settings))


def _how(settings: Settings) -> str:
    """What a server does not do, for its first line."""
    if settings.workers > 1:
        return f" Its {settings.workers} workers only read the store: nothing is saved, added or deleted."
    return " Read-only." if settings.read_only else ""


def _listen(settings: Settings) -> socket.socket:
    """A socket at the address asked for. Raises InputError where that cannot be had."""
    from kaldor.errors import InputError, Problem

    try:
        family, kind, protocol, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[
            0
        ]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(_QUEUE)
    except OSError as error:
        where = f"--host {settings.host} --port {settings.port}"
        what = f"cannot listen there ({error.strerror or error})."
        raise InputError(Problem(where, what, "Another server may run there; choose another --port.")) from None
    return listening


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host
