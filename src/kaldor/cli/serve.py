"""`kaldor serve`: the workbench in the browser, on this machine or, with a token, for others."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Annotated

import typer

from kaldor.cli.options import StorePath

if TYPE_CHECKING:
    from fastapi import FastAPI

    from kaldor.server.settings import Settings

Port = Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")]
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

_QUEUE = 128
_SECONDS_TO_STOP = 3


def serve(
    port: Port = 8123,
    host: Host = "127.0.0.1",
    token: Token = None,
    read_only: ReadOnly = False,
    open_: Open = False,
    store: StorePath = None,
    limit: Limit = None,
) -> None:
    """Serve the workbench: open its address in a browser; stop it with Ctrl-C."""
    from kaldor.server.app import make_app
    from kaldor.server.settings import Limits, Settings

    limits = Limits().changed(limit or [], os.environ)
    settings = Settings(host=host, port=port, token=token, read_only=read_only, store=store, limits=limits)
    app = make_app(settings)  # what refuses to be served says so before an address is promised
    listening = _listen(settings)
    address = f"http://{_in_address(host)}:{listening.getsockname()[1]}/"
    typer.echo(f"Kaldor is at {address} — stop it with Ctrl-C.{' Read-only.' if read_only else ''}")
    if open_:
        typer.launch(address)
    _run(app, listening)


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


def _run(app: FastAPI, listening: socket.socket) -> None:
    import uvicorn

    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,  # who asked what is nobody's business, and a log is where secrets end up
        server_header=False,
        timeout_graceful_shutdown=_SECONDS_TO_STOP,
    )
    uvicorn.Server(config).run(sockets=[listening])


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host
