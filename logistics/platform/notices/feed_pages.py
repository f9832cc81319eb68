"""The calendar feed: no login, the key in the address is the permission."""

import hashlib

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_cache_control

from logistics.platform.printing.queries import base_address
from logistics.platform.web.public import PublicPage, busy, within

from .choice_rules import digest_of
from .feed import calendar_of, person_with

PER_HOUR = 60  # of one feed; phones ask every quarter of an hour at the most


class Feed(PublicPage):
    bucket, per_minute = "feed", 120  # a whole school may stand behind one address

    def get(self, request, token: str):
        person = person_with(token)
        if person is None:
            raise Http404
        if not within(f"feed.{digest_of(token)}", PER_HOUR, 3600):
            return busy(request)
        content = calendar_of(person, timezone.localdate(), base_address(request))
        etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
        answer = HttpResponse(
            content, content_type="text/calendar; charset=utf-8", headers={"ETag": etag, "Content-Disposition": 'inline; filename="logistics.ics"'}
        )
        patch_cache_control(answer, private=True, max_age=300)
        return get_conditional_response(request, etag=etag, response=answer)
