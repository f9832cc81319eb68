"""证件: whose health certificate, licence or contract runs out when (ORG-05)."""

from datetime import timedelta

from django import forms
from django.db.models import F, Q
from django.utils import timezone
from django.utils.html import format_html
from django_filters import CharFilter, ChoiceFilter, FilterSet

from logistics.cockpit.fields import PersonChoice, say_none
from logistics.platform.access.rules import has
from logistics.platform.attachments.forms import KeepsUploads, PapersField, PhotosField
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.kernel.text import plain
from logistics.platform.limits.queries import limit_shown
from logistics.platform.org.models import User
from logistics.platform.papers.models import PaperKind, PaperState, StaffPaper
from logistics.platform.papers.queries import MANAGE, VIEW, WARN, left_words, paper_counts, papers_visible_to, standing
from logistics.platform.papers.rules import (
    MOST_SCANS,
    check_can_change,
    check_can_manage,
    check_can_renew,
    check_can_void,
    renew_paper,
    save_paper,
    void_paper,
)
from logistics.platform.web.forms import DayInput, Words
from logistics.platform.web.record_pages import RecordAction
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as Usual
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import full_day


class PaperFilters(FilterSet):
    q = CharFilter(method="find", label="姓名", help_text="姓名、拼音首字母或证号")
    kind = ChoiceFilter(label="证件", choices=PaperKind.choices, empty_label="全部证件")
    state = ChoiceFilter(
        label="状态",
        choices=[("soon", "快到期"), ("late", "已过期"), ("current", "在用"), ("replaced", "已换新"), ("void", "已作废")],
        method="in_state",
        empty_label="全部状态",
    )
    mine = ChoiceFilter(label="谁的", choices=[("1", "我的")], method="own", empty_label="全部的人")

    def find(self, rows, name, value):
        text = plain(value)
        return rows.filter(Q(person__name__icontains=text) | Q(person__pinyin__icontains=text) | Q(number__icontains=text))

    def in_state(self, rows, name, value):
        if value not in ("soon", "late"):
            return rows.filter(state=value)
        on = timezone.localdate()
        rows = rows.filter(state=PaperState.CURRENT, person__is_active=True)
        return (
            rows.filter(expires_on__lt=on) if value == "late" else rows.filter(expires_on__gte=on, expires_on__lte=on + timedelta(days=limit_shown(WARN, on)))
        )

    def own(self, rows, name, value):
        return rows.filter(person=self.request.user.pk)


class ScansForm(KeepsUploads, forms.Form):
    photos = PhotosField(label="照片", required=False, most=4)
    scans = PapersField(label="扫描件", required=False, most=MOST_SCANS)


class PaperForm(KeepsUploads, forms.ModelForm):
    person = PersonChoice(label="持证人")
    photos = PhotosField(label="照片", required=False, most=4)
    scans = PapersField(label="扫描件", required=False, most=MOST_SCANS)

    class Meta:
        model = StaffPaper
        fields = ["person", "kind", "number", "issued_on", "expires_on", "note"]
        widgets = {"issued_on": DayInput(), "expires_on": DayInput()}
        help_texts = {"expires_on": "长期有效的空着。快到期会提醒。", "note": "例如 准驾车型 A1、高压电工作业。"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["person"].empty_label = "请选"
        say_none(self, kind="请选")
        if self.instance.person_id:
            staff = Q(is_person=True, is_active=True) | Q(pk=self.instance.person_id)
            self.fields["person"].queryset = User.objects.filter(staff).select_related("department")

    def clean(self):
        cleaned = super().clean()
        check_days(self, cleaned)
        return cleaned


class RenewForm(ScansForm):
    takes_record = True
    number = Words(label="证号", max_length=60, required=False)
    issued_on = forms.DateField(label="发证日期", required=False, widget=DayInput())
    expires_on = forms.DateField(label="到期日", required=False, widget=DayInput(), help_text="长期有效的空着。")
    note = Words(label="备注", max_length=200, required=False)
    field_order = ["number", "issued_on", "expires_on", "note", "photos", "scans"]

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record:
            self.initial = {"number": record.number, "note": record.note} | self.initial

    def clean(self):
        cleaned = super().clean()
        check_days(self, cleaned)
        return cleaned


class VoidForm(forms.Form):
    reason = Words(label="作废原因", max_length=200, rows=2)


def check_days(form: forms.BaseForm, cleaned: dict) -> None:
    """Say at the field that a paper cannot end before it begins."""
    begins, ends = cleaned.get("issued_on"), cleaned.get("expires_on")
    if begins and ends and ends < begins:
        form.add_error("expires_on", f"到期日不能早于发证日期（{full_day(begins)}）。")


def mark(paper: StaffPaper):
    return state_mark(*standing(paper, timezone.localdate()))


def last_day(paper: StaffPaper):
    """The last day with how long that still is; red and amber only while the paper is in use."""
    if paper.expires_on is None:
        return "长期有效"
    css, words = pressing(paper)
    return format_html('<span class="due {}">{}</span><span class="two">{}</span>', css, f"{paper.expires_on:%Y-%m-%d}", words)


def last_day_line(paper: StaffPaper):
    """The same in one line."""
    if paper.expires_on is None:
        return "长期有效"
    css, words = pressing(paper)
    return format_html('<span class="due {}">{}</span>', css, "，".join(filter(None, [full_day(paper.expires_on), words])))


def pressing(paper: StaffPaper) -> tuple[str, str]:
    """(css, words) of a paper that runs out or has run out; both empty for others."""
    on = timezone.localdate()
    css = {"late": "late", "wait": "soon"}.get(standing(paper, on)[1], "")
    return css, left_words(paper, on) if css else ""


def views(user) -> list[Usual]:
    n = paper_counts(user, timezone.localdate())
    soon, late = Usual("快到期", "state=soon", n["soon"]), Usual("已过期", "state=late", n["late"], pressing=True)
    return [Usual("全部", ""), soon, late, Usual("我的", "mine=1", n["mine"])]


def facts(paper: StaffPaper) -> list[tuple]:
    return [
        ("持证人", format_html('<a href="/setup/person/{}/">{}</a>', paper.person_id, paper.person), False),
        ("证件", paper.get_kind_display(), False),
        ("证号", paper.number or "—", False),
        ("发证日期", full_day(paper.issued_on) or "—", False),
        ("到期日", last_day_line(paper), False),
        ("状态", mark(paper), False),
        *([("备注", paper.note, True)] if paper.note else []),
        *([("作废原因", paper.void_reason, True)] if paper.void_reason else []),
    ]


def detail_context(paper: StaffPaper, user) -> dict:
    hung = list(attachments_of(paper))
    others = StaffPaper.objects.filter(person=paper.person_id, kind=paper.kind).exclude(pk=paper.pk).order_by("-pk")[:20]
    return {
        "photos": [file for file in hung if file.is_picture],
        "scans": [file for file in hung if not file.is_picture],
        "others": [(other, *standing(other, timezone.localdate())) for other in others],
    }


def person_panel(person: User, user) -> dict | None:
    """The papers in use on the person's own page, for the person and whoever may see everybody's."""
    if person.pk != user.pk and not (has(user, MANAGE) or has(user, VIEW)):
        return None
    papers = StaffPaper.objects.filter(person=person, state=PaperState.CURRENT).order_by(F("expires_on").asc(nulls_last=True), "pk")[:20]
    rows = [(paper, *standing(paper, timezone.localdate())) for paper in papers]
    return {"papers": rows, "person": person, "can_add": has(user, MANAGE) and person.is_active}


PAPERS = Record(
    model=StaffPaper,
    namespace="cockpit:paper",
    icon="id-card",
    label="证件",
    rows=papers_visible_to,
    columns=(
        Column(
            "person",
            "持证人",
            lambda row: row.person.name,
            lambda row: link(row.person.name, PAPERS.url("detail", row), str(row.person.department or "")),
            css="key",
            sort="person__pinyin",
            width=12,
        ),
        Column("department", "部门", lambda row: row.person.department, css="only-wide", optional=True, sort="person__department__order", width=16),
        Column("kind", "证件", lambda row: row.get_kind_display(), css="nw", sort="kind", width=12),
        Column("number", "证号", lambda row: row.number, css="only-wide", width=24),
        Column("issued_on", "发证日期", lambda row: row.issued_on, css="nw only-wide", sort="issued_on", kind="date", width=12),
        Column("expires_on", "到期日", lambda row: row.expires_on, last_day, css="nw", sort="expires_on", kind="date", width=12),
        Column("note", "备注", lambda row: row.note, css="only-wide", optional=True, width=20),
        Column("state", "状态", lambda row: standing(row, timezone.localdate())[0], mark, css="tail", sort="state", width=10),
    ),
    filters=PaperFilters,
    order=("state", F("expires_on").asc(nulls_last=True), "pk"),
    form=PaperForm,
    create=save_paper,
    update=save_paper,
    check_create=check_can_manage,
    check_update=check_can_change,
    actions=(
        Action(
            "renew",
            "登记新证",
            renew_paper,
            check_can_renew,
            RenewForm,
            icon="refresh-cw",
            tone="primary",
            hint=lambda paper, user: "旧证留着备查，提醒跟着新证走。",
        ),
        Action("void", "作废", void_paper, check_can_void, VoidForm, icon="x", tone="stop"),
    ),
    views=views,
    facts=facts,
    detail_context=detail_context,
    empty="还没有证件。健康证、驾驶证登记进来，快到期会提醒。",
)


class PaperAction(RecordAction):
    """After a renewal the new paper is shown."""

    def run(self, **fields):
        return self.action.rule(actor=self.request.user, at=timezone.now(), record=self.object, **fields)
