"""People and places in the one search box."""

from django.db.models import Q
from django.urls import reverse

from logistics.cockpit.places.queries import what_is
from logistics.cockpit.setup.people import people_visible_to
from logistics.platform.kernel.text import plain
from logistics.platform.places.queries import places_for
from logistics.platform.web.finding import Hit


def find_people(user, words: str, limit: int) -> list[Hit]:
    text = plain(words)
    fits = Q(name__icontains=text) | Q(pinyin__icontains=text) | Q(username__istartswith=text) | Q(phone__startswith=text) | Q(title__icontains=text)
    found = people_visible_to(user).filter(fits, is_active=True).order_by("pinyin", "pk")[:limit]
    return [Hit(person.name, _who(person), reverse("cockpit:person-detail", args=[person.pk])) for person in found if person.pk]


def _who(person) -> str:
    return " · ".join(str(part) for part in (person.department, person.title, person.phone) if part)


def find_places(user, words: str, limit: int) -> list[Hit]:
    found = places_for(words).select_related("responsible").order_by("full_name")[:limit]
    return [Hit(str(place), _what(place), reverse("cockpit:places-detail", args=[place.pk])) for place in found]


def _what(place) -> str:
    return " · ".join(part for part in (what_is(place), f"责任人 {place.responsible}" if place.responsible else "", place.code) if part)
