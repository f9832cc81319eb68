"""Pages that anybody may open: counted by address, so that nobody can ask too often."""

from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.generic import View

from .middleware import address_of


def within(key: str, most: int, seconds: int) -> bool:
    """Count one more use of the key; false when there were too many in this stretch of time."""
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key) <= most
    except ValueError:  # the stretch ended between the two calls
        return True


def busy(request) -> HttpResponse:
    """The answer to whoever asks too often."""
    return render(request, "web/public_busy.html", status=429)


class PublicPage(View):
    """Open to everybody, so each address may come only so often. Pages of one `bucket` are counted together."""

    bucket = "public"
    per_minute = 20

    @method_decorator(login_not_required)
    def dispatch(self, request, *args, **kwargs):
        if not within(f"public.{self.bucket}.{address_of(request)}", self.per_minute, 60):
            return busy(request)
        return super().dispatch(request, *args, **kwargs)
