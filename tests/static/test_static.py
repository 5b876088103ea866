"""Runs the page's own tests with node's test runner, and holds the layers of its modules."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
STATIC = HERE.parents[1] / "static"


@pytest.mark.skipif(
    shutil.which("node") is None, reason="node is not installed; the browser tests cover the page"
)
@pytest.mark.parametrize("file", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.name)
def test_page_module(file: Path) -> None:
    done = subprocess.run(["node", "--test", str(file)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def imports(module: Path) -> set[Path]:
    found = re.findall(r'^(?:import|export)[^;]*?from "(\.[^"]+)";', module.read_text(), re.MULTILINE)
    return {(module.parent / name).resolve() for name in found}


MODULES = sorted(STATIC.rglob("*.js"))
PANELS = STATIC / "panels"
PAGE = HERE.parents[1] / "templates" / "lab.html"


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(STATIC)))
def test_module_stays_in_its_layer(module: Path) -> None:
    for target in imports(module):
        assert target.is_file(), f"{module.name} imports {target.name}, which is not there"
        if target.parent == PANELS:
            assert module.name == "main.js", "only main.js mounts panels"
        if module.parent.name == "lib":
            assert target.parent == module.parent, "lib knows nothing of the page"


@pytest.mark.parametrize(
    ("word", "owner"),
    [
        (r"\bfetch\(", "api.js"),
        (r"\bnew WebSocket\(", "feed.js"),
        (r"\bPlotly\b", "plotly.js"),
        (r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", None),
        (r"https?://(?!www\.w3\.org/)", None),
    ],
)
def test_only_one_module_does_this(word: str, owner: str | None) -> None:
    code = {
        module.name: re.sub(r"/\*.*?\*/|(?<!:)//[^\n]*", "", module.read_text(), flags=re.DOTALL)
        for module in MODULES
    }
    assert {name for name, text in code.items() if re.search(word, text)} <= {owner}


def imported_from(module: Path) -> set[Path]:
    """A module and all that it imports before it runs; what is imported later does not count."""
    found, waiting = set(), [module]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            names = re.findall(
                r'(?:^import|^export .*? from|^} from|^import .*? from) "(\.[^"]+)"', path.read_text(), re.M
            )
            waiting += [(path.parent / name).resolve() for name in names]
    return found


def test_the_page_preloads_every_module_that_it_starts_with() -> None:
    listed = re.search(r"for module in \[(.*?)\]", PAGE.read_text(), re.DOTALL)
    assert listed is not None
    started = imported_from(STATIC / "main.js") - {STATIC / "main.js"}
    names = {str(module.relative_to(STATIC).with_suffix("")) for module in started}
    assert set(re.findall(r'"([^"]+)"', listed[1])) == names
