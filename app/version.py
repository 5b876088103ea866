"""The versions that decide bits: ours, Python's, NumPy's and SciPy's; and what the extras need."""

import platform
from importlib.metadata import requires, version

VERSION = version("chalknet")


def versions() -> dict[str, str]:
    return {
        "chalknet": VERSION,
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "scipy": version("scipy"),
    }


def requirements(extra: str) -> list[str]:
    """What an extra adds, as pip takes it: no index need know Chalknet to install it."""
    parts = (line.partition(";") for line in requires("chalknet") or [])
    return [name.strip() for name, _, marker in parts if f"'{extra}'" in marker.replace('"', "'")]
