"""A link leads to http or https; whatever else is written as one is refused, or shown as a text."""

from __future__ import annotations

import pytest

from kaldor.atlas.catalogue import Catalogue, CatalogueSource
from kaldor.declared import checked
from kaldor.errors import InputError
from kaldor.framework.model import Document as Publication

NONE = (
    "javascript:alert(1)", "JavaScript:alert(1)", " javascript:alert(1)", "data:text/html,<script>", "file:///etc/passwd",
    "vbscript:x", "//evil.example", "https://a b", 'https://a"onclick="x', "https://a'x", "https://<b>", "ftp://a",
    "java\tscript:alert(1)", "https:evil",
)  # fmt: skip
GOOD = ("https://example.org/a?b=c#d", "http://example.org")


def _source(link: str) -> CatalogueSource:
    own = Catalogue.load().source("own-economy").model_dump() | {"id": "mine", "landing_page": link}
    return checked(CatalogueSource, own, "dataset.toml")


def _publication(link: str) -> Publication:
    written = {"id": "mine", "title": "T", "publisher": "P", "date": "2024", "kind": "report", "summary": "s"}
    return checked(Publication, written | {"url": link}, "framework.toml")


@pytest.mark.parametrize("link", NONE)
@pytest.mark.parametrize("made", [_source, _publication])
def test_what_leads_elsewhere_is_refused(made, link):
    with pytest.raises(InputError, match=r"should be an address|control character"):
        made(link)


@pytest.mark.parametrize("link", GOOD)
@pytest.mark.parametrize("made", [_source, _publication])
def test_an_address_is_taken(made, link):
    assert link in made(link).model_dump().values()


def test_every_field_that_holds_an_address_is_of_this_kind():
    """Found by their names in all declared types: a new one is either a link or told here why not."""
    from tests.test_bounds import _declared

    others = {("RemoteFile", "address")}  # https alone
    for kind in _declared():
        for name, field in kind.model_fields.items():
            named = any(word in name for word in ("url", "landing_page", "address", "link", "href"))
            if (
                named
                and (kind.__name__, name) not in others
                and not kind.__module__.startswith("kaldor.economy.starter")
            ):
                assert "https?" in str(field.metadata) + str(field.annotation), (kind, name)


def test_a_brief_shows_an_address_as_a_text():
    """Nothing in a brief's page leads out of it, whatever a source says of itself."""
    from importlib.resources import files

    template = (files("kaldor.brief") / "templates" / "brief.html").read_text("utf-8")
    assert "landing_page" in template
    for quoted in template.split('href="')[1:]:
        assert quoted.startswith("#"), quoted[:60]
    printed = (files("kaldor.brief") / "templates" / "brief.typ").read_text("utf-8")
    for linked in printed.split("link(")[1:]:
        assert linked.startswith(("label(", "it.element.location()")), linked[:60]
