"""A boarder's leave on phones: the parent's link and signature, the head teacher's yes, the roll call that subtracts it, the return (DOR-03)."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from playwright.sync_api import Page, expect

from dorms.bedcheck.models import BedCheck, RoomCheck
from dorms.bedcheck.rules import save_time
from dorms.leave.models import DormLeave, LeaveState
from tests.dorms.score_kit import dorm_of
from tests.e2e.conftest import act

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("DOR-02", "DOR-03")]
PARENT = "王志远"


@pytest.fixture
def evening(cast):
    """A roll call of one room that is on now, whatever the hour."""
    now = timezone.localtime()
    dorm = dorm_of(cast, sheet=False)
    clock = save_time(actor=cast.director, at=now, name="晚点名", begins_at=now.time(), nights="term", is_obligatory=True, is_active=True)
    tonight = timezone.localdate(now - timedelta(hours=12))
    check = BedCheck.objects.create(building=dorm.building, time=clock, on=tonight, starts_at=now, due_at=now + timedelta(minutes=10))
    RoomCheck.objects.create(check_of=check, room=dorm.rooms[0], order=1)
    cache.clear()
    return dorm.students[0], check


def send(page: Page, label: str) -> None:
    page.locator(".acts").get_by_role("button", name=label).click()


def test_a_parent_asks_the_head_teacher_agrees_the_check_subtracts_and_the_keeper_signs_the_return(windows, cast, evening):
    pupil, check = evening
    teacher, parent, keeper = (windows.open(person, "phone") for person in (cast.headteacher, None, cast.dormkeeper))
    teacher.goto("/dorms/leave/")
    teacher.get_by_role("link", name="请家长填").click()
    teacher.get_by_label("学生", exact=True).select_option(label=f"{pupil.school_class} {pupil.name}")
    send(teacher, "生成链接")
    expect(teacher.locator(".note.wait:not([hidden])")).to_contain_text("等家长填")
    link = teacher.locator("#parent-link").input_value()

    parent.goto(link)
    expect(parent.locator("main")).to_contain_text(pupil.name)
    parent.get_by_label("从哪晚起").fill(f"{check.on}")
    parent.get_by_label("什么时候回校").fill(f"{check.on + timedelta(days=1)}T23:30")
    parent.get_by_text("家里有事").click()
    parent.get_by_label("谁来接").fill(PARENT)
    parent.get_by_label("接的人是学生的").fill("父亲")
    parent.get_by_label("您的姓名", exact=True).fill(PARENT)
    parent.get_by_label("您是学生的", exact=True).fill("父亲")
    parent.locator("summary", has_text="输入姓名").click()
    parent.locator("[name=signature_typed]").fill(PARENT)
    parent.get_by_role("button", name="送出").click()
    expect(parent.get_by_role("heading", name="已收到，谢谢您")).to_be_visible()

    teacher.goto("/")
    teacher.get_by_role("main").get_by_role("link", name=f"{pupil.name}的家长请假").first.click()
    act(teacher, "phone", "准假").click()
    expect(teacher.locator(".next")).to_contain_text("已准假")

    keeper.goto("/dorms/tonight/")
    expect(keeper.locator(".panel", has_text="今晚请假的")).to_contain_text(pupil.name)
    keeper.goto(f"/dorms/room-check/{check.rooms.get().pk}/check/")
    expect(keeper.locator("fieldset.check", has_text=pupil.name)).to_contain_text("请假")
    send(keeper, "点好了")
    expect(keeper.locator("main")).to_contain_text("请假 1")
    one = check.rooms.get()
    assert (one.people, one.leave, one.absent, one.present) == (2, 1, 0, 1)

    keeper.goto(f"/dorms/leave/{DormLeave.objects.get().pk}/")
    act(keeper, "phone", "销假").click()
    keeper.get_by_label("说明").fill("父亲送到楼下")
    send(keeper, "销假")
    expect(keeper.locator(".next")).to_contain_text("已销假")
    leave = DormLeave.objects.get()
    assert (leave.state, leave.nights, leave.back_to) == (LeaveState.BACK, 1, cast.dormkeeper)
