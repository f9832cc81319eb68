"""Keys of programs to the API: limited in what they may do and how long, shown once, stored as digests."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone

from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.text import tidy

from .models import ApiToken, Reach
from .permissions import label
from .rules import grants_of

LONGEST = timedelta(days=366)
BY_PASSWORD = timedelta(hours=12)
MOST = 20  # living tokens of one person
KEPT = timedelta(days=30)  # a token that no longer works is listed this long
USED_EVERY = timedelta(minutes=5)


def digest_of(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def tokens_of(person) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(user=person.pk)


def living(rows: QuerySet[ApiToken], at: datetime) -> QuerySet[ApiToken]:
    return rows.filter(revoked_at=None, expires_at__gt=at)


def find_token(key: str) -> ApiToken | None:
    """The token with its person, in one query; None for a key nobody has."""
    return ApiToken.objects.select_related("user", "user__department").filter(digest=digest_of(key)).first()


def fault_of(token: ApiToken | None, at: datetime) -> str:
    """Why a program with this token gets no further, empty when it may."""
    if token is None:
        return "这个接口令牌不对，请核对，或者登录网页新建一个。"
    if token.revoked_at:
        return f"接口令牌「{token.name}」已经收回，请登录网页新建一个。"
    if token.expires_at <= at:
        return f"接口令牌「{token.name}」已经到期，请登录网页新建一个。"
    return "" if token.user.is_active else "这个账号已经停用。"


def note_used(token: ApiToken) -> None:
    """Remember the last use, at most once in five minutes."""
    if cache.add(f"token.{token.pk}", 1, USED_EVERY.total_seconds()):
        ApiToken.objects.filter(pk=token.pk).update(used_at=timezone.now())


@rule
def make_token(*, actor, at: datetime, name: str, reach: str, expires_at: datetime, permissions: Iterable[str] = ()) -> tuple[ApiToken, str]:
    """A new key for oneself: (its row, the key itself, which nobody can read again).

    Raises RuleViolation for an end that is past or more than a year away, and for a permission one does not have.
    """
    name, codes = tidy(name or ""), sorted(set(permissions))
    if not name:
        raise RuleViolation("请写这个令牌给什么程序用。", field="name")
    if not at < expires_at <= at + LONGEST:
        raise RuleViolation("到期日要在今天以后、一年以内。", field="expires_on")
    _check_codes(actor, reach, codes)
    get_user_model().objects.select_for_update().get(pk=actor.pk)  # two at once are counted one after the other
    tokens_of(actor).filter(expires_at__lt=at - KEPT).delete()
    if living(tokens_of(actor), at).count() >= MOST:
        raise RuleViolation(f"一个人最多有 {MOST} 个令牌，请先收回不用的。")
    return _write(actor, at, name, reach, expires_at, codes)


def _check_codes(actor, reach: str, codes: list[str]) -> None:
    if reach not in Reach.values:
        raise RuleViolation("请选这个令牌能做什么。", field="reach")
    if reach == Reach.CHOSEN and not codes:
        raise RuleViolation("请至少选一项权限。", field="permissions")
    beyond = [code for code in codes if code not in grants_of(actor)]
    if beyond:
        raise RuleViolation("只能选您自己有的权限。", field="permissions")


def _write(actor, at: datetime, name: str, reach: str, expires_at: datetime, codes: list[str]) -> tuple[ApiToken, str]:
    key = secrets.token_hex(20)
    chosen = "\n".join(codes) if reach == Reach.CHOSEN else ""
    token = ApiToken(user_id=actor.pk, name=name, digest=digest_of(key), reach=reach, permissions=chosen, made_at=at, expires_at=expires_at)
    token.full_clean(exclude=["user"])
    token.save()
    until = timezone.localtime(expires_at).strftime("%Y-%m-%d %H:%M")
    note = "、".join(label(code) for code in codes) if reach == Reach.CHOSEN else ""
    record_event(actor=actor, at=at, action="make_token", record=actor, text=f"新建接口令牌「{name}」：{token.get_reach_display()}，到 {until}", note=note)
    return token, key


@rule
def make_token_by_password(*, actor, at: datetime) -> tuple[ApiToken, str]:
    """What a program gets for number and password: the same rights as the person, for twelve hours. Older ones of this kind stay."""
    old = living(tokens_of(actor).filter(name=PASSWORD_NAME), at).order_by("-id").values_list("pk", flat=True)[MOST_BY_PASSWORD - 1 :]
    ApiToken.objects.filter(pk__in=list(old)).update(revoked_at=at)
    tokens_of(actor).filter(expires_at__lt=at - KEPT).delete()
    return _write(actor, at, PASSWORD_NAME, Reach.ALL, at + BY_PASSWORD, [])


PASSWORD_NAME = "用密码换取"  # noqa: S105  no secret, the name people see
MOST_BY_PASSWORD = 10


@rule
def revoke_token(*, actor, at: datetime, token: ApiToken) -> None:
    """Take back one of one's own keys; it stops at the next call."""
    if token.user_id != actor.pk or not living(tokens_of(actor).filter(pk=token.pk), at).update(revoked_at=at):
        raise RuleViolation("这个令牌已经不能用了，不用收回。")
    record_event(actor=actor, at=at, action="drop_token", record=actor, text=f"收回接口令牌「{token.name}」")


def revoke_all(person, *, at: datetime) -> int:
    """Take back every key of this person. Part of rules that journal it: leaving, a new password."""
    return living(tokens_of(person), at).update(revoked_at=at)
