"""At the gate on phones: a visitor from the word at the gate to the way out; a pupil who leaves when all four have confirmed (SAF-06, SAF-07)."""

import re

import pytest
from playwright.sync_api import Page, expect

from logistics.platform.org.models import Student
from safety.gate.models import GateVisit, VisitState
from safety.student_pass.models import PassConfirmation, PassState, StudentPass
from tests.e2e.conftest import act

pytestmark = pytest.mark.django_db(transaction=True)
CARD = "11010519491231002X"


def press(page: Page, label: str) -> None:
    act(page, "phone", label).click()


def send(page: Page, label: str) -> None:
    page.locator(".acts").get_by_role("button", name=label).click()


def sign(page: Page, name: str) -> None:
    """By typing one's own name instead of drawing it."""
    typed = page.locator("[name=signature_typed]")
    if not typed.is_visible():
        page.locator("summary", has_text="输入姓名").click()
    typed.fill(name)


@pytest.mark.requirement("SAF-06")
def test_a_visitor_is_confirmed_let_in_and_out(windows, cast):
    guard, host = windows.open(cast.guard, "phone"), windows.open(cast.teacher, "phone")
    guard.goto("/safety/guest/new/")
    guard.get_by_label("姓名").fill("沈建明")
    guard.get_by_label("单位或关系").fill("启明书店")
    guard.get_by_label("找谁").select_option(label=f"{cast.teacher.name}（理科组）")
    guard.get_by_label("事由").fill("送样书")
    send(guard, "登记")
    expect(guard.locator(".next")).to_contain_text("等被访人确认")
    expect(guard.locator(".acts").get_by_text("放行")).to_have_count(0)

    host.goto("/")
    host.get_by_role("main").get_by_role("link", name="沈建明在门口找您").first.click()
    press(host, "同意接待")
    expect(host.locator(".next")).to_contain_text("可以进校")

    guard.reload()
    link = guard.locator("#pass-link").input_value()
    press(guard, "放行")
    guard.get_by_label("证件号", exact=True).fill("110105194912310021")
    guard.get_by_label("临时证号").fill("A07")
    send(guard, "放行")
    expect(guard.locator(".err")).to_contain_text("18 位")
    expect(guard.get_by_label("临时证号")).to_have_value("A07")
    guard.get_by_label("证件号", exact=True).fill(CARD)
    send(guard, "放行")
    expect(guard.locator(".next")).to_contain_text("在校")
    expect(guard.locator("main")).to_contain_text("**************002X")
    expect(guard.locator("main")).not_to_contain_text(CARD)

    visitor = windows.open(None, "phone")
    visitor.goto(link)
    expect(visitor.get_by_role("heading", name="来访通行证")).to_be_visible()
    guard.goto("/safety/inside/")
    expect(guard.get_by_role("link", name="沈建明")).to_be_visible()
    guard.goto(link)
    expect(guard).to_have_url(re.compile(r"/safety/guest/\d+/$"))
    press(guard, "离校登记")
    send(guard, "离校登记")
    expect(guard.locator(".next")).to_contain_text("已离校")
    visit = GateVisit.objects.get()
    assert (visit.state, visit.badge, visit.id_masked[-4:]) == (VisitState.LEFT, "A07", "002X")


@pytest.mark.requirement("SAF-07")
def test_a_pupil_leaves_when_all_four_have_confirmed(windows, cast, rooms):
    Student.objects.create(number="S1", name="王小雨", school_class=rooms.school_class)
    nurse, teacher, guard = (windows.open(person, "phone") for person in (cast.nurse, cast.headteacher, cast.guard))
    nurse.goto("/safety/pass/new/")
    nurse.get_by_label("学生", exact=True).fill("王小雨")
    nurse.get_by_text("身体不适").click()
    nurse.get_by_label("谁来接").fill("王志远")
    nurse.get_by_label("接的人是学生的").fill("父亲")
    send(nurse, "保存")
    expect(nurse.locator(".note.wait:not([hidden])")).to_contain_text("缺学生、班主任、家长、门卫确认")
    link = nurse.locator("#parent-link").input_value()
    press(nurse, "学生签名")
    sign(nurse, "王小雨")
    send(nurse, "学生签名")
    expect(nurse.locator(".note.wait:not([hidden])")).to_contain_text("缺班主任、家长、门卫确认")

    teacher.goto("/")
    teacher.get_by_role("main").get_by_role("link", name="王小雨要出校").first.click()
    press(teacher, "班主任确认")
    send(teacher, "班主任确认")

    parent = windows.open(None, "phone")
    parent.goto(link)
    expect(parent.locator("main")).to_contain_text("王志远（父亲）")
    parent.get_by_text("同意出校").click()
    parent.get_by_label("您的姓名", exact=True).fill("王志远")
    parent.get_by_label("您是学生的", exact=True).fill("父亲")
    sign(parent, "王志远")
    parent.get_by_role("button", name="送出").click()
    expect(parent.get_by_role("heading", name="已收到，谢谢您")).to_be_visible()
    parent.goto(link)
    expect(parent.locator("main")).to_contain_text("已经用过了")
    expect(parent.locator("main")).not_to_contain_text("王小雨")

    card = StudentPass.objects.get()
    guard.goto(f"/safety/pass/{card.pk}/")
    expect(guard.locator(".note.wait:not([hidden])")).to_contain_text("缺门卫确认")
    press(guard, "门卫确认")
    send(guard, "门卫确认")
    expect(guard.locator(".err")).to_contain_text("先核对")
    guard.get_by_label("已核对学生本人和来接的人").check()
    send(guard, "门卫确认")
    expect(guard.locator(".note.done", has_text="四方都确认了")).to_be_visible()
    press(guard, "出校")
    expect(guard.locator(".next")).to_contain_text("已出校")
    card.refresh_from_db()
    assert card.state == PassState.OUT and PassConfirmation.objects.count() == 4
