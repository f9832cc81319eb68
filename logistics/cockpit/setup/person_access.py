"""登录和代理 on a person's page: for whoever looks after staff, and for oneself."""

from django.utils import timezone

from logistics.platform.access.codes import authenticator_of
from logistics.platform.access.models import SignIn
from logistics.platform.access.queries import substitutions_of
from logistics.platform.access.rules import has
from logistics.platform.access.sessions import devices_of
from logistics.platform.access.tokens import living, tokens_of
from logistics.platform.org.rules import MANAGE_PEOPLE


def access_panel(person, user) -> dict | None:
    """Devices, code, tokens and substitutes. Three queries beside the person's own."""
    if not (has(user, MANAGE_PEOPLE) or user.pk == person.pk):
        return None
    devices: list[SignIn] = list(devices_of(person)[:10])
    return {
        "devices": devices,
        "has_code": authenticator_of(person) is not None,
        "tokens": living(tokens_of(person), timezone.now()).count(),
        "substitutions": list(substitutions_of(person)[:5]),
        "person": person,
    }
