"""我要报修, as a teacher does it on the way to the next lesson (REP-01, GEN-08)."""

import io
import time

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.places.models import Level, PlaceKind
from repairs.ticket.models import State, Ticket
from repairs.ticket.rules import PHOTOS
from tests.conftest import make_place
from tests.e2e.conftest import DOT, until

pytestmark = pytest.mark.django_db(transaction=True)
ALBUM = "[name=photos][multiple]"
FEW = 8  # touches from the first page to a filed report
MINUTE = 60


class Hand:
    """Does what a person does and counts it."""

    def __init__(self, page: Page):
        self.page, self.touches = page, 0

    def press(self, target) -> None:
        self.touches += 1
        target.click()

    def write(self, target, text: str) -> None:
        self.touches += 1
        target.fill(text)


def fill_in(page: Page, *, place: str = "教学楼A座 3层 305教室", kind: str = "水", words: str = "洗手池下水堵了，水漫出来") -> None:
    page.get_by_label("地点").fill(place)
    page.locator("label", has_text=kind).first.click()
    page.get_by_label("怎么了").fill(words)


def submit(page: Page, label: str = "提交报修") -> None:
    """Press the button of this width; before its styles have come a page shows those of both."""
    page.wait_for_load_state()
    page.get_by_role("button", name=label).click()


@pytest.mark.requirement("REP-01", "GEN-08")
def test_a_teacher_reports_with_a_photo_in_a_few_touches(windows, cast, rooms, kinds, photo, size):
    page = windows.open(cast.teacher, size)
    page.goto("/")
    hand, start = Hand(page), time.monotonic()
    hand.press(page.locator("main").get_by_role("link", name="我要报修"))
    with page.expect_file_chooser() as chooser:
        hand.press(page.locator(".pic.add", has_text="选照片"))
    chooser.value.set_files(photo)
    expect(page.locator(".pics img")).to_have_js_property("complete", True)
    hand.write(page.get_by_label("地点"), "A座305")
    expect(page.locator("#places option")).to_have_attribute("value", "教学楼A座 3层 305教室")
    hand.write(page.get_by_label("地点"), page.locator("#places option").get_attribute("value"))
    hand.press(page.locator("label", has_text="漏水 堵"))
    hand.write(page.get_by_label("怎么了"), "洗手池下水堵了，水漫出来")
    until(lambda: page.locator(ALBUM).evaluate("input => input.files[0].size") < len(photo["buffer"]) * 0.7, "the photo is made small before it is sent")
    hand.press(page.get_by_role("button", name="提交报修"))
    expect(page.locator(".note.done")).to_contain_text("已收到，单号 BX-")
    assert hand.touches <= FEW
    assert time.monotonic() - start < MINUTE

    ticket = Ticket.objects.get()
    assert (ticket.place, ticket.kind, ticket.state, ticket.reported_by) == (rooms.room, kinds.water, State.NEW, cast.teacher)
    shown = page.locator(".pics img")
    expect(shown).to_have_count(1)
    shown.scroll_into_view_if_needed()
    until(lambda: shown.evaluate("image => image.naturalWidth") > 0, "the photo is seen")
    (kept,) = attachments_of(ticket)
    with kept.file.open("rb") as stored:
        picture = Image.open(io.BytesIO(stored.read()))
    assert max(picture.size) <= 1920
    assert picture.height > picture.width, "the phone was held upright"
    assert not picture.getexif().get_ifd(0x8825), "where it was taken stays the teacher's own affair"


@pytest.mark.requirement("REP-01", "ORG-02")
def test_a_place_is_chosen_by_a_part_of_its_name(windows, cast, rooms, kinds):
    """Rooms have names without a number too, and the suggestion itself must be understood."""
    washroom = make_place("男卫生间", rooms.floor, Level.ROOM, PlaceKind.TOILET, code="W3")
    page = windows.open(cast.teacher, "phone")
    page.goto("/repairs/ticket/new/")
    page.get_by_label("地点").press_sequentially("A座 卫生间")
    expect(page.locator("#places option")).to_have_count(1)
    expect(page.locator("#places option")).to_have_attribute("value", washroom.full_name)
    fill_in(page, place=washroom.full_name)
    submit(page)
    expect(page.locator(".note.done")).to_contain_text("已收到")
    assert Ticket.objects.get().place == washroom


@pytest.mark.requirement("REP-01")
def test_a_similar_report_is_shown_and_followed_instead(windows, cast, rooms, kinds, ticket_in, size):
    known = ticket_in(State.ASSIGNED)
    page = windows.open(cast.stranger, size)
    page.goto("/repairs/ticket/new/")
    page.get_by_label("地点").fill("教学楼A座 3层 305教室")
    page.get_by_label("怎么了").focus()
    expect(page.locator("#similar")).to_contain_text(known.title)
    page.get_by_role("button", name="我也遇到了").click()
    page.wait_for_url(f"**/repairs/ticket/{known.pk}/")
    expect(page.locator("dl.facts", has_text="也在关注")).to_contain_text(cast.stranger.name)
    assert list(known.followers.values_list("user", flat=True)) == [cast.stranger.pk]
    assert Ticket.objects.count() == 1


@pytest.mark.requirement("REP-01")
def test_a_second_report_of_the_kind_asks_first_and_then_files(windows, cast, kinds, ticket_in, size):
    ticket_in()
    page = windows.open(cast.headteacher, size)
    page.goto("/repairs/ticket/new/")
    fill_in(page)
    submit(page)
    expect(page.get_by_role("alert")).to_contain_text("这里已经有人报过类似的")
    expect(page.get_by_label("怎么了")).to_have_value("洗手池下水堵了，水漫出来")
    assert Ticket.objects.count() == 1
    submit(page, "不是同一件，提交报修")
    expect(page.locator(".note.done")).to_contain_text("已收到")
    assert Ticket.objects.count() == 2


@pytest.mark.requirement("REP-01", "GEN-08")
def test_a_mistake_keeps_the_photo_and_the_words(windows, cast, rooms, kinds, photo, size):
    page = windows.open(cast.teacher, size)
    page.goto("/repairs/ticket/new/")
    page.locator(ALBUM).set_input_files(photo)
    fill_in(page, place="没有的楼")
    submit(page)
    expect(page.get_by_role("alert")).to_contain_text("有 1 处要改")
    expect(page.locator(".field.bad")).to_contain_text("没有找到「没有的楼」")
    expect(page.get_by_label("怎么了")).to_have_value("洗手池下水堵了，水漫出来")
    expect(page.get_by_label("留用")).to_be_checked()
    assert not Ticket.objects.exists()
    page.get_by_label("地点").fill("教学楼A座 3层 305教室")
    submit(page)
    expect(page.locator(".note.done")).to_contain_text("已收到")
    assert attachments_of(Ticket.objects.get()).count() == 1


@pytest.mark.requirement("GEN-08")
def test_photos_are_taken_off_again_and_never_more_than_allowed(windows, cast, rooms, kinds):
    page = windows.open(cast.teacher, "phone")
    page.goto("/repairs/ticket/new/")
    page.locator(ALBUM).set_input_files([{"name": f"{n}.png", "mimeType": "image/png", "buffer": DOT} for n in range(PHOTOS + 1)])
    expect(page.locator(".pics img")).to_have_count(PHOTOS)
    expect(page.locator("[data-photos-note]")).to_contain_text(f"最多 {PHOTOS} 张，多出的没有放进来")
    page.get_by_role("button", name="去掉 0.png").click()
    expect(page.locator(".pics img")).to_have_count(PHOTOS - 1)
    assert page.locator(ALBUM).evaluate("input => input.files.length") == PHOTOS - 1


@pytest.mark.requirement("REP-01")
def test_a_double_tap_files_once(windows, cast, rooms, kinds, size):
    page = windows.open(cast.teacher, size)
    page.goto("/repairs/ticket/new/")
    fill_in(page)
    page.get_by_role("button", name="提交报修").dblclick(no_wait_after=True)
    expect(page.locator(".note.done")).to_contain_text("已收到")
    assert Ticket.objects.count() == 1


@pytest.mark.requirement("REP-01", "GEN-08")
def test_filing_works_without_javascript(windows, cast, rooms, kinds, photo, size):
    page = windows.open(cast.teacher, size, java_script_enabled=False)
    page.goto("/repairs/ticket/new/")
    page.locator(ALBUM).set_input_files(photo)
    fill_in(page, place="教学楼A座305")
    submit(page)
    expect(page.locator(".note.done")).to_contain_text("已收到")
    ticket = Ticket.objects.get()
    assert ticket.place == rooms.room
    assert attachments_of(ticket).count() == 1
