"""The Node that came with the development environment, as a Python package: every machine has it."""

import shutil
import sysconfig

NODE = shutil.which("node", path=sysconfig.get_path("scripts")) or "node: run make .venv/.dev"
