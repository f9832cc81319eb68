"""Where an act came from, devices sent out, what must be set up first, and refusals as pages."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import ValidationError
from django.http import JsonResponse
from django.shortcuts import redirect, render

from logistics.platform.access.sessions import forget, is_ended, note_seen
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation

LOCKED = "连续输错太多次，请过一刻钟再试。"


def locked_out(request, original_response=None, credentials=None):
    """The answer to the one wrong password too many: a page for people, JSON for programs."""
    if request.path_info.startswith("/api/"):
        return JsonResponse({"detail": LOCKED}, status=429, json_dumps_params={"ensure_ascii": False})
    return render(request, "web/locked.html", {"failure_limit": settings.AXES_FAILURE_LIMIT}, status=429)


def address_of(request) -> str:
    """The caller's address; behind our own proxy the last forwarded one. Without a proxy anybody could write that header."""
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.BEHIND_PROXY else ""
    return (forwarded.rsplit(",", 1)[-1].strip() or request.META.get("REMOTE_ADDR", ""))[:45]


class BrowserRights:
    """Tells the browser what pages of ours may ask of it: the camera, nothing else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", settings.PERMISSIONS_POLICY)
        return response


class ActorSource:
    """Writes on the signed-in person where the request came from; the journal keeps it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.user.is_authenticated:
            request.user.source = f"网页 {address_of(request)}"


class Devices:
    """A device that was sent out is signed out here, at its next request; one that is used is remembered."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        key, user = request.session.session_key, request.user
        if key and user.is_authenticated:
            if is_ended(user, key):
                forget(key)
                logout(request)
            else:
                note_seen(user, key, agent=request.headers.get("User-Agent", ""), address=address_of(request))
        return self.get_response(request)


MUST_SET_CODE = "must_set_code"  # in the session of somebody whose role asks for a code that is not set up yet


class FirstPassword:
    """A person with a handed-out password chooses an own one before anything else; then comes the code, where the role asks for one."""

    OPEN = ("/password/", "/logout/", "/static/", "/healthz", "/readyz")
    CODE = "/me/code/"

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        user = request.user
        if user.is_authenticated and not request.path.startswith(self.OPEN):
            if user.must_change_password:
                return redirect("/password/")
            if request.session.get(MUST_SET_CODE) and not request.path.startswith(self.CODE):
                return redirect(self.CODE)
        return self.get_response(request)


class Refusals:
    """A rule's refusal that no page caught becomes a page with the sentence, never a 500."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, ValidationError):
            exception = RuleViolation("；".join(exception.messages))
        if not isinstance(exception, RuleViolation):
            return None
        back = request.headers.get("Referer", "/")
        if request.method == "POST" and not request.path.startswith("/api/") and back.split("/")[2:3] == [request.get_host()]:
            messages.error(request, exception.message)
            return redirect(back)
        status = 403 if isinstance(exception, NotAllowed) else 409 if isinstance(exception, Conflict) else 400
        return render(request, "web/refusal.html", {"message": exception.message}, status=status)
