"""The layers of docs/architecture.md, read from the imports."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APP = sorted((ROOT / "app").rglob("*.py"))
NNCORE = sorted((ROOT / "nncore").rglob("*.py"))
SCRIPTS = sorted((ROOT / "static").rglob("*.js"))

# A module may import what stands in the layers above it, in its own column. The top may import both columns.
ENGINE = [
    {"catalog", "errors", "faults", "logs", "threads", "version"},
    {"mistakes", "settings"},
    {"config"},
    {"runs"},
    {"changes", "hints", "lenses", "policy", "sources"},
    {"answers", "datasets", "store", "telemetry"},
    {"hub", "worker"},
    {"cluster", "ledger", "worker_process"},
    {"executors", "inspection", "scheduler"},
]
SHELL = [
    {"errors"},
    {"bulk", "mistakes"},
    {"assets", "problems"},
    {"body", "guard"},
    {"middleware", "server"},
]
TOP = [{"api"}, {"main"}, {"cli"}]

PURE = set().union(*ENGINE[:4])
ONLY_IN = {
    "sqlite3": {"store"},
    "uvicorn": {"server"},
    "h11": {"server"},
    "multiprocessing": {"executors", "worker_process"},
    "distributed": {"cluster"},
    "jinja2": {"api"},
    "fastapi": {"api", "main", "middleware", "problems"},
    "starlette": {"api", "assets", "body", "bulk", "guard", "problems", "server"},
}
# A lesson's arithmetic needs no clock, no network and no chance but what it is given.
NOT_IN_NNCORE = {
    "asyncio",
    "multiprocessing",
    "random",
    "socket",
    "subprocess",
    "threading",
    "time",
    "urllib",
}


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, anywhere in it, with dots."""
    package = ".".join(path.relative_to(ROOT).parent.parts)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = package.split(".")
                base = ".".join([*parts[: len(parts) - node.level + 1], *([base] if base else [])])
            # `from app import hub` imports app.hub; a name that is not a module does no harm.
            yield from (f"{base}.{alias.name}" for alias in node.names)


def part(name: str) -> str:
    """`app.api.runs` belongs to api, `app.store.Store` to store."""
    return name.split(".")[1]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT / "app").with_suffix("").parts[0]


def allowed(module: str) -> set[str]:
    """The parts of app that a module may import."""
    for column in (ENGINE, SHELL):
        for depth, layer in enumerate(column):
            if module in layer:
                return set().union(*column[:depth])
    everything = set().union(*ENGINE, *SHELL)
    for depth, layer in enumerate(TOP):
        if module in layer:
            return everything.union({"api"} if module == "api" else set(), *TOP[:depth])
    raise AssertionError(
        f"app/{module} has no place in the layers: give it one, here and in docs/architecture.md"
    )


def test_there_is_something_to_check() -> None:
    assert len(APP) > 20
    assert len(NNCORE) > 5
    assert len(SCRIPTS) > 10


@pytest.mark.parametrize("path", [path for path in APP if path.name != "__init__.py"], ids=str)
def test_app_imports_only_downwards(path: Path) -> None:
    module = name_of(path)
    used = {part(name) for name in imports(path) if name.startswith("app.")}
    assert used <= allowed(module), f"upwards: {used - allowed(module)}"


@pytest.mark.parametrize("path", APP, ids=str)
def test_each_outside_thing_has_one_door(path: Path) -> None:
    module, tops = name_of(path), {name.split(".")[0] for name in imports(path)}
    misplaced = {name for name, homes in ONLY_IN.items() if name in tops and module not in homes}
    assert not misplaced
    if module in PURE | {"worker", "datasets"}:
        assert not tops & {"asyncio", "concurrent", "threading"}


@pytest.mark.parametrize("path", [*APP, *NNCORE], ids=str)
def test_the_environment_is_read_in_settings_only(path: Path) -> None:
    # threads.py writes to it, for NumPy; cluster.py looks how others were started
    homes = {ROOT / "app/settings.py", ROOT / "app/threads.py", ROOT / "app/cluster.py"}
    uses = {node.attr for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Attribute)}
    assert path in homes or not uses & {"environ", "getenv"}


@pytest.mark.parametrize("path", NNCORE, ids=str)
def test_nncore_is_numpy_and_nothing_else(path: Path) -> None:
    tops = {name.split(".")[0] for name in imports(path)}
    assert tops <= sys.stdlib_module_names - NOT_IN_NNCORE | {"nncore", "numpy", "scipy"}


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
