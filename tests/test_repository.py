"""What must agree between files that no program reads together."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from chalknet.settings import Settings

ROOT = Path(__file__).parent.parent
FOLDERS = (
    ".ci",
    ".github",
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
MAKEFILE = ROOT / "Makefile"
WORKFLOW = ROOT / ".github" / "workflows" / "test.yml"
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


def project() -> dict[str, Any]:
    return dict(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"])


def test_every_dependency_is_pinned() -> None:
    wanted = [*project()["dependencies"], *project()["optional-dependencies"]["dev"]]
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
        folders = "|".join(FOLDERS[2:])
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


def test_continuous_integration_tries_every_python_that_is_promised() -> None:
    (matrix,) = re.findall(r"^ +python: (\[.+\])$", WORKFLOW.read_text(), re.MULTILINE)
    tried = json.loads(matrix)
    prefix = "Programming Language :: Python :: "
    promised = [line.removeprefix(prefix) for line in project()["classifiers"] if line.startswith(prefix)]
    assert tried == promised
    assert project()["requires-python"] == f">={promised[0]}"


def test_the_newest_version_of_the_changelog_is_the_projects() -> None:
    headings = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    versions = [re.fullmatch(r"(\d+\.\d+\.\d+) - (unreleased|\d{4}-\d\d-\d\d)", line) for line in headings]
    assert all(versions), headings
    assert [version[2] for version in versions if version][1:].count("unreleased") == 0
    assert versions[0] is not None
    assert versions[0][1] == project()["version"]


def make_words(text: str) -> set[str]:
    """What a text tells to type after `make`."""
    return set(re.findall(r"(?:`|^\s*|entry: |run: |\b[A-Z]+=\S+ )make ([a-z][a-z-]*)", text, re.MULTILINE))


@pytest.mark.parametrize(
    "name",
    ["README.md", "CONTRIBUTING.md", "docs/scaling.md", ".ci/run", ".pre-commit-config.yaml", WORKFLOW],
    ids=str,
)
def test_every_word_for_make_is_a_target(name: str | Path) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE.read_text(), re.MULTILINE))
    assert make_words((ROOT / name).read_text()) <= targets


def test_every_target_is_told_of() -> None:
    """In README.md or CONTRIBUTING.md; `install` and `clean` speak for themselves."""
    targets = set(re.findall(r"^([a-z][a-z-]*):", MAKEFILE.read_text(), re.MULTILINE))
    told = make_words((ROOT / "README.md").read_text() + (ROOT / "CONTRIBUTING.md").read_text())
    assert targets - {"install", "clean"} <= told


def test_every_marker_is_explained_and_kept_from_the_fast_tests() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["pytest"]["ini_options"]
    markers = {line.partition(":")[0] for line in settings["markers"]}
    fast = re.search(r"-m 'not \((.+?)\)'", MAKEFILE.read_text())
    assert fast is not None
    assert set(fast[1].split(" or ")) == markers
