"""/healthz and /readyz: open to monitors, readable, 503 when something is wrong."""

import datetime
import json
import sys

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from logistics.platform.queue.heartbeat import mark_alive
from logistics.platform.queue.models import Heartbeat
from logistics.platform.queue.tasks import beat_alive
from tests.setup.helpers import PATIENCE, Site, free_port


@pytest.fixture
def beating(db):
    mark_alive("worker")
    mark_alive("beat")


def test_alive_needs_neither_login_nor_database(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_ready_when_every_part_works(client, beating):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert set(answer.json()["checks"]) == {"database", "broker", "worker", "beat", "disk"}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(("name", "said"), [("worker", "后台任务进程"), ("beat", "定时任务进程")])
def test_a_process_that_has_been_silent_is_named(client, beating, name, said):
    Heartbeat.objects.filter(name=name).update(at=timezone.now() - datetime.timedelta(minutes=7))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    wrong = {part: text for part, text in answer.json()["checks"].items() if text != "ok"}
    assert wrong == {name: f"{said}已有 7 分钟没有动静，请重新启动它"}


def test_a_process_that_never_ran_is_named(client, db):
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["worker"] == "后台任务进程还没有启动过"


def test_a_full_disk_is_named(client, beating, settings):
    settings.DISK_FREE_MB = 10**9
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert "请清理或扩容" in answer.json()["checks"]["disk"]


def test_nothing_can_be_sent_there(client, beating):
    assert client.post("/readyz").status_code == 405
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_a_heartbeat_moves_its_row_and_adds_none():
    beat_alive.delay()
    Heartbeat.objects.update(at=timezone.now() - datetime.timedelta(hours=1))
    beat_alive.delay()
    assert Heartbeat.objects.get(name="worker").at > timezone.now() - datetime.timedelta(minutes=1)


def test_a_database_and_a_broker_that_are_away_are_named(tmp_path):
    site = Site(tmp_path, "postgres://nobody@127.0.0.1:1/none", REDIS_URL="redis://127.0.0.1:1/0")
    program = (
        "import django; django.setup(); from django.test import Client; answer = Client().get('/readyz'); print(answer.status_code, answer.content.decode())"
    )
    process = site.start(sys.executable, "-c", program)
    assert process.wait(PATIENCE) == 0, site.said()
    status, _, body = site.said().strip().splitlines()[-1].partition(" ")
    checks = json.loads(body)["checks"]
    assert status == "503"
    assert "连不上数据库" in checks["database"]
    assert "连不上任务队列" in checks["broker"]
    assert checks["disk"] == "ok"


def test_the_check_of_a_container(db, monkeypatch):
    with pytest.raises(CommandError, match="还没有启动过"):
        call_command("alive", "beat")
    mark_alive("beat")
    call_command("alive", "beat")
    monkeypatch.setenv("PORT", str(free_port()))
    with pytest.raises(CommandError, match="web"):
        call_command("alive", "web")
