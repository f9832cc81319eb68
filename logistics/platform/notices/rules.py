"""Promising messages and other work inside a rule, and reading one's inbox.

`promise` and `notify` belong to the caller's transaction: a refusal takes the promise back with everything else.
Reading one's own inbox is no act on a record of the school and is not journaled.
"""

import hashlib
import logging
import time
from collections.abc import Iterable
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from django.db import transaction

from logistics.platform.kernel.errors import NotAllowed

from .models import Notice, OutboxMessage
from .subjects import GENERAL, Subject

log = logging.getLogger(__name__)

KEY_LENGTH = 120
BROKER_PAUSE = 30  # seconds without another try after the broker did not answer


class Broker:
    """Whether this process believes that the broker answers."""

    away_until = 0.0


def promise(*, at: datetime, topic: str, key: str, payload: dict, lane: str = "", due: datetime | None = None) -> OutboxMessage:
    """Have the topic's handler do its work once, after this transaction commits, or at `due` when that is later.

    A second promise of the same key is ignored and returns the first. The payload is JSON.
    """
    later = due if due and due > at else None
    message, created = OutboxMessage.objects.get_or_create(
        key=_fitting(key),
        defaults={"topic": topic, "payload": payload, "lane": lane, "created_at": at, "next_try_at": later or at},
    )
    if created and not later:
        transaction.on_commit(partial(enqueue, message.pk), robust=True)
    return message


def notify(*, at: datetime, key: str, recipients: Iterable, title: str, body: str = "", url: str = "", subject: Subject = GENERAL) -> OutboxMessage | None:
    """Put one line into the inbox of each active recipient, into their mail as each has chosen, and into the chats that want the subject.

    `key` names the occasion, such as "repairs.ticket:12:dispatched"; the same occasion is told once.
    `url` is a path of this site. Words too long are cut. Returns None when nobody is left to tell.
    """
    if url and (not url.startswith("/") or url.startswith("//")):
        raise ValueError(f"a notice leads to a page of this site, not to {url}")
    people = sorted({person.pk for person in recipients if person.is_active and person.is_person})
    if not people and not subject.for_chats:
        return None
    payload = {"recipients": people, "title": title[:120], "body": body[:300], "url": url[:200], "subject": subject.name}
    return promise(at=at, topic="notice", key=key, payload=payload)


def enqueue(message_id: int) -> None:
    """Tell the worker at once. When the broker is away nothing is lost: the sweep finds the message later.

    A connection attempt costs up to two seconds, so after a failure this process does not try again for a while.
    """
    from .tasks import deliver

    if time.monotonic() < Broker.away_until:
        return
    try:
        deliver.delay(message_id)
    except Exception as error:  # noqa: BLE001  # whatever the broker's client raises, the page that promised must go on
        Broker.away_until = time.monotonic() + BROKER_PAUSE
        log.warning("the broker is away, message %s waits for the sweep: %s", message_id, error)


def mark_read(*, actor, at: datetime, notice: Notice) -> None:
    """The recipient has read this; the first time counts."""
    if notice.recipient_id != actor.pk:
        raise NotAllowed("这条消息不是发给您的。")
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=at)


def mark_all_read(*, actor, at: datetime) -> int:
    """Everything in this person's inbox is read; returns how many were not."""
    return Notice.objects.filter(recipient=actor, read_at=None).update(read_at=at)


def _fitting(key: str) -> str:
    if len(key) <= KEY_LENGTH:
        return key
    return f"{key[: KEY_LENGTH - 33]}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"


@contextmanager
def broker_rests():
    """Inside, promises only wait in the outbox; for loading many records that are delivered or settled afterwards."""
    before, Broker.away_until = Broker.away_until, float("inf")
    try:
        yield
    finally:
        Broker.away_until = before
