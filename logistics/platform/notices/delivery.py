"""Carrying out what the outbox holds: once, with back-off, and with the reason kept when it cannot be done."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import transaction

from .models import OutboxMessage, OutboxState
from .topics import Effect, Later, Topic, Unsure, all_topics, topic_for

log = logging.getLogger(__name__)

TRIES = 10
BATCH = 500
LONGEST_SWEEP = timedelta(minutes=5)
LEASE = timedelta(minutes=20)  # longer than the longest task may run


def deliver(*, message_id: int, at: datetime) -> bool:
    """Carry out one pending message; True when this call did it.

    However many call at once, one does it. A handler's exception is kept on the message, to be tried again later.
    """
    message = OutboxMessage.objects.filter(pk=message_id, state=OutboxState.PENDING).first()
    if message is None:
        return False
    try:
        topic = topic_for(message.topic)
        if topic.lanes:
            return topic.handler(message, at)
        return _inside(topic, message.pk, at) if topic.effect is Effect.DATABASE else _outside(topic, message, at)
    except Later as wish:
        _unfinished(message).update(state=OutboxState.PENDING, next_try_at=wish.moment)
        return False
    except Unsure as doubt:
        _unfinished(message).update(state=OutboxState.FAILED, error=str(doubt)[:300])
        return False
    except Exception as error:  # a handler may fail in any way; the message must outlive it
        log.exception("outbox message %s (%s) could not be delivered", message.key, message.topic)
        put_back(message, at=at, error=f"{type(error).__name__}: {error}")
        return False


def sweep(*, at: datetime, clock: Callable[[], datetime] | None = None) -> int:
    """Deliver what is due: missed while the broker was away, waiting after a failure, or cut off; returns how many.

    `clock` tells the time while a long sweep goes on, so that limits and quiet hours hold at its end, too; after five minutes
    the rest is left to the next sweep, before the worker's own limit cuts a message off.
    """
    now = clock or (lambda: at)
    for message in OutboxMessage.objects.filter(state=OutboxState.SENDING, next_try_at__lte=at)[:BATCH]:
        _take_back(message, at)
    due = OutboxMessage.objects.filter(state=OutboxState.PENDING, next_try_at__lte=at).order_by("next_try_at", "id")
    done = 0
    for pk in list(due.values_list("pk", flat=True)[:BATCH]):
        if (moment := now()) - at > LONGEST_SWEEP:
            break
        done += deliver(message_id=pk, at=moment)
    return done


def put_back(message: OutboxMessage, *, at: datetime, error: str) -> None:
    """Note a failure: due again after 1, 2, 4 … minutes, given up after ten tries."""
    tries = message.tries + 1
    state = OutboxState.FAILED if tries >= TRIES else OutboxState.PENDING
    _unfinished(message).update(state=state, tries=tries, next_try_at=at + timedelta(minutes=2 ** (tries - 1)), error=error[:300])


def _unfinished(message: OutboxMessage):
    return OutboxMessage.objects.filter(pk=message.pk, state__in=[OutboxState.PENDING, OutboxState.SENDING])


def _inside(topic: Topic, message_id: int, at: datetime) -> bool:
    with transaction.atomic():
        message = OutboxMessage.objects.select_for_update(skip_locked=True).filter(pk=message_id, state=OutboxState.PENDING).first()
        if message is None:
            return False
        topic.handler(message, at)
        OutboxMessage.objects.filter(pk=message_id).update(state=OutboxState.DONE, error="")
    return True


def _outside(topic: Topic, message: OutboxMessage, at: datetime) -> bool:
    claimed = OutboxMessage.objects.filter(pk=message.pk, state=OutboxState.PENDING).update(state=OutboxState.SENDING, next_try_at=at + LEASE)
    if not claimed:
        return False
    topic.handler(message, at)
    OutboxMessage.objects.filter(pk=message.pk, state=OutboxState.SENDING).update(state=OutboxState.DONE, error="")
    return True


def _take_back(message: OutboxMessage, at: datetime) -> None:
    """The process that was sending is gone."""
    again = {topic.name for topic in all_topics() if topic.effect is Effect.AGAIN}
    if message.topic in again:
        put_back(message, at=at, error="处理到一半中断了")
    else:
        sending = OutboxMessage.objects.filter(pk=message.pk, state=OutboxState.SENDING)
        sending.update(state=OutboxState.FAILED, error="送到一半中断了，不知道对方收到没有，不再重送")
