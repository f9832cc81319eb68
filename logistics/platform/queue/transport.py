"""Celery's broker kept in the Django database, for a school with one machine and no Redis.

A message is a row: taking it leases it, acknowledging deletes it. A publish inside a transaction belongs to it, so
a rollback leaves no message. A worker that dies leaves its leases behind and the next one frees them at its start;
therefore one worker per site, which `manage.py serve` guards by a lock.
"""

import datetime
import json
import logging
import os
import threading
from contextlib import contextmanager, suppress
from queue import Empty

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone
from kombu.transport import virtual

from .models import QueuedMessage

log = logging.getLogger(__name__)

LOOKAHEAD = 4  # messages tried in one poll when other readers are quicker
LEASE_SECONDS = 4 * 3600  # longer than any wait of a message that the worker has taken ahead
AWAY = (OperationalError, InterfaceError)


class Guard:
    """Keeps the worker's main process from being copied while it has SQLite open.

    An SQLite file held open across fork() can lock up or damage the copy's view of it. The pool is refilled
    by fork at any time, so in that one process every use of the database holds this lock,
    closes its connection at the end, and a fork waits for it.
    """

    def __init__(self):
        self.lock = threading.RLock()
        self.active = False

    def begin(self) -> None:
        self.active = True
        os.register_at_fork(before=self.lock.acquire, after_in_parent=self.lock.release, after_in_child=self.end)

    def end(self) -> None:
        self.active = False
        self.lock.release()


guard = Guard()
unsettled: set[str] = set()  # acknowledged while the database was away; deleted with the next poll


@contextmanager
def database():
    """The database for one short use: in the worker's main process guarded and fresh, elsewhere simply the caller's own."""
    if not guard.active:
        yield
        return
    with guard.lock:
        connection.close_if_unusable_or_obsolete()
        try:
            yield
        finally:
            if connection.vendor == "sqlite":
                connection.close()


def begin_worker() -> None:
    """Make this process the site's worker: guard it and free what its predecessor held."""
    if not guard.active:
        guard.begin()
    with database():
        free_leases()


def free_leases() -> None:
    QueuedMessage.objects.filter(leased_until__isnull=False).update(leased_until=None)


def take(queue: str, lease: datetime.timedelta) -> dict | None:
    """Lease the oldest free message of the queue for this reader alone; None when there is none."""
    now = timezone.now()
    free = QueuedMessage.objects.filter(queue=queue).exclude(leased_until__gt=now).order_by("id")
    for pk, leased_until, body in free.values_list("pk", "leased_until", "body")[:LOOKAHEAD]:
        if QueuedMessage.objects.filter(pk=pk, leased_until=leased_until).update(leased_until=now + lease):
            return json.loads(body)
    return None


class Channel(virtual.Channel):
    supports_fanout = False
    do_restore = False  # rows outlive us; there is nothing to put back at exit

    def _put(self, queue, message, **_):
        with database():
            QueuedMessage.objects.create(tag=message["properties"]["delivery_tag"], queue=queue, body=json.dumps(message))

    def _get(self, queue, timeout=None):
        lease = self.connection.client.transport_options.get("visibility_timeout", LEASE_SECONDS)
        try:
            with database():
                self._delete(set(unsettled))
                message = take(queue, datetime.timedelta(seconds=lease))
        except AWAY as error:
            # Raising would make the worker drop what it has taken ahead; waiting costs nothing.
            log.warning("the queue's database is away: %s", error)
            message = None
        if message is None:
            raise Empty
        return message

    def _delete(self, tags: set[str]) -> None:
        if tags:
            QueuedMessage.objects.filter(tag__in=tags).delete()
            unsettled.difference_update(tags)

    def _settle(self, tag: str) -> None:
        unsettled.add(tag)
        try:
            with database():
                self._delete({tag})
        except AWAY as error:
            log.warning("acknowledged with the next poll: %s", error)

    def basic_ack(self, delivery_tag, multiple=False):
        super().basic_ack(delivery_tag, multiple)
        self._settle(delivery_tag)

    def basic_reject(self, delivery_tag, requeue=False):
        super().basic_reject(delivery_tag, requeue)
        if not requeue:
            self._settle(delivery_tag)

    def _restore(self, message):
        with database():
            QueuedMessage.objects.filter(tag=message.delivery_tag).update(leased_until=None)

    def _size(self, queue):
        with database():
            return QueuedMessage.objects.filter(queue=queue).count()

    def _purge(self, queue):
        with database():
            return QueuedMessage.objects.filter(queue=queue).delete()[0]


class Transport(virtual.Transport):
    Channel = Channel
    can_parse_url = True
    polling_interval = 0.2
    driver_type = driver_name = "django-db"
    connection_errors: tuple = (*virtual.Transport.connection_errors, *AWAY)
    # Only under its event loop does Celery give every pool process a pipe of its own: with the one pipe they share
    # otherwise, a process killed while it waits takes the pipe's lock with it and no other ever gets work again.
    implements = virtual.Transport.implements.extend(asynchronous=True, exchange_type=frozenset(["direct"]))

    def register_with_event_loop(self, connection, loop):
        loop.call_repeatedly(self.polling_interval, self.deliver_waiting, (connection,))

    def deliver_waiting(self, connection) -> None:
        """Hand on every message that is free, as many as the worker wants ahead."""
        with suppress(TimeoutError):
            while True:
                self.drain_events(connection, timeout=0)

    def driver_version(self):
        return "1"
