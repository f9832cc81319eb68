"""One search box for everything."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from logistics.platform.kernel.text import tidy
from logistics.platform.search.queries import find, suggestions
from logistics.platform.web.finding import LONGEST, is_too_short


def typed_in(request: HttpRequest) -> str:
    return tidy(request.GET.get("q", ""))[:LONGEST]


class Search(TemplateView):
    template_name = "cockpit/search.html"

    def get_context_data(self, **kwargs):
        words = typed_in(self.request)
        found = find(self.request.user, words)
        total = sum(len(group.hits) for group in found)
        return super().get_context_data(title="搜索", search_words=words, found=found, total=total, is_too_short=is_too_short(words), **kwargs)


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """Titles that fit what is being typed in the box, at most eight, of what this person may see."""
    return JsonResponse(suggestions(request.user, typed_in(request)), safe=False, json_dumps_params={"ensure_ascii": False})
