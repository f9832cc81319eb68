"""日志: who did what, when, from where, before and after; and the proof that nothing was changed (GEN-01)."""

from datetime import date, datetime, timedelta

from django import forms
from django.apps import apps
from django.db.models import Q
from django.utils import timezone
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet

from logistics.platform.access.rules import has, require
from logistics.platform.audit.models import Event
from logistics.platform.web.forms import DayInput
from logistics.platform.web.record_pages import RecordDetail, RecordList
from logistics.platform.web.records import Record
from logistics.platform.web.registry import record_for
from logistics.platform.web.tables import Column, link
from logistics.platform.web.templatetags.school import stamp

VIEW = "platform.journal.view"
USUAL_DAYS = 30  # a search by words walks these unless the person asks for other days
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
        """Words are looked for in every entry of the days asked for; without any, in those written lately."""
        text = value.strip()
        if not any(self.data.get(bound) for bound in ("since", "until", "record")):
            rows = rows.filter(written_at__gte=timezone.now() - timedelta(days=USUAL_DAYS))
        # one or two Chinese characters are in no trigram, and making two hundred thousand texts upper case first took most of the time
        holds = "contains" if len(text) < 3 and text.upper() == text.lower() else "icontains"
        return rows.filter(Q(**{f"label__{holds}": text}) | Q(**{f"text__{holds}": text}) | Q(**{f"note__{holds}": text}))

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

    def get_context_data(self, **kwargs):
        asked = self.request.GET
        lately = asked.get("q", "").strip() and not any(asked.get(bound) for bound in ("since", "until", "record"))
        return super().get_context_data(searched_days=USUAL_DAYS if lately else 0, **kwargs)


class JournalEntry(RecordDetail):
    def get_template_names(self):
        return ["cockpit/journal_entry.html"]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        event = context["object"]
        described = record_for(event.kind)
        page = described and described.has_page("detail") and described.rows(self.request.user).filter(pk=event.record_id).first()
        return context | {"kind_label": kind_label(event.kind), "record_url": described.url("detail", page) if page else ""}
