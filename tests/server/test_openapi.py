"""The OpenAPI document is complete, and the server does what it says, whatever is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from kaldor.server.app import make_app
from kaldor.server.settings import Limits, Settings
from kaldor.server.studies import as_toml
from tests.server.conftest import ADDRESS, STUDY

EXAMPLES = 12
HOST = {"Host": urlsplit(ADDRESS).netloc}
CONTRACT = {
    ("get", "/api/health"), ("get", "/api/datasets"), ("post", "/api/datasets"), ("delete", "/api/datasets/{id}"),
    ("get", "/api/blocs"),
    ("get", "/api/catalogue"), ("get", "/api/framework"), ("get", "/api/framework/cases"), ("get", "/api/levers"),
    ("get", "/api/economies/{dataset}/{year}"), ("get", "/api/economies/{dataset}/{year}/overview"),
    ("get", "/api/economies/{dataset}/{year}/scopes"),
    ("get", "/api/economies/{dataset}/{year}/footprint"), ("get", "/api/economies/{dataset}/{year}/paths"),
    ("get", "/api/economies/{dataset}/{year}/dependence"), ("get", "/api/economies/{dataset}/{year}/ghosh"),
    ("get", "/api/economies/{dataset}/{year}/materials"), ("get", "/api/economies/{dataset}/{year}/energy"),
    ("get", "/api/economies/{dataset}/{year}/recycled"), ("post", "/api/economies/{dataset}/{year}/simulate"),
    ("post", "/api/economies/{dataset}/{year}/compare"), ("post", "/api/economies/{dataset}/{year}/explain"),
    ("post", "/api/economies/{dataset}/{year}/pathway"), ("post", "/api/economies/{dataset}/{year}/shocks"),
    ("get", "/api/economies/{dataset}/{year}/linkages"), ("get", "/api/economies/{dataset}/{year}/upstream"),
    ("get", "/api/economies/{dataset}/{year}/extract"), ("get", "/api/economies/{dataset}/{year}/prices"),
    ("get", "/api/economies/{dataset}/{year}/induced"), ("get", "/api/economies/{dataset}/{year}/change"),
    ("post", "/api/economies/{dataset}/{year}/change"), ("post", "/api/economies/{dataset}/{year}/bands"),
    ("get", "/api/rooms"),
    ("get", "/api/studies"), ("post", "/api/studies"), ("get", "/api/studies/{id}"), ("put", "/api/studies/{id}"),
    ("delete", "/api/studies/{id}"), ("get", "/api/studies/{id}/export"), ("post", "/api/studies/{id}/run"),
    ("get", "/api/studies/{id}/brief.{format}"), ("get", "/api/jobs"), ("get", "/api/jobs/{id}"),
    ("get", "/api/jobs/{id}/events"), ("delete", "/api/jobs/{id}"),
}  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    """A server on an empty store; jobs that the examples start die soon."""
    limits = Limits(jobs_waiting=2, jobs_kept=5, job_memory_mb=50)
    found = make_app(Settings(store=tmp_path_factory.mktemp("openapi") / "store", limits=limits))
    yield found
    found.state.workbench.close()


@pytest.fixture(scope="module")
def document(app) -> dict:
    return app.openapi()


@pytest.fixture
def described(app):
    studies = app.state.workbench.studies
    if not studies.file("kept").exists():
        studies.create(as_toml(STUDY), "kept")
    return schemathesis.openapi.from_asgi("/api/openapi.json", app, headers=HOST)


def test_every_route_of_the_contract_is_there(document):
    found = {(method, path) for path, methods in document["paths"].items() for method in methods}
    assert found >= CONTRACT


def test_every_route_says_what_it_gives_and_what_it_refuses(document):
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            place = f"{method} {path}"
            assert operation.get("description"), place
            good = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
            assert good, place
            assert all(answer["content"] for answer in good), place
            assert {"400", "401", "422"} <= set(operation["responses"]), place
            refusals = [answer for status, answer in operation["responses"].items() if int(status) >= 400]
            assert all("Refusal" in str(answer["content"]) for answer in refusals), place


def test_every_reference_leads_somewhere(document):
    """What makes clients of the document, such as the types of the page, stops at the first that does not."""
    named = re.findall(r"'\$ref': '([^']+)'", str(document))
    assert len(named) > 100
    missing = {
        one for one in named if one.removeprefix("#/components/schemas/") not in document["components"]["schemas"]
    }
    assert missing == set()
    assert "$defs" not in str(document)


def test_an_answer_holds_each_of_its_fields_and_a_body_may_leave_some_out(document):
    shapes = document["components"]["schemas"]
    assert set(shapes["JobAnswer"]["required"]) == set(shapes["JobAnswer"]["properties"])
    assert {"ended", "result", "problems"} <= set(shapes["JobAnswer"]["required"])
    assert set(shapes["Cost"]["required"]) == set(shapes["Cost"]["properties"])  # a part of an answer's part
    assert set(shapes["LeverSetting"]["required"]) == {"lever", "strength", "regions"}


def test_bodies_have_examples_that_work(document, app):
    from starlette.testclient import TestClient

    tried = 0
    client = TestClient(app, base_url=ADDRESS)  # not as a context: that would close the server that all tests here ask
    for path, methods in document["paths"].items():
        if "post" not in methods or "application/json" not in str(methods["post"].get("requestBody", "")):
            continue
        for body in _examples(methods["post"]["requestBody"]["content"]["application/json"], document):
            address = path.replace("{dataset}", "starter").replace("{year}", "2018")
            answer = client.post(address, json=body)
            assert answer.status_code in {200, 201, 202}, (address, answer.text)
            tried += 1
    assert tried >= 4


@pytest.mark.parametrize(("method", "path"), sorted(CONTRACT))
def test_no_server_error_and_no_undocumented_answer(described, method, path):
    @given(case=described[path][method].as_strategy())
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
    def as_documented(case):
        answer = case.call(headers=HOST)
        case.validate_response(
            answer,
            checks=[
                not_a_server_error,
                status_code_conformance,
                content_type_conformance,
                response_schema_conformance,
            ],
        )

    as_documented()


def _examples(content: dict, document: dict) -> list:
    """The examples of a body, given with it or with the type that it refers to."""
    named = [example["value"] for example in content.get("examples", {}).values()]
    reference = content["schema"].get("$ref", "").rsplit("/", 1)[-1]
    return named or document["components"]["schemas"].get(reference, {}).get("examples", [])
