"""比价表 and 工程验收单 in their customary forms (REP-11, GEN-04)."""

from base64 import b64encode

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.printing.models import PrintedPaper
from logistics.platform.web.templatetags.school import full_day

from .models import Project, ProjectState
from .queries import inspectors_of, offers_of


def check_has_quotes(user, project: Project) -> None:
    if not project.quotes.exists():
        raise RuleViolation("还没有报价，比价表没有内容。")


def check_has_inspectors(user, project: Project) -> None:
    if not project.inspection_round:
        raise RuleViolation("还没有请人验收，验收单没有内容。")


def comparison(project: Project, user) -> dict:
    """Everything 比价表 says: the quotes beside the cheapest, the choice and its reason."""
    offers = offers_of(project)
    return {
        "number": project.number,
        "name": project.title,
        "place": str(project.place),
        "owner": project.owner.name,
        "budget": project.budget,
        "fund": project.fund,
        "method": project.get_method_display(),
        "rows": [
            {
                "firm": offer.quote.firm,
                "contact": offer.quote.contact,
                "amount": offer.quote.amount,
                "over": offer.over,
                "quoted_on": offer.quote.quoted_on,
                "valid_until": offer.quote.valid_until,
                "note": offer.quote.note,
                "is_cheapest": offer.is_cheapest,
                "is_chosen": offer.is_chosen,
            }
            for offer in offers
        ],
        "count": len(offers),
        "firm": project.firm,
        "amount": project.contract_amount,
        "choice_reason": project.choice_reason or ("报价最低" if any(offer.is_chosen and offer.is_cheapest for offer in offers) else ""),
        "over_reason": project.over_reason,
        "single_reason": project.single_reason,
        "chosen_on": full_day(project.contract_on),
        "buyer": project.contract_by.name if project.contract_by else "",
    }


def inspection(project: Project, user) -> dict:
    """Everything 工程验收单 says: the work, its defects, the conclusion and the signatures of the last round."""
    inspectors = list(inspectors_of(project).select_related("user__department"))
    drawn = {file.role: file for file in attachments_of(project) if file.role.startswith("sign-") and file.file}
    signers = [_signer(inspector, drawn.get(inspector.signature_role)) for inspector in inspectors]
    is_done = project.state in (ProjectState.INSPECTED, ProjectState.SETTLED)
    return {
        "number": project.number,
        "name": project.title,
        "place": str(project.place),
        "firm": project.firm,
        "contract_number": project.contract_number,
        "contract_amount": project.contract_amount,
        "final_amount": project.final_amount,
        "contract_on": full_day(project.contract_on),
        "started_on": full_day(project.started_on),
        "finished_on": full_day(max((step.done_on for step in project.milestones.all() if step.done_on), default=None)),
        "inspected_on": full_day(project.inspected_on),
        "warranty_until": full_day(project.warranty_until),
        "retention": project.retention.normalize(),
        "retained": project.retained,
        "owner": project.owner.name,
        "round": project.inspection_round,
        "steps": [{"name": step.name, "plan_on": step.plan_on, "done_on": step.done_on, "note": step.note} for step in project.milestones.all()],
        "defects": [_defect(defect) for defect in project.defects.select_related("checked_by")],
        "is_passed": is_done,
        "is_refused": any(signer["passed"] is False for signer in signers),
        "signers": signers,
    }


def _defect(defect) -> dict:
    return {
        "content": defect.content,
        "fix_by": defect.fix_by,
        "fixed_on": defect.fixed_on,
        "fix_note": defect.fix_note,
        "checker": defect.checked_by.name if defect.checked_by else "",
        "checked_on": defect.checked_on,
    }


def _signer(inspector, file) -> dict:
    """One inspector; the drawn signature is a picture, its digest is part of what the paper says."""
    mark = ""
    if file is not None:
        with file.file.open("rb") as picture:
            data = b64encode(picture.read()).decode()
        mark = f'<svg class="mark" viewBox="0 0 96 36" width="96" height="36"><image width="96" height="36" href="data:image/png;base64,{data}"/></svg>'
    return {
        "name": inspector.user.name,
        "department": str(inspector.user.department or ""),
        "passed": inspector.is_passed,
        "opinion": inspector.opinion,
        "on": full_day(inspector.signed_at),
        "mark": mark,
        "mark_digest": file.digest if file is not None else "",
    }


def project_of(paper: PrintedPaper) -> Project | None:
    return Project.objects.filter(pk=paper.record_id).first()


COMPARISON_SHEET = PrintDocument(
    kind="repairs.project.quotes",
    title="比价表",
    template="print/repairs/project_quotes.html",
    context=comparison,
    number=lambda project: project.number,
    check=check_has_quotes,
    find=project_of,
)
INSPECTION_SHEET = PrintDocument(
    kind="repairs.project",
    title="工程验收单",
    template="print/repairs/project_inspection.html",
    context=inspection,
    number=lambda project: project.number,
    check=check_has_inspectors,
)
