"""On the attendant's phone: a run of the school bus from the check before it leaves to the scan at the back seat (BUS-03)."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from logistics.platform.org.models import Student
from logistics.platform.papers.models import StaffPaper
from safety.bus.models import BEFORE_RUN, BusRun
from safety.bus.rules import save_line, save_rider, save_stop
from safety.vehicle.models import NEEDED, Vehicle, VehicleKind
from safety.vehicle.rules import add_paper, save_vehicle
from tests.e2e.conftest import act
from tests.safety.vehicle_kit import class_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def bus(cast) -> Vehicle:
    """A line with two riders, fit to leave today."""
    now = timezone.now()
    today, director = timezone.localdate(now), cast.director
    span = {"issued_on": today - timedelta(days=99), "expires_on": today + timedelta(days=99)}
    vehicle = save_vehicle(actor=director, at=now, plate="鲁B12345", kind="bus", seats=20, is_active=True)
    for kind in NEEDED[VehicleKind.BUS]:
        add_paper(actor=director, at=now, vehicle=vehicle, kind=kind, number="1", **span)
    StaffPaper.objects.create(person=cast.driver, kind="driver", number="C1", created_by=director, created_at=now, **span)
    line = save_line(actor=director, at=now, name="一号线", vehicle=vehicle, driver=cast.driver, attendant=cast.teacher, is_active=True)
    stop = save_stop(actor=director, at=now, line=line, name="东风路口", order=1, is_active=True)
    for n, name in enumerate(("丁一", "王二"), 1):
        student = Student.objects.create(number=f"S{n}", name=name, school_class=class_of(head=cast.headteacher))
        save_rider(actor=director, at=now, stop=stop, student=student, since=today, until=today + timedelta(days=9))
    return vehicle


def send(page: Page, label: str) -> None:
    page.locator(".acts").get_by_role("button", name=label).click()


@pytest.mark.requirement("BUS-03")
def test_a_run_on_the_phone(windows, cast, bus):
    page = windows.open(cast.teacher, "phone")
    page.goto("/safety/bus-run/new/")
    page.get_by_text("上学", exact=True).click()
    for words in list(BEFORE_RUN.values())[1:]:
        page.get_by_label(words).check()
    send(page, "保存")
    expect(page.locator(".err").first).to_contain_text("制动、转向、灯光正常")
    page.get_by_label("制动、转向、灯光正常").check()
    send(page, "保存")
    expect(page.get_by_text("还有 2 人没有点名")).to_be_visible()
    act(page, "phone", "上车点名").click()
    for name in ("丁一", "王二"):
        page.get_by_label(re.compile(name)).check()
    page.get_by_label("数一遍，车上现在几人").fill("1")
    send(page, "上车点名")
    expect(page.locator(".err").first).to_contain_text("您数到 1 人，点名在车上的是 2 人")
    page.get_by_label("数一遍，车上现在几人").fill("2")
    send(page, "上车点名")
    expect(page.get_by_text("车上还有 2 人")).to_be_visible()
    act(page, "phone", "下车点名").click()
    for name in ("丁一", "王二"):
        page.get_by_label(re.compile(name)).check()
    page.get_by_label("数一遍，车上还有几人").fill("0")
    send(page, "下车点名")
    expect(page.get_by_text("都下车了，还没有收车")).to_be_visible()
    act(page, "phone", "收车").click()
    label = page.get_by_label("最后一排座位的标签")
    label.fill("HP00000000")
    page.get_by_role("button", name="收车").click()
    expect(page.locator(".err").first).to_contain_text("不是这辆车后排的标签")
    label.fill(f"https://hq.example.edu.cn/q/{bus.seat_code}/")
    page.get_by_role("button", name="收车").click()
    expect(page.get_by_text("已收车，车内没有人")).to_be_visible()
    run = BusRun.objects.get()
    assert (run.state, run.looked_by, run.looked_code) == ("closed", cast.teacher, bus.seat_code)
