"""An installed copy: a wheel in an environment of its own, started in a folder that is full of traps."""

import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from chalknet.version import VERSION

from tests.classroom import Client, Server

ROOT = Path(__file__).parent.parent
# What a student's folder may hold, and what an earlier layout would have imported from it.
TRAPS = ("app", "static", "templates", "main", "settings", "worker", "runs", "engine", "lenses")
PACKAGES = {
    "app": "chalknet",
    "static": "chalknet/static",
    "templates": "chalknet/templates",
    "nncore": "nncore",
}


def pip(*arguments: object) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *map(str, arguments)]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy of the checkout: a build takes in what the build before has left behind."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for folder in PACKAGES:
        shutil.copytree(ROOT / folder, source / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip("wheel", "--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", target, source)
    (found,) = target.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the wheel alone, and what it depends on within reach."""
    folder = tmp_path_factory.mktemp("installed") / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    interpreter = folder / "bin" / "python"
    pip("--python", interpreter, "install", "--no-index", "--no-deps", wheel)
    site = sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)})
    # A folder named in a .pth file gives its packages; an editable install inside it is not followed.
    Path(site, "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return interpreter


@pytest.fixture
def trapped(tmp_path: Path) -> Path:
    folder = tmp_path / "homework"
    folder.mkdir()
    for name in TRAPS:
        (folder / f"{name}.py").write_text(
            f"raise SystemExit('{name}.py of the working directory was imported')\n"
        )
    return folder


def test_the_wheel_holds_two_packages_and_all_their_files(wheel: Path) -> None:
    names = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    ours = {
        f"{package}/{path.relative_to(ROOT / folder).as_posix()}"
        for folder, package in PACKAGES.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert names == ours
    assert {"chalknet/py.typed", "nncore/py.typed"} <= names


def test_what_is_imported_is_called_chalknet_and_nncore(python: Path, trapped: Path) -> None:
    code = "import chalknet, nncore; "
    code += "print(chalknet.__file__, nncore.__file__, chalknet.__version__, nncore.__version__)"
    told = subprocess.run([python, "-c", code], cwd=trapped, check=True, capture_output=True, text=True)
    *files, version, library = told.stdout.split()
    assert version == library == VERSION
    assert all(Path(file).is_relative_to(python.parents[1]) for file in files)


def test_an_installed_server_trains_in_a_folder_with_an_app_of_ones_own(python: Path, trapped: Path) -> None:
    server = Server(trapped / "data", workers=1, python=python, directory=trapped, PYTHONPATH=str(trapped))
    try:
        with Client(server.start()) as client:
            page = client.http.get(server.url)
            assert "Chalknet" in page.text
            run = client.create(preset="two-features", epochs=1)
            assert client.until_ended(run["id"])["status"] == "FINISHED"
        assert server.stop() == 0
    finally:
        if server.process is not None and server.process.poll() is None:
            server.kill()


def test_the_command_is_there(python: Path, trapped: Path) -> None:
    for command in ([python, "-m", "chalknet"], [python.with_name("chalknet")]):
        told = subprocess.run(
            [*command, "--version"], cwd=trapped, check=True, capture_output=True, text=True
        )
        assert told.stdout.strip()
