"""`kaldor mcp`: every question as a tool of the Model Context Protocol, over standard input and output; read-only."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from kaldor.cli import collector
from kaldor.cli.mcp_lines import Lines, Messages
from kaldor.cli.options import StorePath

if TYPE_CHECKING:
    from mcp.server.lowlevel import Server

    from kaldor.asking import Inputs, Question

_DEFAULT_ROWS, _MOST_ROWS = 50, 1000


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
        lines: Any = Lines()  # for a file: the library only goes through its lines
        async with stdio_server(lines) as (reading, writing):
            await server.run(Messages(reading, writing), writing, server.create_initialization_options())

    collector.look_as_usual()
    anyio.run(serve)


def _server(store: Path | None) -> Server[Any]:
    import anyio
    import mcp_types as types
    from mcp.server.lowlevel import Server

    from kaldor import __version__
    from kaldor.errors import KaldorError
    from kaldor.rooms import questions
    from kaldor.unforeseen import caught

    async def tools(_context: Any, _asked: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_tool(one) for one in questions().values()])

    async def call(_context: Any, asked: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            answer = await anyio.to_thread.run_sync(_answered, asked.name, asked.arguments or {}, store)
            text = json.dumps(answer, ensure_ascii=False, allow_nan=False)
        except Exception as error:  # the library would tell what is not ours in Python's words
            said = str(error) if isinstance(error, KaldorError) else str(caught(error).problem)
            return types.CallToolResult(content=[types.TextContent(type="text", text=said)], is_error=True)
        return types.CallToolResult(content=[types.TextContent(type="text", text=text)], structured_content=answer)

    instructions = "Every figure stands with its unit, status, year and source: quote them with it."
    return Server("kaldor", version=__version__, instructions=instructions, on_list_tools=tools, on_call_tool=call)


def _tool(question: Question[Any, Any]) -> Any:
    import mcp_types as types

    from kaldor.asking.question import described
    from kaldor.asking.schema import object_of, schema_of

    beside = {one.id: schema_of(one) | {"description": one.help} for one in described(_subject())}
    return types.Tool(
        name=question.id,
        title=question.title["en"],
        description=question.help,
        input_schema=object_of(question, beside, ["on"]),
        annotations=types.ToolAnnotations(read_only_hint=True),
    )


def _answered(name: str, given: dict[str, Any], store: Path | None) -> dict[str, Any]:
    """The answer to a question, with at most the rows asked for."""
    from kaldor.asking.question import read_inputs
    from kaldor.asking.shape import as_plain
    from kaldor.economy.questions.opening import asked_of
    from kaldor.errors import UnknownLabelError
    from kaldor.rooms import questions

    if name not in questions():
        raise UnknownLabelError("question", name, questions())
    question, subject = questions()[name], _subject()
    own = {key: value for key, value in given.items() if key not in subject.model_fields}
    read = question.read(own)
    of = read_inputs(subject, {key: value for key, value in given.items() if key in subject.model_fields}).model_dump()
    return as_plain(question.ask(asked_of(of["on"], of["year"], of["with"], store), read), of["rows"])


@cache
def _subject() -> type[Inputs]:
    """What every tool takes beside the inputs of its question: of what it is asked, and how much is shown."""
    from pydantic import Field, create_model

    from kaldor.asking import Inputs
    from kaldor.bounds import ROWS, YEAR

    rows = "Rows of each table."
    fields: dict[str, Any] = {
        "on": (str, Field(description="A dataset of the store, or starter.")),
        "year": (
            Annotated[int, YEAR] | None,
            Field(None, description="Year of the table; may be left out where there is one only."),
        ),
        "with": (tuple[str, ...], Field((), description="Extension datasets to attach.")),
        "rows": (Annotated[int, ROWS.up_to(_MOST_ROWS)], Field(_DEFAULT_ROWS, description=rows)),
    }
    return create_model("Subject", __base__=Inputs, **fields)
