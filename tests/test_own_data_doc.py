"""docs/own-data.md: its example is run as it stands, in an empty folder."""

import json
import subprocess
from pathlib import Path

from tests.classroom import Client, Server

DOC = Path(__file__).parent.parent / "docs" / "own-data.md"


def test_the_example_comes_to_a_trained_network(server: Server, tmp_path: Path) -> None:
    example = DOC.read_text().split("```sh\n")[1].split("```")[0]
    done = subprocess.run(
        ["bash", "-eu", "-c", f"URL={server.url}\n{example}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    report, after = json.JSONDecoder().raw_decode(done.stdout)
    assert report["counts"] == [6, 6]
    run = json.loads(done.stdout[after:])
    with Client(server) as client:
        ended = client.until_ended(run["id"])
    assert ended["config"]["shape"][0::2] == [2, 2]
    assert ended["last"]["test_accuracy"] == 1.0
