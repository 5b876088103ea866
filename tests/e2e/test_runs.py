"""The list of runs: find, compare, rename, take away, do again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.classroom import Client, Server
from tests.e2e.conftest import Open
from tests.e2e.lab import entry, points, run_to_the_end


@pytest.fixture
def two_runs(empty_server: Server, open_page: Open) -> Iterator[tuple[Client, Page]]:
    with Client(empty_server) as client:
        for name, eta in (("slow", 0.1), ("fast", 1.0)):
            run = client.create(preset="two-features", epochs=2, name=name, eta=eta)
            client.until_ended(run["id"])
        yield client, open_page(empty_server.url)


def names(page: Page) -> list[str]:
    return page.locator(".run-name").all_inner_texts()


def command(page: Page, run: str, name: str) -> None:
    page.get_by_label(f"Commands for {run}").click()
    page.get_by_role("button", name=name, exact=True).click()


def test_a_saved_run_is_opened_from_its_file(
    server: Server, client: Client, open_page: Open, tmp_path: Path
) -> None:
    run = client.until_ended(client.create(preset="two-features", epochs=2)["id"])
    file = tmp_path / "run.npz"
    file.write_bytes(client.http.get(f"/runs/{run['id']}/weights").content)
    page = open_page(f"{server.url}/?run={run['id']}")
    page.get_by_role("button", name="How the curves are drawn").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open a saved run").click()
    chooser.value.set_files(file)
    newest = page.locator("tbody tr").first
    expect(newest).to_contain_text("from a file")
    expect(newest.locator(".run-name")).not_to_contain_text(run["name"])
    expect(points(page)).to_have_count(6)  # of both, for comparison


def test_ticked_runs_are_drawn_together(server: Server, client: Client, open_page: Open) -> None:
    first = client.create(preset="two-features", epochs=3, name="first of two")
    second = client.create(preset="two-features", epochs=3, name="second of two", seed=2)
    client.until_ended(first["id"])
    client.until_ended(second["id"])
    page = open_page(f"{server.url}/?run={second['id']}")
    expect(points(page)).to_have_count(6)
    page.get_by_label("Draw the curves of first of two").check()
    expect(points(page)).to_have_count(12)
    page.reload()
    expect(points(page)).to_have_count(12)


def test_runs_are_sorted_renamed_hidden(two_runs: tuple[Client, Page]) -> None:
    client, page = two_runs
    expect(page.locator(".run-name")).to_have_text(["fast", "slow"])
    expect(page.locator(".run-settings b").first).to_have_text("η 1")
    page.get_by_role("button", name="Best", exact=True).click()
    page.get_by_role("button", name="Best", exact=True).click()
    expect(page.get_by_role("columnheader", name="Best")).to_have_attribute("aria-sort", "ascending")
    best = {run["name"]: run["best"]["test_accuracy"] for run in client.http.get("/runs").json()["runs"]}
    assert [best[name] for name in names(page)] == sorted(best.values())
    command(page, "slow", "Rename")
    page.get_by_label("New name for slow").fill("snail <b>")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="snail <b>", exact=True)).to_be_visible()
    command(page, "snail <b>", "Hide")
    expect(page.locator(".run-name")).to_have_text(["fast"])
    page.get_by_role("button", name="Show 1 hidden").click()
    expect(page.locator(".run-name")).to_have_count(2)


def test_a_deleted_run_can_be_called_back(two_runs: tuple[Client, Page]) -> None:
    client, page = two_runs
    command(page, "slow", "Delete")
    expect(page.locator(".run-name")).to_have_text(["fast"])
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".run-name")).to_have_text(["fast", "slow"])
    page.clock.install()
    command(page, "slow", "Delete")
    expect(page.locator(".run-name")).to_have_text(["fast"])
    page.mouse.move(5, 5)
    with page.expect_response(lambda answer: answer.request.method == "DELETE"):
        page.clock.fast_forward(15_000)
    expect(page.get_by_text("slow is deleted.")).to_be_hidden()
    assert [run["name"] for run in client.http.get("/runs").json()["runs"]] == ["fast"]


def test_two_runs_are_compared(two_runs: tuple[Client, Page]) -> None:
    _, page = two_runs
    page.get_by_label("Draw the curves of slow").check()
    page.get_by_role("button", name="Compare").click()
    sheet = page.get_by_role("dialog", name="Compare runs")
    expect(sheet.locator("tr.differs")).to_have_text(["Learning rateη 0.1η 1"])
    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()


def test_a_twin_shares_its_draws(two_runs: tuple[Client, Page]) -> None:
    client, page = two_runs
    command(page, "slow", "Use its settings for a new run")
    expect(entry(page, "Learning rate")).to_have_value("0.1")
    entry(page, "Batch size").fill("15")
    entry(page, "Batch size").press("Tab")
    run_to_the_end(page)
    expect(page.get_by_text("twin of slow")).to_be_visible()
    newest, *_, oldest = client.http.get("/runs").json()["runs"]
    assert newest["twin_of"] == oldest["id"]
    assert newest["config"]["batch_size"] == 15


def rows(page: Page) -> Locator:
    return page.locator(".runs tbody tr")


def test_others_do_not_disturb_who_types_a_name(empty_server: Server, open_page: Open) -> None:
    with Client(empty_server) as client:
        made = [client.create(preset="two-features", epochs=1, name=f"run {k}") for k in range(5)]
        for one in made:
            client.until_ended(one["id"])
        page = open_page(f"{empty_server.url}/?run={made[0]['id']}")
        expect(rows(page)).to_have_count(5)
        page.get_by_label("Commands for run 1").click()
        page.get_by_role("button", name="Rename", exact=True).click()
        name = page.get_by_label("New name for run 1")
        name.fill("half a na")
        page.evaluate("""() => {
            window.moved = 0;
            const count = ({ addedNodes }) => (window.moved += addedNodes.length);
            const observer = new MutationObserver((records) => records.forEach(count));
            observer.observe(document.querySelector(".runs tbody"), { childList: true });
        }""")
        client.http.delete(f"/runs/{made[4]['id']}").raise_for_status()  # the first row
        expect(rows(page)).to_have_count(4)
        assert page.evaluate("window.moved") == 0
        expect(name).to_be_focused()
        name.press("End")
        name.press("m")
        expect(name).to_have_value("half a nam")
        client.http.delete(f"/runs/{made[1]['id']}").raise_for_status()  # the one that is being named
        expect(rows(page)).to_have_count(3)
        client.http.patch(f"/runs/{made[2]['id']}", json={"name": "last"}).raise_for_status()
        expect(page.get_by_role("button", name="last", exact=True)).to_be_visible()
        expect(page.locator(".notice")).to_have_count(0)
        names = {one["name"] for one in client.http.get("/runs").json()["runs"]}
        assert names == {"run 0", "last", "run 3"}


def test_the_row_with_the_focus_stays_while_others_go_around_it(
    empty_server: Server, open_page: Open
) -> None:
    with Client(empty_server) as client:
        for name in ("b", "c", "a"):
            client.until_ended(client.create(preset="two-features", epochs=1, name=name)["id"])
        page = open_page(empty_server.url)
        expect(page.locator(".run-name")).to_have_text(["a", "c", "b"])
        page.get_by_label("Commands for b").focus()
        page.get_by_role("button", name="Run", exact=True).evaluate("head => head.click()")
        expect(page.locator(".run-name")).to_have_text(["a", "b", "c"])
        expect(page.get_by_label("Commands for b")).to_be_focused()
