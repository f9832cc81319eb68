"""The project's list, its story on one page, and its acts."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import content_disposition_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.printing.pdf import paper_pdf
from logistics.platform.printing.queries import base_address
from logistics.platform.printing.rules import note_paper
from logistics.platform.web.record_pages import record_urls
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, money
from repairs.parts import LinesAction, LinesDetail

from . import acceptance, building, forms, payments, rules
from .models import Project
from .prints import COMPARISON_SHEET
from .queries import LATE_STATES, next_step, offers_of, project_counts, projects_visible_to, steps_of


def end_day(project: Project):
    """The planned end, red when the work is past it."""
    is_late = project.state in LATE_STATES and project.end_on < timezone.localdate()
    return format_html('<span class="due {}">{}</span>', "late" if is_late else "", day(project.end_on))


def views(user) -> list[ListView]:
    n = project_counts(user)
    return [
        ListView("全部", ""),
        ListView("待立项", "state=proposed", n["proposed"], pressing=True),
        ListView("在办", "state=running", n["running"]),
        ListView("过期", "late=1", n["late"], pressing=True),
        ListView("我负责", "mine=1", n["mine"]),
    ]


def proposal_words(project: Project, user) -> str:
    """What is being decided, in one line."""
    return f"{project.title}：预算 {project.budget:,.2f} 元，{project.fund}，{project.get_method_display()}"


def photos_of(project: Project, milestones: list, defects: list) -> tuple[list, list, dict]:
    """(stages with their photos, papers, {role: photos of a step or defect}). One query."""
    by_role: dict[str, list] = {}
    for file in attachments_of(project):
        by_role.setdefault(file.role, []).append(file)
    stages = [(label, by_role[role]) for role, label in building.STAGES if role in by_role]
    for milestone in milestones:
        milestone.photos = by_role.get(milestone.photo_role, [])
    for defect in defects:
        defect.photos = by_role.get(f"fault-{defect.pk}", []) + by_role.get(defect.photo_role, [])
    return stages, by_role.get("paper", []), by_role


def detail_context(project: Project, user) -> dict:
    milestones, defects = list(project.milestones.all()), list(project.defects.select_related("fixed_by", "checked_by", "found_by"))
    stages, papers, by_role = photos_of(project, milestones, defects)
    inspectors = list(project.inspectors.select_related("user"))
    for inspector in inspectors:
        inspector.drawn = next((file for file in by_role.get(inspector.signature_role, []) if file.file), None)
    offers = offers_of(project)
    open_defects = [defect for defect in defects if defect.is_open]
    present = [inspector for inspector in inspectors if inspector.round == project.inspection_round]
    who, words = next_step(
        project,
        quotes=len(offers),
        unfinished=sum(milestone.done_on is None for milestone in milestones),
        defects=len(open_defects),
        unsigned=[inspector.user.name for inspector in present if not inspector.signed_at],
    )
    return {
        "steps": steps_of(project),
        "next_who": who,
        "next_words": words,
        "state_cell": state_mark(project.get_state_display(), project.tone),
        "offers": offers,
        "milestones": milestones,
        "inspectors": present,
        "earlier_inspectors": [inspector for inspector in inspectors if inspector.round < project.inspection_round],
        "defects": defects,
        "open_defects": open_defects,
        "payments": list(project.payments.select_related("created_by", "reverses", "reversed_by")),
        "stages": stages,
        "papers": papers,
        "share": round(project.paid / project.payable * 100) if project.payable else 0,
        "today": timezone.localdate(),
    }


PROJECTS = Record(
    model=Project,
    namespace="repairs:project",
    icon="construction",
    rows=projects_visible_to,
    columns=(
        Column(
            "title", "工程和地点", lambda p: p.title, lambda p: link(p.title, reverse("repairs:project-detail", args=[p.pk]), str(p.place)), css="key", width=34
        ),
        Column("number", "编号", lambda p: p.number, css="nw mute only-wide", sort="number", width=14),
        Column("place", "地点", lambda p: str(p.place), css="only-wide", optional=True, width=30),
        Column("state", "状态", lambda p: p.get_state_display(), lambda p: state_mark(p.get_state_display(), p.tone), css="tail", sort="state", width=10),
        Column("owner", "负责人", lambda p: p.owner.name, css="nw", sort="owner__pinyin", width=10),
        Column("end_on", "计划完工", lambda p: p.end_on, end_day, css="nw", sort="end_on", kind="date", width=12),
        Column("budget", "预算（元）", lambda p: p.budget, lambda p: money(p.budget), css="num only-wide", sort="budget", kind="money", width=14),
        Column("firm", "施工单位", lambda p: p.firm, css="only-wide", optional=True, width=24),
        Column(
            "contract_amount",
            "合同（元）",
            lambda p: p.contract_amount,
            lambda p: money(p.contract_amount),
            css="num",
            sort="contract_amount",
            kind="money",
            width=14,
        ),
        Column("paid", "已付（元）", lambda p: p.paid, lambda p: money(p.paid) if p.paid else "—", css="num only-wide", sort="paid", kind="money", width=14),
        Column("method", "采购方式", lambda p: p.get_method_display(), css="nw only-wide", optional=True, width=12),
        Column("fund", "经费来源", lambda p: p.fund, css="only-wide", optional=True, width=20),
        Column("contract_number", "合同编号", lambda p: p.contract_number, css="nw only-wide", optional=True, width=16),
        Column("contract_on", "签订日期", lambda p: p.contract_on, lambda p: day(p.contract_on), css="nw only-wide", optional=True, kind="date", width=12),
        Column("inspected_on", "验收日期", lambda p: p.inspected_on, lambda p: day(p.inspected_on), css="nw only-wide", optional=True, kind="date", width=12),
        Column(
            "warranty_until", "质保到", lambda p: p.warranty_until, lambda p: day(p.warranty_until), css="nw only-wide", optional=True, kind="date", width=12
        ),
    ),
    filters=forms.ProjectFilters,
    form=forms.ProjectForm,
    create=rules.propose_project,
    update=rules.update_project,
    check_view=rules.check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_edit,
    views=views,
    facts=lambda record: [],  # the page has its own
    detail_context=detail_context,
    stamp=lambda p: f"{p.state}.{p.inspection_round}.{p.paid}",
    empty="还没有维修工程。金额大、要请外面单位做的，在这里申报。",
    extra={
        "lines": {
            "add_quote",
            "remove_quote",
            "add_milestone",
            "finish_milestone",
            "remove_milestone",
            "add_defect",
            "fix_defect",
            "check_defect",
            "add_payment",
            "reverse_payment",
            "add_photos",
            "add_papers",
        }
    },
    actions=(
        Action("approve", "同意立项", rules.approve_project, rules.check_can_decide, forms.OpinionForm, icon="check", tone="primary", hint=proposal_words),
        Action("return", "退回修改", rules.return_project, rules.check_can_decide, forms.ReturnForm, icon="corner-up-left"),
        Action("withdraw", "撤回", rules.withdraw_project, rules.check_can_withdraw, icon="undo-2"),
        Action("resubmit", "再次送批", rules.resubmit_project, rules.check_can_resubmit, icon="send", tone="primary"),
        Action("add_quote", "登记报价", rules.add_quote, rules.check_can_quote, forms.QuoteForm, icon="plus"),
        Action("remove_quote", "去掉报价", rules.remove_quote, rules.check_can_quote, forms.RemoveQuoteForm, icon="x", tone="stop"),
        Action("sign_contract", "签合同", rules.sign_contract, rules.check_can_contract, forms.ContractForm, icon="signature", tone="primary"),
        Action("start", "开工", building.start_work, building.check_can_start, forms.StartForm, icon="hard-hat", tone="primary"),
        Action("add_milestone", "加节点", building.add_milestone, building.check_can_plan, forms.MilestoneForm, icon="plus"),
        Action("finish_milestone", "节点完成", building.finish_milestone, building.check_can_build, forms.FinishMilestoneForm, icon="check", tone="primary"),
        Action("remove_milestone", "去掉节点", building.remove_milestone, building.check_can_plan, forms.OpenMilestoneForm, icon="x", tone="stop"),
        Action("add_photos", "加照片", building.add_photos, building.check_can_add_photos, forms.PhotosForm, icon="camera"),
        Action("add_papers", "加文件", building.add_papers, building.check_can_add_papers, forms.PapersForm, icon="paperclip"),
        Action("request_inspection", "请验收", acceptance.request_inspection, acceptance.check_can_request, forms.InspectorsForm, icon="users", tone="primary"),
        Action("call_off", "先不验收", acceptance.call_off_inspection, acceptance.check_can_call_off, forms.ReasonForm, icon="undo-2"),
        Action("sign", "验收签字", acceptance.sign_inspection, acceptance.check_can_sign, forms.SignForm, icon="pen-line", tone="primary"),
        Action("add_defect", "登记问题", acceptance.add_defect, acceptance.check_can_find, forms.DefectForm, icon="plus"),
        Action("fix_defect", "登记整改", acceptance.fix_defect, acceptance.check_can_fix, forms.FixDefectForm, icon="hammer", tone="primary"),
        Action("check_defect", "复查", acceptance.check_defect, acceptance.check_can_check, forms.CheckDefectForm, icon="check", tone="primary"),
        Action("add_payment", "登记付款", payments.add_payment, payments.check_can_pay, forms.PaymentForm, icon="plus"),
        Action("reverse_payment", "冲销", payments.reverse_payment, payments.check_can_reverse, forms.ReverseForm, icon="undo-2", tone="stop"),
        Action(
            "fix_final",
            "定结算金额",
            payments.fix_final,
            payments.check_can_fix_final,
            forms.FinalForm,
            icon="calculator",
            hint=lambda p, user: f"合同金额 {p.contract_amount:,.2f} 元，已付 {p.paid:,.2f} 元。",
        ),
        Action("settle", "结清", payments.settle_project, payments.check_can_settle, icon="flag", tone="primary", confirm="结清以后不能再登记问题和付款。"),
        Action("drop", "取消工程", rules.drop_project, rules.check_can_drop, forms.ReasonForm, icon="x", tone="stop"),
    ),
)


class ProjectAction(LinesAction):
    again = frozenset({"add_quote", "add_milestone", "add_defect"})


@require_safe
@never_cache
def print_comparison(request, pk: int):
    """比价表 as a PDF; the paper of acceptance has the record's own address under /print/."""
    PROJECTS.check_view(request.user)
    project = get_object_or_404(projects_visible_to(request.user), pk=pk)
    at, content = timezone.now(), COMPARISON_SHEET.context(project, request.user)
    paper = note_paper(actor=request.user, at=at, document=COMPARISON_SHEET, record=project, content=content)
    pdf = paper_pdf(document=COMPARISON_SHEET, content=content, paper=paper, at=at, address=base_address(request))
    response = HttpResponse(pdf, content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{paper.title} {paper.number}.pdf") or "inline"
    return response


def project_urls() -> list:
    """The routes of works projects, under /repairs/."""
    return [
        path("project/<int:pk>/comparison.pdf", print_comparison, name="project-comparison"),
        *record_urls(PROJECTS, pages={"detail": LinesDetail, "action": ProjectAction}),
    ]
