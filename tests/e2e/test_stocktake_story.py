"""A stocktake on the phone with the network cut in the middle, in a real browser (AST-05)."""

import pytest
from django.core.cache import cache
from playwright.sync_api import expect

from assets.stocktake.models import CountFind, CountSheet, SheetState
from logistics.platform.offline.models import Arrival, ArrivalState
from tests.assets.conftest import Ledger
from tests.assets.stocktake.conftest import Campaign
from tests.e2e.conftest import act
from tests.e2e.offline_kit import badge, cut, forgive, join, ready, sent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("AST-05")]
MINE = "/assets/count-sheet/?mine=true&state=waiting"


@pytest.fixture
def story(cast, rooms) -> Campaign:
    campaign = Campaign(Ledger(cast, rooms))
    campaign.stocktake = campaign.started()
    cache.clear()
    return campaign


def scan(page, code: str) -> None:
    page.locator("form[data-scan-code] [name=code]").fill(code)
    page.keyboard.press("Enter")


def test_rooms_are_counted_by_scanning_and_the_network_is_lost_between_them(windows, story):
    page = ready(windows.open(story.cast.teacher, "phone"), MINE)
    room, other = (story.sheet(story.stocktake, place) for place in (story.rooms.room, story.rooms.other))
    page.get_by_role("link", name="306教室").first.click()
    act(page, "phone", "清点").click()
    scan(page, f"https://school.test/q/{story.cabinet.number}/")
    expect(page.get_by_role("checkbox", name="文件柜")).to_be_checked()
    page.get_by_role("button", name="点完了").click()
    expect(page.locator("h1")).to_contain_text("305教室")  # on to the next room
    assert CountSheet.objects.get(pk=other.pk).state == SheetState.COUNTED

    cut(windows, page)
    act(page, "phone", "清点").click()
    scan(page, story.computer.number.lower())
    expect(page.get_by_role("checkbox", name="台式计算机")).to_be_checked()
    expect(page.get_by_role("checkbox", name="便携式计算机")).not_to_be_checked()
    scan(page, "BQ000001A")
    expect(page.locator("[name=codes]")).to_have_value("BQ000001A\n")
    page.get_by_label("学生课桌").fill("39")
    page.locator("[name=things]").fill("旧书柜 2")
    page.get_by_role("button", name="点完了").click()
    expect(badge(page)).to_have_text("1 条待送")
    page.reload()
    expect(page.locator("[data-offline-waits]")).to_contain_text("清点")
    assert CountSheet.objects.get(pk=room.pk).state == SheetState.WAITING

    join(page)
    sent(page)
    done = CountSheet.objects.get(pk=room.pk)
    assert (done.state, done.counted_by) == (SheetState.COUNTED, story.cast.teacher)
    found = set(CountFind.objects.filter(sheet=done).values_list("card__name", "code", "name", "quantity"))
    assert found == {("学生课桌", "", "", 39), ("台式计算机", "", "", 1), (None, "BQ000001A", "", 1), (None, "", "旧书柜", 2)}
    assert set(Arrival.objects.values_list("state", flat=True)) == {ArrivalState.DONE}
    page.goto(f"/assets/count-sheet/{room.pk}/")
    expect(page.locator("main")).to_contain_text("编码认不出，已经记下")
    expect(page.locator(".story")).to_contain_text("离线")
    forgive(windows)
