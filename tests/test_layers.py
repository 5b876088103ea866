"""The layers of the page, read from its imports; those of the server are contracts in pyproject.toml."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SCRIPTS = sorted((ROOT / "static").rglob("*.js"))


def test_there_is_something_to_check() -> None:
    assert len(SCRIPTS) > 10


def code(path: Path) -> str:
    """A script without its comments, in which words mean nothing."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    return re.sub(r"(?<![:\"'`])//.*", "", text)


@pytest.mark.parametrize(
    ("pattern", "homes"),
    [
        (r"\bPlotly\b", {"charts/plotly.js"}),
        (r"\bfetch\s*\(|XMLHttpRequest|sendBeacon|EventSource", {"state/api.js"}),
        (r"\bWebSocket\s*\(", {"state/feed.js"}),
        (r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|\beval\s*\(|new Function", set()),
        (r"https?://(?!www\.w3\.org/)", set()),
    ],
)
def test_each_power_of_the_browser_has_one_owner(pattern: str, homes: set[str]) -> None:
    users = {
        path.relative_to(ROOT / "static").as_posix() for path in SCRIPTS if re.search(pattern, code(path))
    }
    assert users <= homes


@pytest.mark.parametrize("path", SCRIPTS, ids=str)
def test_panels_and_lib_know_no_neighbour(path: Path) -> None:
    imported = re.findall(r"""(?:\bfrom\s+|\bimport\s*\(?\s*)["'](\.[^"']+)["']""", code(path))
    folder = path.relative_to(ROOT / "static").parts[0]
    targets = {(path.parent / name).resolve() for name in imported}
    assert all(target.is_file() for target in targets), "an import leads nowhere"
    inside = {target.relative_to(ROOT / "static").parts[0] for target in targets}
    if folder == "panels":
        assert not inside & {"panels", "main.js"}
    if folder == "lib":
        assert inside <= {"lib"}
    if path.name != "main.js":
        assert "panels" not in inside
