"""`kaldor mcp`: every question as a tool of the Model Context Protocol, over standard input and output; read-only."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kaldor.cli import collector
from kaldor.cli.options import StorePath

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server

    from kaldor.asking import Question

_SUBJECT: dict[str, dict[str, Any]] = {
    "on": {"type": "string", "description": "A dataset of the store, or starter."},
    "year": {"type": "integer", "description": "Year of the table; may be left out where there is one only."},
    "with": {"type": "array", "items": {"type": "string"}, "description": "Extension datasets to attach."},
    "rows": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 50, "description": "Rows of each table."},
}
_ROWS = 50


def mcp(store: StorePath = None) -> None:
    """Answer questions for a program that speaks the Model Context Protocol; it starts this command itself."""
    from kaldor.errors import InputError, Problem

    try:
        import anyio
        from mcp.server.stdio import stdio_server
    except ImportError:
        remedy = "Install it with: pip install 'kaldor[mcp]'"
        raise InputError(Problem("kaldor mcp", "the package mcp is not installed.", remedy)) from None

    async def serve() -> None:
        server = _server(store)
        async with stdio_server() as (reading, writing):
            await server.run(reading, writing, server.create_initialization_options())

    collector.look_as_usual()
    anyio.run(serve)


def _server(store: Path | None) -> Server[Any]:
    import anyio
    import mcp_types as types
    from mcp.server.lowlevel import Server

    from kaldor import __version__
    from kaldor.errors import KaldorError
    from kaldor.rooms import questions

    async def tools(_context: Any, _asked: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_tool(one) for one in questions().values()])

    async def call(_context: Any, asked: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            answer = await anyio.to_thread.run_sync(_answered, asked.name, asked.arguments or {}, store)
        except KaldorError as error:
            return types.CallToolResult(content=[types.TextContent(type="text", text=str(error))], is_error=True)
        text = json.dumps(answer, ensure_ascii=False, allow_nan=False)
        return types.CallToolResult(content=[types.TextContent(type="text", text=text)], structured_content=answer)

    instructions = "Every figure stands with its unit, status, year and source: quote them with it."
    return Server("kaldor", version=__version__, instructions=instructions, on_list_tools=tools, on_call_tool=call)


def _tool(question: Question[Any, Any]) -> Any:
    import mcp_types as types

    from kaldor.asking.schema import object_of

    return types.Tool(
        name=question.id,
        title=question.title["en"],
        description=question.help,
        input_schema=object_of(question, _SUBJECT, ["on"]),
        annotations=types.ToolAnnotations(read_only_hint=True),
    )


def _answered(name: str, given: dict[str, Any], store: Path | None) -> dict[str, Any]:
    """The answer to a question, with at most the rows asked for."""
    from kaldor.asking.shape import as_plain
    from kaldor.economy.questions.opening import asked_of
    from kaldor.errors import UnknownLabelError
    from kaldor.rooms import questions

    if name not in questions():
        raise UnknownLabelError("question", name, questions())
    question = questions()[name]
    own = {key: value for key, value in given.items() if key not in _SUBJECT}
    question.read(own)
    on, year, with_ = _subject(given)
    return as_plain(question.ask(asked_of(on, year, with_, store), own), int(given.get("rows", _ROWS)))


def _subject(given: dict[str, Any]) -> tuple[str, int | None, list[str]]:
    from kaldor.errors import InputError, Problem

    on, year, with_ = given.get("on"), given.get("year"), given.get("with", [])
    if not isinstance(on, str):
        raise InputError(Problem("on", "is missing.", "Name a dataset of the store, or starter."))
    if (
        not isinstance(year, int | None)
        or not isinstance(with_, list)
        or not all(isinstance(one, str) for one in with_)
    ):
        raise InputError(Problem("year, with", "are a whole number and a list of texts.", "Correct them."))
    return on, year, with_
