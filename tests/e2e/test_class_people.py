"""A class on its pages, a teacher's and students': who is who, who may what, who leads."""

import re
from collections.abc import Callable, Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.classroom import Server
from tests.e2e.conftest import DESKTOP, PHONE, Open
from tests.e2e.lab import entry, primary
from tests.people import SECRET, Person, student

SIZES = {"desktop": DESKTOP, "phone": PHONE}
SHORT = {"preset": "two-features", "epochs": 2}
LONG = {"preset": "two-features", "epochs": 1000, "batch_size": 1}
FORGIVEN = ("403", "409", "422")  # refusals, which the page tells and the browser too


@pytest.fixture
def code(lead: Person) -> str:
    return str(lead.room()["code"])


@pytest.fixture
def teachers(school: Server, lead: Person, open_page: Open) -> Page:
    """The teacher's page, by the address that the server has printed."""
    page = open_page(f"{school.url}/#teacher={SECRET}", forgive=FORGIVEN)
    expect(page.locator(".class-bar")).to_contain_text("Teacher")
    return page


@pytest.fixture
def join(school: Server, code: str, open_page: Open) -> Iterator[Callable[..., Page]]:
    """Students' pages: each joins by the address that the QR code has."""

    def join(name: str, **settings: object) -> Page:
        page = open_page(f"{school.url}/#join={code}", forgive=FORGIVEN, **settings)
        page.get_by_label("Your name").fill(name)
        page.get_by_role("button", name="Join").click()
        page.get_by_role("dialog", name="Your return code").get_by_role("button", name="Go on").click()
        expect(page.locator(".class-bar")).to_contain_text(name)
        return page

    return join  # type: ignore[return-value]


def front(page: Page) -> Locator:
    """The name of the run in front."""
    return page.locator(".stage-run h2")


def row(page: Page, name: str) -> Locator:
    return page.locator(".runs tbody tr").filter(has_text=name)


def pill(page: Page) -> Locator:
    return page.locator(".follow-pill")


def test_a_link_that_is_opened_in_the_same_tab_counts(school: Server, code: str, open_page: Open) -> None:
    page = open_page(school.url, forgive=FORGIVEN)
    expect(page.get_by_label("Code of the class")).to_be_empty()
    page.evaluate("code => { location.hash = `join=${code}`; }", code)
    expect(page.get_by_label("Code of the class")).to_have_value(code)


def test_a_visitor_joins_and_comes_back(school: Server, lead: Person, code: str, open_page: Open) -> None:
    page = open_page(f"{school.url}/?preset=two-features&eta=0.5#join={code}", forgive=FORGIVEN, **PHONE)
    expect(page).to_have_url(re.compile(r"[^#]*$"))
    expect(page.get_by_role("heading", name="Join the class")).to_be_visible()
    expect(primary(page)).to_be_hidden()
    expect(page.get_by_label("Code of the class")).to_have_value(code)
    expect(page.get_by_label("Your name")).to_be_focused()
    page.keyboard.type("Ada")
    page.keyboard.press("Enter")
    sheet = page.get_by_role("dialog", name="Your return code")
    return_code = sheet.get_by_role("textbox").input_value()
    assert re.fullmatch(r"([A-Z]{4} ){2}[A-Z]{4}", return_code)
    expect(sheet.get_by_role("button", name="Go on")).to_be_focused()
    page.keyboard.press("Enter")
    expect(primary(page)).to_have_text("Start")
    page.locator(".settings-door").click()
    expect(entry(page, "Learning rate")).to_have_value("0.5")
    primary(page).click()
    expect(front(page)).to_have_text(re.compile(r"^Run \d+$"))
    name = front(page).inner_text()
    page.reload()
    expect(front(page)).to_have_text(name)

    other = open_page(school.url, forgive=FORGIVEN)
    other.get_by_role("button", name="I have been here before").click()
    other.get_by_label("Your return code").fill("AAAA AAAA AAAA")
    other.keyboard.press("Enter")
    expect(other.get_by_text("Nobody has this return code.")).to_be_visible()
    other.get_by_label("Your return code").fill(return_code.lower())
    other.keyboard.press("Enter")
    expect(front(other)).to_have_text(name)
    expect(row(other, name).locator(".run-owner")).to_have_text("mine")


def test_what_is_wrong_with_a_code_or_a_name_is_told_at_its_entry(
    school: Server, code: str, open_page: Open
) -> None:
    with student(school, code, "Ada"):
        page = open_page(f"{school.url}/?code=AAAAAA", forgive=FORGIVEN, locale="zh-TW")
        page.get_by_label("你的名字").fill("ADA")
        page.get_by_role("button", name="加入").click()
        expect(page.locator("#join-code-complaint")).to_have_text("代碼不對，請再看一次。")
        expect(page.get_by_label("班級代碼")).to_be_focused()
        page.get_by_label("班級代碼").fill(code.lower())
        page.keyboard.press("Enter")
        expect(page.locator("#join-name-complaint")).to_contain_text("已經有人用這個名字")
        page.get_by_label("你的名字").fill("Bob")
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog", name="你的返回碼")).to_be_visible()


def test_the_secret_leaves_the_address_at_once(school: Server, lead: Person, open_page: Open) -> None:
    page = open_page(f"{school.url}/#teacher={SECRET}", forgive=FORGIVEN)
    expect(page.locator(".class-bar")).to_contain_text("Teacher")
    assert "teacher" not in page.url
    assert page.evaluate("history.length") <= 2  # about:blank, and this page once
    page.reload()
    expect(page.locator(".class-bar")).to_contain_text("Teacher")


def test_who_is_sent_out_sees_the_card_again(lead: Person, code: str, join: Callable[..., Page]) -> None:
    page = join("Ada")
    ada = next(iter(lead.room()["members"]))
    lead.http.patch(f"/class/members/{ada['id']}", json={"removed": True}).raise_for_status()
    expect(page.locator(".join-word")).to_contain_text("not in the class at the moment")
    expect(page.locator("#join-code")).to_have_value("")
    expect(primary(page)).to_be_hidden()
    lead.http.patch(f"/class/members/{ada['id']}", json={"removed": False}).raise_for_status()
    page.reload()
    expect(page.locator(".class-bar")).to_contain_text("Ada")
    lead.http.delete("/class").raise_for_status()
    expect(page.locator(".join-word")).to_contain_text("not in the class at the moment")


def test_each_acts_on_runs_of_their_own(
    lead: Person, code: str, school: Server, join: Callable[..., Page]
) -> None:
    page = join("Ada")
    page.get_by_role("button", name="Look around").click()
    with student(school, code, "Bob") as bob:
        his = bob.create(**LONG)
        theirs = lead.create(**LONG, name="demonstration")
        expect(row(page, his["name"]).locator(".run-owner")).to_have_text("Bob")
        expect(row(page, "demonstration").locator(".run-owner")).to_have_text("teacher")
        expect(front(page)).to_have_text("Ready")
        row(page, his["name"]).locator(".run-name").click()
        expect(front(page)).to_have_text(f"{his['name']} · Bob")
        expect(primary(page)).to_have_text("Start")
        expect(page.locator(".transport-about")).to_contain_text("somebody else’s run")
        page.get_by_label(f"Commands for {his['name']} · Bob").click()
        menu = page.locator(".menu-list")
        expect(menu).to_contain_text("Use its settings for a new run")
        expect(menu).not_to_contain_text("Rename")
        expect(menu).not_to_contain_text("Delete")
        page.keyboard.press("Escape")
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("Space")
        expect(row(page, "mine")).to_have_count(1)
        expect(front(page)).not_to_contain_text("Bob")
        mine = front(page).inner_text()
        bob.create(**SHORT)
        expect(row(page, "Bob")).to_have_count(2)
        expect(front(page)).to_have_text(mine)
        page.get_by_label("Follow the newest").check()
        newest = bob.create(**LONG)
        expect(front(page)).to_have_text(f"{newest['name']} · Bob")
        for run in (his, theirs, newest):
            assert bob.run(run["id"])["wanted"] == "running"
            lead.want(run["id"], "stopped")


def test_what_is_not_open_is_locked_at_the_control(lead: Person, join: Callable[..., Page]) -> None:
    page = join("Ada")
    base = next(
        preset["config"]
        for preset in lead.http.get("/presets").json()["presets"]
        if preset["name"] == "two-features"
    )
    opening = {"which": "some", "settings": [{"name": "eta", "least": 0.1, "most": 3}], "base": base}
    lead.http.patch("/class", json={"opening": opening}).raise_for_status()
    expect(entry(page, "Batch size")).to_be_disabled()
    expect(page.locator(".field-batch_size .field-lock")).to_have_text("set by the teacher")
    expect(page.locator(".field-eta .field-lock")).to_have_text("open from 0.1 to 3")
    expect(entry(page, "Batch size")).to_have_value(str(base["batch_size"]))
    entry(page, "Learning rate").fill("5")
    entry(page, "Learning rate").press("Tab")
    expect(page.locator("#eta-complaint")).to_contain_text("up to 3")
    primary(page).click()
    assert lead.http.get("/runs").json()["runs"] == []
    entry(page, "Learning rate").fill("2")
    entry(page, "Learning rate").press("Tab")
    primary(page).click()
    expect(row(page, "mine")).to_have_count(1)

    lead.http.patch("/class", json={"attention": True}).raise_for_status()
    expect(page.locator(".transport-about")).to_contain_text("Eyes on the teacher")
    expect(primary(page)).to_be_disabled()
    page.keyboard.press("r")
    lead.http.patch("/class", json={"attention": False, "opening": {"which": "all"}}).raise_for_status()
    expect(primary(page)).to_be_enabled()
    expect(entry(page, "Batch size")).to_be_enabled()
    assert len(lead.http.get("/runs").json()["runs"]) == 1


def test_a_class_follows_looks_around_and_comes_back(
    lead: Person, school: Server, code: str, teachers: Page, join: Callable[..., Page]
) -> None:
    demonstration = lead.create(**SHORT, name="demonstration")
    other = lead.create(**SHORT, name="the other one")
    for run in (demonstration, other):
        lead.until_ended(run["id"])
    ada, bob = join("Ada"), join("Bob", **PHONE)
    row(teachers, "demonstration").locator(".run-name").click()
    for page in (ada, bob):
        expect(pill(page)).to_have_text("following the teacher")
        expect(front(page)).to_have_text("demonstration · teacher")
    teachers.keyboard.press("ArrowLeft")
    teachers.get_by_role("tab", name="Weights").click()
    for page in (ada, bob):
        expect(page.locator(".stage-status")).to_have_text("looking back")
        expect(page.locator("#lens-panel")).to_be_visible()
    assert "run=" not in ada.url
    ada.reload()
    expect(front(ada)).to_have_text("demonstration · teacher")
    expect(ada.locator(".stage-status")).to_have_text("looking back")

    ada.get_by_role("button", name="Look around").click()
    expect(pill(ada)).to_have_text("looking around")
    row(teachers, "the other one").locator(".run-name").click()
    expect(front(bob)).to_have_text("the other one · teacher")
    expect(front(ada)).to_have_text("demonstration · teacher")
    assert [
        (member["name"], member["following"]) for member in lead.http.get("/class/members").json()["members"]
    ] == [("Ada", False), ("Bob", True)]
    ada.get_by_role("button", name="Follow the teacher").click()
    expect(front(ada)).to_have_text("the other one · teacher")

    primary(bob).tap()  # who tries something looks around
    expect(pill(bob)).to_have_text("looking around")
    expect(front(bob)).to_have_text(re.compile(r"^Run \d+$"))
    his = front(bob).inner_text()
    lead.http.patch("/class", json={"attention": True}).raise_for_status()
    expect(front(bob)).to_have_text("the other one · teacher")  # all eyes: he is brought back
    lead.http.patch("/class", json={"attention": False}).raise_for_status()
    row(teachers, "Bob").locator(".run-name").click()  # a student's run for all
    expect(front(ada)).to_have_text(f"{his} · Bob")


def test_the_teachers_phone_is_a_remote_control(
    lead: Person, school: Server, teachers: Page, join: Callable[..., Page], open_page: Open
) -> None:
    run = lead.create(**SHORT, name="demonstration")
    lead.until_ended(run["id"])
    ada = join("Ada")
    phone = open_page(f"{school.url}/#teacher={SECRET}", forgive=FORGIVEN, **PHONE)
    row(teachers, "demonstration").locator(".run-name").click()
    expect(front(phone)).to_have_text("demonstration")
    phone.keyboard.press("ArrowLeft")
    for page in (teachers, ada):
        expect(page.locator(".stage-status")).to_have_text("looking back")
    teachers.keyboard.press("Escape")
    for page in (phone, ada):
        expect(page.locator(".stage-status")).to_have_text("finished")


@pytest.mark.parametrize(("size", "language"), [("desktop", "zh-TW"), ("phone", "en-US")])
def test_axe_finds_nothing_where_people_come_in(
    school: Server, lead: Person, code: str, open_page: Open, size: str, language: str
) -> None:
    page = open_page(f"{school.url}/#join={code}", forgive=FORGIVEN, **SIZES[size], locale=language)
    expect(page.locator(".join-card")).to_be_visible()
    assert complaints(page) == []
    page.locator("#join-name").fill("Ada")
    page.keyboard.press("Enter")
    expect(page.locator(".code-sheet")).to_be_visible()
    assert complaints(page) == []
    page.keyboard.press("Enter")
    with student(school, code, "Bob") as bob:
        bob.until_ended(bob.create(**SHORT)["id"])
    row(page, "Bob").locator(".run-name").click()
    lead.http.patch("/class", json={"attention": True}).raise_for_status()
    expect(primary(page)).to_be_disabled()
    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "scrolls sideways"


def complaints(page: Page) -> list[object]:
    return [(issue["id"], issue["nodes"][0]["target"]) for issue in Axe().run(page).response["violations"]]


def test_an_open_server_says_so(new_server: Callable[..., Server], open_page: Open) -> None:
    server = new_server(arguments=["--open"]).start()
    page = open_page(server.url)
    expect(page.locator(".class-bar")).to_contain_text("everybody may change and delete everything")
    expect(primary(page)).to_have_text("Start")
    expect(page.get_by_label("Follow the newest")).to_have_count(0)
