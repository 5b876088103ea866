"""What CONTRIBUTING.md says has to be done to add something is all that has to be done."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.classroom import Client, Server
from tests.copied import ROOT, Copy, add, blocks
from tests.e2e.conftest import Open
from tests.e2e.lab import entry, primary
from tests.node import NODE

NewServer = Callable[..., Server]
PAGE_WORDS = "static/i18n/words"
FROM_SERVER = re.compile(r'^  "(?:preset|refusal)\..*\n', re.MULTILINE)


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path / "copy")


def test_a_preset(copy: Copy, new_server: NewServer, open_page: Open) -> None:
    assert copy.follow("A preset") == 2
    server = new_server(PYTHONPATH=str(copy.folder)).start()
    with Client(server) as client:
        names = [preset["name"] for preset in client.http.get("/presets").json()["presets"]]
        assert names[-1] == "large-steps"
        run = client.create(preset="large-steps", epochs=1)
        assert (run["config"]["eta"], run["config"]["preset"]) == (30, "large-steps")
    page = open_page(server.url)
    page.get_by_role("radio", name="Large steps").check(force=True)
    expect(entry(page, "Learning rate")).to_have_value("30")
    expect(page).to_have_url(re.compile(r"preset=large-steps$"))
    chinese = open_page(server.url, locale="zh-TW")
    expect(chinese.get_by_role("radio", name="大步走")).to_be_attached()


def test_a_language(copy: Copy, new_server: NewServer, open_page: Open) -> None:
    command, name = blocks("A language")
    subprocess.run(command, shell=True, check=True, cwd=copy.path("static").parent)
    french = copy.path(f"{PAGE_WORDS}/fr.js")
    add(french, "words", "".join(FROM_SERVER.findall(copy.path(f"{PAGE_WORDS}/zh-Hant.js").read_text())))
    files = list(copy.path("static").rglob("words/fr.js"))
    assert len(files) == len(list(copy.path("static").rglob("words/en.js"))) > 10
    for file in files:
        file.write_text(re.sub(r'^(  "[^"]+": ")(.*)",$', r'\1«\2»",', file.read_text(), flags=re.MULTILINE))
    french.write_text(re.sub(r"^export const name = .*\n", name, french.read_text(), flags=re.MULTILINE))
    for lens in copy.path("static").glob("lenses/*/lens.js"):
        lens.write_text(re.sub(r'(title: {) en: ("(.+?)"),', r'\1 en: \2, fr: "«\3»",', lens.read_text()))

    words_are_complete(copy)
    server = new_server(PYTHONPATH=str(copy.folder)).start()
    page = open_page(f"{server.url}/?preset=two-features&epochs=1", locale="fr-CA")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(primary(page)).to_have_text("«Start»")
    primary(page).click()
    page.get_by_role("tab", name="«Confusion»", exact=True).click()
    expect(page.locator(".lens-about")).to_have_text(re.compile("^«Which digits .*»$"))
    for language, start in (("繁體中文", "開始"), ("English", "Start"), ("Français", "«Start»")):
        page.get_by_role("button", name=language, exact=True).click()
        expect(page.get_by_role("button", name=start, exact=True).first).to_be_attached()


def words_are_complete(copy: Copy) -> None:
    """The page's own tests of its words, on the copy."""
    (copy.folder / "tests/static").mkdir(parents=True)
    shutil.copy(ROOT / "tests/static/i18n.test.mjs", copy.folder / "tests/static")
    (copy.folder / "static").symlink_to(copy.path("static"))
    command = [NODE, "--preserve-symlinks", "--test", "tests/static/i18n.test.mjs"]
    done = subprocess.run(command, cwd=copy.folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
