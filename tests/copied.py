"""A copy of the product in which a test follows the steps of a guide, exactly as they are written there."""

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
STEP = re.compile(
    r"^\d+\. In `(?P<file>[^`]+)`, (?:after `(?P<after>[^`]+)`|at the end)[^\n]*:\n\n"
    r"(?P<indent> *)```\w+\n(?P<text>.*?)^ *```$",
    re.MULTILINE | re.DOTALL,
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
        """Do every step under a heading of CONTRIBUTING.md; how many there were."""
        steps = list(STEP.finditer(section(title)))
        for step in steps:
            lines = re.sub(rf"^{step['indent']}", "", step["text"], flags=re.MULTILINE)
            self._insert(self.path(step["file"]), step["after"], lines)
        return len(steps)

    def _insert(self, file: Path, after: str | None, lines: str) -> None:
        text = file.read_text()
        if after is None:
            file.write_text(text + lines)
            return
        (place,) = re.finditer(rf"^.*{re.escape(after)}.*\n", text, re.MULTILINE)
        file.write_text(text[: place.end()] + lines + text[place.end() :])


def section(title: str) -> str:
    """A part of CONTRIBUTING.md, from its heading to the next."""
    found = re.search(
        rf"^### {re.escape(title)}\n(.*?)(?=^##|\Z)", GUIDE.read_text(), re.MULTILINE | re.DOTALL
    )
    assert found is not None, f"CONTRIBUTING.md has no part {title!r}"
    return found[1]
