"""The accounts of the demo school that the sign-in page offers; nowhere else are they known."""

from django.conf import settings

from logistics.platform.demo.words import ACCOUNTS, PASSWORD
from logistics.platform.org.models import User


def demo_accounts() -> list[User]:
    """The demo accounts that exist, in the order of ACCOUNTS; none unless this is a demo."""
    if not settings.DEMO:
        return []
    found = {user.username: user for user in User.objects.filter(username__in=ACCOUNTS, is_active=True, is_person=True)}
    return [found[name] for name in ACCOUNTS if name in found]


def filled_in(username: str) -> dict:
    """What the sign-in form holds after a click on a demo account; empty for any other name."""
    return {"username": username, "password": PASSWORD} if settings.DEMO and username in ACCOUNTS else {}
