"""The set-up page of the school's numbers, the heads' page, and what the check of a paper tells whom."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from logistics.platform.audit.models import Event
from logistics.platform.heads.models import DailyHead
from logistics.platform.heads.queries import slip
from logistics.platform.heads.rules import take_daily_head
from logistics.platform.limits.models import LimitValue
from logistics.platform.limits.queries import limit
from logistics.platform.org.rules import save_department
from logistics.platform.printing.models import PrintedPaper
from repairs.ticket.rules import file_ticket
from tests.conftest import NOW

from .conftest import words


def test_the_numbers_stand_with_their_law_and_history(director, as_person, teacher):
    page = words(director.get("/setup/limit/?group=维修"))
    for said in ("完工后几天内验收", "3 个工作日", "《政府采购法》第四十条", "不少于 3 家", "/setup/limit/new/?code=repairs.accept.days"):
        assert said in page
    assert teacher.get("/setup/limit/").status_code == 403
    inspector = as_person("inspector")
    assert "?code=" not in words(inspector.get("/setup/limit/?group=维修"))
    assert inspector.get("/setup/limit/new/").status_code == 403


def test_one_group_of_numbers_at_a_time_and_a_search_through_all(director):
    first, other = words(director.get("/setup/limit/")), words(director.get("/setup/limit/?group=食品安全"))
    assert "?code=canteen.sample" not in first
    assert "?code=repairs.accept.days" not in other
    found = words(director.get("/setup/limit/?q=留样"))
    assert "?code=canteen.sample" in found
    assert "?code=repairs.accept.days" not in found
    assert "没有这样的限值" in words(director.get("/setup/limit/?q=火星"))
    assert words(director.get("/setup/limit/?group=火星")).count("?code=") == first.count("?code=")


def test_a_number_is_changed_from_a_day_on(director):
    on = timezone.localdate() + timedelta(days=3)
    page = words(director.get("/setup/limit/new/?code=repairs.accept.days"))
    assert "不少于 1 个工作日" in page
    answer = director.post("/setup/limit/new/", {"code": "repairs.accept.days", "value": "5", "effective_on": str(on), "reason": ""}, follow=True)
    page = words(answer)
    assert "起改为 5 个工作日" in page
    assert (limit("repairs.accept.days", on), limit("repairs.accept.days", on - timedelta(days=1))) == (5, 3)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"value": "2", "code": "repairs.project.quotes"}, "请写明理由"),
        ({"value": "0"}, "不少于 1 个工作日"),
        ({"value": "2.5"}, "请填整数"),
        ({"effective_on": "2020-01-01"}, "不能改过去的日子"),
        ({"code": "x"}, "从列出来的里面选"),
        ({"value": "x"}, "请填数字"),
    ],
)
def test_what_will_not_do_is_refused_at_its_field(director, fields, said):
    given = {"code": "repairs.accept.days", "value": "5", "effective_on": str(timezone.localdate()), "reason": ""} | fields
    answer = director.post("/setup/limit/new/", given)
    assert answer.status_code == 422
    assert said in words(answer)
    assert not LimitValue.objects.exists()


@pytest.fixture
def department(cast, now):
    return save_department(actor=cast.director, at=now, name="医务室")


@pytest.mark.requirement("GEN-01")
def test_a_head_from_outside_is_compared_on_the_page(director, teacher, department):
    head = take_daily_head(at=timezone.now())
    page = words(director.get("/setup/journal/heads/"))
    assert head.digest in page
    assert "没有动过" in words(director.post("/setup/journal/heads/prove/", {"head": slip(head.at, head.digest)}, follow=True))
    assert "没有动过" in words(director.post("/setup/journal/heads/prove/", {"head": head.digest}, follow=True))
    for typed, said in (("", "64 位"), ("gestern " + "a" * 64, "时刻写成"), ("2026-99-99 00:00 " + "a" * 64, "时刻写成"), ("a" * 64, "找不到这个指纹")):
        assert said in words(director.post("/setup/journal/heads/prove/", {"head": typed}, follow=True))
    assert teacher.post("/setup/journal/heads/prove/", {"head": head.digest}).status_code == 403
    assert DailyHead.objects.count() == 1


@pytest.mark.requirement("GEN-01")
def test_a_changed_paper_tells_strangers_the_day_and_insiders_the_change(director, cast, rooms, kinds):
    ticket = file_ticket(actor=cast.teacher, at=NOW, place=rooms.room, kind=kinds.water, description="水龙头滴水")
    director.get(f"/print/repairs.ticket/{ticket.pk}/")
    paper = PrintedPaper.objects.get()
    assert "内容一致" in words(Client().get(f"/verify/{paper.code}/"))
    from repairs.dispatch.rules import assign_ticket

    assign_ticket(actor=cast.director, at=NOW + timedelta(hours=1), record=ticket, repairer=kinds.plumber)
    event = Event.objects.latest("id")
    outside = words(Client().get(f"/verify/{paper.code}/"))
    assert "打印以后，记录有过改动" in outside
    assert "最近一次改动是2026年11月18日" in outside
    for secret in (event.text, event.actor_name, "滴水", "打印以后改了什么"):
        assert secret not in outside
    inside = words(director.get(f"/verify/{paper.code}/"))
    assert f"2026年11月18日 10:00，{event.actor_name}{event.text}" in inside
    assert date(2026, 11, 18) == timezone.localdate(event.at)
