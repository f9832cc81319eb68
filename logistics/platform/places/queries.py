"""Finding places (ORG-02)."""

import re
from collections.abc import Iterable
from functools import reduce
from operator import or_
from unicodedata import normalize

from django.core.exceptions import ValidationError
from django.db.models import CharField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Replace

from logistics.platform.audit.models import Event
from logistics.platform.kernel.text import plain, tidy

from .models import Level, Place

MOST_WORDS = 8
MOST_CONDITIONS = 300  # of one statement; SQLite refuses a thousand


def descendants(place: Place) -> QuerySet[Place]:
    """The place itself and everything inside it."""
    if not place.path:
        return Place.objects.filter(pk=place.pk)
    return Place.objects.filter(path__startswith=place.path)


def places_for(query: str) -> QuerySet[Place]:
    """Open places that fit what was typed: a code, or parts of the full name in any order, "a座305" or "教学楼 305".

    Nothing for an empty text.
    """
    text = plain(tidy(query))
    if not text:
        return Place.objects.none()
    fits = Q(code=text.upper())
    named = Q()
    for word in re.findall(r"\d+|[a-z]+|[^\da-z\s]+", normalize("NFKC", tidy(query)).lower())[:MOST_WORDS]:
        named &= Q(unspaced__icontains=word)
    unspaced = Replace("full_name", Value(" "), Value(""))  # a name is typed with and without its blanks
    return Place.objects.alias(unspaced=unspaced).filter(fits | named, is_active=True)


def place_by_code(code: str) -> Place | None:
    """The place whose printed code this is, closed ones too; None for a code nobody has."""
    return Place.objects.filter(code=plain(tidy(code)).upper()).select_related("building", "responsible").first()


def match_place(text: str) -> Place:
    """The one open place a person meant: its code, "id:12", its full name, or words that fit no other.

    Raises ValidationError with a sentence when none or several fit.
    """
    wanted = plain(tidy(text))
    number = re.fullmatch(r"id:(\d{1,18})", wanted)
    found = list(Place.objects.filter(pk=number[1], is_active=True) if number else places_for(text)[:200])
    exact = [place for place in found if wanted in (plain(place.code), plain(place.full_name))]
    for choice in (exact, found):
        if len(choice) == 1:
            return choice[0]
    if not found:
        raise ValidationError(f"没有找到「{tidy(text)[:40]}」。请写楼名和房间，例如 教学楼A座 305，或者扫门牌上的二维码。")
    shown = "、".join(str(place) for place in found[:3])
    raise ValidationError(f"有不止一个地方叫这个：{shown}{'等' if len(found) > 3 else ''}。请写全一点。")


def renamed_by(events: Iterable[Event]) -> set[int]:
    """The keys of the places whose full names may be others after these journal entries about places, those that are gone included.

    A name goes into the full names of everything inside, and a campus that comes, goes or stops being one into all of them.
    """
    events = list(events)
    keys = {event.record_id for event in events}
    new = {event.record_id for event in events if event.action == "create"}
    renamed = {event.record_id for event in events if event.changes.keys() & {"名称", "上级", "层级"}}
    known = {place.pk: place for some in _parts(keys) for place in Place.objects.filter(pk__in=some).only("path", "level")}
    has_other_campuses = any(place.level == Level.CAMPUS and pk in new | renamed for pk, place in known.items())
    if has_other_campuses or len(known) < len(keys) or any("层级" in event.changes for event in events):
        return keys | set(Place.objects.order_by().values_list("pk", flat=True))
    for some in _parts(pk for pk in renamed if known[pk].path):
        inside = reduce(or_, (Q(path__startswith=known[pk].path) for pk in some))
        keys.update(Place.objects.filter(inside).order_by().values_list("pk", flat=True))
    return keys


def _parts(keys: Iterable[int]) -> list[list[int]]:
    """The keys in parts that every database accepts as conditions."""
    found = sorted(keys)
    return [found[start : start + MOST_CONDITIONS] for start in range(0, len(found), MOST_CONDITIONS)]


def places_in_charge(user) -> QuerySet[Place]:
    """Where this person is responsible, with everything inside, and the rooms of their classes."""
    inner = ExpressionWrapper(OuterRef("path"), output_field=CharField())
    own = Place.objects.filter(responsible=user.pk).exclude(path="").annotate(inner=inner).filter(inner__startswith=F("path"))
    return Place.objects.filter(Exists(own) | Q(classes__head_teacher=user.pk, classes__is_active=True)).distinct()
