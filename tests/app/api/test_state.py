"""The first state through an application of one's own: what it may take of the server's memory."""

from pathlib import Path

import httpx
from chalknet.http.downloads import MOST_BYTES, BulkResponse
from chalknet.main import API, create_app
from chalknet.settings import Settings

from tests.serving import serving


def test_a_body_of_ones_own_counts_against_what_all_may_take_and_the_shared_one_does_not(
    tmp_path: Path, prepared: Path
) -> None:
    (tmp_path / "datasets").symlink_to(prepared)
    app = create_app(Settings(data_dir=tmp_path, workers=1))
    with serving(app) as served, httpx.Client(base_url=served.url + API, timeout=30) as http:
        plain = {"accept-encoding": "identity"}
        assert http.get("/state", headers=plain).json() == http.get("/state").json()
        with BulkResponse.allowance.take(MOST_BYTES):
            answers = [
                http.get("/state", headers=headers) for headers in (plain, {"accept-encoding": "gzip"})
            ]
    assert [answer.status_code for answer in answers] == [429, 200]
