"""日志: who did what, when, from where, before and after; and the proof that nothing was changed (GEN-01)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django import forms
from django.apps import apps
from django.contrib import messages
from django.db.models import Max, Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import TemplateView
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet

from logistics.platform.access.rules import has, require
from logistics.platform.audit.models import ChainHead, Event
from logistics.platform.audit.queries import find_breaks
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.printing.models import PrintedPaper
from logistics.platform.printing.pdf import paper_pdf
from logistics.platform.printing.queries import base_address
from logistics.platform.printing.rules import note_paper
from logistics.platform.web.forms import DayInput
from logistics.platform.web.record_pages import RecordDetail, RecordList
from logistics.platform.web.records import Record
from logistics.platform.web.registry import record_for
from logistics.platform.web.tables import Column, link
from logistics.platform.web.templatetags.school import stamp

VIEW = "platform.journal.view"
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2999, 12, 31)  # a moment of the very first or last years fits no clock


def check_can_view(user, record=None) -> None:
    require(user, VIEW)


def kind_label(kind: str) -> str:
    """报修单 for "repairs.ticket"; the kind itself when its app is gone."""
    try:
        return str(apps.get_model(kind)._meta.verbose_name)
    except (LookupError, ValueError):
        return kind


def chain_label(chain: str) -> str:
    try:
        return str(apps.get_app_config(chain).verbose_name)
    except LookupError:
        return chain


def kinds() -> list[tuple[str, str]]:
    return sorted(((kind, kind_label(kind)) for kind in Event.objects.order_by().values_list("kind", flat=True).distinct()), key=lambda pair: pair[1])


class JournalFilters(FilterSet):
    q = CharFilter(method="find", label="内容", help_text="单据、做了什么、说明")
    person = CharFilter(field_name="actor_name", lookup_expr="icontains", label="谁")
    kind = ChoiceFilter(label="类别", choices=kinds, empty_label="全部类别")
    since = DateFilter(method="from_day", label="从", widget=DayInput())
    until = DateFilter(method="to_day", label="到", widget=DayInput())
    record = CharFilter(method="of_record", label="单据", widget=forms.HiddenInput())

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.form.fields["person"].widget.attrs["placeholder"] = "谁办的"

    def find(self, rows, name, value):
        text = value.strip()
        return rows.filter(Q(label__icontains=text) | Q(text__icontains=text) | Q(note__icontains=text))

    def from_day(self, rows, name, value):
        return rows.filter(at__gte=_midnight(value))

    def to_day(self, rows, name, value):
        return rows.filter(at__lt=_midnight(value) + timedelta(days=1))

    def of_record(self, rows, name, value):
        return rows.filter(record_id=int(value)) if value.isdecimal() and len(value) < 19 else rows.none()


def _midnight(day) -> datetime:
    day = min(max(day, FIRST_DAY), LAST_DAY)
    return timezone.make_aware(datetime(day.year, day.month, day.day))  # noqa: DTZ001  made aware at once


JOURNAL = Record(
    model=Event,
    namespace="cockpit:journal",
    icon="scroll-text",
    label="日志",
    rows=lambda user: Event.objects.all() if has(user, VIEW) else Event.objects.none(),
    columns=(
        Column("text", "做了什么", lambda row: row.text, cell=lambda row: link(row.text, JOURNAL.url("detail", row)), css="key", width=40),
        Column("at", "时间", lambda row: row.at, cell=lambda row: stamp(row.at), css="nw", sort="at", kind="datetime", width=18),
        Column("actor", "谁", lambda row: row.actor_name, css="nw", sort="actor_name", width=12),
        Column("kind", "类别", lambda row: kind_label(row.kind), css="only-wide nw", sort="kind", width=14),
        Column("label", "单据", lambda row: row.label, width=30),
        Column("source", "从哪里", lambda row: row.source, css="only-wide nw", width=22),
        Column("note", "说明", lambda row: row.note, css="only-wide", optional=True, width=40),
        Column(
            "changes",
            "前后",
            lambda row: "；".join(f"{name}：{pair[0]} → {pair[1]}" for name, pair in row.changes.items()),
            css="only-wide",
            optional=True,
            width=60,
        ),
        Column(
            "written_at",
            "写入时间",
            lambda row: row.written_at,
            cell=lambda row: stamp(row.written_at),
            css="only-wide nw",
            optional=True,
            kind="datetime",
            width=18,
        ),
        Column("position", "链上第几条", lambda row: f"{row.chain}-{row.position}", css="only-wide nw", optional=True, width=16),
        Column("digest", "指纹", lambda row: row.digest, css="only-wide", optional=True, width=66),
    ),
    filters=JournalFilters,
    order=("-id",),
    check_view=check_can_view,
    empty="还没有日志。从第一次登记开始，谁、什么时候、从哪里、改前改后都会记下来。",
)


class JournalList(RecordList):
    def get_template_names(self):
        return ["cockpit/journal.html"]


class JournalEntry(RecordDetail):
    def get_template_names(self):
        return ["cockpit/journal_entry.html"]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        event = context["object"]
        described = record_for(event.kind)
        page = described and described.has_page("detail") and described.rows(self.request.user).filter(pk=event.record_id).first()
        return context | {"kind_label": kind_label(event.kind), "record_url": described.url("detail", page) if page else ""}


@dataclass(frozen=True)
class Head:
    chain: str
    label: str
    position: int
    digest: str


@dataclass(frozen=True)
class HeadSheet:
    """The heads of all chains as they were at a moment (whole milliseconds)."""

    at: datetime

    @property
    def number(self) -> str:
        return timezone.localtime(self.at).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def heads_at(at: datetime) -> list[Head]:
    """The last entry of every chain written until then; comparing a printed sheet with this shows any change of the past."""
    last = Event.objects.filter(written_at__lte=at).order_by().values("chain").annotate(last=Max("position"))
    wanted = Q(pk__in=[])
    for row in last:
        wanted |= Q(chain=row["chain"], position=row["last"])
    return [Head(event.chain, chain_label(event.chain), event.position, event.digest) for event in Event.objects.filter(wanted).order_by("chain")]


def sheet_content(sheet: HeadSheet, user) -> dict:
    return {"moment": sheet.number, "heads": heads_at(sheet.at), "signers": [("打印人", user.name), ("保管人", ""), ("日期", "")]}


def sheet_of(paper: PrintedPaper) -> HeadSheet | None:
    at = parse_datetime(paper.number)
    return HeadSheet(timezone.make_aware(at)) if at else None


HEAD_SHEET = PrintDocument(
    kind="platform.chainhead",
    title="日志指纹单",
    template="print/cockpit/journal_heads.html",
    context=sheet_content,
    number=lambda sheet: sheet.number,
    check=check_can_view,
    find=sheet_of,
)


class Heads(TemplateView):
    """The head of every chain now."""

    template_name = "cockpit/journal_heads.html"

    def get_context_data(self, **kwargs):
        check_can_view(self.request.user)
        heads = [Head(head.chain, chain_label(head.chain), head.position, head.digest) for head in ChainHead.objects.order_by("chain")]
        return super().get_context_data(title="日志指纹", heads=heads, total=sum(head.position for head in heads), **kwargs)


@require_POST
def verify_chains(request):
    """Go through every entry of every chain now."""
    check_can_view(request.user)
    broken = list(find_breaks())
    for gap in broken:
        messages.error(request, f"{chain_label(gap.chain)}的日志从第 {gap.position} 条起对不上：{gap.reason}。请保留现场，马上联系系统管理员。")
    if not broken:
        total = sum(ChainHead.objects.values_list("position", flat=True))
        messages.success(request, f"{total:,} 条日志逐条核对过了，没有断链，没有被改过。")
    return redirect("cockpit:journal-heads")


@require_safe
@never_cache
def print_heads(request):
    """The heads as a paper with a check code: whoever keeps it can prove that the past was not changed."""
    check_can_view(request.user)
    at = timezone.now()
    sheet = HeadSheet(at.replace(microsecond=at.microsecond // 1000 * 1000))
    content = sheet_content(sheet, request.user)
    paper = note_paper(actor=request.user, at=at, document=HEAD_SHEET, record=sheet, content=content)
    pdf = paper_pdf(document=HEAD_SHEET, content=content, paper=paper, at=at, address=base_address(request))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{HEAD_SHEET.title} {sheet.number.replace(':', '')}.pdf")
    return response
