"""A whole lesson in a class of three, as a teacher leads it: what the test of it and its pictures share."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Download, Locator, Page, expect

from tests.classroom import Server
from tests.e2e.conftest import DESKTOP, PHONE, Open
from tests.e2e.lab import entry, epoch, primary
from tests.people import SECRET

LESSON = "/?preset=two-features&epochs=4"
REFUSED = ("403", "409", "422", "WebSocket", "ERR_CONNECTION")  # what is locked, and a server that is killed


@dataclass
class Lesson:
    """The pages of the teacher, of Ada who uses keys alone, of 小明 in Chinese, and of Bob on a phone.

    `show` is called with a name and a page whenever there is something to be seen.
    """

    server: Server
    open_page: Open
    show: Callable[[str, Page], None]

    def __post_init__(self) -> None:
        self.teacher = self.open(f"{LESSON}#teacher={SECRET}")
        expect(self.teacher.locator(".class-bar")).to_contain_text("Teacher")

    def open(self, path: str, **settings: Any) -> Page:
        return self.open_page(self.server.url + path, forgive=REFUSED, **(settings or DESKTOP))

    def lead(self, meanwhile: Callable[[], None] = lambda: None) -> None:
        """From the invitation to eyes on me; `meanwhile` happens when the first answers are there."""
        self.everybody_joins()
        self.they_follow()
        self.only_eta_is_open()
        self.a_number_is_asked()
        meanwhile()
        self.the_answers_are_revealed("number")
        self.a_choice_is_asked()
        self.the_answers_are_revealed("choice")
        self.a_curve_is_drawn()
        self.the_answers_are_revealed("curves")
        self.the_truth_grows_in()
        self.a_task_is_set()
        self.all_are_seen_at_once()
        self.eyes_on_the_teacher()

    @property
    def students(self) -> tuple[Page, ...]:
        return self.ada, self.ming, self.bob

    def everybody_joins(self) -> None:
        self.teacher.get_by_role("button", name="invite others").click()
        sheet = self.teacher.get_by_role("dialog", name="Join the class")
        expect(sheet).to_contain_text("Scan, or open the address and type the code.")
        expect(sheet.get_by_role("img", name="QR code of the address")).to_be_visible()
        self.show("class-invitation", self.teacher)
        invitation = sheet.get_by_label("Address").input_value()
        (code,) = re.findall("#join=([A-Z]{6})$", invitation)
        expect(sheet.locator(".class-code")).to_contain_text(code)
        self.teacher.keyboard.press("Escape")

        self.ada = self.open("/")
        self.ada.get_by_label("Code of the class").focus()
        for typed in (code.lower(), "Tab", "Ada", "Enter"):
            (self.ada.keyboard.press if typed in ("Tab", "Enter") else self.ada.keyboard.type)(typed)
        expect(self.ada.get_by_role("dialog", name="Your return code")).to_be_visible()
        self.ada.keyboard.press("Enter")

        self.bob = self.open_page(invitation, forgive=REFUSED, **PHONE)
        self.bob.get_by_label("Your name").fill("Bob")
        self.show("class-join-phone", self.bob)
        self.bob.get_by_role("button", name="Join").tap()
        self.bob.get_by_role("button", name="Go on").tap()

        self.ming = self.open_page(invitation, forgive=REFUSED, locale="zh-TW", **DESKTOP)
        self.ming.get_by_label("你的名字").fill("小明")
        self.ming.get_by_role("button", name="加入").click()
        self.ming.locator(".code-sheet .primary").click()
        for page in self.students:
            expect(page.locator(".follow-pill")).to_be_visible()

    def they_follow(self) -> None:
        """One looks around and comes back."""
        self.run_of(self.teacher)
        name = front(self.teacher).inner_text()
        for page in self.students:
            expect(front(page)).to_contain_text(name)
            expect(page.locator(".stage")).to_have_attribute("data-status", "FINISHED")
        self.teacher.keyboard.press("ArrowLeft")
        expect(epoch(self.bob)).to_have_text("3")
        self.show("class-following-phone", self.bob)
        pill = self.bob.locator(".follow-pill")
        self.bob.get_by_role("button", name="Look around").tap()
        expect(pill).to_have_text("looking around")
        self.teacher.keyboard.press("ArrowLeft")
        expect(epoch(self.ming)).to_have_text("2")
        expect(epoch(self.bob)).to_have_text("3")
        self.bob.get_by_role("button", name="Follow the teacher").tap()
        expect(epoch(self.bob)).to_have_text("2")
        self.teacher.keyboard.press("Escape")

    def only_eta_is_open(self) -> None:
        with self.desk() as desk:
            desk.get_by_label("some", exact=True).check()
            desk.get_by_label("Learning rate", exact=True).check()
            desk.get_by_role("button", name="Apply to the class").click()
            expect(desk).to_contain_text("Now open: Learning rate.")
            self.show("class-opening", self.teacher)
        expect(entry(self.ada, "Batch size")).to_be_disabled()
        expect(self.ming.locator(".field-batch_size .field-lock")).to_have_text("由老師設定")
        answer = self.ada.context.request.post(
            f"{self.server.url}/api/v1/runs", data={"preset": "two-features", "epochs": 4, "batch_size": 1}
        )
        assert (answer.status, answer.json()["code"]) == (403, "setting-locked")

    def a_number_is_asked(self) -> None:
        self.ask("number", "How good after one epoch?")
        for page, value in ((self.ada, "87.5391"), (self.ming, "12.3457"), (self.bob, "99")):
            number = card(page).get_by_role("spinbutton")
            number.fill(value)
            number.press("Enter")
            expect(card(page).locator(".send")).to_be_disabled()
        self.all_have_answered("87.5391", "12.3457")

    def a_choice_is_asked(self) -> None:
        self.ask("choice", "Which eta is best?", ("0.1", "3"))
        for page in self.students:
            option = card(page).get_by_role("radio").nth(1)
            option.focus()
            page.keyboard.press("Space")
            page.keyboard.press("Enter")
            expect(card(page).locator(".send")).to_be_disabled()
        self.all_have_answered()

    def a_curve_is_drawn(self) -> None:
        self.ask("curve", "Draw what will happen")
        for page, (first, last) in zip(self.students, ((0.2, 0.8), (0.5, 0.9), (0.1, 0.6)), strict=True):
            paper = card(page).get_by_role("slider")
            paper.scroll_into_view_if_needed()
            if page is self.ada:
                paper.focus()
                for key in ("PageUp", "PageUp", "End", "PageUp", "PageUp", "PageUp", "Enter"):
                    page.keyboard.press(key)
            else:
                draw(page, paper, first, last, touch=page is self.bob)
            if page is self.bob:
                self.show("class-drawing-phone", page)
            card(page).locator(".send").click()
            expect(card(page).locator(".send")).to_be_disabled()
        self.all_have_answered()

    def all_have_answered(self, *answers: str) -> None:
        """How many is told; what they said is nobody's, in the page and by scripts alike."""
        expect(card(self.teacher)).to_contain_text("3 of 3 have answered")
        for page in (self.teacher, self.ada):
            questions = page.context.request.get(f"{self.server.url}/api/v1/class").json()["questions"]
            assert questions[-1]["answers"] is None
        for answer in answers:
            assert answer not in self.teacher.locator("main:not(.join-card)").inner_html()

    def the_server_is_killed(self) -> None:
        self.server.kill()
        for page in self.students:
            expect(page.locator(".pill[data-link]")).not_to_have_attribute("data-link", "live")
        self.server.start()
        for page in (self.teacher, *self.students):
            expect(page.locator(".pill[data-link]")).to_have_attribute("data-link", "live", timeout=60_000)

    def the_answers_are_revealed(self, name: str) -> None:
        card(self.teacher).get_by_role("button", name="Reveal", exact=True).click()
        for page in (self.teacher, *self.students):
            expect(card(page).locator(".question-summary")).to_be_visible()
        card(self.teacher).scroll_into_view_if_needed()
        self.show(f"class-{name}", self.teacher)

    def the_truth_grows_in(self) -> None:
        self.run_of(self.teacher)
        card(self.teacher).get_by_role("button", name=re.compile("^Let .* tell$")).click()
        for page in (self.teacher, *self.students):
            expect(card(page).locator(".truth-dots circle")).to_have_count(4)
        self.show("class-curve", self.teacher)

    def a_task_is_set(self) -> None:
        with self.desk() as desk:
            desk.get_by_label("all settings").check()
            desk.get_by_role("button", name="Apply to the class").click()
            expect(desk).to_contain_text("Now: all settings are open.")
        self.teacher.get_by_text("Set a task").click()
        form = self.teacher.locator(".task-form")
        form.get_by_label("Goal").fill("Best test accuracy in four epochs")
        form.get_by_label("Epochs at most").fill("4")
        form.get_by_role("button", name="Send to all").click()
        for page in self.students:
            page.locator(".task-card .task-start").click()
            if page is not self.bob:  # who starts from where the task does
                eta = page.locator(".field-eta input[type=number]")
                eta.fill("0.3" if page is self.ada else "3")
                eta.press("Tab")
            primary(page).scroll_into_view_if_needed()
            self.run_of(page)
        rows = self.teacher.locator(".task-board tbody tr")
        expect(rows).to_have_count(3)
        rows.first.scroll_into_view_if_needed()
        self.show("class-task", self.teacher)

    def all_are_seen_at_once(self) -> None:
        self.teacher.get_by_role("button", name="Whole class").click()
        sheet = self.teacher.get_by_role("dialog", name="Whole class")
        expect(sheet.locator(".overview-points .overview-point")).to_have_count(5)
        self.show("class-picture", self.teacher)
        sheet.get_by_role("tab", name="Wall").click()
        expect(sheet.get_by_role("img", name=re.compile("small curves"))).to_be_visible()
        self.show("class-wall", self.teacher)
        sheet.get_by_role("tab", name="Table").click()
        expect(sheet.locator("tbody tr")).to_have_count(5)
        self.show("class-table", self.teacher)
        self.teacher.keyboard.press("Escape")

    def eyes_on_the_teacher(self) -> None:
        with self.desk() as desk:
            self.show("class-desk", self.teacher)
            desk.get_by_role("button", name="Show Ada’s newest run").click()
            expect(front(self.teacher)).to_contain_text("Ada")
            desk.get_by_role("button", name="Eyes on me").click()
            for page in self.students:
                expect(primary(page)).to_be_disabled()
            self.show("class-eyes-phone", self.bob)
            desk.get_by_role("button", name="Eyes on me").click()
        expect(primary(self.ada)).to_be_enabled()

    def the_report_is_downloaded(self) -> Download:
        with self.desk() as desk, self.teacher.expect_download() as got:
            desk.get_by_role("link", name="Report").click()
        return got.value

    def the_class_ends(self) -> None:
        with self.desk() as desk:
            desk.get_by_role("button", name="New class").click()
            sheet = self.teacher.get_by_role("dialog", name="Begin a new class?")
            sheet.get_by_role("button", name="Forget this class").click()
        for page in self.students:
            expect(page.locator(".join-card")).to_be_visible()

    def ask(self, kind: str, text: str, options: tuple[str, ...] = ()) -> None:
        self.teacher.get_by_text("Ask the class").click()
        form = self.teacher.locator(".ask-form")
        form.get_by_label("Kind").select_option(kind)
        form.get_by_label("Question", exact=True).fill(text)
        for number, option in enumerate(options, 1):
            form.get_by_role("textbox", name=f"Option {number}").fill(option)
        form.get_by_role("button", name="Ask", exact=True).click()
        for page in (self.teacher, *self.students):
            expect(card(page)).to_contain_text(text)

    def run_of(self, page: Page) -> None:
        """A new run of whoever has the page, to its end."""
        before = front(page).inner_text()
        primary(page).click()
        expect(front(page)).not_to_have_text(before)
        expect(page.locator(".stage")).to_have_attribute("data-status", "FINISHED", timeout=60_000)

    @contextmanager
    def desk(self) -> Iterator[Locator]:
        """The desk, closed afterwards."""
        button = self.teacher.get_by_role("button", name="Desk", exact=True)
        button.click()
        desk = self.teacher.get_by_role("complementary", name="Desk")
        expect(desk).to_be_visible()
        yield desk
        button.click()
        expect(desk).to_be_hidden()


def front(page: Page) -> Locator:
    """The name of the run in front."""
    return page.locator(".stage-run h2")


def card(page: Page) -> Locator:
    """The question in front."""
    return page.locator(".question-card")


def draw(page: Page, paper: Locator, first: float, last: float, *, touch: bool) -> None:
    """A line over the whole paper, from one height to another (shares of it)."""
    box = paper.bounding_box()
    assert box is not None
    path = [
        (
            box["x"] + box["width"] * (0.02 + 0.96 * at / 10),
            box["y"] + box["height"] * (1 - first - (last - first) * at / 10),
        )
        for at in range(11)
    ]
    if not touch:
        page.mouse.move(*path[0])
        page.mouse.down()
        for place in path[1:]:
            page.mouse.move(*place)
        page.mouse.up()
        return
    finger = page.context.new_cdp_session(page)
    for kind, (x, y) in [("touchStart", path[0]), *(("touchMove", place) for place in path[1:])]:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
