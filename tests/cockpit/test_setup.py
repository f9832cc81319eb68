"""The cards, the school's own facts, and the state of the site."""

from datetime import timedelta

import pytest
from django.utils import timezone

from logistics.cockpit.setup import status
from logistics.platform.audit.models import Event
from logistics.platform.notices.models import OutboxMessage, OutboxState
from logistics.platform.queue.heartbeat import mark_alive
from logistics.platform.school.models import School, school

from .conftest import words

FACTS = {
    "name": "青禾实验学校",
    "short_name": "青禾",
    "kind": "middle",
    "office": "总务处",
    "office_place": "",
    "office_phone": "8260",
    "address": "",
}


def test_the_cards_are_those_one_may_use(director, admin, as_person):
    page = words(director.get("/setup/"))
    assert "/setup/person/" in page
    assert "/setup/role/" not in page
    assert "/setup/role/" in words(admin.get("/setup/"))
    inspectors = words(as_person("inspector").get("/setup/"))
    assert "/setup/journal/" in inspectors
    assert "/setup/person/" not in inspectors


@pytest.mark.requirement("ORG-01")
def test_the_schools_facts_are_one_row_written_with_its_history(director, teacher):
    assert teacher.get("/setup/school/").status_code == 403
    assert director.post("/setup/school/", FACTS | {"address": "https://hq.example.edu.cn/"}).url == "/setup/"
    director.post("/setup/school/", FACTS | {"name": "青禾学校"})
    assert School.objects.count() == 1
    assert school().name == "青禾学校"
    assert [event.action for event in Event.objects.order_by("id")] == ["create", "update"]
    assert "青禾学校" in words(director.get("/"))


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"name": ""}, "有 1 处要改"), ({"address": "ftp://x"}, "网址以 http")],
)
def test_facts_that_will_not_do_are_refused(director, fields, said):
    answer = director.post("/setup/school/", FACTS | fields)
    assert answer.status_code == 422
    assert said in words(answer)
    assert not School.objects.exists()


def test_the_state_of_the_site_says_what_is_wrong_and_what_works(director, teacher, settings, tmp_path):
    settings.VAR = tmp_path
    assert teacher.get("/setup/status/").status_code == 403
    page = words(director.get("/setup/status/"))
    assert "要管的" in page
    assert "还没有启动过" in page
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "logistics-20261118-023000.sqlite3").write_bytes(b"x" * 2048)
    mark_alive("worker")
    mark_alive("beat")
    page = words(director.get("/setup/status/"))
    assert "上次成功" in page
    assert "还没有启动过" not in page


def test_an_old_backup_and_messages_that_could_not_be_sent_are_told(director, settings, tmp_path):
    settings.VAR = tmp_path
    (tmp_path / "backups").mkdir()
    (tmp_path / "backups" / "logistics-20261118-023000.sqlite3").write_bytes(b"x")
    assert status.backup_part(timezone.now() + timedelta(days=2)).tone == "late"
    now = timezone.now()
    OutboxMessage.objects.create(topic="mail", key="k", payload={}, state=OutboxState.FAILED, created_at=now, next_try_at=now)
    assert "有 1 条多次没发出去" in words(director.get("/setup/status/"))


@pytest.mark.parametrize(("count", "said"), [(0, "0.0 MB"), (40_500_000, "38.6 MB"), (4_509_715_660, "4.2 GB")])
def test_sizes_are_said_in_megabytes_and_gigabytes(count, said):
    assert status.size(count) == said
