"""Predict before you run, and tasks: the teacher's page and those of students, in real browsers."""

import re
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.classroom import Server
from tests.e2e.conftest import DESKTOP, PHONE, Open
from tests.e2e.lab import entry, primary
from tests.people import SECRET, Person, student

CURVE = {"kind": "curve", "text": "What will it do?", "metric": "test_accuracy", "epochs": 4}
NUMBER = {"kind": "number", "text": "How good?", "unit": "%", "least": 0, "most": 100}
CHOICE = {"kind": "choice", "text": "Which is best?", "options": ["small", "large"], "correct": 1}


def open_as(open_page: Open, server: Server, path: str, facts: dict[str, str], **settings: Any) -> Page:
    page = open_page("about:blank", **(settings or DESKTOP))
    answer = page.context.request.post(f"{server.url}/api/v1/class/{path}", data=facts)
    assert answer.ok, answer.text()
    page.goto(server.url)
    page.locator("html[data-ready]").wait_for(state="attached")
    return page


def teacher_page(open_page: Open, lead: Person, **settings: Any) -> Page:
    return open_as(open_page, lead.server, "lead", {"secret": SECRET}, **settings)


def student_page(open_page: Open, lead: Person, name: str, **settings: Any) -> Page:
    return open_as(open_page, lead.server, "members", {"code": lead.room()["code"], "name": name}, **settings)


def ask(lead: Person, question: dict[str, Any]) -> str:
    return str(lead.http.post("/class/questions", json=question).raise_for_status().json()["id"])


def reveal(lead: Person, question: str, **changes: Any) -> list[dict[str, Any]]:
    body = {"status": "revealed", **changes}
    answer = lead.http.patch(f"/class/questions/{question}", json=body)
    return list(answer.raise_for_status().json()["answers"])


def card(page: Page) -> Locator:
    return page.locator(".question-card")


def send(page: Page, name: str = "Send") -> None:
    card(page).get_by_role("button", name=name, exact=True).click()
    expect(card(page)).to_contain_text("Sent. You can change it")


def place(paper: Locator, right: float, up: float) -> tuple[float, float]:
    """A place on the paper, by shares of it."""
    box = paper.bounding_box()
    assert box is not None
    return box["x"] + right * box["width"], box["y"] + (1 - up) * box["height"]


def test_a_curve_is_drawn_with_a_finger_sent_and_there_again_after_a_reload(
    lead: Person, open_page: Open
) -> None:
    page = student_page(open_page, lead, "Ada", **PHONE)
    ask(lead, CURVE)
    paper = card(page).get_by_role("slider")
    expect(paper).to_have_attribute("aria-valuetext", "epoch 0: nothing drawn")
    paper.scroll_into_view_if_needed()
    fingers = page.context.new_cdp_session(page)
    before = page.evaluate("scrollY")
    path = [place(paper, 0.05 + 0.09 * step, 0.3 + 0.06 * step) for step in range(11)]
    for kind, (x, y) in [("touchStart", path[0]), *(("touchMove", point) for point in path[1:])]:
        fingers.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
    fingers.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert page.evaluate("scrollY") == before
    expect(card(page).locator(".drawn-dots circle")).to_have_count(5)
    expect(card(page)).to_contain_text("Not sent yet.")
    send(page)
    expect(card(page)).to_contain_text("1 of 1 has answered")
    drawn = card(page).locator(".drawn-line").get_attribute("points")
    page.reload()
    expect(card(page).locator(".drawn-line")).to_have_attribute("points", drawn or "")
    expect(card(page)).to_contain_text("Sent. You can change it")
    card(page).get_by_role("button", name="Clear").click()
    expect(card(page).get_by_role("button", name="Change")).to_be_disabled()
    card(page).get_by_role("button", name="Undo").click()
    expect(card(page).locator(".drawn-line")).to_have_attribute("points", drawn or "")


def test_a_curve_is_drawn_with_keys_alone(lead: Person, open_page: Open) -> None:
    page = student_page(open_page, lead, "Ada")
    question = ask(lead, CURVE)
    paper = card(page).get_by_role("slider")
    paper.focus()
    for key in ("PageUp", "ArrowUp", "End", "PageUp", "PageUp", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(key)
    expect(paper).to_have_attribute("aria-valuetext", re.compile("epoch 3: "))
    page.keyboard.press("Control+z")
    page.keyboard.press("End")
    expect(paper).to_have_attribute("aria-valuetext", "epoch 4: 31%")
    card(page).get_by_label("Start").fill("20")
    page.keyboard.press("Enter")
    expect(card(page)).to_contain_text("Sent. You can change it")
    assert reveal(lead, question) == [{"curve": [0.2, 0.2275, 0.255, 0.2825, 0.31]}]
    assert lead.http.get("/runs").json()["runs"] == []  # none of the keys was the page's


def test_the_mouse_draws_too_and_the_truth_grows_into_all_curves(lead: Person, open_page: Open) -> None:
    run = lead.create(preset="two-features", epochs=4, name="The run")
    lead.until_ended(run["id"])
    page = student_page(open_page, lead, "Ada")
    question = ask(lead, CURVE)
    paper = card(page).get_by_role("slider")
    paper.scroll_into_view_if_needed()
    page.mouse.move(*place(paper, 0.02, 0.8))
    page.mouse.down()
    page.mouse.move(*place(paper, 0.99, 0.8), steps=7)
    page.mouse.up()
    send(page)
    with student(lead.server, lead.room()["code"], "Bob") as bob:
        bob.http.put(
            f"/class/questions/{question}/answer", json={"curve": [0.1, 0.2, 0.3, 0.4, 0.5]}
        ).raise_for_status()
        expect(card(page)).to_contain_text("2 of 2 have answered")
        expect(card(page).locator(".answer-cloud")).to_have_count(0)
        reveal(lead, question)
        expect(card(page).locator(".answer-cloud polyline")).to_have_count(2)
        expect(card(page).locator(".mine-line")).to_have_attribute("points", re.compile(r"\d"))
        expect(card(page).locator(".truth-dots circle")).to_have_count(0)
        teacher = teacher_page(open_page, lead)
        card(teacher).get_by_role("button", name="Let The run tell").click()
        for one in (page, teacher):
            expect(card(one).locator(".truth-dots circle")).to_have_count(4)
            expect(card(one)).to_contain_text(re.compile(r"The run says [\d.]+% after epoch 4\."))
            expect(card(one).get_by_role("heading", name="Closest")).to_be_hidden()
        expect(card(page)).to_contain_text("Yours was off by")
        card(teacher).get_by_role("button", name="Show the names").click()
        expect(card(page).locator(".question-leaders li")).to_have_text(
            [re.compile("Ada"), re.compile("Bob")]
        )


def test_a_run_that_is_started_after_the_question_tells_when_it_is_revealed(
    lead: Person, open_page: Open
) -> None:
    lead.until_ended(lead.create(preset="two-features", epochs=2, name="The run before")["id"])
    question = ask(lead, CURVE)
    teacher = teacher_page(open_page, lead)
    expect(card(teacher).get_by_role("button", name="Reveal", exact=True)).to_be_visible()
    run = lead.create(preset="two-features", epochs=4, name="The run after")
    card(teacher).get_by_role("button", name="Reveal; The run after tells").click()
    expect(card(teacher)).to_contain_text(re.compile(r"The run says [\d.]+% after epoch 4\."))
    assert lead.room()["questions"][-1]["spec"]["run_id"] == run["id"]
    assert lead.room()["questions"][-1]["id"] == question


def test_a_number_keeps_its_bounds_and_can_be_changed_until_the_question_is_closed(
    lead: Person, open_page: Open
) -> None:
    ask(lead, NUMBER)
    page, teacher = student_page(open_page, lead, "Ada"), teacher_page(open_page, lead)
    number = entry(page, "Your answer")
    number.fill("101")
    expect(card(page).get_by_role("button", name="Send")).to_be_disabled()
    number.fill("61.5")
    send(page)
    number.fill("62.7351")
    expect(card(page)).to_contain_text("Changed, but not sent yet.")
    send(page, "Change")
    number.fill("63")
    expect(card(teacher)).to_contain_text("1 of 1 has answered")
    assert "62.7351" not in teacher.locator("main:not(.join-card)").inner_html()
    card(teacher).get_by_role("button", name="Close").click()
    expect(card(page)).to_contain_text("Closed. Your answer counts.")
    expect(number).to_have_value("62.7351")
    expect(number).to_be_disabled()
    card(teacher).get_by_role("button", name="Reveal", exact=True).click()
    for one in (page, teacher):
        expect(card(one)).to_contain_text("One answer: 62.74 %.")
        expect(card(one).get_by_role("img")).to_have_attribute("aria-label", re.compile(": 1$"))


def test_the_teacher_asks_reveals_and_takes_back(lead: Person, open_page: Open) -> None:
    page, teacher = student_page(open_page, lead, "Ada"), teacher_page(open_page, lead)
    expect(page.get_by_text("Ask the class")).to_be_hidden()
    teacher.get_by_text("Ask the class").click()
    teacher.get_by_label("Kind").select_option("a choice")
    teacher.get_by_label("Question", exact=True).fill("Which is best?")
    for number, option in enumerate(("small", "medium", "large"), 1):
        teacher.get_by_role("textbox", name=f"Option {number}").fill(option)
    teacher.locator(".ask-option", has=teacher.get_by_role("textbox", name="Option 2")).get_by_label(
        "right"
    ).check()
    teacher.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_text("A question: Which is best?")).to_have_attribute("role", "status")
    card(page).get_by_role("radio", name="medium").check()
    send(page)
    expect(card(page)).not_to_contain_text("right")
    expect(card(teacher)).to_contain_text("1 of 1 has answered")
    card(teacher).get_by_role("button", name="Reveal with names").click()
    expect(card(page).locator(".right")).to_contain_text("medium")
    expect(card(page)).to_contain_text("One answer, 1 right.")
    card(page).get_by_text("Who answered what").click()
    expect(card(page).get_by_role("row", name="Ada medium")).to_be_visible()
    card(teacher).get_by_role("button", name="More about this question").click()
    teacher.get_by_role("button", name="Take the question back").click()
    for one in (page, teacher):
        expect(card(one)).to_have_count(0)


def test_a_card_is_put_aside_and_comes_back_with_news(lead: Person, open_page: Open) -> None:
    question = ask(lead, CHOICE)
    page = student_page(open_page, lead, "Ada")
    card(page).get_by_role("button", name="Put aside").click()
    expect(card(page)).to_have_count(0)
    pill = page.get_by_role("button", name="Which is best? open, 0")
    pill.click()
    expect(card(page)).to_be_visible()
    card(page).get_by_role("button", name="Put aside").click()
    reveal(lead, question)
    expect(card(page)).to_be_visible()
    ask(lead, NUMBER)
    expect(card(page)).to_have_count(1)
    expect(page.get_by_role("button", name="Which is best? revealed, 0")).to_be_visible()


def test_a_task_is_set_begun_from_and_ranked(lead: Person, open_page: Open) -> None:
    teacher = teacher_page(open_page, lead)
    page = student_page(open_page, lead, "Ada")
    teacher.get_by_role("radio", name="Two features", exact=True).check()
    teacher.get_by_text("Set a task").click()
    form = teacher.locator(".task-form")
    form.get_by_label("Goal").fill("As good as you can in two epochs")
    form.get_by_label("Epochs at most").fill("10")  # fewer than the lesson has: the base has no more
    form.get_by_label("Weights at most").fill("100")
    form.get_by_label("May be changed").select_option("some settings")
    form.get_by_label("Learning rate").check()
    form.get_by_label("Epochs", exact=True).check()
    form.get_by_role("button", name="Send to all").click()
    expect(page.locator(".notices")).to_contain_text("A new task: As good as you can in two epochs")
    task = page.locator(".task-card")
    expect(task).to_contain_text("At most 10 epochs.")
    expect(task).to_contain_text("You may change: Learning rate, Epochs.")
    expect(task).to_contain_text("Nobody is on the board yet.")
    task.get_by_role("button", name="Start from here").click()
    expect(page.get_by_role("radio", name="Two features", exact=True)).to_be_checked()
    expect(page.locator(".network")).to_contain_text("27 of at most 100 weights and biases")
    expect(teacher.locator(".network")).not_to_contain_text("at most")
    entry(page, "Epochs").fill("2")
    entry(page, "Epochs").press("Tab")
    primary(page).click()
    mine = task.locator("tr.mine")
    expect(mine).to_contain_text("You")
    expect(teacher.locator(".task-board tbody th")).to_have_text("Ada")
    with student(lead.server, lead.room()["code"], "Bob") as bob:
        bob.until_ended(bob.create(preset="two-features", epochs=2, eta=0.001)["id"])
        expect(task.locator("tbody th")).to_have_text(["You", "Bob"])
        names = {run["owner"]: run["name"] for run in lead.http.get("/runs").json()["runs"]}
        task.get_by_role("button", name="Bob").click()
        expect(page.locator(".stage-run h2")).to_contain_text(names.pop(bob.me["member"]))
        task.get_by_role("button", name="You").click()
        expect(page.locator(".stage-run h2")).to_contain_text(*names.values())
        teacher.get_by_role("button", name="Hide the names").click()
        expect(task.locator("tbody th")).to_have_text(["You", "somebody"])
        expect(teacher.locator(".task-board tbody th")).to_have_text(["Ada", "Bob"])
    teacher.get_by_role("button", name="End the task").click()
    expect(task).to_contain_text("This task is over.")


def test_questions_and_tasks_are_for_everyone(lead: Person, open_page: Open) -> None:
    """No complaint of axe, with every kind of card open and revealed; both languages have every word."""
    task = {"text": "Do it", "base": {"preset": "two-features"}, "max_parameters": 100}
    lead.http.post("/class/tasks", json=task).raise_for_status()
    pages = [
        teacher_page(open_page, lead),
        student_page(open_page, lead, "Ada"),
        student_page(open_page, lead, "阿明", **PHONE, locale="zh-TW", color_scheme="dark"),
    ]
    with student(lead.server, lead.room()["code"], "Bob") as bob:
        for question, answer in (
            (CURVE, {"curve": [0.1, 0.9, 0.9, 0.9, 0.9]}),
            (NUMBER, {"number": 95}),
            (CHOICE, {"option": 1}),
        ):
            asked = ask(lead, question)
            bob.http.put(f"/class/questions/{asked}/answer", json=answer).raise_for_status()
            for status in ("open", "revealed"):
                if status == "revealed":
                    reveal(lead, asked, named=True)
                for page in pages:
                    expect(card(page).locator(".question-summary")).to_be_visible(
                        visible=status == "revealed"
                    )
                    expect(card(page)).not_to_contain_text(re.compile(r"question\.|ask\.|task\."))
                # A student's pages by turns, light and dark: they differ in colours and width alone.
                for page in (pages[0], pages[1 if status == "open" else 2]):
                    found = Axe().run(page, context="[data-panel=questions], [data-panel=tasks]")
                    assert found.violations_count == 0, found.generate_report()


def test_the_wall_shows_the_question(lead: Person, open_page: Open) -> None:
    teacher = teacher_page(open_page, lead)
    teacher.keyboard.press("p")
    expect(teacher.locator("html")).to_have_attribute("data-projector", "")
    ask(lead, CHOICE)
    expect(card(teacher).get_by_role("listitem")).to_have_text(["small", "large"])
    expect(card(teacher).get_by_role("radio")).to_have_count(0)


def test_the_teacher_sees_how_many_who_could_answer_are_here(lead: Person, open_page: Open) -> None:
    with student(lead.server, lead.room()["code"], "Away"):
        page, teacher = student_page(open_page, lead, "Ada"), teacher_page(open_page, lead)
        question = ask(lead, NUMBER)
        expect(card(teacher)).to_contain_text("0 of 2 have answered; 1 is here")
        card(page).get_by_role("spinbutton").fill("90")
        send(page)
        expect(card(teacher)).to_contain_text("1 of 2 has answered; 1 is here")
        expect(card(page)).not_to_contain_text("here")
        reveal(lead, question)
        expect(card(teacher).locator(".question-count")).to_have_text("1 of 2 has answered")


def test_a_phone_has_the_head_in_one_line_and_the_rest_in_the_menu_at_the_name(
    lead: Person, open_page: Open
) -> None:
    page = student_page(open_page, lead, "Somebody with quite a long name", **PHONE)
    expect(page.locator(".follow-pill")).to_be_visible()
    tops = page.locator(
        ".masthead :is(.mark, .class-me, .follow-turn, .doors button:not([hidden]))"
    ).evaluate_all(
        "all => all.map(e => e.getBoundingClientRect()).map(({ top, bottom }) => (top + bottom) / 2)"
    )
    assert max(tops) - min(tops) < 4
    stage = page.locator(".stage").bounding_box()
    assert stage is not None
    assert stage["y"] + stage["height"] < 844 / 5
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.locator(".class-me").tap()
    page.get_by_role("button", name="Link and QR code").tap()
    expect(page.get_by_role("dialog", name="Join the class")).to_be_visible()


def test_a_question_that_was_just_asked_is_seen_on_a_low_screen(lead: Person, open_page: Open) -> None:
    teacher = teacher_page(open_page, lead, viewport={"width": 1280, "height": 560})
    ask(lead, CHOICE)
    teacher.get_by_text("Ask the class").click()
    form = teacher.locator(".ask-form")
    form.get_by_label("Kind").select_option("number")
    form.get_by_label("About").select_option("test_accuracy")
    rows = form.locator(".question-row").first.locator("> :not([hidden])")
    assert len(set(rows.evaluate_all("all => all.map(e => e.offsetTop)"))) == 1  # At most, too, in one row
    form.get_by_label("Question", exact=True).fill("How good?")
    form.get_by_role("button", name="Ask", exact=True).click()
    asked = card(teacher).filter(has_text="How good?")
    expect(asked.get_by_role("button", name="Close")).to_be_in_viewport()
    head = teacher.locator(".stage").bounding_box()
    box = asked.bounding_box()
    assert head is not None
    assert box is not None
    assert head["y"] + head["height"] <= box["y"] + 1
