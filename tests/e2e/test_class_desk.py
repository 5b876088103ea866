"""The teacher's desk, and the whole class in one picture."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.classroom import LONG, QUICK, Server
from tests.e2e.conftest import DESKTOP, Open
from tests.people import SECRET, Person, student

TABLET: dict[str, Any] = {"viewport": {"width": 768, "height": 1024}, "is_mobile": True, "has_touch": True}


@pytest.fixture
def people(school: Server, lead: Person) -> Iterator[tuple[Person, Person]]:
    """Two students of the class."""
    code = lead.room()["code"]
    with student(school, code, "Ann <b>") as ann, student(school, code, "Ben") as ben:
        yield ann, ben


def teachers_page(school: Server, open_page: Open, path: str = "/", **settings: Any) -> Page:
    """The page of the teacher, in a browser of its own."""
    page = open_page("about:blank", **(settings or DESKTOP))
    answer = page.context.request.post(f"{school.url}/api/v1/class/lead", data={"secret": SECRET})
    assert answer.ok, answer.text()
    page.goto(school.url + path)
    page.locator("html[data-ready]").wait_for(state="attached")
    return page


def students_page(school: Server, open_page: Open, lead: Person, name: str, **settings: Any) -> Page:
    """The page of a student who has just joined."""
    page = open_page("about:blank", **(settings or DESKTOP))
    join = {"code": lead.room()["code"], "name": name}
    answer = page.context.request.post(f"{school.url}/api/v1/class/members", data=join)
    assert answer.ok, answer.text()
    page.goto(school.url)
    page.locator("html[data-ready]").wait_for(state="attached")
    return page


def desk_of(page: Page) -> Locator:
    page.get_by_role("button", name="Desk", exact=True).click()
    return page.get_by_role("complementary", name="Desk")


def member(desk: Locator, name: str) -> Locator:
    return desk.locator(".desk-member").filter(has=desk.page.locator(".desk-name", has_text=name))


def command(desk: Locator, name: str, label: str) -> None:
    desk.get_by_label(f"Commands for {name}").click()
    desk.page.get_by_role("button", name=label, exact=True).click()


def finished(person: Person, **settings: Any) -> dict[str, Any]:
    return person.until_ended(person.create(**{**QUICK, **settings})["id"])


def test_the_desk_says_who_is_here_and_doing_what(
    school: Server, lead: Person, people: tuple[Person, Person], open_page: Open
) -> None:
    ann, _ = people
    run = finished(ann, epochs=2)
    with ann.socket():
        page = teachers_page(school, open_page)
        desk = desk_of(page)
        line = member(desk, "Ann <b>")
        expect(line).to_contain_text("following")
        expect(line).to_contain_text(f"{run['name']}: finished, epoch 2 of 2")
        expect(line.locator(".desk-best")).to_contain_text(f"{run['best']['test_accuracy']:.1%}")
        expect(member(desk, "Ben")).to_contain_text("not connected · no run yet")
        # What cannot be pressed looks so: Ben has no run to be shown.
        of_ann, of_ben = (desk.get_by_role("button", name=f"Show {name}’s") for name in ("Ann <b>", "Ben"))
        expect(of_ben).to_be_disabled()
        expect(of_ben).not_to_have_css("color", of_ann.evaluate("e => getComputedStyle(e).color"))
        expect(desk).to_contain_text("2 students, 1 connected, 1 of them following.")
        ann.http.put("/class/following", json={"on": False}).raise_for_status()
        expect(line).to_contain_text("looking around")


def test_a_student_is_renamed_sent_out_and_let_in_again(
    school: Server, lead: Person, people: tuple[Person, Person], open_page: Open
) -> None:
    ann, _ = people
    desk = desk_of(teachers_page(school, open_page))
    command(desk, "Ann <b>", "Rename")
    entry = desk.get_by_label("New name for Ann <b>")
    entry.fill("Anna")
    entry.press("Enter")
    expect(member(desk, "Anna")).to_be_visible()
    command(desk, "Anna", "Send out")
    expect(member(desk, "Anna")).to_contain_text("sent out")
    ann.refused(ann.http.post("/runs", json=QUICK), 403, "not-joined")
    command(desk, "Anna", "Let in again")
    expect(member(desk, "Anna")).to_contain_text("not connected")
    ann.create(**QUICK)


def test_a_name_that_is_taken_is_refused_with_a_word(
    school: Server, people: tuple[Person, Person], open_page: Open
) -> None:
    page = teachers_page(school, open_page, forgive=("409",))
    desk = desk_of(page)
    command(desk, "Ben", "Rename")
    desk.get_by_label("New name for Ben").fill("ANN <b>")
    page.keyboard.press("Enter")
    expect(page.locator(".notices")).to_contain_text("has this name already")
    expect(member(desk, "Ben")).to_be_visible()


def test_eyes_door_and_all_runs_on_a_tablet_with_touch(
    school: Server, lead: Person, people: tuple[Person, Person], open_page: Open
) -> None:
    ann, ben = people
    run = ann.create(**LONG)["id"]
    page = teachers_page(school, open_page, **TABLET)
    page.get_by_role("button", name="Desk", exact=True).tap()
    desk = page.get_by_role("complementary", name="Desk")
    box = desk.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 768
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = [
        button.inner_text()
        for button in desk.get_by_role("button").all()
        if button.is_visible() and (button.bounding_box() or {"height": 0})["height"] < 32
    ]
    assert small == []

    desk.get_by_role("button", name="Pause all").tap()
    ann.until_status(run, "PAUSED")
    desk.get_by_role("button", name="Resume all").tap()
    ann.until(run, lambda event: event.get("wanted") == "running")
    eyes = desk.get_by_role("button", name="Eyes on me")
    eyes.tap()
    expect(eyes).to_have_attribute("aria-pressed", "true")
    ben.refused(ben.http.post("/runs", json=QUICK), 403, "eyes-on-me")
    eyes.tap()
    expect(eyes).to_have_attribute("aria-pressed", "false")
    code = lead.room()["code"]
    expect(desk).to_contain_text(f"Code: {code}")
    desk.get_by_role("button", name="New code").tap()
    expect(desk).not_to_contain_text(f"Code: {code}")
    expect(desk).to_contain_text(f"Code: {lead.room()['code']}")
    desk.get_by_label("Others may join").tap()
    late = Person(school)
    with late:
        expect(desk.get_by_label("Others may join")).not_to_be_checked()
        join = {"code": lead.room()["code"], "name": "Cem"}
        late.refused(late.http.post("/class/members", json=join), 403, "room-closed")
    desk.get_by_role("button", name="Stop all").tap()
    page.get_by_role("button", name="Stop one run for good").tap()
    ann.until_status(run, "STOPPED")

    # Both ways round nothing that leads stands behind the desk.
    for width, height in ((768, 1024), (1024, 768)):
        page.set_viewport_size({"width": width, "height": height})
        for name in ("Whole class", "Start"):
            page.get_by_role("button", name=name, exact=True).tap(trial=True)
        title = page.locator(".stage-run h2").bounding_box()
        assert title is not None
        assert title["height"] < 2 * 24  # one line

    page.get_by_role("button", name="invite others").tap()
    # What the page says is what docs/teaching.md quotes.
    remark = "This address works on this computer only"
    expect(page.get_by_role("dialog", name="Join the class")).to_contain_text(remark)
    assert remark in Path("docs/teaching.md").read_text(encoding="utf-8")
    link = page.get_by_role("dialog", name="Join the class").get_by_label("Address")
    for _ in range(2):  # what hangs on the wall is right after a new code, too
        expect(link).to_have_value(re.compile(f"#join={lead.room()['code']}$"))
        lead.http.post("/class/code").raise_for_status()


def test_what_is_open_is_chosen_from_the_settings_that_there_are(
    school: Server, lead: Person, people: tuple[Person, Person], open_page: Open
) -> None:
    ann, _ = people
    page = teachers_page(school, open_page, "/?preset=two-features&epochs=4")
    desk = desk_of(page)
    desk.get_by_label("some", exact=True).check()
    desk.get_by_role("button", name="Apply to the class").click()
    expect(desk.get_by_role("alert")).to_have_text(re.compile("Tick at least one"))
    desk.get_by_label("Learning rate", exact=True).check()
    desk.get_by_label("Learning rate: smallest value").fill("0.5")
    desk.get_by_label("Learning rate: largest value").fill("0.1")
    desk.get_by_role("button", name="Apply to the class").click()
    expect(desk.get_by_role("alert")).to_have_text(re.compile("above the largest"))
    desk.get_by_label("Learning rate: largest value").fill("2")
    desk.get_by_role("button", name="Apply to the class").click()
    expect(desk).to_contain_text("Now open: Learning rate.")

    base = {"preset": "two-features", "epochs": 4}
    ann.create(**base, eta=2)
    ann.refused(ann.http.post("/runs", json={**base, "eta": 3}), 403, "setting-at-most")
    ann.refused(ann.http.post("/runs", json={**base, "epochs": 5}), 403, "setting-locked")

    desk.get_by_label("none", exact=True).check()
    desk.get_by_role("button", name="Apply to the class").click()
    expect(desk).to_contain_text("Now: nothing is open.")
    ann.refused(ann.http.post("/runs", json={**base, "eta": 2}), 403, "setting-locked")
    page.reload()
    desk = desk_of(page)
    expect(desk.get_by_label("none", exact=True)).to_be_checked()
    desk.get_by_label("all settings").check()
    desk.get_by_role("button", name="Apply to the class").click()
    expect(desk).to_contain_text("Now: all settings are open.")
    ann.create(**QUICK, seed=7)


def test_a_students_run_is_shown(
    school: Server, lead: Person, people: tuple[Person, Person], open_page: Open
) -> None:
    ann, _ = people
    run = finished(ann, name="what Ann tried", epochs=1)
    finished(lead, epochs=1)
    page = teachers_page(school, open_page)
    desk_of(page).get_by_role("button", name="Show Ann <b>’s newest run").click()
    expect(page.locator(".stage-run h2")).to_contain_text(run["name"])


def test_a_new_class_knows_nobody_and_keeps_or_deletes_the_runs(
    school: Server, lead: Person, people: tuple[Person, Person], open_page: Open
) -> None:
    ann, _ = people
    finished(ann, epochs=1)
    code = lead.room()["code"]
    page = teachers_page(school, open_page)
    desk = desk_of(page)
    for deletes, left in ((False, 1), (True, 0)):
        desk.get_by_role("button", name="New class").click()
        sheet = page.get_by_role("dialog", name="Begin a new class?")
        expect(sheet).to_contain_text("Forgotten for ever")
        sheet.get_by_label("Delete all runs, too").set_checked(deletes)
        sheet.get_by_role("button", name="Forget this class").click()
        expect(sheet).to_be_hidden()
        expect(desk).to_contain_text("0 students")
        assert len(lead.http.get("/runs").json()["runs"]) == left
    assert lead.room()["code"] != code
    ann.refused(ann.http.get("/class"), 403, "not-joined")


def test_the_desk_is_the_teachers(school: Server, lead: Person, open_page: Open) -> None:
    page = students_page(school, open_page, lead, "Dora")
    expect(page.get_by_role("button", name="Whole class")).to_be_visible()
    expect(page.get_by_role("button", name="Desk", exact=True)).to_be_hidden()


def test_the_desk_opens_and_closes_by_keys_alone(school: Server, lead: Person, open_page: Open) -> None:
    page = teachers_page(school, open_page)
    button = page.get_by_role("button", name="Desk", exact=True)
    button.press("Enter")
    desk = page.get_by_role("complementary", name="Desk")
    expect(desk.get_by_role("heading", name="Desk", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(desk).to_be_hidden()
    expect(button).to_be_focused()


def test_every_run_is_a_point_a_curve_and_a_line_of_the_table(
    school: Server, lead: Person, people: tuple[Person, Person], open_page: Open
) -> None:
    ann, ben = people
    good = finished(ann, epochs=3, name="good one")
    finished(ann, epochs=1, eta=0.001)
    newest = finished(ben, epochs=1)
    page = students_page(school, open_page, lead, "Eve")
    page.get_by_role("button", name="Whole class").click()
    sheet = page.get_by_role("dialog", name="Whole class")
    points = sheet.locator(".overview-points .overview-point")
    expect(points).to_have_count(3)
    shapes = {point.locator("path").get_attribute("d") for point in points.all()}
    bands = {point.get_attribute("data-band") for point in points.all()}
    assert len(shapes) == len(bands) > 1  # never colour alone
    sheet.get_by_role("combobox", name="Across").select_option("Epochs")
    expect(sheet.get_by_role("group", name="3 runs; across: Epochs")).to_be_visible()

    live = ben.create(**QUICK)
    expect(points).to_have_count(4)
    ben.until_ended(live["id"])

    sheet.get_by_role("tab", name="Wall").click()
    wall = sheet.get_by_role("img", name="2 small curves; the newest news is from Ben.")
    expect(wall).to_have_attribute("data-newest", live["id"])
    sheet.get_by_label("Every run").check()
    expect(sheet.get_by_role("img", name="4 small curves")).to_be_visible()

    sheet.get_by_role("tab", name="Table").click()
    rows = sheet.locator("tbody tr")
    expect(rows).to_have_count(4)
    best = [run["best"]["test_accuracy"] for run in lead.http.get("/runs").json()["runs"]]
    shown = [float(text.rstrip(" %")) for text in rows.locator("td:last-child").all_inner_texts()]
    assert shown == [round(value * 100, 2) for value in sorted(best, reverse=True)]
    sheet.get_by_label("Name", exact=True).fill("ann <B>")
    expect(rows).to_have_count(2)
    sheet.get_by_label("Status").select_option("learning")
    expect(rows).to_have_count(0)
    sheet.get_by_label("Status").select_option("any")
    sheet.get_by_role("button", name="good one").click()
    expect(sheet).to_be_hidden()
    expect(page.locator(".stage-run h2")).to_contain_text(good["name"])
    assert newest["id"] != good["id"]


def test_runs_are_filtered_by_the_task_during_which_they_began(
    school: Server, lead: Person, people: tuple[Person, Person], open_page: Open
) -> None:
    ann, _ = people
    finished(ann, epochs=1, name="before")
    digits = finished(ann, preset="full-digits", epochs=1)
    base = {"dataset": "two-features", "shape": [2, 2], "epochs": 3}
    task = lead.http.post("/class/tasks", json={"text": "The best of all", "base": base})
    task.raise_for_status()
    during = ann.create(**base)
    page = teachers_page(school, open_page)
    page.get_by_role("button", name="Whole class").click()
    sheet = page.get_by_role("dialog", name="Whole class")
    sheet.get_by_role("tab", name="Table").click()
    sheet.get_by_label("Task").select_option("The best of all")
    expect(sheet.locator("tbody button")).to_have_text([during["name"]])
    sheet.get_by_label("Task").select_option("any, or none")
    expect(sheet.locator("tbody button")).to_have_count(2)  # of one kind of data at a time
    sheet.get_by_label("Data").select_option("all pixels, 0 to 9")
    expect(sheet.locator("tbody button")).to_have_text([digits["name"]])
    page.keyboard.press("Escape")
    expect(desk_of(page)).to_contain_text(
        "While the task is on, its own rules hold. Now: all settings are open."
    )


def test_a_press_on_a_point_or_on_a_curve_opens_the_run(
    school: Server, lead: Person, people: tuple[Person, Person], open_page: Open
) -> None:
    ann, ben = people
    one = finished(ann, epochs=1, name="first pressed")
    other = finished(ben, epochs=2, name="second pressed")
    page = teachers_page(school, open_page)
    title = page.locator(".stage-run h2")
    page.get_by_role("button", name="Whole class").click()
    sheet = page.get_by_role("dialog", name="Whole class")
    sheet.locator(".overview-point", has_text="first pressed").click()
    expect(title).to_contain_text(one["name"])
    page.get_by_role("button", name="Whole class").click()
    sheet.get_by_role("tab", name="Wall").click()
    sheet.get_by_role("img").click(position={"x": 200, "y": 40})
    expect(title).to_contain_text(other["name"])


def test_what_a_student_may_use_up_is_said_before_it_is_used_up(
    school: Server, lead: Person, open_page: Open
) -> None:
    page = students_page(school, open_page, lead, "Fay")
    line = page.locator(".turns")
    runs = f"{school.url}/api/v1/runs"
    for number in range(28):
        answer = page.context.request.post(runs, data={**LONG, "seed": number})
        assert answer.ok, answer.text()
    expect(line).to_contain_text("You may start 2 more runs before one of yours ends.")
    for number in range(2):
        assert page.context.request.post(runs, data={**LONG, "seed": 100 + number}).ok
    expect(line).to_contain_text("All your 30 places are taken.")
    refused = page.context.request.post(runs, data=LONG)
    assert refused.status == 429
    assert int(refused.headers["retry-after"]) > 0
    lead.http.patch("/class/runs", json={"wanted": "stopped"}).raise_for_status()
    expect(line).to_be_hidden()


@pytest.mark.parametrize(("language", "scheme"), [("en", "dark"), ("zh-TW", "light")])
def test_axe_finds_nothing_in_the_desk_and_the_overview(
    school: Server, lead: Person, people: tuple[Person, Person], open_page: Open, language: str, scheme: str
) -> None:
    for person in people:
        finished(person, epochs=1)
    page = teachers_page(school, open_page, **DESKTOP, locale=language, color_scheme=scheme)
    page.locator(".doors button").nth(1).click()
    page.locator(".desk input[value=some]").check()
    page.locator(".desk-setting input[type=checkbox]").nth(1).check()
    expect(page.locator(".desk-member")).to_have_count(2)
    assert violations(page, ".desk") == []
    page.locator(".desk .column-head").first.press("Escape")
    page.locator(".doors button").first.click()
    for tab in range(3):
        page.locator(".overview-tabs button").nth(tab).click()
        expect(page.locator(".overview-pane:visible")).to_have_count(1)
        assert violations(page, ".overview") == []


def violations(page: Page, part: str) -> list[str]:
    """What axe has against a part of the page."""
    found = Axe().run(page, context=part).response["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]
