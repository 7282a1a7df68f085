"""A question and its answer: declared once, and every door derives from them what it needs.

The command line makes a command of it, the server a route with its place in OpenAPI, MCP a tool, the page a form
and a table. They all read what was typed by `Question.read`, so that a refusal has the same words wherever it is given.
What a question is asked of (an economy, a study, a library of cases) is none of this package's business: it hands the
subject on.
"""

from kaldor.asking.answer import Answer, Origin, Table
from kaldor.asking.question import Input, Inputs, Kind, Labels, Progress, Question, first, names, text_file

__all__ = [
    "Answer",
    "Input",
    "Inputs",
    "Kind",
    "Labels",
    "Origin",
    "Progress",
    "Question",
    "Table",
    "first",
    "names",
    "text_file",
]
