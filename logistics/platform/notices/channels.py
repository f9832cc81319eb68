"""The ways a notice reaches people: the inbox, mail where the school has set it up, and robots in group chats."""

import hashlib
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage

from logistics.platform.school.models import school

from . import robots, topics
from .models import Notice, OutboxMessage, OutboxState
from .quiet import manner_of, manners_of
from .rules import promise
from .subjects import GENERAL, subject_for

MOST_IN_DIGEST = 100
LATE = timedelta(minutes=30)  # a digest somebody wants at night goes at night, one held up by an outage does not


def register_topics() -> None:
    """Called once from the platform's wiring."""
    topics.register("notice", put_in_inboxes)
    topics.register("mail", send_mail, effect=topics.Effect.ONCE)
    topics.register("digest", send_digest, effect=topics.Effect.ONCE)
    topics.register(robots.TOPIC, robots.carry, effect=topics.Effect.ONCE, lanes=True)


def mail_is_set_up() -> bool:
    return bool(settings.EMAIL_HOST) or settings.EMAIL_BACKEND.endswith("locmem.EmailBackend")


def put_in_inboxes(message: OutboxMessage, at: datetime) -> None:
    """One line per active recipient; mails and robots are promises of their own, so one that fails never repeats the line."""
    told = message.payload
    words = {name: told[name] for name in ("title", "body", "url")}
    subject = subject_for(told.get("subject", ""))
    people = list(get_user_model().objects.filter(pk__in=told["recipients"], is_active=True))
    mailed = [person for person in people if person.email] if mail_is_set_up() else []
    manners = manners_of(mailed) if mailed else {}
    moments = {person.pk: manners[person.pk].mail_moment(subject, message.created_at, at) for person in mailed}
    digests = {pk: moment for pk, moment in moments.items() if moment and moment > at and _digest_is_open(pk, moment, at)}
    Notice.objects.bulk_create(
        [
            Notice(recipient=person, at=message.created_at, outbox=message, is_urgent=subject.urgent, digest_at=digests.get(person.pk), **words)
            for person in people
        ]
    )
    for person in mailed:
        if moments[person.pk] and person.pk not in digests:
            promise(at=at, topic="mail", key=f"mail:{message.pk}:{person.pk}", payload=words | {"person": person.pk, "subject": subject.name})
    if subject.for_chats:
        robots.tell_robots(at=at, key=message.key, subject=subject, **words)


def _digest_is_open(person: int, moment: datetime, at: datetime) -> bool:
    """Promise the mail of that moment, and hold it so that it cannot go before this line is in; false when it has gone already."""
    digest = promise(at=at, topic="digest", key=f"digest:{person}:{moment.isoformat()}", payload={"person": person, "moment": moment.isoformat()}, due=moment)
    return OutboxMessage.objects.select_for_update().get(pk=digest.pk).state == OutboxState.PENDING


def send_mail(message: OutboxMessage, at: datetime) -> None:
    """One mail to one person; after an outage not at night."""
    told = message.payload
    person = _reachable(told["person"])
    if person is None:
        return
    if wakes := manner_of(person).wakes(subject_for(told.get("subject", "")), at):
        raise topics.Later(wakes)
    where = f"{_site()}{told['url']}" if _site() and told["url"] else "登录后在“消息”里查看。"
    _post(message, person, told["title"], [told["body"] or told["title"], where])


def send_digest(message: OutboxMessage, at: datetime) -> None:
    """What waited for this moment as one mail, not at night when it comes late; what the person has read meanwhile is left out."""
    person = _reachable(message.payload["person"])
    moment = datetime.fromisoformat(message.payload["moment"])
    lines = list(Notice.objects.filter(recipient=message.payload["person"], digest_at=moment, read_at=None).order_by("id")[: MOST_IN_DIGEST + 1])
    if person is None or not lines:
        return
    if at - moment > LATE and (wakes := manner_of(person).wakes(GENERAL, at)):
        raise topics.Later(wakes)
    shown = lines[:MOST_IN_DIGEST]
    parts = [f"{n}. {line.title}{f'（{line.body}）' if line.body else ''}{_address(line)}" for n, line in enumerate(shown, 1)]
    if len(lines) > MOST_IN_DIGEST:
        parts.append("还有更多，登录后在“消息”里查看。")
    title = lines[0].title if len(lines) == 1 else f"{len(shown)} 条消息：{lines[0].title} 等"
    _post(message, person, title, parts)


def _address(line: Notice) -> str:
    return f"\n{_site()}{line.url}" if _site() and line.url else ""


def _site() -> str:
    return school().address.rstrip("/")


def _reachable(person: int):
    return get_user_model().objects.filter(pk=person, is_active=True).exclude(email="").first()


def _post(message: OutboxMessage, person, title: str, parts: list[str]) -> None:
    """With an identity of its own by which mail servers know a repetition."""
    sender = settings.DEFAULT_FROM_EMAIL
    identity = f"<{hashlib.sha256(message.key.encode()).hexdigest()[:32]}.{message.pk}@{sender.rpartition('@')[2].strip('>') or 'localhost'}>"
    EmailMessage(
        subject=" ".join(title.split())[:200],
        body="\n\n".join([f"{person.name}：", *parts, f"{school().name}后勤管理平台"]),
        from_email=sender,
        to=[person.email],
        headers={"Message-ID": identity},
    ).send()
