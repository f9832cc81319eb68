"""The broker in the database: nothing lost, nothing twice, part of the transaction."""

import contextlib
import datetime
import os
import signal
import sys
import time
from collections import Counter

import pytest
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from kombu import Connection

from logistics.platform.queue.models import QueuedMessage
from logistics.platform.queue.transport import free_leases, take
from tests.setup.helpers import PATIENCE, ROOT, connect, family, on_postgresql, until

TASKS = 8
PROBE = str(ROOT / "tests" / "setup" / "probe_queue.py")
AN_HOUR = datetime.timedelta(hours=1)


def publish(text: str) -> None:
    with Connection("djdb://") as link, link.SimpleQueue("raw") as queue:
        queue.put(text)


@pytest.mark.django_db(transaction=True)
def test_a_rollback_leaves_no_message():
    with contextlib.suppress(ZeroDivisionError), transaction.atomic():
        publish("报修")
        assert QueuedMessage.objects.count() == 1
        1 / 0  # noqa: B018
    assert not QueuedMessage.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_commit_sends_the_message_once_and_its_acknowledgement_deletes_it():
    with transaction.atomic():
        publish("报修")
    with Connection("djdb://") as link, link.SimpleQueue("raw") as queue:
        message = queue.get(timeout=1)
        assert message.payload == "报修"
        assert QueuedMessage.objects.get().leased_until > timezone.now()
        message.ack()
    assert not QueuedMessage.objects.exists()


@pytest.mark.django_db
def test_a_message_taken_is_hidden_until_its_lease_is_over():
    now = timezone.now()
    for number, lease in enumerate([None, now + AN_HOUR, now - AN_HOUR]):
        QueuedMessage.objects.create(tag=str(number), queue="raw", body=str(number), leased_until=lease)
    assert [take("raw", AN_HOUR), take("raw", AN_HOUR), take("raw", AN_HOUR)] == [0, 2, None]
    assert not QueuedMessage.objects.filter(leased_until__lte=now).exists()


@pytest.mark.django_db
def test_a_rejected_message_is_free_again_or_gone():
    with Connection("djdb://") as link, link.SimpleQueue("raw") as queue:
        queue.put("一")
        queue.get(timeout=1).reject(requeue=True)
        assert QueuedMessage.objects.get().leased_until is None
        queue.get(timeout=1).reject()
    assert not QueuedMessage.objects.exists()


def test_two_writers_and_two_readers_deliver_every_message_once(site):
    """Each program writes its share first and reads whatever there is until nothing comes."""
    both = [site.start(sys.executable, PROBE, "write_and_read", f"{name}-", "80", str(site.folder / f"read-{name}")) for name in "ab"]
    assert [process.wait(PATIENCE) for process in both] == [0, 0], site.said()
    received = Counter(line for name in "ab" for line in site.said(f"read-{name}").split())
    assert received == Counter(f"{name}-{number}" for name in "ab" for number in range(80))
    assert waiting(site) == 0


def send(site, count: int, seconds: float) -> None:
    assert site.start(sys.executable, PROBE, "send", str(site.folder / "trace"), str(count), str(seconds)).wait(PATIENCE) == 0, site.said()


def waiting(site) -> int:
    return site.ask("SELECT count(*) FROM platform_queuedmessage")[0][0]


def done(site) -> Counter:
    return Counter(line for line in site.said("trace").splitlines() if line.startswith("done"))


@pytest.mark.requirement("GEN-08")
def test_a_worker_killed_in_the_middle_loses_nothing(site):
    send(site, TASKS, 0.4)
    first = site.worker()
    until(lambda: done(site), "the first task ends")
    killed = family(first.pid)
    for pid in killed:
        os.kill(pid, signal.SIGKILL)
    first.wait()
    assert 0 < len(done(site)) < TASKS
    second = site.worker()
    until(lambda: len(done(site)) == TASKS, "all tasks are done", site.said)
    until(lambda: waiting(site) == 0, "the queue is empty")
    second.send_signal(signal.SIGTERM)
    assert second.wait(PATIENCE) == 0
    assert max(done(site).values()) <= 2, "only what ran at the kill may run again"
    assert sum(done(site).values()) <= TASKS + 2


def test_a_worker_outlives_a_cut_database_and_killed_pool_processes(site):
    worker = site.worker()
    send(site, TASKS, 0.3)
    until(lambda: done(site), "the first task ends")
    disturb(site.database_url)
    until(lambda: len(done(site)) == TASKS, "all tasks are done", site.said)
    until(lambda: waiting(site) == 0, "all are acknowledged", site.said)
    assert set(done(site).values()) == {1}
    (site.folder / "trace").unlink()
    for pid in family(worker.pid) - {worker.pid}:  # all are idle: one of them has whatever lock idle ones wait with
        os.kill(pid, signal.SIGKILL)
    send(site, TASKS, 0.3)
    until(lambda: done(site), "the first task of the second round ends")
    os.kill(max(family(worker.pid) - {worker.pid}), signal.SIGKILL)
    until(lambda: len(done(site)) == TASKS, "all tasks are done", site.said)
    until(lambda: waiting(site) == 0, "all are acknowledged", site.said)
    assert sum(done(site).values()) <= TASKS + 1
    assert worker.poll() is None


def disturb(url: str) -> None:
    """PostgreSQL: cut every connection. SQLite: keep its write lock for a second."""
    with contextlib.closing(connect(url)) as link, contextlib.closing(link.cursor()) as cursor:
        if on_postgresql():
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()")
        else:
            cursor.execute("BEGIN IMMEDIATE")
            time.sleep(1)
            link.rollback()


@pytest.mark.django_db
def test_a_new_worker_frees_what_its_predecessor_held():
    QueuedMessage.objects.create(tag="1", queue="raw", body="1", leased_until=timezone.now() + AN_HOUR)
    assert take("raw", AN_HOUR) is None
    QueuedMessage.objects.update(leased_until=timezone.now() + AN_HOUR)
    free_leases()
    assert take("raw", AN_HOUR) == 1


def test_the_database_is_the_broker_only_without_redis():
    assert settings.CELERY_BROKER_URL == "djdb://"
