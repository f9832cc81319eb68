"""Every address asks who one is and where the form came from, but for those named here."""

from collections.abc import Iterator

from django.urls import URLPattern, get_resolver
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

OPEN = {"cockpit:login", "cockpit:login-code", "healthz", "readyz", "notices:feed"}  # a calendar's address is a secret itself
OPEN |= {
    "cockpit:scan",
    "repairs:public-door",
    "repairs:public-new",
    "repairs:public-follow",
    "verify",
    "verify-form",
    "safety:guest-pass",
}  # codes on doors and papers
OPEN |= {"board:public", "board:public-post", "board:public-file", "board:public-thumb", "board:screen"}  # what the school publishes
OPEN |= {"canteen:parents", "canteen:parents-screen", "canteen:public-survey", "finance:public-fees", "finance:public-fee-file"}
OPEN |= {"dorms:leave-parent", "finance:public-consent", "safety:pass-parent"}  # a parent's link
OPEN |= {"offline:away", "offline:manifest", "offline:send", "offline:state", "offline:worker"}  # each says in words that one must sign in
OPEN_TO_PROGRAMS = {"api-token"}
WITHOUT_TOKEN = {"dorms:leave-parent", "finance:public-consent", "safety:pass-parent"}  # the link is the secret, and a chat's window may keep no cookie


def views(patterns=None, namespace: str = "") -> Iterator[tuple[str, object]]:
    """(name, view) of every address."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLPattern):
            yield f"{namespace}{one.name or one.pattern}", one.callback
        else:
            yield from views(one.url_patterns, namespace + (f"{one.namespace}:" if one.namespace else ""))


def is_for_programs(view) -> bool:
    return issubclass(getattr(view, "cls", object), APIView)


def test_only_these_pages_are_open_to_who_has_not_signed_in():
    assert {name for name, view in views() if not is_for_programs(view) and not getattr(view, "login_required", True)} == OPEN


def test_only_these_calls_are_open_to_who_has_not_signed_in():
    calls = [(name, view.cls) for name, view in views() if is_for_programs(view)]
    assert len(calls) > 400
    assert {name for name, call in calls if not call.permission_classes or AllowAny in call.permission_classes} == OPEN_TO_PROGRAMS


def test_only_these_pages_take_a_form_without_its_token():
    assert {name for name, view in views() if getattr(view, "csrf_exempt", False) and not is_for_programs(view)} == WITHOUT_TOKEN
