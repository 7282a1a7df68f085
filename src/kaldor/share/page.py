"""A scenario as one HTML file: no script, no request, nothing that a text of a table or a scenario could act as."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources

from kaldor.atlas.escaped import templates_of
from kaldor.share.card import card
from kaldor.share.scenario import Shared
from kaldor.share.wording import change_in_words, verdict
from kaldor.twin.outcome import Outcome
from kaldor.words import figure


def to_html(of: Shared) -> str:
    """The whole file. Every text is escaped, and the file's own policy lets nothing run and nothing be asked for."""
    from markupsafe import Markup

    environment = templates_of("kaldor.share")
    environment.filters.update(figure=figure, change=change_in_words, band=_band, verdict=verdict)
    style = resources.files("kaldor.share").joinpath("templates/share.css").read_text("utf-8")
    # The one style is named by what it holds; the picture is data. Markup: both are ours, and written by no user.
    return environment.get_template("share.html").render(
        of=of,
        style=Markup(style),
        policy=_policy(style),
        picture=base64.b64encode(card(of).encode()).decode(),
    )


def _policy(style: str) -> str:
    known = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{known}'; img-src data:; base-uri 'none'; form-action 'none'"


def _band(one: Outcome) -> str:
    return " to ".join(map(figure, one.band)) if one.band else "no band"
