"""What makes a staff row right: the same checks for one person and for a batch."""

import re
import secrets
import unicodedata
from collections.abc import Iterable

from django.contrib.auth.hashers import get_hasher
from django.db.models import Q

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.text import pinyin_key

from .models import User

NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,29}")
MOBILE = re.compile(r"1[3-9]\d{9}")
RESERVED = {"system", "public"}  # names of the accounts the software acts by

# No letters or digits that look alike on paper.
LETTERS, DIGITS = "abcdefghjkmnpqrstuvwxyz", "23456789"
PASSWORD_LENGTH = 12
# Twelve random characters (about 57 bits) need no slow hash; the person's own password gets the full one.
FIRST_PASSWORD_ITERATIONS = 20_000
CHUNK = 400


def normal_number(text: str) -> str:
    """A staff number as typed, full-width digits made plain."""
    return unicodedata.normalize("NFKC", text or "").strip()


def normal_phone(text: str) -> str:
    """A mobile number without blanks, dashes and country code: "+86 138-0013-8000" is 13800138000."""
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text or ""))
    return re.sub(r"^(\+?86)(?=1\d{10}$)", "", digits)


def complete(values: dict) -> dict:
    """The values with number and phone in their normal form and the pinyin that belongs to the name."""
    done = dict(values)
    if "username" in done:
        done["username"] = normal_number(done["username"])
    if "phone" in done:
        done["phone"] = normal_phone(done["phone"])
    if "name" in done:
        done["pinyin"] = pinyin_key(done["name"] or "")
    return done


def check_person(person: User) -> None:
    """Refuse a number or phone of the wrong form, or a department that is closed. No queries."""
    if not NUMBER.fullmatch(person.username):
        raise RuleViolation("工号用字母、数字、点和短横，30 位以内，中间不留空格。", field="username")
    if person.username.lower() in RESERVED:
        raise RuleViolation(f"「{person.username}」是系统自己用的，请换一个工号。", field="username")
    if person.phone and not MOBILE.fullmatch(person.phone):
        raise RuleViolation("手机号是 11 位数字，以 1 开头。请核对，或者先空着。", field="phone")
    if person.department and person.is_active and not person.department.is_active:
        raise RuleViolation(f"「{person.department}」已经停用，请选别的部门。", field="department")


def login_clashes(people: list[User]) -> dict[int, tuple[str, str]]:
    """{place in `people`: (field, sentence)} where a number or phone is somebody else's: both are used to sign in."""
    owner = _owners(people)
    clashes = {}
    for n, person in enumerate(people):
        if owner.get(person.username, person) is not person:
            clashes[n] = ("username", f"工号「{person.username}」已经有人用了（别人的工号或手机号）。")
        elif person.phone and owner[person.phone] is not person:
            clashes[n] = ("phone", f"手机号「{person.phone}」已经有人用了（别人的手机号或工号）。")
    return clashes


def _owners(people: list[User]) -> dict[str, User | None]:
    """Number or phone -> the first of `people` who has it, None where somebody already stored has."""
    owner: dict[str, User | None] = {}
    for person in people:
        for name in filter(None, (person.username, person.phone)):
            owner.setdefault(name, person)
    for username, phone, pk in _stored_logins(list(owner)):
        for name in (username, phone):
            holder = owner.get(name)
            if holder and holder.pk != pk:
                owner[name] = None
    return owner


def _stored_logins(names: Iterable[str]) -> Iterable[tuple[str, str, int]]:
    wanted = sorted(names)
    for start in range(0, len(wanted), CHUNK):
        part = wanted[start : start + CHUNK]
        yield from User.objects.filter(Q(username__in=part) | Q(phone__in=part)).values_list("username", "phone", "pk")


def names(records: Iterable) -> str:
    """The records' names in one line, — for none."""
    return "、".join(str(record) for record in records) or "—"


def give_first_password(person: User) -> str:
    """Set a random password that must be changed at the first sign-in; returns it, unsaved and unlogged."""
    some = secrets.choice(LETTERS) + secrets.choice(DIGITS) + "".join(secrets.choice(LETTERS + DIGITS) for _ in range(PASSWORD_LENGTH - 2))
    password = "-".join(some[n : n + 4] for n in range(0, PASSWORD_LENGTH, 4))
    hasher = get_hasher()
    options = {"iterations": FIRST_PASSWORD_ITERATIONS} if hasattr(hasher, "iterations") else {}
    person.password = hasher.encode(password, hasher.salt(), **options)
    person.must_change_password = True
    person.first_password = password
    return password
