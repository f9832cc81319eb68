"""财务日历: the month, the set-up of each item, and what was filed (FIN-14)."""

import re
from datetime import date, timedelta

import django_filters as filters
from django import forms
from django.contrib import messages
from django.db.models import Q
from django.http import Http404
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone
from django.views.generic import TemplateView

from logistics.platform.access.rules import has
from logistics.platform.attachments.forms import KeepsUploads, PapersField, PhotosField
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.duties.models import Occurrence
from logistics.platform.duties.queries import MANAGE
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import Post
from logistics.platform.web.forms import Words
from logistics.platform.web.lines import PersonField
from logistics.platform.web.record_pages import add_refusal, record_urls
from logistics.platform.web.records import Record
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, stamp

from . import rules
from .models import Filing
from .queries import check_can_see_calendar, check_can_view, filings_visible_to, month_lines, own_duties, preset_of, set_ups, waiting_for

FIRST_YEAR, LAST_YEAR = 2000, 2100


class OccurrenceChoice(forms.ModelChoiceField):
    def label_from_instance(self, occurrence):
        return f"{occurrence.duty}，{timezone.localdate(occurrence.due_at)} 前"


class FilingForm(KeepsUploads, forms.Form):
    takes_user = True
    occurrence = OccurrenceChoice(Occurrence.objects.none(), label="哪一项", empty_label="请选")
    note = Words(label="办理情况", max_length=500, rows=3, widget=forms.Textarea(attrs={"rows": 3, "placeholder": "例如 11 月个税申报 12,340.50 元，已扣款"}))
    papers = PapersField(label="凭据（PDF）", required=False, most=6)
    photos = PhotosField(label="或者拍照", required=False, most=6)

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if user is not None:
            self.fields["occurrence"].queryset = waiting_for(user).filter(opens_at__lte=timezone.now())


class FilingFilters(filters.FilterSet):
    q = filters.CharFilter(method="search", label="找", help_text="事项、办理情况")
    year = filters.NumberFilter(field_name="due_on__year", label="年份", min_value=FIRST_YEAR, max_value=LAST_YEAR)
    late = filters.BooleanFilter(field_name="is_late", label="超过期限")

    class Meta:
        model = Filing
        fields: list[str] = []

    def search(self, rows, name, value):
        return rows.filter(Q(title__icontains=value) | Q(note__icontains=value))


def filing_context(filing: Filing, user) -> dict:
    files = list(attachments_of(filing))
    return {"papers": [file for file in files if file.role == "paper"], "photos": [file for file in files if file.role == "photo"]}


def late_mark(filing: Filing):
    return state_mark("迟办", "late") if filing.is_late else state_mark("按时", "done")


FILINGS = Record(
    model=Filing,
    namespace="finance:filing",
    icon="calendar-check-2",
    rows=filings_visible_to,
    columns=(
        Column("title", "事项", lambda f: f.title, lambda f: link(f.title, reverse("finance:filing-detail", args=[f.pk]), f.note[:60]), css="key", width=26),
        Column("due_on", "期限", lambda f: f.due_on, lambda f: day(f.due_on), css="nw", sort="due_on", kind="date"),
        Column("created_at", "办结时间", lambda f: f.created_at, lambda f: stamp(f.created_at), css="nw only-wide", sort="created_at", kind="datetime", width=18),
        Column("created_by", "谁办的", lambda f: f.created_by.name, css="nw"),
        Column("note", "办理情况", lambda f: f.note, css="only-wide", optional=True, width=40),
        Column("state", "按时", lambda f: "迟办" if f.is_late else "按时", late_mark, css="tail", sort="is_late"),
    ),
    filters=FilingFilters,
    order=("-due_on", "-pk"),
    create_form=FilingForm,
    create=rules.file_report,
    check_view=check_can_view,
    check_create=rules.check_can_file,
    facts=lambda f: [
        ("期限", day(f.due_on), False), ("办结时间", stamp(f.created_at), False), ("谁办的", f.created_by.name, False), ("按时", late_mark(f), False),
        ("办理情况", f.note, True),
    ],
    detail_context=filing_context,
    empty="还没有办结的。到时间的在财务日历里点「办结」。",
)  # fmt: skip


def month_asked(text: str, today: date) -> date:
    """The first day of "2026-11"; this month for anything else."""
    found = re.fullmatch(r"(\d{4})-(\d{2})", text)
    if found and FIRST_YEAR <= int(found[1]) <= LAST_YEAR and 1 <= int(found[2]) <= 12:
        return date(int(found[1]), int(found[2]), 1)
    return today.replace(day=1)


class Calendar(TemplateView):
    """What the month asks for, and for whoever sets it up each item with its owner."""

    template_name = "finance/calendar.html"

    def dispatch(self, request, *args, **kwargs):
        check_can_see_calendar(request.user)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        user, at = self.request.user, timezone.now()
        first = month_asked(self.request.GET.get("month", ""), timezone.localdate(at))
        keeps = has(user, MANAGE)
        own = set(waiting_for(user).filter(opens_at__lte=at, closes_at__gt=at).values_list("pk", flat=True))
        return super().get_context_data(
            title="财务日历",
            first=first,
            before=first - timedelta(days=1),
            after=first + timedelta(days=31),
            lines=month_lines(first, at),
            own=own,
            set_ups=set_ups(),
            keeps=keeps,
            **kwargs,
        )


class OwnerForm(forms.Form):
    owner_post = forms.ModelChoiceField(Post.objects.all(), label="责任岗位", required=False, empty_label="请选", help_text="谁任这个岗位就归谁，换人不用改。")
    owner_person = PersonField(label="或者责任人", required=False, empty_label="请选")


class StopForm(forms.Form):
    reason = Words(label="为什么不用", max_length=200, rows=2)


class SetUpPage(TemplateView):
    """The owner of one item, or why the school does not do it."""

    template_name = "finance/calendar_item.html"

    def dispatch(self, request, *args, **kwargs):
        rules.check_can_set_up(request.user)
        self.preset = preset_of(kwargs["key"])
        if self.preset is None:
            raise Http404(kwargs["key"])
        self.duty = own_duties().get(self.preset.key)
        self.stops = request.resolver_match.url_name == "calendar-stop"
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, data=None):
        if self.stops:
            return StopForm(data)
        post = Post.objects.filter(name=self.preset.post).first()
        usual = {"owner_post": post.pk if post else None}
        known = {"owner_post": self.duty.owner_post_id, "owner_person": self.duty.owner_person_id} if self.duty else usual
        return OwnerForm(data, initial=known)

    def get_context_data(self, **kwargs):
        kwargs.setdefault("form", self.get_form())
        return super().get_context_data(
            title="财务日历",
            heading=self.preset.title,
            preset=self.preset,
            duty=self.duty,
            stops=self.stops,
            can_stop=bool(self.duty and self.duty.is_active),
            **kwargs,
        )

    def post(self, request, *args, **kwargs):
        form = self.get_form(request.POST)
        if form.is_valid():
            act = rules.stop if self.stops else rules.set_up
            try:
                act(actor=request.user, at=timezone.now(), preset=self.preset, **form.cleaned_data)
            except RuleViolation as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, f"{'已停用' if self.stops else '已保存'}：{self.preset.title}")
                return redirect("finance:calendar")
        return self.render_to_response(self.get_context_data(form=form), status=422)


def start_url(occurrence: Occurrence) -> str:
    return f"{reverse('finance:filing-create')}?occurrence={occurrence.pk}"


def calendar_urls() -> list:
    """The routes of the calendar, under /finance/."""
    return [
        path("calendar/", Calendar.as_view(), name="calendar"),
        path("calendar/<slug:key>/", SetUpPage.as_view(), name="calendar-owner"),
        path("calendar/<slug:key>/stop/", SetUpPage.as_view(), name="calendar-stop"),
        *record_urls(FILINGS),
    ]
