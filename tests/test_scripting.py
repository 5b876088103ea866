"""docs/scripting.md: each of its ten items, copied from the page into an empty folder, does what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.classroom import QUICK, Client, Server

PAGE = (Path(__file__).parent.parent / "docs" / "scripting.md").read_text()
ADDRESS = "http://127.0.0.1:8000"
ITEMS = dict(re.findall(r"^## (\d+\. .+?)\n(.*?)(?=^## |\Z)", PAGE, re.DOTALL | re.MULTILINE))
NUMBER = re.compile(r"\\?-?\d+(?:\\\.\d+)?")


def blocks(body: str) -> list[tuple[str, str]]:
    """Language and text of what stands between fences."""
    return re.findall(r"^```(\w+)\n(.*?)^```$", body, re.DOTALL | re.MULTILINE)


def pattern(printed: str) -> str:
    """What is printed on the page, with any other numbers in the place of its own; … is anything."""
    return NUMBER.sub(lambda number: r"-?\d+(?:\.\d+)?(?:e-\d+)?", re.escape(printed)).replace("…", ".+")


def test_there_are_ten_items_and_a_server_is_where_the_page_says() -> None:
    assert [title.partition(".")[0] for title in ITEMS] == [str(number) for number in range(1, 11)]
    assert all(ADDRESS in body or "without a server" in title for title, body in ITEMS.items())


@pytest.mark.parametrize("title", ITEMS)
def test_an_item_of_the_page_works(title: str, server: Server, client: Client, tmp_path: Path) -> None:
    client.until_ended(client.create(**QUICK)["id"])  # somebody has been here: item 3 takes the newest run
    (language, code), (_, printed) = blocks(ITEMS[title])
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    commands = {
        "sh": ["bash", "-e", "-o", "pipefail", "-c"],
        "python": [sys.executable, "-c"],
    }
    done = subprocess.run(
        [*commands[language], code.replace(ADDRESS, server.url)],
        cwd=tmp_path,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert re.fullmatch(pattern(printed), done.stdout), done.stdout
    kept = {"2": ["curves.csv"], "9": ["run.npz"], "10": ["run.ipynb", "run.py"]}
    assert sorted(file.name for file in tmp_path.iterdir()) == kept.get(title.partition(".")[0], [])
