"""The brief of a saved study: the server keeps the same files as the command line writes, text and slides too."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from typing import get_args

import docx
import pptx
import pytest

from kaldor.brief.formats import FORMATS
from kaldor.server.answers.studies import Format
from tests.server.conftest import STUDY

SCENARIO = {"id": "lighter", "levers": [{"lever": "material-efficiency", "strength": 20, "regions": ["IND"]}]}
TRIED = {**STUDY, "question": "What would lighter products save?", "scenarios": [SCENARIO]}
TYPES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


def test_the_server_offers_every_format_that_a_run_can_write() -> None:
    assert sorted(get_args(Format)) == sorted(FORMATS)


def test_text_and_slides_come_from_the_server_with_the_bytes_of_the_command_line(serve, tmp_path) -> None:
    server = serve()
    server.http.post("/api/studies", json={"study": TRIED, "id": "lighter"})
    job = server.http.post("/api/studies/lighter/run").json()["job"]
    assert server.wait(job)["state"] == "done"
    assert sorted(server.http.get("/api/studies/lighter").json()["briefs"]) == sorted(FORMATS)
    (tmp_path / "study.toml").write_bytes(server.http.get("/api/studies/lighter/export").content)
    command = [sys.executable, "-m", "kaldor", "run", str(tmp_path / "study.toml"), "--out", str(tmp_path / "here")]
    subprocess.run([*command, "--format", "html,pdf,docx,pptx"], check=True, capture_output=True, timeout=240)
    for kind in FORMATS:
        sent = server.http.get(f"/api/studies/lighter/brief.{kind}", params={"download": True})
        assert sent.headers["content-disposition"] == f'attachment; filename="lighter.{kind}"'
        assert sent.headers["content-type"] == TYPES.get(kind, sent.headers["content-type"])
        assert sent.content == (tmp_path / "here" / f"brief.{kind}").read_bytes(), kind
        if kind == "docx":
            assert docx.Document(BytesIO(sent.content)).paragraphs[0].text == TRIED["question"]
        if kind == "pptx":
            assert len(pptx.Presentation(BytesIO(sent.content)).slides) <= 8


@pytest.mark.parametrize(("installed", "remedy"), [(True, "Run the study first."), (False, "kaldor[office]")])
def test_no_text_before_a_run_and_what_to_install_where_it_cannot_be_written(
    client, monkeypatch, installed, remedy
) -> None:
    if not installed:
        monkeypatch.setattr("kaldor.brief.formats.find_spec", lambda name: None)
    client.post("/api/studies", json={"study": STUDY, "id": "mine"})
    answer = client.get("/api/studies/mine/brief.docx")
    assert answer.status_code == 404
    assert remedy in answer.text
