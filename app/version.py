"""The versions that decide bits: ours, Python's, NumPy's and SciPy's."""

import platform
from importlib.metadata import version

VERSION = version("chalknet")


def versions() -> dict[str, str]:
    return {
        "chalknet": VERSION,
        "python": platform.python_version(),
        "numpy": version("numpy"),
        "scipy": version("scipy"),
    }
