"""营养餐: the classes of a day, signing for a class, what was handed out, the money, the month's settlement (CAN-22)."""

from dataclasses import replace
from datetime import date, timedelta

from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from assets.signing import SignForm
from canteen.special.pages import check_can_view as check_can_view_special
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.evidence.logs import LogDetail, LogSheet, log_record, log_urls, paper_response
from logistics.platform.org.models import SchoolClass
from logistics.platform.terms.queries import calendar
from logistics.platform.web.record_pages import RecordForm, record_urls
from logistics.platform.web.records import Action, Record, View, allowed
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day

from . import forms, rules
from .models import ClassIssue, Programme, Settlement, SettlementState, SubsidyReceipt
from .prints import DAY_PAPER, ProgrammeDay
from .queries import (
    check_can_view,
    day_of,
    issues_visible_to,
    may_take,
    programmes_visible_to,
    receipts_visible_to,
    running,
    sees_all,
    sentence,
    settlements_visible_to,
    unsigned_classes,
)

PROGRAMMES = Record(
    model=Programme,
    namespace="canteen:nutrition-programme",
    label="营养餐项目",
    icon="egg",
    rows=programmes_visible_to,
    columns=(
        Column("name", "项目", lambda p: p.name, lambda p: link(p.name, reverse("canteen:nutrition-programme-detail", args=[p.pk]), p.food), css="key", sort="name", width=30),
        Column("standard", "标准（元）", lambda p: p.standard, css="num", sort="standard", kind="money"),
        Column("funding", "经费来源", lambda p: p.funding, css="only-wide", width=30),
        Column("grades", "年级", lambda p: p.grades or "全部年级", css="only-wide", width=24),
        Column("since", "从", lambda p: p.since, lambda p: day(p.since), css="nw", sort="since", kind="date"),
        Column("until", "到", lambda p: p.until, lambda p: day(p.until), css="nw", sort="until", kind="date"),
    ),
    filters=forms.ProgrammeFilters,
    form=forms.ProgrammeForm,
    create=rules.save_programme,
    update=rules.save_programme,
    check_view=check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    stamp=lambda p: f"{p.standard}{p.until}",
    order=("-since", "pk"),
    empty="还没有营养餐项目。写清每人每天发什么、什么标准、钱从哪里来。",
)  # fmt: skip

ISSUES = log_record(
    ClassIssue,
    name="nutrition-issue",
    label="营养餐签收",
    icon="egg",
    columns=(
        Column("on", "日期", lambda i: i.on, lambda i: day(i.on), css="nw only-wide", sort="on", kind="date"),
        Column("school_class", "班级", lambda i: str(i.school_class), sort="school_class__order", width=18),
        Column("programme", "项目", lambda i: str(i.programme), css="only-wide", optional=True, width=24),
        Column("enrolled", "在册", lambda i: i.enrolled, css="num only-wide", kind="integer"),
        Column("present", "实到", lambda i: i.present, css="num", kind="integer"),
        Column("issued", "领到", lambda i: i.issued, css="num", kind="integer"),
        Column("returned", "退回", lambda i: i.returned or None, css="num only-wide", kind="integer"),
        Column("amount", "金额（元）", lambda i: i.amount, css="num only-wide", kind="money"),
        Column("reason", "原因", lambda i: i.reason, css="only-wide", optional=True, width=24),
    ),
    form=forms.IssueForm,
    create=rules.take_issue,
    check_create=rules.check_can_take,
    state=lambda i: ("已签收", "done"),
    empty="还没有签收。班主任在「今天」里给自己班签收。",
)
ISSUES = replace(
    ISSUES,
    rows=issues_visible_to,
    check_view=check_can_view,
    filters=forms.IssueFilters,
    detail_context=lambda i, user: {"photos": list(attachments_of(i, "photo")), "signatures": list(attachments_of(i, "signature"))},
)
ISSUE_SHEET = LogSheet(
    ISSUES,
    "学生营养餐发放登记表",
    (("日期", False), ("班级", False), ("在册", True), ("实到", True), ("领到", True), ("退回", True), ("吃到", True), ("标准（元）", True), ("金额（元）", True), ("原因", False), ("签收人", False)),
    lambda i: [
        f"{i.on:%m-%d}", str(i.school_class), str(i.enrolled), str(i.present), str(i.issued), str(i.returned), str(i.eaten), f"{i.standard:.2f}", f"{i.amount:.2f}", i.reason,
        i.created_by.name,
    ],
    ("发放人", "食堂管理员", "学校负责人"),
    day="on",
    order=("on", "school_class__order", "pk"),
    note="补助按实际吃到的人数结算。",
)  # fmt: skip

RECEIPTS = log_record(
    SubsidyReceipt,
    name="nutrition-receipt",
    label="补助到账",
    icon="banknote",
    columns=(
        Column("received_on", "到账", lambda r: r.received_on, lambda r: day(r.received_on), css="nw", sort="received_on", kind="date"),
        Column("programme", "项目", lambda r: str(r.programme), css="only-wide", width=24),
        Column("amount", "金额（元）", lambda r: r.amount, css="num nw", sort="amount", kind="money"),
        Column("voucher", "凭证号或文号", lambda r: r.voucher, css="only-wide", width=24),
    ),
    form=forms.ReceiptForm,
    create=rules.record_receipt,
    check_create=rules.check_can_account,
    joins=("programme",),
    search="voucher",
    order=("-received_on", "-pk"),
    empty="还没有到账。财务收到补助就登记一笔。",
)
RECEIPTS = replace(RECEIPTS, rows=receipts_visible_to, check_view=check_can_view)


def settlement_state(row: Settlement) -> tuple[str, str]:
    return ("已签字公示", "done") if row.state == SettlementState.SIGNED else ("待签", "wait")


def check_can_sign_now(user, row: Settlement) -> None:
    """The button comes with the day; the rule asks again."""
    rules.check_can_sign(user, row)
    rules.check_over(row, timezone.localdate())


SETTLEMENTS = Record(
    model=Settlement,
    namespace="canteen:nutrition-settlement",
    label="营养餐对账",
    icon="scale",
    rows=settlements_visible_to,
    columns=(
        Column("month", "哪个月", lambda s: s.month, lambda s: link(f"{s.month.year}年{s.month.month}月", reverse("canteen:nutrition-settlement-detail", args=[s.pk]), str(s.programme)), css="key nw", sort="month", kind="date"),
        Column("eaten", "人次", lambda s: s.facts.get("eaten"), css="num only-wide", kind="integer"),
        Column("spent", "应补助（元）", lambda s: s.facts.get("spent"), css="num nw"),
        Column("received", "到账（元）", lambda s: s.facts.get("received"), css="num nw only-wide"),
        Column("closing", "结余（元）", lambda s: s.facts.get("closing"), css="num nw"),
        Column("signed_by", "签字人", lambda s: s.signed_by.name if s.signed_by else "", css="nw only-wide"),
        Column("state", "状态", lambda s: settlement_state(s)[0], lambda s: state_mark(*settlement_state(s)), css="tail", width=12),
    ),
    filters=forms.SettlementFilters,
    form=forms.WordsForm,
    create_form=forms.DrawForm,
    create=rules.draw_settlement,
    update=rules.save_settlement,
    check_view=check_can_view,
    check_create=rules.check_can_account,
    check_update=rules.check_can_word,
    order=("-month", "pk"),
    views=lambda user: [View("全部", ""), View("待签", "state=draft"), View("已签字", "state=signed")],
    detail_context=lambda s, user: {"sentence": sentence(s.facts), "mark_word": settlement_state(s)},
    empty="还没有对账单。月底由财务新建，按签收和到账自己汇总。",
    actions=(Action("sign", "签字公示", rules.sign_settlement, check_can_sign_now, SignForm, icon="signature", tone="primary", hint=lambda s, user: sentence(s.facts)),),
)  # fmt: skip


class TakePage(RecordForm):
    """One class signs for today on the teacher's phone."""

    def dispatch(self, request, *args, **kwargs):
        self.programme = get_object_or_404(Programme, pk=kwargs["programme"])
        self.school_class = get_object_or_404(SchoolClass.objects.select_related("head_teacher"), pk=kwargs["school_class"])
        return super().dispatch(request, *args, **kwargs)

    def get_template_names(self):
        return ["canteen/nutrition_take.html"]

    def get_form(self, *args):
        return forms.TakeForm(*args, user=self.request.user)

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | {
            "heading": f"{self.school_class}签收",
            "submit": "签收",
            "programme": self.programme,
            "school_class": self.school_class,
            "may": may_take(self.request.user, self.school_class),
        }

    def run(self, **fields):
        return super().run(programme=self.programme, school_class=self.school_class, **fields)


class IssueDetail(LogDetail):
    def get_template_names(self):
        return ["canteen/classissue_detail.html"]


def asked_day(query) -> date:
    today = timezone.localdate()
    try:
        return min(date.fromisoformat(query.get("day", "")), today)
    except ValueError:
        return today


@require_safe
@never_cache
def day_page(request):
    """Every class of the day, signed or not; a teacher sees the own ones."""
    check_can_view(request.user)
    on = asked_day(request.GET)
    found = [(programme, day_of(programme, on, request.user)) for programme in running(on)]
    context = {
        "title": "营养餐",
        "day": on,
        "is_today": on == timezone.localdate(),
        "before": on - timedelta(days=1) if on > date(2000, 1, 1) else None,
        "after": on + timedelta(days=1) if on < timezone.localdate() else None,
        "is_school_day": calendar().is_working_day(on),
        "programmes": [
            {
                "programme": one,
                "lines": lines,
                "signed": sum(line.row is not None for line in lines),
                "eaten": sum(line.row.eaten for line in lines if line.row),
            }
            for one, lines in found
        ],
        "sees_all": sees_all(request.user),
        "may_special": allowed(check_can_view_special, request.user),
    }
    return render(request, "canteen/nutrition_day.html", context)


@require_safe
@never_cache
def day_print(request, programme):
    check_can_view(request.user)
    return paper_response(request, DAY_PAPER, ProgrammeDay(get_object_or_404(Programme, pk=programme), asked_day(request.GET)))


def kept_on_phone(user) -> list[tuple[str, str]]:
    """(address, version) of the day's page and the form of each own class that has not signed today."""
    today = timezone.localdate()
    pages = [(f"/canteen/nutrition-issue/take/{programme.pk}/{one.pk}/", f"{today}") for programme, one in unsigned_classes(user, today)]
    return [("/canteen/nutrition/", f"{today} {len(pages)}"), *pages]


def nutrition_urls() -> list:
    """The routes of the nutrition programme, under /canteen/."""
    return [
        path("nutrition/", day_page, name="nutrition"),
        path("nutrition/<int:programme>/print/", day_print, name="nutrition-day-print"),
        path("nutrition-issue/take/<int:programme>/<int:school_class>/", TakePage.as_view(record=ISSUES), name="nutrition-take"),
        *log_urls(ISSUES, ISSUE_SHEET, detail=IssueDetail),
        *log_urls(RECEIPTS),
        *record_urls(PROGRAMMES),
        *record_urls(SETTLEMENTS),
    ]
