"""The ways a notice reaches people: the inbox, and mail where the school has set it up."""

import hashlib
from datetime import datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage

from logistics.platform.school.models import school

from . import topics
from .models import Notice, OutboxMessage
from .rules import promise


def register_topics() -> None:
    """Called once from the platform's wiring."""
    topics.register("notice", put_in_inboxes)
    topics.register("mail", send_mail, effect=topics.Effect.ONCE)


def mail_is_set_up() -> bool:
    return bool(settings.EMAIL_HOST) or settings.EMAIL_BACKEND.endswith("locmem.EmailBackend")


def put_in_inboxes(message: OutboxMessage, at: datetime) -> None:
    """One line per active recipient; mails are promises of their own, so a mail that fails never repeats the line."""
    told = message.payload
    words = {name: told[name] for name in ("title", "body", "url")}
    people = get_user_model().objects.filter(pk__in=told["recipients"], is_active=True)
    Notice.objects.bulk_create([Notice(recipient=person, at=message.created_at, outbox=message, **words) for person in people])
    if mail_is_set_up():
        for person in people:
            if person.email:
                promise(at=at, topic="mail", key=f"mail:{message.pk}:{person.pk}", payload=words | {"person": person.pk})


def send_mail(message: OutboxMessage, at: datetime) -> None:
    """One mail to one person, with an identity of its own by which mail servers know a repetition."""
    told = message.payload
    person = get_user_model().objects.filter(pk=told["person"], is_active=True).exclude(email="").first()
    if person is None:
        return
    home = school()
    where = f"{home.address.rstrip('/')}{told['url']}" if home.address and told["url"] else "登录后在“消息”里查看。"
    sender = settings.DEFAULT_FROM_EMAIL
    identity = f"<{hashlib.sha256(message.key.encode()).hexdigest()[:32]}.{message.pk}@{sender.rpartition('@')[2].strip('>') or 'localhost'}>"
    EmailMessage(
        subject=" ".join(told["title"].split()),
        body="\n\n".join(filter(None, [f"{person.name}：", told["body"] or told["title"], where, f"{home.name}后勤管理平台"])),
        from_email=sender,
        to=[person.email],
        headers={"Message-ID": identity},
    ).send()
