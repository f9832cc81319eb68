"""Characters that no column can hold are kept out at the door: NUL, which PostgreSQL refuses, and halves of surrogate pairs."""

import re

from django.http import JsonResponse
from django.shortcuts import render

UNUSABLE = re.compile("[\x00\ud800-\udfff]")
SENTENCE = "里面有系统认不出的字符，请删掉它再试一次。"


def is_usable(text: str) -> bool:
    return not UNUSABLE.search(text)


class SafeText:
    """Refuses an address or a form that holds such a character, and forgets such a cookie. The API's parsers look at its bodies."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.COOKIES = {name: value for name, value in request.COOKIES.items() if is_usable(value)}
        if not is_usable(request.path_info) or not _is_usable_form(request.GET):
            return refused(request)
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.method != "POST" or request.path_info.startswith("/api/"):
            return None
        return None if _is_usable_form(request.POST) else refused(request)


def _is_usable_form(sent) -> bool:
    return all(is_usable(name) and all(map(is_usable, values)) for name, values in sent.lists())


def refused(request):
    if request.path_info.startswith("/api/"):
        return JsonResponse({"detail": SENTENCE}, status=400, json_dumps_params={"ensure_ascii": False})
    return render(request, "web/refusal.html", {"message": SENTENCE}, status=400)
