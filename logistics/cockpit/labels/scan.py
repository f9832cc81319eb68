"""What a scanned label opens: the things its reader most likely came to do, or the question what a blank one sticks on."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.cockpit.setup.base import RulePage
from logistics.platform.labels.codes import is_mistyped, read_code
from logistics.platform.labels.models import BlankLabel, LabelState
from logistics.platform.labels.queries import Scanned, scanned
from logistics.platform.labels.rules import check_can_claim, check_can_release, claim_label
from logistics.platform.labels.things import Thing, choices_for, things_for
from logistics.platform.web.records import allowed

NOBODYS = "没有这个编码的标签。可能是旧的门牌，或者抄错了一位。"
MISTYPED = "这个编码抄错了：末位是校验字，对不上。请照标签再打一遍。"


@login_not_required
@never_cache
@require_safe
def scan(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet of a scanned code; people who are not signed in choose between the public page and signing in."""
    code = read_code(code)
    found = scanned(code)
    if found.record is None:
        return _without_thing(request, found, code)
    if not request.user.is_authenticated:
        return _public(request, found, code)
    thing = found.thing
    if not (allowed(thing.record.check_view, request.user) and thing.record.rows(request.user).filter(pk=found.record.pk).exists()):
        return _said(request, "需要的话，请找总务处开通。", None, heading="这件东西不归您看")
    if thing.is_retired(found.record):
        return _said(request, f"「{found.record}」已经停用了。", found.label, heading="这里已经停用")
    return _sheet(request, found, code)


def _public(request, found: Scanned, code: str) -> HttpResponse:
    """Strangers read the name of a thing only where it has a public page."""
    address = found.thing.public(found.record)
    if address and found.thing.is_retired(found.record):
        return _said(request, f"「{found.record}」已经停用了。", None, heading="这里已经停用")
    return render(request, "cockpit/scan_public.html", {"record": found.record if address else f"标签 {code}", "public_url": address})


def _sheet(request, found: Scanned, code: str) -> HttpResponse:
    thing, record = found.thing, found.record
    words = {"title": str(record), "record": record, "note": thing.note(record), "code": code, "choices": choices_for(request.user, thing, record)}
    can_release = found.label is not None and allowed(check_can_release, request.user, found.label)
    return render(request, "cockpit/scan.html", words | {"label": found.label, "can_release": can_release})


def _without_thing(request, found: Scanned, code: str) -> HttpResponse:
    if found.label is None or found.thing is not None:
        return _said(request, MISTYPED if is_mistyped(code) else NOBODYS, found.label)
    if found.label.state == LabelState.VOID:
        return _said(request, f"标签 {code} 已经作废，不再用了。请换一张新的。", None, heading="这张标签作废了")
    if not request.user.is_authenticated:
        return render(request, "cockpit/scan_public.html", {"record": f"空白标签 {code}", "is_blank": True})
    if not allowed(check_can_claim, request.user, found.label):
        sentence = f"标签 {code} 还没有绑定到东西上。请把它交给总务处，由管地点或物品的人绑定。"
        return _said(request, sentence, None, heading="这还是一张空白标签", status=200)
    return redirect("cockpit:claim", code)


def _said(request, sentence: str, label: BlankLabel | None, *, heading: str = "", status: int = 404) -> HttpResponse:
    can_release = label is not None and label.state == LabelState.CLAIMED and allowed(check_can_release, request.user, label)
    return render(request, "cockpit/scan_unknown.html", {"heading": heading, "sentence": sentence, "label": label if can_release else None}, status=status)


class Claim(RulePage):
    """绑定: what does this blank label stick on?"""

    heading, submit = "绑定标签", "绑定"
    back, back_label = "/scan/", "扫一扫"
    template_name = "cockpit/claim.html"

    def check(self):
        self.label = BlankLabel.objects.filter(code=read_code(self.kwargs["code"])).first()
        if self.label is None:
            raise Http404
        self.things = things_for(self.request.user)
        if self.label.state == LabelState.BLANK or not self.things:
            check_can_claim(self.request.user, self.label)  # says why

    def get(self, request, *args, **kwargs):
        if self.label.state != LabelState.BLANK:
            return redirect("cockpit:scan", self.label.code)
        return super().get(request, *args, **kwargs)

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.asked = request.GET.get("kind", "")

    @property
    def thing(self) -> Thing:
        return next((thing for thing in self.things if thing.kind == self.asked), self.things[0])

    def get_form(self, *args):
        form = forms.Form(*args)
        form.fields["thing"] = self.thing.field()
        return form

    def get_context_data(self, **kwargs):
        return super().get_context_data(label=self.label, things=self.things, chosen=self.thing, **kwargs)

    def run(self, thing):
        return claim_label(actor=self.request.user, at=timezone.now(), record=self.label, thing=thing)

    def done(self, result):
        messages.success(self.request, f"标签 {result.code} 已绑定到「{result.thing_name}」")
        return redirect("cockpit:scan", result.code)
