"""动态口令: a second proof from the phone after the password, and codes on paper for the day the phone is lost."""

import base64
import secrets
import unicodedata
from collections.abc import Iterable
from datetime import datetime

import pyotp
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db.models import Exists, OuterRef
from django.utils.crypto import constant_time_compare, salted_hmac

from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.errors import NotAllowed, RuleViolation

from .models import Authenticator, RecoveryCode, Role
from .rules import check_may_open_account, require

MANAGE_PEOPLE, MANAGE_ROLES = "platform.people.manage", "platform.roles.manage"
STEP = 30  # seconds a code holds
EARLIER_LATER = 1  # codes before and after the present one that count, for clocks that go wrong a little
RECOVERY_CODES = 8
MOST_WRONG, WRONG_FOR = 20, 900  # wrong codes of one person in so many seconds
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that looks alike on paper
WRONG = "口令不对。请看手机上现在的 6 位数字，也可以用一个备用码。"


def authenticator_of(person) -> Authenticator | None:
    """The person's authenticator once it is confirmed; no query where it was read with the person."""
    if get_user_model().authenticator.is_cached(person):
        found = getattr(person, "authenticator", None)
        return found if found and found.confirmed_at else None
    return Authenticator.objects.filter(user=person.pk).exclude(confirmed_at=None).first()


def is_asked_of(person) -> bool:
    """Whether a role of this person may only be used with a code."""
    return Role.objects.filter(holders=person.pk, needs_code=True).exists()


def _secret(seed: str) -> str:
    return base64.b32encode(salted_hmac("logistics.access.codes", seed, algorithm="sha256").digest()[:20]).decode()


def _plain(code: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", code or "").upper() if sign.isalnum())


def _recovery_digest(person_pk: int, code: str) -> str:
    return salted_hmac("logistics.access.recovery", f"{person_pk}:{code}", algorithm="sha256").hexdigest()


@rule
def begin(*, actor, at: datetime) -> Authenticator:
    """Start setting up with a new secret: one that somebody else may have seen before is void. Raises RuleViolation for one who has it already."""
    found, _ = Authenticator.objects.get_or_create(user_id=actor.pk, defaults={"seed": secrets.token_hex(32)})
    found.seed = secrets.token_hex(32)
    if not Authenticator.objects.filter(pk=found.pk, confirmed_at=None).update(seed=found.seed, last_step=0):
        raise RuleViolation("您已经在用动态口令了。换手机的话，先停用，再重新设。")
    record_event(actor=actor, at=at, action="begin_code", record=actor, text="开始设动态口令")
    return found


def address_for(authenticator: Authenticator, *, person, school: str) -> tuple[str, str]:
    """(the otpauth address for the QR code, the secret in groups of four for typing)."""
    secret = _secret(authenticator.seed)
    address = pyotp.TOTP(secret).provisioning_uri(name=person.username, issuer_name=school.replace(":", " ") or "后勤")
    return address, " ".join(secret[n : n + 4] for n in range(0, len(secret), 4))


@rule
def confirm(*, actor, at: datetime, code: str) -> list[str]:
    """The first code proves that the phone is set up; returns the recovery codes, which nobody can read again."""
    found = Authenticator.objects.select_for_update().filter(user=actor.pk).first()
    if found is None or found.confirmed_at:
        raise RuleViolation("请先打开设置页，用手机扫码。")
    if not _take(found, _plain(code), at):
        raise RuleViolation("口令不对。请等手机上换下一个，再输一次；手机的时间也要准。", field="code")
    Authenticator.objects.filter(pk=found.pk).update(confirmed_at=at)
    record_event(actor=actor, at=at, action="confirm_code", record=actor, text="开始用动态口令登录")
    return _new_recovery_codes(actor)


@rule
def renew_recovery_codes(*, actor, at: datetime, code: str) -> list[str]:
    """Eight new recovery codes; the old ones are void."""
    _require_code(actor, at, code)
    record_event(actor=actor, at=at, action="renew_recovery_codes", record=actor, text="换了一套备用码")
    return _new_recovery_codes(actor)


def _new_recovery_codes(person) -> list[str]:
    codes = ["".join(secrets.choice(LETTERS) for _ in range(10)) for _ in range(RECOVERY_CODES)]
    RecoveryCode.objects.filter(user=person.pk).delete()
    RecoveryCode.objects.bulk_create([RecoveryCode(user_id=person.pk, digest=_recovery_digest(person.pk, code)) for code in codes])
    return [f"{code[:5]}-{code[5:]}" for code in codes]


@rule
def use_code(*, actor, at: datetime, code: str) -> bool:
    """Whether this code proves the person now; each code counts once, however many ask at the same moment.

    Raises RuleViolation after too many wrong ones, from wherever they came: the lock of the door counts by address only.
    """
    found, wrong = authenticator_of(actor), f"wrong-code.{actor.pk}"
    if found is None:
        return False
    if cache.get(wrong, 0) >= MOST_WRONG:
        raise RuleViolation("口令输错太多次，请过一刻钟再试。", field="code")
    is_right = _is_right(found, actor, at, _plain(code))
    if not is_right and not cache.add(wrong, 1, WRONG_FOR):
        cache.incr(wrong)
    return is_right


def _is_right(found: Authenticator, actor, at: datetime, typed: str) -> bool:
    if typed.isdecimal() and len(typed) == 6:
        return _take(found, typed, at)
    unused = RecoveryCode.objects.filter(user=actor.pk, digest=_recovery_digest(actor.pk, typed), used_at=None)
    if not unused.update(used_at=at):
        return False
    left = RecoveryCode.objects.filter(user=actor.pk, used_at=None).count()
    record_event(actor=actor, at=at, action="use_recovery_code", record=actor, text=f"用备用码登录，还剩 {left} 个")
    return True


def _take(authenticator: Authenticator, code: str, at: datetime) -> bool:
    totp, now = pyotp.TOTP(_secret(authenticator.seed)), int(at.timestamp()) // STEP
    for step in range(now - EARLIER_LATER, now + EARLIER_LATER + 1):
        if constant_time_compare(totp.at(step * STEP), code):
            # the row decides, so that of two who send the same code one is refused
            return bool(Authenticator.objects.filter(pk=authenticator.pk, last_step__lt=step).update(last_step=step))
    return False


def _require_code(person, at: datetime, code: str) -> None:
    if not use_code(actor=person, at=at, code=code):
        raise RuleViolation(WRONG, field="code")


@rule
def switch_off(*, actor, at: datetime, code: str) -> None:
    """Do without from now on. Refused where a role of the person asks for it."""
    if is_asked_of(actor):
        raise NotAllowed("您的角色要求用动态口令，不能停用。换手机请找系统管理员重置。")
    _require_code(actor, at, code)
    _drop(actor)
    record_event(actor=actor, at=at, action="switch_off_code", record=actor, text="停用动态口令")


def check_can_reset(user, record) -> None:
    """Who looks after staff may; of one who hands out roles only those who do that too."""
    require(user, MANAGE_PEOPLE)
    if authenticator_of(record) is None:
        raise RuleViolation("这个人没有设动态口令。")
    if user.pk == record.pk:
        raise NotAllowed("自己的请在「我的」里停用；手机丢了，请别的管理员来重置。")
    check_may_open_account(user, record, MANAGE_PEOPLE)


@rule
def reset_code(*, actor, at: datetime, record):
    """The phone is lost: the password alone signs in again, and a role that asks for a code has it set up anew at the next login."""
    check_can_reset(actor, record)
    _drop(record)
    record_event(actor=actor, at=at, action="reset_code", record=record, text="重置动态口令")
    return record


@rule
def reset_code_by_operator(*, actor, at: datetime, record):
    """reset_code from the server's own command line, where the only administrator has lost the phone."""
    if authenticator_of(record) is None:
        raise RuleViolation(f"{record.name}没有设动态口令。")
    _drop(record)
    record_event(actor=actor, at=at, action="reset_code", record=record, text="在服务器上重置动态口令")
    return record


def _drop(person) -> None:
    Authenticator.objects.filter(user=person.pk).delete()
    RecoveryCode.objects.filter(user=person.pk).delete()


@rule
def set_asking_roles(*, actor, at: datetime, roles: Iterable[Role]) -> int:
    """Exactly these roles ask for a code, from each holder's next login on. Returns how many roles changed."""
    require(actor, MANAGE_ROLES)
    wanted, changed = {role.pk for role in roles}, 0
    for role in Role.objects.select_for_update().order_by("pk"):
        asks = role.pk in wanted
        if role.needs_code != asks:
            Role.objects.filter(pk=role.pk).update(needs_code=asks)
            words = ["要", "不要"] if asks else ["不要", "要"]
            record_event(actor=actor, at=at, action="ask_code", record=role, text=f"登录{words[0]}动态口令", changes={"动态口令": [words[1], words[0]]})
            changed += 1
    return changed


def people_asked():
    """Active people of a role that asks for a code, with `is_ready` true for those who have set it up."""
    ready = Authenticator.objects.filter(user=OuterRef("pk")).exclude(confirmed_at=None)
    return get_user_model().objects.filter(is_active=True, is_person=True, roles__needs_code=True).annotate(is_ready=Exists(ready)).distinct()
