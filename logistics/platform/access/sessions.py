"""Where a person is signed in, and sending a device out.

A session that was sent out is written on the person's own row, which every request reads anyway: it stops at the next request,
in every process, and no page takes a query more.
"""

import hashlib
import re
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import DatabaseError
from django.db.models import QuerySet
from django.utils import timezone

from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.errors import Conflict, RuleViolation

from .models import SignIn

SEEN_EVERY = timedelta(minutes=5)
LONGEST = timedelta(seconds=settings.SESSION_COOKIE_AGE) + timedelta(days=1)  # no session lives longer

BROWSERS = (
    ("wxwork", "企业微信"),
    ("MicroMessenger", "微信"),
    ("DingTalk", "钉钉"),
    ("Lark|Feishu", "飞书"),
    ("HuaweiBrowser", "华为浏览器"),
    ("MiuiBrowser", "小米浏览器"),
    ("QQBrowser", "QQ 浏览器"),
    ("UCBrowser", "UC 浏览器"),
    ("Edg[A-Za-z]*/", "Edge"),
    ("Firefox|FxiOS", "Firefox"),
    ("Chrome|CriOS|Chromium", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("HarmonyOS|OpenHarmony", "鸿蒙"),
    ("Android", "安卓"),
    ("Windows", "Windows"),
    ("Mac OS X|Macintosh", "苹果电脑"),
    ("Linux|X11", "Linux"),
)


def device_words(agent: str) -> str:
    """ "Windows 上的 Chrome" from what the browser says of itself; 别的设备 when it says nothing known."""
    browser = next((name for sign, name in BROWSERS if re.search(sign, agent)), "")
    system = next((name for sign, name in SYSTEMS if re.search(sign, agent)), "")
    if browser and system:
        return f"{system}{' ' if system.isascii() else ''}上的{' ' if browser[0].isascii() else ''}{browser}"
    return browser or system or "别的设备"


def digest_of(session_key: str) -> str:
    return hashlib.sha256(session_key.encode()).hexdigest()[:32]


def is_ended(person, session_key: str) -> bool:
    """Whether this session was sent out. No query."""
    return bool(person.ended_sessions) and digest_of(session_key) in person.ended_sessions


def note_seen(person, session_key: str, *, agent: str, address: str) -> None:
    """Remember that this device was here, at most once in five minutes; a device that is new gets its row."""
    digest = digest_of(session_key)
    if not cache.add(f"seen.{digest}", 1, SEEN_EVERY.total_seconds()):
        return
    now = timezone.now()
    try:
        if not SignIn.objects.filter(digest=digest).update(seen_at=now, address=address):
            new = SignIn(user_id=person.pk, digest=digest, device=device_words(agent[:400]), address=address, since_at=now, seen_at=now)
            SignIn.objects.bulk_create([new], ignore_conflicts=True)  # two first requests at once are one device
    except DatabaseError:
        cache.delete(f"seen.{digest}")  # a device without a row could not be sent out, so the next request tries again
        raise


def forget(session_key: str) -> None:
    """The device signed out by itself."""
    digest = digest_of(session_key)
    SignIn.objects.filter(digest=digest).delete()
    cache.delete(f"seen.{digest}")


def devices_of(person) -> QuerySet[SignIn]:
    """Where the person is signed in; a session nobody used for longer than it lives is left out."""
    return SignIn.objects.filter(user=person.pk, seen_at__gte=timezone.now() - LONGEST)


@rule
def end_session(*, actor, at: datetime, device: SignIn, current: str = "") -> None:
    """Send one of one's own devices out. `current` is the digest of the session that asks, which signs out in the usual way instead."""
    if device.user_id != actor.pk:
        raise RuleViolation("这台设备不在您的名单里。")
    if device.digest == current:
        raise RuleViolation("这是您正在用的设备，请直接退出登录。")
    if not _end(actor.pk, SignIn.objects.filter(pk=device.pk), at):
        raise Conflict("这台设备已经退出了。")
    record_event(actor=actor, at=at, action="end_session", record=actor, text=f"让一台设备退出：{device.device}")


@rule
def end_other_sessions(*, actor, at: datetime, current: str) -> int:
    """Send all of one's own devices out but the present one; how many there were."""
    count = _end(actor.pk, SignIn.objects.filter(user=actor.pk).exclude(digest=current), at)
    if not count:
        raise RuleViolation("没有别的设备在登录。")
    record_event(actor=actor, at=at, action="end_session", record=actor, text=f"让别的 {count} 台设备都退出")
    return count


def end_all(person, *, at: datetime, keep: str = "") -> int:
    """Send every device of this person out, but the one of digest `keep`. Part of rules that journal it: leaving, a new password."""
    return _end(person.pk, SignIn.objects.filter(user=person.pk).exclude(digest=keep), at)


def _end(person_pk: int, devices: QuerySet[SignIn], at: datetime) -> int:
    person = get_user_model().objects.select_for_update().only("pk", "ended_sessions").get(pk=person_pk)
    digests = list(devices.values_list("digest", flat=True))
    if digests:
        day = timezone.localdate(at)
        kept = {digest: on for digest, on in person.ended_sessions.items() if date.fromisoformat(on) >= day - LONGEST}
        get_user_model().objects.filter(pk=person_pk).update(ended_sessions=kept | dict.fromkeys(digests, day.isoformat()))
        SignIn.objects.filter(digest__in=digests).delete()
    return len(digests)
