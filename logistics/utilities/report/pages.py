"""水电报告 of months and 年报 of a year: lists, pages, workbooks (UTL-02, UTL-05)."""

import django_filters as filters
from django import forms
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils import timezone

from logistics.platform.access.rules import has
from logistics.platform.exports.workbook import XLSX, download
from logistics.platform.web.forms import Words
from logistics.platform.web.record_pages import RecordAction, RecordDetail, record_urls
from logistics.platform.web.records import Action, Record, View
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import full_day, full_moment, stamp
from logistics.utilities.usage.books import workbook
from logistics.utilities.usage.figures import read
from logistics.utilities.usage.pages import TabbedList, number, shown_figures
from logistics.utilities.usage.queries import VIEW, check_can_view
from logistics.utilities.usage.tables import shown

from . import rules, year_rules
from .content import corrections, latest_issue
from .models import YEAR_TONES, EnergyYear, ReportKind, UtilityReport, YearState
from .tables import corrections_table, report_tables


def used(report: UtilityReport, medium: str):
    """The number of the report, None where it has no such meters."""
    return next((read(row["used"]) for row in report.figures["media"] if row["medium"] == medium), None)


class ReportFilters(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=ReportKind.choices, label="种类", empty_label="全部")
    year = filters.NumberFilter(field_name="last__year", label="哪一年", min_value=2000, max_value=2099)

    class Meta:
        model = UtilityReport
        fields: list[str] = []


def medium_column(medium: str, label: str, css: str = "num") -> Column:
    return Column(medium, label, lambda report: used(report, medium), lambda report: shown(used(report, medium)), css=css, kind="number")


REPORTS = Record(
    model=UtilityReport,
    namespace="utilities:utility-report",
    label="水电报告",
    icon="file-chart-column",
    rows=lambda user: UtilityReport.objects.select_related("post") if has(user, VIEW) else UtilityReport.objects.none(),
    columns=(
        Column("name", "报告", str, lambda report: link(report, REPORTS.url("detail", report), f"{stamp(report.made_at)}生成"), css="key", sort="last", width=30),
        Column("kind", "种类", lambda report: report.get_kind_display(), css="nw only-wide"),
        medium_column("power", "电（kWh）"),
        medium_column("water", "水（m³）"),
        medium_column("gas", "燃气（m³）", "num only-wide"),
        medium_column("heat", "热（GJ）", "num only-wide"),
        Column("coal", "折标煤（kgce）", lambda report: read(report.figures["coal"]["used"]), lambda report: shown(read(report.figures["coal"]["used"])), css="num", kind="number"),
        Column("cost", "费用（元）", lambda report: read(report.figures["cost"]), lambda report: shown(read(report.figures["cost"])), css="num only-wide", kind="money"),
        Column("made_at", "生成时间", lambda report: report.made_at, lambda report: stamp(report.made_at), css="nw only-wide", sort="made_at", kind="datetime", width=18, optional=True),
    ),
    filters=ReportFilters,
    order=("-last", "kind", "-version"),
    check_view=check_can_view,
    views=lambda user: [View("全部", ""), *(View(kind.label, f"kind={kind.value}") for kind in ReportKind)],
    empty="还没有报告。每月按学校定的日子自动出上个月的。",
    stamp=lambda report: f"{report.version}.{report.post_id}.{report.post and report.post.state}",
    actions=(
        Action("publish", "公示", rules.publish_report, rules.check_can_publish, icon="megaphone", tone="primary", confirm="会把报告里的文字放到公示栏，给教职工看。"),
        Action("reissue", "重出", rules.reissue, rules.check_can_issue, icon="rotate-ccw", confirm="会按现在的数字出一个新的版次，原来这一版也留着。"),
    ),
)  # fmt: skip


class ReportDetail(RecordDetail):
    def get_template_names(self):
        return ["utilities/report.html"]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        report = context["object"]
        latest = latest_issue(report.kind, report.first)
        return (
            context
            | shown_figures(report.figures)
            | {
                "extra": report_tables(report.figures),
                "sentences": report.figures["sentences"],
                "corrections": corrections(report),
                "newer": latest if latest and latest.pk != report.pk else None,
                "made": full_moment(report.made_at),
            }
        )


class Reissue(RecordAction):
    """A new version is another record: that is where one goes."""

    def run(self, **fields):
        if self.action.name != "reissue":
            return super().run(**fields)
        return rules.reissue(actor=self.request.user, at=timezone.now(), record=self.object)

    def done(self, saved):
        return redirect(reverse("utilities:utility-report-detail", args=[saved.pk]))


class ReportBook(RecordDetail):
    """The frozen figures as a workbook."""

    def get(self, request, *args, **kwargs):
        report = self.get_object()
        more = [*corrections_table(corrections(report)), *report_tables(report.figures)]
        content = workbook(report.figures, title=str(report), until=f"{full_moment(report.made_at)}生成", sentences=report.figures["sentences"], more=more)
        return download(iter([content]), XLSX, str(report), timezone.now(), "xlsx")


class YearFilters(filters.FilterSet):
    state = filters.ChoiceFilter(choices=YearState.choices, label="状态", empty_label="全部")

    class Meta:
        model = EnergyYear
        fields: list[str] = []


class StartForm(forms.Form):
    year = forms.IntegerField(label="哪一年", min_value=2000, max_value=2099, help_text="先按表计、账单和面积人数填好，再由您核对。")


AMOUNTS = ("area", "users", "power", "water", "gas", "heat", "coal", "lpg", "petrol", "diesel", "cost")


class YearForm(forms.ModelForm):
    note = Words(label="说明", max_length=300, rows=2, required=False, help_text="比上年增加的，写明原因。")

    class Meta:
        model = EnergyYear
        fields = [*AMOUNTS, "note"]


class ToForm(forms.Form):
    reported_to = Words(label="报给哪个单位", max_length=80)


class ReasonForm(forms.Form):
    reason = Words(label="为什么撤回", max_length=200, rows=2)


def amount(name: str):
    return lambda row: getattr(row, name)


def amount_column(name: str, css: str = "num only-wide") -> Column:
    label = str(EnergyYear._meta.get_field(name).verbose_name)
    return Column(
        name, label, amount(name), lambda row: number(getattr(row, name)), css=css, kind="number", optional=name in ("coal", "lpg", "petrol", "diesel", "heat")
    )


def year_facts(row: EnergyYear) -> list[tuple]:
    facts = [(row._meta.get_field(name).verbose_name, number(getattr(row, name)), False) for name in AMOUNTS]
    facts.append(("综合能耗（kgce）", number(row.coal_equivalent), False))
    if row.users and row.area:
        each = {"人均综合能耗（kgce）": row.coal_equivalent / row.users, "每平方米综合能耗（kgce）": row.coal_equivalent / row.area}
        each |= {"人均用电（kWh）": row.power / row.users, "人均用水（m³）": row.water / row.users}
        facts += [(label, f"{value:,.2f}", False) for label, value in each.items()]
    facts.append(("说明", row.note or "—", True))
    facts.append(("期限", full_day(row.due_on) + "以前上报", False))
    if row.reported_at:
        facts.append(("上报", f"{row.reported_by}，{full_moment(row.reported_at)}，报给{row.reported_to}", True))
    return facts


YEARS = Record(
    model=EnergyYear,
    namespace="utilities:energy-year",
    label="能源年报",
    icon="file-spreadsheet",
    rows=lambda user: EnergyYear.objects.select_related("reported_by") if has(user, VIEW) else EnergyYear.objects.none(),
    columns=(
        Column("year", "年份", lambda row: row.year, lambda row: link(row, YEARS.url("detail", row), row.reported_to), css="key", sort="year", kind="integer"),
        *(amount_column(name, "num" if name in ("power", "water") else "num only-wide") for name in AMOUNTS),
        Column("coal_equivalent", "综合能耗（kgce）", amount("coal_equivalent"), lambda row: number(row.coal_equivalent), css="num", kind="number"),
        Column("state", "状态", lambda row: row.get_state_display(), lambda row: state_mark(row.get_state_display(), YEAR_TONES[YearState(row.state)]), css="tail"),
    ),
    filters=YearFilters,
    form=YearForm,
    create_form=StartForm,
    create=year_rules.start_year,
    update=year_rules.save_year,
    check_view=check_can_view,
    check_create=year_rules.check_can_fill,
    check_update=year_rules.check_can_fill,
    order=("-year",),
    facts=year_facts,
    stamp=lambda row: f"{row.state}.{row.coal_equivalent}.{row.cost}",
    empty="还没有年报。每年 3 月 31 日以前报上一年的。",
    actions=(
        Action("report", "登记上报", year_rules.report_year, year_rules.check_can_report, ToForm, icon="send", tone="primary", hint=lambda row, user: "上报以后数字就定了，要改先撤回。"),
        Action("refill", "按表计账单重算", year_rules.refill_year, year_rules.check_can_fill, icon="rotate-ccw", confirm="表计和账单里有的数会换成它们的，没有的照旧。"),
        Action("reopen", "撤回更正", year_rules.reopen_year, year_rules.check_can_reopen, ReasonForm, icon="undo-2"),
    ),
)  # fmt: skip


class YearDetail(RecordDetail):
    def get_template_names(self):
        return ["utilities/energy_year.html"]


def report_urls() -> list:
    """The routes of the reports, under /utilities/."""
    return [
        path("utility-report/<int:pk>/excel/", ReportBook.as_view(record=REPORTS), name="utility-report-excel"),
        *record_urls(REPORTS, pages={"list": TabbedList, "detail": ReportDetail, "action": Reissue}),
        *record_urls(YEARS, pages={"list": TabbedList, "detail": YearDetail}),
    ]
