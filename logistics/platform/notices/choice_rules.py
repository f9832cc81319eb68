"""How a person wants to be told, and the key to the own calendar feed (GEN-07)."""

import hashlib
import secrets
from datetime import datetime, time

from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored
from logistics.platform.kernel.errors import RuleViolation

from .models import FeedToken, NoticeChoice
from .quiet import DIGEST, NOW, OFF
from .subjects import groups

TOKEN_BYTES = 24


@rule
def choose_notices(
    *, actor, at: datetime, mail: dict[str, str], quiet_from: time | None = None, quiet_to: time | None = None, digest_at: time | None = None
) -> NoticeChoice:
    """Write one's own way of being told; empty times are the school's. Groups nobody knows are left out.

    Raises RuleViolation when only one end of the quiet hours is given.
    """
    if (quiet_from is None) != (quiet_to is None):
        raise RuleViolation("安静时段要填开始和结束，或者都空着，用学校的。", field="quiet_to" if quiet_to is None else "quiet_from")
    known = set(groups())
    chosen = {group: way for group, way in mail.items() if group in known and way in (NOW, DIGEST, OFF)}
    choice = stored(NoticeChoice, NoticeChoice.objects.filter(person=actor.pk).first())
    choice.person = actor
    before, choice.mail = choice.mail, chosen
    text = "" if before == chosen else "选邮件怎么发"
    return save_changes(actor=actor, at=at, record=choice, text=text, quiet_from=quiet_from, quiet_to=quiet_to, digest_at=digest_at)


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@rule
def make_feed_token(*, actor, at: datetime) -> str:
    """A new key for one's own calendar feed, told this once; an older one stops working at once."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    kept, _ = FeedToken.objects.update_or_create(person_id=actor.pk, defaults={"digest": digest_of(token), "made_at": at})
    record_event(actor=actor, at=at, action="make_feed", record=kept, text="新建自己的日历订阅")
    return token


def withdraw_feed_of(person) -> None:
    """Part of rules that journal it: leaving, a new password, a lost phone."""
    FeedToken.objects.filter(person=person.pk).delete()


@rule
def drop_feed_token(*, actor, at: datetime) -> None:
    """Withdraw one's own calendar feed. Raises RuleViolation when there is none."""
    kept = FeedToken.objects.filter(person=actor.pk).first()
    if kept is None:
        raise RuleViolation("您现在没有日历订阅，不用收回。")
    record_event(actor=actor, at=at, action="drop_feed", record=kept, text="收回自己的日历订阅")
    kept.delete()
