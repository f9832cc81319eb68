"""One search box for everything."""

from django.views.generic import TemplateView

from logistics.platform.kernel.text import tidy
from logistics.platform.web.finding import LONGEST, find_all, is_too_short


class Search(TemplateView):
    template_name = "cockpit/search.html"

    def get_context_data(self, **kwargs):
        words = tidy(self.request.GET.get("q", ""))[:LONGEST]
        found = find_all(self.request.user, words)
        total = sum(len(group.hits) for group in found)
        return super().get_context_data(title="搜索", search_words=words, found=found, total=total, is_too_short=is_too_short(words), **kwargs)
