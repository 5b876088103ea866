"""docs/lenses.md, step by step: a copy of the server with one lens more answers it, and describes it."""

import re
import shutil
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.classroom import Client, Server

ROOT = Path(__file__).parents[2]
STEP = re.compile(r"^(\d)\. (.+?)^ {3}```(?:python|text)\n(.*?)^ {3}```$", re.MULTILINE | re.DOTALL)


def steps() -> list[tuple[str, str]]:
    """The words of each step, and its code."""
    text = (ROOT / "docs/lenses.md").read_text()
    section = text.split("## Add a lens: the server's part\n")[1].split("\n## ")[0]
    found = STEP.findall(section)
    assert [number for number, _, _ in found] == ["1", "2"]
    return [(words, textwrap.dedent(code)) for _, words, code in found]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where `import chalknet` finds a copy of it in which the steps have been taken."""
    copy = tmp_path / "copy" / "chalknet"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "app", copy, ignore=ignored)
    for name in ("static", "templates"):
        shutil.copytree(ROOT / name, copy / name, ignore=ignored)
    (words, code), (_, line) = steps()
    new = re.findall(r"`app/(lenses/\w+\.py)`", words)[-1]
    assert not (copy / new).exists()
    (copy / new).write_text(code)
    registry = copy / "lenses/registry.py"
    text = registry.read_text()
    text = text.replace("from . import (\n", f"from . import (\n    {Path(new).stem},\n")
    registry.write_text(
        text.replace("LENSES: tuple[Lens, ...] = (\n", f"LENSES: tuple[Lens, ...] = (\n    {line}")
    )
    return copy.parent


def test_a_lens_is_a_file_and_a_line(folder: Path, new_server: Callable[..., Server]) -> None:
    server = new_server(directory=folder).start()
    with Client(server) as client:
        run = client.until_ended(client.create(preset="two-features", epochs=1, initialization="zeros")["id"])
        answer = client.http.get(f"/runs/{run['id']}/constant?epoch=0")
        assert answer.json() == {"neurons": [5]}, "before the first step all say the same"
        assert "immutable" in answer.headers["cache-control"]
        assert client.http.get(f"/runs/{run['id']}/constant").headers["cache-control"] == "no-store"
        refused = client.http.get(f"/runs/{run['id']}/constant?samples=1")
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "samples")
        described: dict[str, Any] = httpx.get(f"{server.url}/openapi.json", timeout=60).json()
        route = described["paths"]["/api/v1/runs/{run_id}/constant"]["get"]
        assert route["description"].startswith("How many hidden neurons hardly change")
        assert {item["name"] for item in route["parameters"]} == {"run_id", "epoch", "samples"}
        assert "Constant" in described["components"]["schemas"]
    assert server.stop() == 0
