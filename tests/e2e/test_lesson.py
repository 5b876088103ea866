"""A whole lesson: a teacher's browser and those of three students, with the server killed in the middle."""

from collections.abc import Callable
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.classroom import Server
from tests.e2e.conftest import Open
from tests.e2e.lesson import Lesson
from tests.people import SECRET


def for_everyone(name: str, page: Page) -> None:
    """Axe finds nothing, and nothing is wider than the screen."""
    found = Axe().run(page).response["violations"]
    assert [(name, issue["id"], issue["nodes"][0]["target"]) for issue in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name


def test_a_whole_lesson(new_server: Callable[..., Server], open_page: Open) -> None:
    server = new_server(arguments=["--class"], CHALKNET_TEACHER_SECRET=SECRET).start()
    lesson = Lesson(server, open_page, for_everyone)

    def killed() -> None:
        lesson.the_server_is_killed()
        lesson.all_have_answered()

    lesson.lead(meanwhile=killed)
    report = Path(lesson.the_report_is_downloaded().path()).read_text(encoding="utf-8")
    for said in (
        "How good after one epoch?",
        "Which eta is best?",
        "Best test accuracy in four epochs",
        "小明",
    ):
        assert said in report
    lesson.the_class_ends()
