"""What CONTRIBUTING.md says has to be done to add something is all that has to be done."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from tests.classroom import Client, Server
from tests.copied import Copy

NewServer = Callable[..., Server]


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path / "copy")


def bootstrap(server: Server) -> dict[str, object]:
    """What the server builds into the page."""
    found = re.search(r'id="bootstrap">(.*?)</script>', httpx.get(server.url).text)
    assert found is not None
    return dict(json.loads(found[1]))


def test_a_preset(copy: Copy, new_server: NewServer) -> None:
    assert copy.follow("A preset") == 2
    server = new_server(PYTHONPATH=str(copy.folder)).start()
    with Client(server) as client:
        names = [preset["name"] for preset in client.http.get("/presets").json()["presets"]]
        assert names[-1] == "large-steps"
        run = client.create(preset="large-steps", epochs=1)
        assert run["config"]["eta"] == 30
        assert client.until_ended(run["id"])["status"] == "FINISHED"
    shown = bootstrap(server)["presets"]
    assert isinstance(shown, list)
    assert shown[-1]["question"] == "What happens when each step goes ten times as far?"
    for words in copy.path("static/i18n/words").glob("zh-*.js"):
        assert '"preset.large-steps.title": ' in words.read_text()
