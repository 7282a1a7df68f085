"""Make what a version of Kaldor leaves behind, with that version: in a checkout of it, `./run python THIS/make.py 0.1`.

The files that a user writes (study, levers, path, shock …) stand in the version's folder. This script has that version
write the rest beside them: a store with a tiny economy and what its server keeps, the folder of a brief, the text of a
link, and `expected.json`, the figures that it printed for all of them. It is run once for a version, and never again.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np

NAMES = (
    *("id", "metric", "lever", "target", "what", "measure", "shock", "path", "origin", "region", "sector", "product"),
    *("account", "year", "label"),
)
LEVERS = {"Carbon price, exact value in $/t CO₂": "60", "Cleaner electricity, exact value in %": "40"}
SWEEP = ("twin", "sweep", "price.toml", "--on", "tiny", "--year", "2020", "--runs", "4", "--where", "parts")
REGIONS, SECTORS = ("DEU", "FRA"), ("goods", "energy", "services")


def figures(node: Any, place: str = "") -> Iterator[tuple[str, float]]:
    """Every number of an answer by its place: keys, and rows by the names within them rather than by their order."""
    if isinstance(node, Mapping):
        for key, value in node.items():
            yield from figures(value, f"{place}.{key}" if place else key)
    elif isinstance(node, list):
        names = [_name(row) for row in node]
        for number, row in enumerate(node):
            yield from figures(row, f"{place}[{number if names.count(names[number]) > 1 else names[number]}]")
    elif isinstance(node, int | float) and not isinstance(node, bool):
        yield place, node


def _name(row: Any) -> str:
    """What a row of an answer is about, by the texts and years that name it."""
    named = (row.get(name) for name in NAMES) if isinstance(row, Mapping) else ()
    return " ".join(str(name) for name in named if isinstance(name, str | int))


def kaldor(store: Path, *arguments: str, cwd: Path) -> str:
    """What a command prints."""
    command = [sys.executable, "-m", "kaldor", *arguments]
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, "KALDOR_STORE": str(store)}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(f"{arguments}: {done.stderr}")
    return done.stdout


def write_economy(folder: Path) -> None:
    """Two regions, three sectors, two years, in the plain layout: all sectors buy from all, the second year grows."""
    folder.mkdir()
    (folder / "regions.csv").write_text("region\n" + "\n".join(REGIONS) + "\n")
    groups = ("manufacturing; materials; electronics", "energy; electricity", "services; construction")
    rows = [f"{code},{code.title()},{group}" for code, group in zip(SECTORS, groups, strict=True)]
    (folder / "sectors.csv").write_text("\n".join(["code,name,groups", *rows]) + "\n")
    demands = [("c", "Households", "households"), ("g", "Government", "government"), ("i", "Investment", "investment")]
    (folder / "final_demand.csv").write_text("\n".join(["code,name,role", *map(",".join, demands)]) + "\n")
    (folder / "extensions.csv").write_text("id,name,unit\nco2,CO2 emissions,kt CO2\n")
    about = (
        'title = "A tiny economy"\npublisher = "Nobody"\nunit = "million US$"\nstatus = "estimated"\nlicence = "CC0"\n'
    )
    (folder / "dataset.toml").write_text(about)
    Z = np.array(
        [
            [30.0, 4, 12, 6, 1, 5],
            [8, 3, 4, 1, 1, 1],
            [14, 3, 25, 3, 1, 6],
            [9, 2, 5, 60, 9, 25],
            [6, 1, 2, 20, 8, 9],
            [3, 1, 4, 25, 6, 70],
        ]
    )
    Y = np.array([[30.0, 4, 20, 8, 1, 5], [9, 1, 0, 1, 0, 0], [60, 30, 15, 4, 1, 2]])
    Y = np.vstack([Y, [[6.0, 1, 4, 90, 10, 60], [3, 0, 0, 25, 2, 1], [5, 1, 1, 160, 70, 40]]])
    F, F_Y = np.array([[20.0, 30, 5, 70, 110, 12]]), np.array([[9.0, 0, 0, 30, 0, 0]])
    for year, growth in ((2019, 1.0), (2020, 1.04)):
        bought = Z * growth ** np.array([1, 0.5, 1, 1, 0.5, 1.5])
        sold = Y * growth
        x = bought.sum(axis=1) + sold.sum(axis=1)
        np.savez_compressed(folder / f"tiny_{year}.npz", Z=bought, Y=sold, x=x, F=F * growth**0.5, F_Y=F_Y)


def write_jobs(folder: Path) -> None:
    """Jobs, an extension of its own."""
    folder.mkdir()
    jobs = [
        f"{r},{s},{n},{n + 1}" for r, s, n in zip(sorted(REGIONS * 3), SECTORS * 2, (6, 1, 14, 30, 5, 70), strict=True)
    ]
    (folder / "F_jobs.csv").write_text("\n".join(["region,sector,2019,2020", *jobs]) + "\n")
    (folder / "dataset.toml").write_text(
        'title = "Jobs"\nunit = "thousand jobs"\nextension = { id = "jobs", name = "Jobs" }\nlicence = "CC0"\n'
    )


def fill(store: Path) -> None:
    """Two datasets and indicators, a study that the server holds, and the record of the job that ran it."""
    with tempfile.TemporaryDirectory() as folder:
        given = Path(folder)
        write_economy(given / "tiny")
        write_jobs(given / "tiny-jobs")
        rows = ["gdp,DEU,2019,210,million US$", "gdp,DEU,2020,214.5,million US$", "gdp,FRA,2020,520,million US$"]
        (given / "tiny-facts.csv").write_text("\n".join(["indicator,region,year,value,unit", *rows]) + "\n")
        for name in ("tiny", "tiny-jobs", "tiny-facts.csv"):
            kaldor(store, "data", "add", name, "--as", name.removesuffix(".csv"), cwd=given)


def serve(store: Path) -> tuple[subprocess.Popen[str], str]:
    """A server on the store, and its address."""
    command = [sys.executable, "-m", "kaldor", "serve", "--port", "0", "--store", str(store)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout
    address = re.search(r"http://\S+/", server.stdout.readline())
    assert address
    return server, address[0]


def ask(address: str, path: str, body: Any = None) -> Any:
    """The JSON of a GET, or of a POST where there is a body."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(address + path, data, {"content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def saved_study(address: str) -> None:
    """A study, saved and run by the server."""
    study = {"title": "Tiny study", "country": "DEU", "year": 2020, "economy": "tiny", "sections": ["accounts"]}
    entry = ask(address, "api/studies", {"study": study})
    job = ask(address, f"api/studies/{entry['id']}/run", {})["job"]
    while (record := ask(address, f"api/jobs/{job}"))["state"] not in ("done", "failed"):
        time.sleep(0.2)
    assert record["state"] == "done", record


def without_pdf(store: Path) -> None:
    """A brief's PDF is larger than all the rest together, and nothing of Kaldor's reads one."""
    for path in store.glob("studies/*/brief/brief.pdf"):
        path.unlink()


def link_and_dials(address: str) -> dict[str, Any]:
    """The link to a scenario as the page writes it, and what its five dials read."""
    from playwright.sync_api import sync_playwright

    from tests.page.conftest import CHROMIUM, FLAGS, settled

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        page = browser.new_page(locale="en-GB")
        page.goto(f"{address}#/simulator?economy=tiny&year=2020&with=tiny-jobs&country=DEU&peers=FRA")
        page.wait_for_selector(".dial .change")
        for lever, strength in LEVERS.items():
            page.get_by_label(lever).fill(strength)
            page.get_by_label(lever).blur()
            page.wait_for_timeout(300)
        dials = settled(page)
        link = page.url.removeprefix(address)
        browser.close()
    return {"link": link, "dials": dials, "levers": LEVERS}


def study_figures(brief: Path) -> list[dict[str, Any]]:
    """The figures of a brief by id; of a line of values its last one."""
    written = json.loads((brief / "results.json").read_text("utf-8"))["figures"]
    return [{"id": one["id"], "value": one["values"][-1] if one["values"] else one["value"]} for one in written]


def main(version: str) -> None:
    """Write store, brief, link and figures into the folder of this version."""
    here = Path(__file__).parent / version
    store = here / "store"
    for made in (store, here / "brief", here / "parts"):
        shutil.rmtree(made, ignore_errors=True)
    fill(store)
    server, address = serve(store)
    try:
        saved_study(address)
        (here / "link.json").write_text(json.dumps(link_and_dials(address), indent=1, ensure_ascii=False) + "\n")
    finally:
        server.terminate()
        server.wait()
    without_pdf(store)
    kaldor(store, "run", "small.toml", "--out", "brief", "--format", "json", cwd=here)
    kaldor(store, *SWEEP, cwd=here)
    asks = tomllib.loads((here / "asks.toml").read_text("utf-8"))
    answers = {name: json.loads(kaldor(store, *arguments, "--json", cwd=here)) for name, arguments in asks.items()}
    with tempfile.TemporaryDirectory() as out:
        kaldor(store, "run", "study.toml", "--out", f"{out}/brief", "--format", "json", cwd=here)
        answers["study"] = study_figures(Path(out) / "brief")
    found = {name: dict(figures(answer)) for name, answer in answers.items()}
    (here / "expected.json").write_text(json.dumps(found, indent=0, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
