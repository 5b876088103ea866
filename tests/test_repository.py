"""What must agree between files that no program reads together."""

import re
import tomllib
from pathlib import Path

import pytest
from chalknet.settings import Settings

ROOT = Path(__file__).parent.parent
FOLDERS = (
    ".ci",
    "app",
    "benchmarks",
    "docs",
    "examples",
    "nncore",
    "scripts",
    "static",
    "templates",
    "tests",
)
GUIDES = {"README.md", "CONTRIBUTING.md", "architecture.md", "Makefile", "Dockerfile", "run"}
TEXTS = {".py", ".js", ".css", ".html", ".md", ".sh", ".toml", ".txt", ""}


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pairs = [
        re.fullmatch(r"([A-Za-z0-9._-]+)==([A-Za-z0-9.]+)", line)
        for line in lines
        if not line.startswith("#")
    ]
    assert all(pairs), "only name==version: no addresses, no ranges, no options"
    return {canonical(pair[1]): pair[2] for pair in pairs if pair}


def texts() -> list[Path]:
    """Every text of the repository, without asking git: an archive of it has none."""
    inside = [path for folder in FOLDERS for path in (ROOT / folder).rglob("*")]
    paths = [*ROOT.iterdir(), *inside]
    return [
        path for path in paths if path.is_file() and path.suffix in TEXTS and "__pycache__" not in path.parts
    ]


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    names = {canonical(re.split(r"[<>=!~\[; ]", line)[0]) for line in wanted}
    assert names <= pins().keys()


def test_what_dependencies_need_is_pinned_too() -> None:
    from importlib.metadata import distributions

    installed = {canonical(item.metadata["Name"]): item.version for item in distributions()}
    ours = {
        name: version for name, version in installed.items() if name not in {"chalknet", "pip", "setuptools"}
    }
    pinned = pins()
    assert {name: pinned.get(name) for name in ours} == ours


def mentioned(path: Path) -> set[str]:
    """The files of this repository that a text names by their path from its root."""
    folders = "docs"
    if path.name in GUIDES:
        folders = "|".join(FOLDERS[1:])
    return set(
        re.findall(rf"(?<![\w/.-])(?:{folders})/[\w./-]+\.(?:md|py|js|sh|html|css)\b", path.read_text())
    )


def test_paths_in_texts_lead_somewhere() -> None:
    missing = {
        f"{path.relative_to(ROOT)}: {name}"
        for path in texts()
        for name in mentioned(path)
        if not (ROOT / name).exists()
    }
    assert not missing


def test_links_between_documents_lead_somewhere() -> None:
    missing = {
        f"{path.relative_to(ROOT)}: {target}"
        for path in texts()
        if path.suffix == ".md"
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", path.read_text())
        if not (path.parent / target).exists()
    }
    assert not missing


def test_decisions_have_numbers_of_their_own() -> None:
    numbers = [path.name[:4] for path in (ROOT / "docs/decisions").glob("*.md")]
    assert all(number.isdigit() for number in numbers)
    assert len(numbers) == len(set(numbers))


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert f"CHALKNET_{name.upper()}" in (ROOT / "README.md").read_text()
