"""What must hold on every page: narrow screens, both themes, contrast, the keyboard alone."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from logistics.platform.places.models import Level, PlaceKind
from repairs.ticket.models import State, Ticket
from tests.conftest import make_place

pytestmark = pytest.mark.django_db(transaction=True)
NARROW = (360, 390)
CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
COMMON = ["/", "/todos/", "/notices/", "/me/", "/search/?q=305", "/repairs/ticket/", "/repairs/ticket/new/", "/places/", "/places/?list=1"]
ACTS = {
    "teacher": ["accept", "reject", "edit"],
    "plumber": ["finish", "wait", "refer"],
    "director": ["assign", "merge"],
}
MORE = {
    "teacher": [],
    "plumber": ["/repairs/mine/"],
    "director": [
        "/repairs/board/",
        "/repairs/plan/",
        "/repairs/project/",
        "/repairs/kind/",
        "/repairs/repairer/",
        "/setup/",
        "/setup/person/",
        "/setup/status/",
        "/imports/",
    ],
}
PER_STEP = 25  # presses of Tab to anything a person looks for


@pytest.fixture
def busy_school(rooms, ticket_in) -> dict[str, list[Ticket]]:
    """Tickets for each of three people, one with words as long and as unbroken as people write them."""
    far = make_place("学生活动中心地下一层东侧多功能阶梯报告厅后台化妆间", rooms.floor, Level.ROOM, PlaceKind.SPECIAL, code="LONG1")
    long = ticket_in(
        State.ASSIGNED,
        place=far,
        description="一体机型号SEEWO-FV75EC-2021-08-NO.0000123456789012345678901234567890触摸没反应",
        thing="希沃一体机",
        available="请先打电话",
    )
    return {"teacher": [ticket_in(State.FINISHED), long], "plumber": [ticket_in(State.WORKING), long], "director": [ticket_in(), long]}


def pages_of(role: str, tickets: list[Ticket]) -> list[str]:
    acts = [f"/repairs/ticket/{tickets[0].pk}/{name}/" for name in ACTS[role] if name != "edit"]
    return [*COMMON, *MORE[role], *(f"/repairs/ticket/{ticket.pk}/" for ticket in tickets), *acts]


def width_beyond(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


@pytest.mark.parametrize("role", list(ACTS))
def test_no_page_scrolls_sideways_on_a_phone(windows, cast, busy_school, role):
    page = windows.open(getattr(cast, role), "phone")
    wide = []
    for address in pages_of(role, busy_school[role]):
        page.set_viewport_size({"width": NARROW[0], "height": 740})
        answer = page.goto(address)
        assert answer.status == 200, address
        for width in NARROW:
            page.set_viewport_size({"width": width, "height": 740})
            if width_beyond(page) > 0:
                wide.append(f"{address} by {width_beyond(page)} at {width}")
    assert not wide


def test_no_public_page_scrolls_sideways_on_a_phone(windows, rooms, busy_school):
    page = windows.open(None, "phone", viewport={"width": NARROW[0], "height": 740})
    for address in ("/login/", "/q/LONG1/", "/public/repair/LONG1/", "/public/repair/follow/", "/verify/", "/nowhere/"):
        page.goto(address)
        assert width_beyond(page) <= 0, address


def poor_text(page: Page, address: str) -> list[str]:
    """Text below AA in either theme."""
    page.goto(address)
    found = page.evaluate(CONTRAST)
    page.locator("html").evaluate("html => { html.dataset.bsTheme = 'dark' }")
    return [f"{address} {words}" for words in (*found, *page.evaluate(CONTRAST))]


def test_text_can_be_read_in_both_themes(windows, cast, busy_school, size):
    ticket = busy_school["director"][0]
    page, visitor = windows.open(cast.director, size), windows.open(None, size)
    addresses = (
        "/",
        "/repairs/ticket/",
        "/repairs/board/",
        "/repairs/ticket/new/",
        "/setup/",
        f"/repairs/ticket/{ticket.pk}/",
        f"/repairs/ticket/{ticket.pk}/assign/",
    )
    poor = [words for address in addresses for words in poor_text(page, address)]
    poor += [words for address in ("/login/", "/public/repair/LONG1/") for words in poor_text(visitor, address)]
    assert not poor


def test_the_measure_of_contrast_finds_grey_on_grey(windows, cast):
    page = windows.open(cast.teacher)
    page.goto("/")
    page.locator("h1").evaluate("heading => { heading.style.color = '#999'; heading.style.fontSize = '16px' }")
    (found,) = page.evaluate(CONTRAST)
    assert found.startswith(page.locator("h1").inner_text()[:10])


def test_the_dark_theme_is_switched_on_and_stays(windows, cast, size):
    page = windows.open(cast.teacher, size)
    page.goto("/me/" if size == "phone" else "/")
    html = page.locator("html")
    expect(html).to_have_attribute("data-bs-theme", "light")
    page.locator("[data-theme-toggle]:visible").click()
    expect(html).to_have_attribute("data-bs-theme", "dark")
    page.goto("/repairs/ticket/")
    expect(html).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(html).to_have_attribute("data-bs-theme", "dark")
    page.goto("/me/" if size == "phone" else "/")
    page.locator("[data-theme-toggle]:visible").click()
    page.reload()
    expect(html).to_have_attribute("data-bs-theme", "light")


def tab_to(page: Page, selector: str) -> int:
    """Press Tab until this has the focus; the number of presses."""
    for presses in range(1, PER_STEP + 1):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return presses
    raise AssertionError(f"Tab does not reach {selector}")


def test_a_report_is_filed_with_the_keyboard_alone(windows, cast, rooms, kinds):
    page = windows.open(cast.teacher)
    page.goto("/repairs/ticket/new/")
    assert tab_to(page, ".skip") == 1
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    tab_to(page, "[name=place]")
    page.keyboard.type("A座305")
    tab_to(page, "[name=kind]")
    page.keyboard.press("Space")
    tab_to(page, "[name=description]")
    page.keyboard.type("水龙头滴水")
    tab_to(page, "button[type=submit], form button.btn-primary")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none", "the focus is seen"
    page.keyboard.press("Enter")
    expect(page.locator(".note.done")).to_contain_text("已收到")
    assert Ticket.objects.get().place == rooms.room


def test_the_slash_goes_to_the_search_and_tab_to_the_main_button(windows, cast, ticket_in):
    ticket = ticket_in()
    page = windows.open(cast.director)
    page.goto(f"/repairs/ticket/{ticket.pk}/")
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name="全站搜索")).to_be_focused()
    tab_to(page, "main .btn-primary")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="派工")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type(ticket.number)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text(ticket.title)


def test_signing_in_by_typing(windows, cast, size):
    page = windows.open(None, size)
    page.goto("/repairs/ticket/")
    page.get_by_label("工号或手机号").fill("teacher")
    page.get_by_label("密码").fill("wrong")
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("工号或手机号")).to_have_value("teacher")
    page.get_by_label("密码").fill("right-horse-9")
    page.get_by_role("button", name="登录").click()
    page.wait_for_url("**/repairs/ticket/")
