"""日管控、周排查、月调度: checks, faults, the papers of week and month (CAN-06, CAN-20)."""

from dataclasses import replace

from django.urls import path, reverse
from django.utils import timezone

from assets.signing import SignForm, mark_of
from canteen.evidence import VIEW, check_can_check, check_can_manage, check_can_view
from canteen.sample.pages import stamp_of
from logistics.platform.access.rules import has
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.evidence.logs import LogDetail, LogList, LogSheet, log_record
from logistics.platform.web.record_pages import RecordForm, record_urls
from logistics.platform.web.records import Action, Record, View, anyone
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day

from . import forms, rules
from .models import Book, CheckItem, CheckSheet, ControlPaper, Fault, FaultState, PaperKind, PaperState
from .queries import answers_of, faults_visible_to, papers_visible_to, sheets_visible_to, summary

SHEETS = log_record(
    CheckSheet,
    name="check",
    label="食品安全检查",
    icon="list-checks",
    columns=(
        Column("book", "哪张表", lambda s: s.get_book_display(), css="nw"),
        Column("meal", "餐次", lambda s: str(s.meal or ""), css="only-wide nw"),
        Column("items", "项数", lambda s: s.items, css="num only-wide", kind="integer"),
        Column("faults", "不合格", lambda s: s.faults_found, css="num", sort="faults_found", kind="integer"),
        Column(
            "score",
            "得分",
            lambda s: s.score,
            lambda s: f"{s.score} / {s.full_score}" if s.score is not None else "",
            css="num only-wide nw",
            sort="score",
            kind="integer",
        ),
    ),
    form=forms.SheetForm,
    create=rules.record_sheet,
    check_create=check_can_check,
    joins=("meal",),
    state=lambda s: ("有问题", "late") if s.faults_found else ("没有问题", "done"),
    empty="还没有检查。每个供餐日做一次每日检查，没有问题也要记。",
)
SHEETS = replace(
    SHEETS,
    filters=forms.SheetFilters,
    rows=sheets_visible_to,
    views=lambda user: [View("全部", ""), *(View(book.label, f"book={book.value}") for book in (Book.DAILY, Book.PROCESS, Book.HYGIENE))],
    detail_context=lambda sheet, user: {"answers": answers_of(sheet), "photos": list(attachments_of(sheet, "photo"))},
)

SHEET_LOG = LogSheet(
    SHEETS,
    "食品安全检查登记表",
    (("时间", False), ("检查表", False), ("餐次", False), ("项数", True), ("不合格", True), ("得分", False), ("检查人", False)),
    lambda s: [
        stamp_of(s.happened_at), s.get_book_display(), str(s.meal or ""), str(s.items), str(s.faults_found),
        f"{s.score}/{s.full_score}" if s.score is not None else "", s.created_by.name,
    ],
    ("检查人", "负责人"),
    day="on",
)  # fmt: skip

ITEMS = Record(
    model=CheckItem,
    namespace="canteen:check-item",
    label="检查项目",
    icon="list",
    rows=lambda user: CheckItem.objects.all() if has(user, VIEW) else CheckItem.objects.none(),
    columns=(
        Column("content", "检查内容", lambda i: i.content, lambda i: link(i.content, reverse("canteen:check-item-update", args=[i.pk]), i.get_book_display()), css="key", sort="content", width=40),
        Column("book", "哪张表", lambda i: i.get_book_display(), css="only-wide nw", sort="book", optional=True),
        Column("group", "分类", lambda i: i.group, css="nw"),
        Column("is_key", "重点", lambda i: "★" if i.is_key else ""),
        Column("points", "分值", lambda i: i.points or None, css="num only-wide", kind="integer"),
        Column("is_active", "在用", lambda i: "在用" if i.is_active else "停用", lambda i: state_mark("在用", "done") if i.is_active else state_mark("停用", "void"), css="tail"),
    ),
    filters=forms.ItemFilters,
    form=forms.ItemForm,
    create=rules.save_item,
    update=rules.save_item,
    check_view=check_can_view,
    check_create=check_can_manage,
    check_update=check_can_manage,
    order=("book", "order", "pk"),
    empty="还没有检查项目。在「开始使用」里可以装入常用的检查表。",
)  # fmt: skip


def fault_tone(fault: Fault) -> tuple[str, str]:
    if fault.state == FaultState.DONE:
        return "已整改", "done"
    return ("超期", "late") if fault.due_on < timezone.localdate() else ("整改中", "wait")


FAULTS = Record(
    model=Fault,
    namespace="canteen:fault",
    label="整改事项",
    icon="hammer",
    rows=faults_visible_to,
    columns=(
        Column("problem", "问题", lambda f: f.problem, lambda f: link(f.problem, reverse("canteen:fault-detail", args=[f.pk]), f.origin), css="key", width=40),
        Column("on", "发现", lambda f: f.on, lambda f: day(f.on), css="nw only-wide", sort="on", kind="date"),
        Column("measure", "整改措施", lambda f: f.measure, css="only-wide", width=30),
        Column("owner", "责任人", lambda f: f.owner.name, css="nw", sort="owner__pinyin"),
        Column("due_on", "期限", lambda f: f.due_on, lambda f: day(f.due_on), css="nw", sort="due_on", kind="date"),
        Column("done_words", "整改结果", lambda f: f.done_words, css="only-wide", optional=True, width=30),
        Column("state", "状态", lambda f: fault_tone(f)[0], lambda f: state_mark(*fault_tone(f)), css="tail"),
    ),
    filters=forms.FaultFilters,
    form=forms.FaultForm,
    update=rules.save_fault,
    check_view=anyone,
    check_update=rules.check_can_edit_fault,
    order=("-state", "due_on", "pk"),
    views=lambda user: [View("全部", ""), View("整改中", "state=open"), View("已整改", "state=done")],
    detail_context=lambda fault, user: {"photos": list(attachments_of(fault, "photo"))},
    empty="没有整改事项。",
    actions=(Action("mend", "登记整改", rules.mend_fault, rules.check_can_mend, forms.MendForm, icon="check", tone="primary"),),
)  # fmt: skip


def check_can_sign_now(user, paper: ControlPaper) -> None:
    """The button comes with the day; the rule asks again with its own moment."""
    rules.check_can_sign(user, paper)
    rules.check_over(paper, timezone.now())


PAPERS = Record(
    model=ControlPaper,
    namespace="canteen:control",
    label="周排查和月调度",
    icon="file-check",
    rows=papers_visible_to,
    columns=(
        Column("kind", "哪一期", str, lambda p: link(p, reverse("canteen:control-detail", args=[p.pk]), summary(p.facts)), css="key", width=40),
        Column("since", "从", lambda p: p.since, lambda p: day(p.since), css="nw only-wide", sort="since", kind="date"),
        Column("found", "问题", lambda p: p.facts.get("found"), css="num", kind="integer"),
        Column("rate", "整改率", lambda p: p.facts.get("rate") or "", css="nw"),
        Column("signed_by", "签字人", lambda p: p.signed_by.name if p.signed_by else "", css="nw only-wide"),
        Column("state", "状态", lambda p: p.get_state_display(), lambda p: state_mark(p.get_state_display(), "done" if p.state == PaperState.SIGNED else "wait"), css="tail"),
    ),
    filters=forms.PaperFilters,
    form=forms.PaperForm,
    create_form=forms.DrawForm,
    create=rules.draw_paper,
    update=rules.save_paper,
    check_view=check_can_view,
    check_create=check_can_manage,
    check_update=rules.check_can_edit_paper,
    order=("-since", "kind"),
    views=lambda user: [View("全部", ""), View("周排查", "kind=week"), View("月调度", "kind=month")],
    detail_context=lambda paper, user: {"figures": figures(paper), "words": words(paper), "sentence": summary(paper.facts), "mark": mark_of(paper, "signature") if paper.signed_at else ""},
    empty="还没有报告。周一和每月一号会按记录自己汇总好，您只要补几句话、签字。",
    actions=(Action("sign", "签字", rules.sign_paper, check_can_sign_now, SignForm, icon="signature", tone="primary", hint=lambda p, user: summary(p.facts)),),
)  # fmt: skip


def figures(paper: ControlPaper) -> list[tuple[str, str]]:
    """The gathered numbers in words, for page and paper."""
    f = paper.facts
    return [
        ("供餐天数", f"{f['days']} 天，每日检查 {f['daily']} 天" + (f"，缺 {'、'.join(f['unchecked'])}" if f["unchecked"] else "")),
        ("检查", f"{f['sheets']} 次，{f['items']} 项" + (f"，卫生评分平均 {f['hygiene']}" if f["hygiene"] else "")),
        ("留样", f"供应 {f['dishes']} 道，留样 {f['samples']} 份" + (f"，说明未留 {f['gaps']} 道" if f["gaps"] else "") + (f"，漏留 {f['missing']} 道" if f["missing"] else "")),
        ("消毒", f"{f['disinfections']} 次"),
        ("测温不够", f"{f['cold']} 次"),
        ("晨检", f"{f['mornings']} 人次，离岗 {f['sent_off']} 人次"),
        ("发现问题", f"{f['found']} 个，已整改 {f['mended']} 个" + (f"，整改率 {f['rate']}" if f["rate"] else "")),
        ("遗留问题", f"{len(f['carried'])} 个"),
    ]  # fmt: skip


def words(paper: ControlPaper) -> list[tuple[str, str]]:
    names = (
        ("cause", "measures", "complaints", "focus")
        if paper.kind == PaperKind.WEEK
        else ("place", "attendees", "cause", "measures", "complaints", "focus", "decision")
    )
    held = [("会议时间", stamp_of(paper.held_at))] if paper.kind == PaperKind.MONTH else []
    return held + [(str(paper._meta.get_field(name).verbose_name), getattr(paper, name)) for name in names]


class SheetDetail(LogDetail):
    def get_template_names(self):
        return ["canteen/checksheet_detail.html"]


class SheetPage(RecordForm):
    def get_template_names(self):
        return ["canteen/checksheet_form.html"]


def control_urls() -> list:
    """The routes of checks, faults and papers, under /canteen/."""
    return [
        path("check/print/", SHEET_LOG.view(), name="check-print"),
        *record_urls(SHEETS, pages={"list": LogList, "detail": SheetDetail, "form": SheetPage}),
        *record_urls(ITEMS, without=("detail",)),
        *record_urls(FAULTS),
        *record_urls(PAPERS),
    ]
