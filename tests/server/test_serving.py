"""`kaldor serve` as a person runs it: where it listens, what it refuses, and uploads from end to end."""

from __future__ import annotations

import io
import socket
import zipfile

import pytest

from tests.atlas.plain_folders import small_economy
from tests.server.conftest import launch
from tests.server.test_uploads import packed, packed_folder
from tests.waiting import PATIENCE

pytestmark = pytest.mark.long  # every test starts a real server

TOKEN = "a-long-enough-token-for-tests"


def outside_address() -> str | None:
    """An address of this machine that is not its loopback, if it has one."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing: only asks the system which address it would use
        except OSError:
            return None
        return probe.getsockname()[0]


def test_by_default_only_this_machine_is_answered(serve):
    server = serve()
    port = int(server.address.rstrip("/").rsplit(":", 1)[1])
    assert server.address.startswith("http://127.0.0.1:")
    address = outside_address()
    if address is None or address.startswith("127."):
        pytest.skip("this machine has no address but its loopback")
    with pytest.raises(OSError, match=r"refused|timed out|unreachable"):
        socket.create_connection((address, port), timeout=2)


@pytest.mark.parametrize(
    "options", [("--host", "0.0.0.0"), ("--host", "::"), ("--host", "0.0.0.0", "--token", "short")]
)
def test_other_hosts_are_refused_without_a_good_token(options, tmp_path):
    process = launch("--port", "0", "--store", str(tmp_path), *options)
    output, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode != 0
    assert "http://" not in output
    assert "token" in errors


def test_the_token_is_in_no_output(serve):
    server = serve("--token", TOKEN)
    assert server.http.get("/api/datasets").status_code == 401
    headers = {"authorization": f"Bearer {TOKEN}"}
    assert server.http.get("/api/datasets", headers=headers).status_code == 200
    assert server.http.post("/api/session", headers=headers).status_code == 200
    assert server.http.get("/api/datasets").status_code == 200
    server.process.terminate()
    output, errors = server.process.communicate(timeout=PATIENCE)
    assert TOKEN not in output + errors


def test_a_port_that_is_taken_is_said(serve, tmp_path):
    server = serve()
    port = server.address.rstrip("/").rsplit(":", 1)[1]
    process = launch("--port", port, "--store", str(tmp_path / "other"))
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode != 0
    assert "choose another --port" in errors
    assert not (tmp_path / "other").exists()


def test_one_store_has_one_server_that_writes(serve, tmp_path):
    serve()
    process = launch("--port", "0", "--store", str(tmp_path / "store"))
    _, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode != 0
    assert "another server writes into this store" in errors
    reader = serve("--read-only")
    assert reader.http.get("/api/health").json()["read_only"] is True


def test_good_and_bad_uploads(serve, tmp_path):
    server = serve("--limit", "upload_mb=1", "--limit", "unpacked_mb=5")
    store = tmp_path / "store"

    def send(name: str, content: bytes, as_id: str | None = None) -> dict:
        data = {"as_id": as_id} if as_id else {}
        answer = server.http.post("/api/datasets", files={"file": (name, content)}, data=data)
        assert answer.status_code == 202, answer.text
        return server.wait(answer.json()["job"])

    own = small_economy(tmp_path / "ruritania", years=(2009, 2010))
    record = send("ruritania.zip", packed_folder(own), "mine")
    assert record["state"] == "done", record["problems"]
    assert record["result"]["datasets"] == ["mine"]
    assert [line["year"] for line in record["result"]["balance"]] == [2009, 2010]
    assert "2 regions" in record["result"]["saw"]
    assert "mine" in [one["id"] for one in server.http.get("/api/datasets").json()]
    assert server.http.get("/api/economies/mine/2009").json()["regions"][0]["code"] == "R0"

    labelled = small_economy(tmp_path / "labels")
    sectors = labelled / "sectors.csv"
    sectors.write_text(sectors.read_text().replace("Sector s0", "<script>alert(1)</script>"))
    assert send("labels.zip", packed_folder(labelled), "labels")["state"] == "done"
    answer = server.http.get("/api/economies/labels/2009")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["sectors"][0]["name"] == "<script>alert(1)</script>"  # text, which the page escapes

    held = sorted(path for path in store.rglob("*") if "jobs" not in path.parts)
    wide = b"indicator" + b"".join(b",c%d" % number for number in range(100_000)) + b"\n"
    text = small_economy(tmp_path / "text")
    (text / "F_co2.csv").write_text("region,sector,2009\nR0,s0,many\n")
    (text / "extensions.csv").write_text("id,name,unit\nco2,CO2,kt\n")
    bad = {
        "bomb.zip": (packed({"a.csv": bytes(60_000_000)}), "this is no table"),
        "path.zip": (packed({"../../outside.csv": b"a\n"}), "leads out of the archive"),
        "link.zip": (_link(), "is a link"),
        "wide.csv": (wide, "100,001 columns"),
        "text.zip": (packed_folder(text), "'many' is not a finite number"),
        "none.csv": (b"\xff\xfe\x00", "not UTF-8"),
        "nothing.zip": (b"no zip", "neither a zip file nor one of"),
    }
    for name, (content, says) in bad.items():
        record = send(name, content, "bad")
        assert record["state"] == "failed", name
        assert says in str(record["problems"]), (name, record["problems"])
    left = sorted(path for path in store.rglob("*") if "jobs" not in path.parts)
    assert left == held
    assert not list(tmp_path.glob("outside*"))

    large = server.http.post("/api/datasets", files={"file": ("large.zip", bytes(2_000_000))})
    assert large.status_code == 413
    for id in ("starter", "../bad", "A"):
        answer = server.http.post("/api/datasets", files={"file": ("a.csv", b"x")}, data={"as_id": id})
        assert answer.status_code in {400, 409}
    assert sorted(path for path in store.rglob("*") if "jobs" not in path.parts) == held

    assert server.http.delete("/api/datasets/mine").json() == {"removed": "mine", "kept": []}
    assert server.http.get("/api/economies/mine/2009").status_code == 404
    assert server.http.delete("/api/datasets/starter").status_code == 409


def test_a_dataset_that_is_replaced_is_read_anew(serve, tmp_path):
    server = serve()
    for seed in (1, 2):
        folder = small_economy(tmp_path / f"seed{seed}", seed=seed)
        job = server.http.post(
            "/api/datasets", files={"file": ("own.zip", packed_folder(folder))}, data={"as_id": "own"}
        ).json()["job"]
        assert server.wait(job)["state"] == "done"
        answer = server.http.get("/api/economies/own/2009/footprint?extension=value_added")
        levels = answer.json()["tables"]
        if seed == 1:
            first = levels
    assert levels != first


def test_read_only_from_the_command_line(serve):
    server = serve("--read-only")
    assert server.http.get("/api/health").json()["read_only"] is True
    assert server.http.post("/api/studies", json={"study": {}}).status_code == 403


def _link() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("link.csv")
        link.create_system = 3
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    return buffer.getvalue()
