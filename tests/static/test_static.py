"""Runs the page's own tests with node's test runner, and holds the layers of its modules."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.node import NODE

HERE = Path(__file__).parent
STATIC = HERE.parents[1] / "static"
PAGE = HERE.parents[1] / "templates" / "lab.html"
SCRIPTS = sorted(STATIC.rglob("*.js"))


@pytest.mark.parametrize("file", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.name)
def test_page_module(file: Path) -> None:
    done = subprocess.run([NODE, "--test", str(file)], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


def code(path: Path) -> str:
    """A script without its comments, in which words mean nothing."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(), flags=re.DOTALL)
    return re.sub(r"(?<![:\"'`])//.*", "", text)


def test_there_is_something_to_check() -> None:
    assert len(SCRIPTS) > 10


@pytest.mark.parametrize(
    ("pattern", "homes"),
    [
        (r"\bwindow\.Plotly\b", {"charts/explore.js"}),
        (r"\bfetch\s*\(|XMLHttpRequest|sendBeacon", {"state/api.js"}),
        (r"\b(WebSocket|EventSource)\s*\(", {"state/lines.js"}),
        (r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc|\beval\s*\(|new Function", set()),
        (r"https?://(?!www\.w3\.org/)", set()),
    ],
)
def test_each_power_of_the_browser_has_one_owner(pattern: str, homes: set[str]) -> None:
    users = {path.relative_to(STATIC).as_posix() for path in SCRIPTS if re.search(pattern, code(path))}
    assert users <= homes


def test_no_text_goes_over_several_lines_or_looks_like_a_comment() -> None:
    """The server leaves out indentation and comments of scripts, and knows no texts."""
    quoted = re.compile(r"""`[^`]*`|"[^"\n]*"|'[^'\n]*'""")
    texts = [(path.name, text) for path in SCRIPTS for text in quoted.findall(code(path))]
    assert len(texts) > 1000
    assert [name for name, text in texts if "\n" in text or "/**" in text] == []


# What a folder's modules may import besides their own folder. main.js imports everything.
FOLDERS = {
    "lib": set(),
    "i18n": {"lib"},
    "runs": {"lib", "i18n"},
    "state": {"lib", "i18n", "runs"},
    "digits": {"lib", "i18n", "state", "runs"},
    "charts": {"lib", "i18n", "state", "runs"},
    "controls": {"lib", "i18n", "state", "runs"},
    "people": {"lib", "i18n", "state", "runs"},
    "lenses": {"lib", "i18n", "state", "runs", "digits", "controls"},
    "network": {"lib", "i18n", "state", "runs", "lenses"},
    "class": {"lib", "i18n", "state", "runs"},
    "experiments": {"lib", "i18n", "state", "runs", "charts"},
    "data": {"lib", "i18n", "state"},
    "panels": {"lib", "i18n", "state", "runs", "digits", "charts", "controls"},
}


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.relative_to(STATIC).as_posix())
def test_a_module_imports_only_what_its_folder_may(path: Path) -> None:
    imported = re.findall(r"""(?:\bfrom\s+|\bimport\s*\(?\s*)["'](\.[^"']+)["']""", code(path))
    targets = {(path.parent / name).resolve() for name in imported}
    assert all(target.is_file() for target in targets), "an import leads nowhere"
    if path.parent == STATIC:
        return
    folder = path.relative_to(STATIC).parts[0]
    inside = {target.relative_to(STATIC).parts[0] for target in targets}
    assert inside <= FOLDERS[folder] | {folder}
    if folder == "panels":
        assert "panels" not in inside, "no panel knows another"


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
