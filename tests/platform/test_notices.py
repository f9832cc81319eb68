"""The outbox and the inbox: promised inside a rule, carried out after commit, once (GEN-02)."""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import celery
import pytest
from django.conf import settings
from django.db import IntegrityError, connection, connections, transaction

from logistics.platform.kernel.errors import Conflict
from logistics.platform.notices import delivery, rules, topics
from logistics.platform.notices.models import Notice, OutboxMessage, OutboxState
from logistics.platform.notices.rules import promise
from logistics.platform.notices.tasks import sweep_outbox
from logistics.platform.notices.topics import Effect
from logistics.platform.org.models import Department, User
from tests.conftest import PATIENCE

from .notices_kit import MINUTE, dispatch, told

PROBE = Path(__file__).with_name("probe_delivery.py")
pytestmark = pytest.mark.requirement("GEN-02")

# Promises


@pytest.mark.django_db(transaction=True)
def test_a_committed_rule_reaches_the_inbox_at_once(two, at):
    dispatch(actor=two[0], at=at, record=Department.objects.create(name="总务处"), recipients=[two[1]])
    notice = Notice.objects.get()
    assert (notice.recipient, notice.at, notice.title, notice.body, notice.url) == (two[1], at, "三号楼水管漏水派给您", "今天 18:00 前", "/repairs/ticket/1/")
    assert OutboxMessage.objects.get().state == OutboxState.DONE


@pytest.mark.django_db(transaction=True)
def test_a_refused_rule_takes_its_promise_back(two, at):
    with pytest.raises(Conflict):
        dispatch(actor=two[0], at=at, record=Department.objects.create(name="总务处"), recipients=two, then=Conflict("晚了一步"))
    assert (OutboxMessage.objects.count(), Notice.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_the_same_promise_twice_is_kept_once(two, at):
    office = Department.objects.create(name="总务处")
    for _ in range(2):
        dispatch(actor=two[0], at=at, record=office, recipients=two)
    assert (OutboxMessage.objects.count(), Notice.objects.count()) == (1, 2)


def test_the_same_key_returns_the_first_message(two, at):
    assert told(at, two) == told(at + MINUTE, two[:1], title="别的")
    assert OutboxMessage.objects.get().payload["title"] == "水管修好了，请验收"


def test_long_keys_stay_apart(two, at):
    keys = [f"{'长' * 200}{n}" for n in range(2)]
    messages = [told(at, two, key=key) for key in keys]
    assert messages[0] != messages[1]
    assert told(at, two, key=keys[0]) == messages[0]
    assert all(len(message.key) <= 120 for message in messages)


def test_only_active_people_are_told_and_each_once(two, at):
    gone = User.objects.create(username="gone", name="离职", is_active=False)
    message = told(at, [two[0], two[0], gone, User.objects.system()])
    assert message.payload["recipients"] == [two[0].pk]
    assert told(at, [gone], key="test:2") is None
    assert OutboxMessage.objects.count() == 1


def test_words_too_long_are_cut_and_other_sites_are_no_address(two, at):
    message = told(at, two, title="长" * 500, body="话" * 5000, url="/" + "a" * 500)
    assert delivery.deliver(message_id=message.pk, at=at)
    notice = Notice.objects.filter(recipient=two[0]).get()
    assert (len(notice.title), len(notice.body), len(notice.url)) == (120, 300, 200)
    for url in ("https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"):
        with pytest.raises(ValueError, match="page of this site"):
            told(at, two, key="test:3", url=url)


# Broker away


@pytest.fixture
def broker_away(settings, monkeypatch):
    """Celery with a broker's address where nobody listens, and no running in place."""
    usual = celery.current_app._get_current_object()
    settings.CELERY_TASK_ALWAYS_EAGER = False
    settings.CELERY_BROKER_URL = "redis://127.0.0.1:1"
    away = celery.Celery("away")
    away.config_from_object("django.conf:settings", namespace="CELERY")
    monkeypatch.setattr(rules.Broker, "away_until", 0.0)
    yield
    monkeypatch.setattr(rules.Broker, "away_until", 0.0)
    away.close()
    usual.set_current()


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("REP-05")
def test_a_broker_that_is_away_never_stops_the_rule_and_is_asked_once(two, at, broker_away, caplog):
    office = [Department.objects.create(name=f"部门{n}") for n in range(3)]
    with caplog.at_level(logging.WARNING):
        start = time.monotonic()
        dispatch(actor=two[0], at=at, record=office[0], recipients=two)
        first = time.monotonic() - start
        start = time.monotonic()
        for record in office[1:]:
            dispatch(actor=two[0], at=at, record=record, recipients=two)
        rest = time.monotonic() - start
    assert first < 10  # two seconds of trying; the rest is room for a busy machine
    assert rest < first
    assert len([line for line in caplog.messages if "the broker is away" in line]) == 1
    assert set(OutboxMessage.objects.values_list("state", "tries")) == {(OutboxState.PENDING, 0)}
    assert not Notice.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("REP-05")
def test_what_waited_goes_out_once_when_the_broker_is_back(two, at, broker_away):
    dispatch(actor=two[0], at=at, record=Department.objects.create(name="总务处"), recipients=two)
    for _ in range(3):
        sweep_outbox()
    assert OutboxMessage.objects.get().state == OutboxState.DONE
    assert Notice.objects.count() == 2


# Once, whatever happens


def in_threads(count: int, work) -> list:
    results, start = [], threading.Barrier(count)

    def run():
        start.wait(PATIENCE)
        try:
            results.append(work())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return results


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("effect", Effect)
def test_two_workers_with_one_message_deliver_it_once(two, at, handled, effect):
    runs = []

    def handler(message, at):
        runs.append(message.pk)
        time.sleep(0.1)

    handled("test", handler, effect)
    message = OutboxMessage.objects.create(topic="test", key="k", payload={}, created_at=at, next_try_at=at)
    assert sorted(in_threads(4, lambda: delivery.deliver(message_id=message.pk, at=at))) == [False, False, False, True]
    assert runs == [message.pk]
    message.refresh_from_db()
    assert (message.state, message.tries) == (OutboxState.DONE, 0)


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_tell_everybody_once(two, at):
    for n in range(5):
        OutboxMessage.objects.create(
            topic="notice", key=f"k{n}", payload={"recipients": [p.pk for p in two], "title": "t", "body": "", "url": ""}, created_at=at, next_try_at=at
        )
    assert sum(in_threads(2, lambda: delivery.sweep(at=at))) == 5
    assert Notice.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_two_rules_promise_the_same_thing_once(two, at):
    in_threads(2, lambda: promise(at=at, topic="notice", key="same", payload={"recipients": [two[0].pk], "title": "t", "body": "", "url": ""}))
    assert (OutboxMessage.objects.count(), Notice.objects.count()) == (1, 1)


def killed_while_delivering(message: OutboxMessage, at, effect: Effect = Effect.DATABASE) -> None:
    """Deliver in another process that is killed by the kernel before its handler ends."""
    command = [sys.executable, PROBE, str(connection.settings_dict["NAME"]), str(message.pk), message.topic, effect.name]
    environment = {**os.environ, "AT": at.isoformat(), "PYTHONPATH": str(settings.ROOT), "DJANGO_SETTINGS_MODULE": "logistics.settings.test"}
    assert subprocess.run(command, env=environment, timeout=PATIENCE, check=False).returncode == -signal.SIGKILL


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_leaves_nothing_half_and_nothing_lost(two, at, handled):
    message = OutboxMessage.objects.create(topic="test", key="k", payload={"person": two[0].pk}, created_at=at, next_try_at=at)
    killed_while_delivering(message, at)
    assert not Notice.objects.exists()
    handled("test", lambda message, at: Notice.objects.create(recipient=two[0], at=at, title="whole", outbox=message))
    assert delivery.sweep(at=at) == 1
    assert delivery.sweep(at=at) == 0
    assert Notice.objects.get().title == "whole"


@pytest.mark.django_db(transaction=True)
def test_long_work_cut_off_runs_again_and_a_mail_cut_off_does_not(two, at, handled):
    ran = []
    for name, effect in (("report", Effect.AGAIN), ("letter", Effect.ONCE)):
        message = OutboxMessage.objects.create(topic=name, key=name, payload={"person": two[0].pk}, created_at=at, next_try_at=at)
        killed_while_delivering(message, at, effect)
        handled(name, lambda message, at: ran.append(message.topic), effect)
    assert delivery.sweep(at=at + 19 * MINUTE) == 0
    delivery.sweep(at=at + 21 * MINUTE)
    delivery.sweep(at=at + 30 * MINUTE)
    report, letter = OutboxMessage.objects.order_by("id")
    assert (report.state, report.tries, letter.state) == (OutboxState.DONE, 1, OutboxState.FAILED)
    assert "不再重送" in letter.error
    assert ran == ["report"]


# Failing


def test_a_failure_waits_longer_each_time_and_is_given_up_after_ten(at, db, handled, caplog):
    def fail(message, at):
        raise OSError("打印机没有纸")

    handled("test", fail)
    message = promise(at=at, topic="test", key="k", payload={})
    waits, now = [], at
    for _ in range(9):
        assert delivery.sweep(at=now) == 0
        message.refresh_from_db()
        assert delivery.sweep(at=message.next_try_at - MINUTE / 2) == 0
        waits.append((message.next_try_at - now) / MINUTE)
        now = message.next_try_at
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256]
    delivery.sweep(at=now)
    message.refresh_from_db()
    assert (message.state, message.tries, message.error) == (OutboxState.FAILED, 10, "OSError: 打印机没有纸")
    assert delivery.sweep(at=now + timedelta(days=30)) == 0


def test_a_handler_that_fails_writes_nothing(two, at, handled, caplog):
    def half(message, at):
        Notice.objects.create(recipient=two[0], at=at, title="half", outbox=message)
        raise ValueError("then it broke")

    handled("test", half)
    message = promise(at=at, topic="test", key="k", payload={})
    assert delivery.deliver(message_id=message.pk, at=at) is False
    assert not Notice.objects.exists()
    handled("test", lambda message, at: None)
    assert delivery.sweep(at=at + MINUTE) == 1
    message.refresh_from_db()
    assert (message.state, message.tries, message.error) == (OutboxState.DONE, 1, "")


def test_one_bad_message_does_not_stop_the_others(two, at, caplog):
    promise(at=at, topic="nobody.knows", key="bad", payload={})
    OutboxMessage.objects.create(topic="gone", key="cut", payload={}, state=OutboxState.SENDING, created_at=at, next_try_at=at)
    told(at, two)
    assert delivery.sweep(at=at) == 1
    assert OutboxMessage.objects.get(key="bad").error.startswith("LookupError")
    assert OutboxMessage.objects.get(key="cut").state == OutboxState.FAILED
    assert Notice.objects.count() == 2


def test_a_topic_is_registered_once(handled):
    handled("test", print)
    with pytest.raises(ValueError, match="registered twice"):
        topics.register("test", print)
    assert {"notice", "mail"} <= {topic.name for topic in topics.all_topics()}


def test_the_database_keeps_a_notice_once_per_person(two, at):
    message = told(at, two)
    delivery.deliver(message_id=message.pk, at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(recipient=two[0], at=at, title="again", outbox=message)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxMessage.objects.create(topic="x", key=message.key, payload={}, created_at=at, next_try_at=at)
