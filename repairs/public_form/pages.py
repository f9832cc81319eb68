"""Reporting without a login: the QR of a place, and following with a code (REP-01)."""

from django import forms
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.text import plain
from logistics.platform.org.models import User
from logistics.platform.places.queries import place_by_code
from logistics.platform.web.forms import Picks, Words
from logistics.platform.web.middleware import address_of
from logistics.platform.web.public import PublicPage, busy, within
from logistics.platform.web.record_pages import add_refusal
from repairs.acceptance.rules import accept_public, reject_public
from repairs.ticket.forms import KindField
from repairs.ticket.models import State, Ticket, Urgency
from repairs.ticket.pages import next_step, trail
from repairs.ticket.queries import similar_open
from repairs.ticket.rules import file_public_ticket

PER_HOUR_FILED = 10  # reports of one address; a classroom may share one


class PublicForm(KeepsUploads, forms.Form):
    """`website` is a trap: people do not see it, programs fill it in."""

    photos = PhotosField(label="照片", required=False, most=3)
    kind = KindField(label="哪一类")
    description = Words(label="怎么了", max_length=500, rows=3)
    urgency = forms.ChoiceField(label="急不急", choices=Urgency, initial=Urgency.NORMAL, widget=Picks())
    name = Words(label="怎么称呼您", max_length=20, required=False)
    phone = forms.RegexField(r"^[\d\- ]{7,20}$", label="电话", required=False, error_messages={"invalid": "电话只写数字，例如 13800001111。"})
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))


class CodeForm(forms.Form):
    code = forms.CharField(label="查询码", max_length=20)


class ConfirmForm(forms.Form):
    name = Words(label="您的名字", max_length=20)
    rating = forms.TypedChoiceField(label="修得怎么样", coerce=int, choices=[(5, "很好"), (3, "一般"), (1, "不好")], initial=5, widget=Picks())
    words = Words(label="想说的", max_length=200, required=False)


class RejectForm(forms.Form):
    reason = Words(label="哪里没修好", max_length=200)


class PublicReport(PublicPage):
    def place(self, code: str):
        place = place_by_code(code)
        if place is None or not place.is_active:
            raise Http404
        return place

    def show(self, request, place, form, status=200):
        return render(request, "repairs/public_new.html", {"form": form, "place": place, "similar": similar_open(place)}, status=status)

    def get(self, request, code):
        return self.show(request, self.place(code), PublicForm())

    def post(self, request, code):
        place, form = self.place(code), PublicForm(request.POST, request.FILES)
        if not form.is_valid():
            form.keep_uploads(actor=None, at=timezone.now())
            return self.show(request, place, form, status=422)
        fields = form.cleaned_data
        if fields.pop("website"):
            return render(request, "repairs/public_done.html", {"code": "", "place": place})
        if not within(f"public.filed.{address_of(request)}", PER_HOUR_FILED, 3600):
            return busy(request)
        actor = User.objects.system("public")
        actor.source = f"扫码 {address_of(request)}"
        try:
            ticket = file_public_ticket(actor=actor, at=timezone.now(), place=place, **fields)
        except RuleViolation as refusal:
            add_refusal(form, refusal)
            return self.show(request, place, form, status=422)
        return render(request, "repairs/public_done.html", {"ticket": ticket, "code": ticket.follow_code, "place": place}, status=201)


class FollowDoor(PublicPage):
    """Type the code that the report was answered with."""

    def get(self, request):
        form = CodeForm(request.GET or None)
        if form.is_bound and form.is_valid():
            code = plain(form.cleaned_data["code"]).upper()
            if Ticket.objects.filter(follow_code=code).exclude(follow_code="").exists():
                return redirect("repairs:public-follow", code)
            form.add_error("code", "没有这个查询码，请对一下字母和数字。")
        return render(request, "repairs/public_door.html", {"form": form})


class Follow(PublicPage):
    """How far a report is, and the reporter's own signature when it is done."""

    def ticket(self, code: str) -> Ticket:
        ticket = Ticket.objects.filter(follow_code=code).select_related("place", "kind", "repairer", "assigned_by", "reported_by").first() if code else None
        if ticket is None:
            raise Http404
        return ticket

    def show(self, request, ticket, confirm, reject, status=200):
        who, words = next_step(ticket)
        can_sign = ticket.state == State.FINISHED
        steps = [(label, css, at) for label, css, _, at in trail(ticket)]
        shown = {
            "ticket": ticket,
            "steps": steps,
            "next_who": who if who == "总务处" else "维修工" if who == str(ticket.repairer) else who,
            "next_words": words,
            "can_sign": can_sign,
        }
        return render(request, "repairs/public_follow.html", shown | {"confirm": confirm, "reject": reject}, status=status)

    def get(self, request, code):
        return self.show(request, self.ticket(code), ConfirmForm(), RejectForm())

    def post(self, request, code):
        ticket, actor = self.ticket(code), User.objects.system("public")
        actor.source = f"扫码 {address_of(request)}"
        is_no = "reason" in request.POST
        form = (RejectForm if is_no else ConfirmForm)(request.POST)
        if form.is_valid():
            act = reject_public if is_no else accept_public
            try:
                act(actor=actor, at=timezone.now(), record=ticket, **form.cleaned_data)
                return redirect("repairs:public-follow", code)
            except RuleViolation as refusal:
                add_refusal(form, refusal)
        return self.show(request, ticket, ConfirmForm() if is_no else form, form if is_no else RejectForm(), status=422)
