"""不相容职务: which acts one person may not both do, and where the school relaxes that for a time (FIN-12)."""

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from logistics.platform.access.models import Relaxation
from logistics.platform.access.separation import Pair, all_pairs, check_can_relax, relax, relaxed_now, restore
from logistics.platform.web.forms import DayInput, Words

from .base import RulePage

PAST = 30  # earlier relaxations shown


def pair_named(key: str) -> Pair:
    """The pair of this key; a key nobody registered is not found."""
    for pair in all_pairs():
        if pair.key == key:
            return pair
    raise Http404(key)


class SeparationPage(TemplateView):
    template_name = "cockpit/separation.html"

    def get_context_data(self, **kwargs):
        check_can_relax(self.request.user)
        relaxed = relaxed_now()
        documents: dict[str, list] = {}
        for pair in all_pairs():
            documents.setdefault(pair.document, []).append((pair, relaxed.get((pair.kind, pair.first.code, pair.second.code))))
        labels = {(pair.kind, pair.first.code, pair.second.code): pair for pair in all_pairs()}
        shown = {row.pk for row in relaxed.values()}
        past = [
            (row, labels.get((row.kind, row.first, row.second)))
            for row in Relaxation.objects.exclude(pk__in=shown).select_related("made_by").order_by("-pk")[:PAST]
        ]
        return super().get_context_data(title="不相容职务", documents=documents, past=past, **kwargs)


class RelaxForm(forms.Form):
    reason = Words(
        label="为什么要放宽",
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="写明谁同意的，例如 学校小，总务处只有一个人，11 月 3 日校务会同意。",
    )
    until_on = forms.DateField(label="放宽到哪天", widget=DayInput(), help_text="最长一年，过了这天自己恢复。")


class RelaxPage(RulePage):
    template_name = "cockpit/relax.html"
    heading = "放宽"
    submit = "放宽"
    back = "/setup/separation/"
    back_label = "不相容职务"

    def check(self):
        check_can_relax(self.request.user)
        self.pair = pair_named(self.request.GET.get("pair", ""))

    def get_form(self, *args):
        return RelaxForm(*args)

    def get_context_data(self, **kwargs):
        return super().get_context_data(pair=self.pair, **kwargs)

    def run(self, **fields):
        return relax(actor=self.request.user, at=self.now, pair=self.pair, **fields)

    def done(self, result):
        messages.success(self.request, f"已放宽到 {result.until_on}。")
        return redirect(self.back)


@require_POST
def restore_pair(request):
    check_can_relax(request.user)
    pair = pair_named(request.POST.get("pair", ""))
    restore(actor=request.user, at=timezone.now(), pair=pair)
    messages.success(request, f"「{pair.first.label}」和「{pair.second.label}」又分开了。")
    return redirect("cockpit:separation")
