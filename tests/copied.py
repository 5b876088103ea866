"""A copy of the product in which a test follows the steps of CONTRIBUTING.md as they are written there."""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).parent.parent
GUIDE = ROOT / "CONTRIBUTING.md"
# Where the folders of the checkout are in an installed copy, which is what Python imports.
PLACES = {
    "app": "chalknet",
    "static": "chalknet/static",
    "templates": "chalknet/templates",
    "nncore": "nncore",
}
BLOCK = r"(?P<indent> *)```\w*\n(?P<lines>.*?)^ *```$"
STEP = re.compile(
    r"^\d+\. .*?`(?P<file>[^`]+)`, at the end of `(?P<name>\w+)`[^\n]*:\n\n" + BLOCK, re.MULTILINE | re.DOTALL
)


class Copy:
    """The packages `chalknet` and `nncore` in a folder; with it on PYTHONPATH they are what is imported."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for source, place in PLACES.items():
            shutil.copytree(ROOT / source, folder / place, ignore=shutil.ignore_patterns("__pycache__"))

    def path(self, name: str) -> Path:
        """Where a file of the checkout is in the copy."""
        first, _, rest = name.partition("/")
        return self.folder / PLACES[first] / rest

    def follow(self, title: str) -> int:
        """Add what every step under a heading of CONTRIBUTING.md adds; how many there were."""
        steps = list(STEP.finditer(section(title)))
        for step in steps:
            add(self.path(step["file"]), step["name"], unindented(step))
        return len(steps)


def section(title: str) -> str:
    """A part of CONTRIBUTING.md, from its heading to the next."""
    found = re.search(rf"^### {title}\n(.*?)(?=^##|\Z)", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
    assert found is not None, f"CONTRIBUTING.md has no part {title!r}"
    return found[1]


def blocks(title: str) -> list[str]:
    """What is to be typed under a heading of CONTRIBUTING.md."""
    return [unindented(found) for found in re.finditer(BLOCK, section(title), re.MULTILINE | re.DOTALL)]


def unindented(found: re.Match[str]) -> str:
    """The lines of a block as they are without the numbered step around them."""
    return re.sub(rf"^{found['indent']}", "", found["lines"], flags=re.MULTILINE)


def add(file: Path, name: str, lines: str) -> None:
    """Put lines before the bracket that closes the table of this name."""
    text = file.read_text()
    start = re.search(rf"^(?:export const )?{name} = {{\n", text, re.MULTILINE)
    assert start is not None, f"{file} has no {name}"
    end = text.index("\n}", start.end()) + 1
    file.write_text(text[:end] + lines + text[end:])
