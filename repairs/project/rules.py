"""A works project from its proposal to the contract: decided by another person, prices compared, money within the budget (REP-11)."""

from datetime import date, datetime
from decimal import Decimal

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has, holders_of, require
from logistics.platform.access.separation import check_separation
from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.money import money
from logistics.platform.kernel.states import advance, check_move
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.numbering.rules import next_number
from logistics.platform.partners.models import Partner
from repairs.firms import check_may_work, name_of
from repairs.subjects import WORKS

from .models import PROJECT_MOVES, Method, Project, ProjectState, Quote
from .queries import APPROVE, MANAGE, VIEW, is_concerned

SERIES = "GC"
MOST_QUOTES = 20


def check_can_view(user) -> None:
    """Whoever may see projects, and whoever owns or inspects one."""
    if not has(user, VIEW) and not is_concerned(user):
        require(user, VIEW)


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def check_in_charge(user, project: Project) -> None:
    """The project's owner, or anybody who manages projects."""
    if user.pk != project.owner_id:
        require(user, MANAGE)


def check_can_edit(user, project: Project) -> None:
    check_in_charge(user, project)
    if project.state == ProjectState.PROPOSED:
        raise RuleViolation("已经送批了。要改的话，请先撤回。")
    if project.state != ProjectState.RETURNED:
        raise RuleViolation(f"工程{project.get_state_display()}，申报内容不能再改。")


def check_can_resubmit(user, project: Project) -> None:
    check_in_charge(user, project)
    check_move(project, ProjectState.PROPOSED, moves=PROJECT_MOVES)


def check_can_withdraw(user, project: Project) -> None:
    check_move(project, ProjectState.RETURNED, moves=PROJECT_MOVES)
    if user.pk not in (project.created_by_id, project.owner_id):
        raise NotAllowed("只有申报人能撤回。")


def check_can_decide(user, project: Project) -> None:
    """立项 and decision are separate: neither the proposer nor the owner decides."""
    require(user, APPROVE)
    check_move(project, ProjectState.APPROVED, moves=PROJECT_MOVES)
    if user.pk == project.owner_id:
        raise NotAllowed("自己负责的工程，要由别人批准。")
    check_separation(user, "approve", project)


def check_can_drop(user, project: Project) -> None:
    check_move(project, ProjectState.DROPPED, moves=PROJECT_MOVES)
    if not has(user, APPROVE):
        require(user, MANAGE)
    if project.paid:
        raise RuleViolation(f"已经付了 {project.paid:,.2f} 元，不能取消。请先冲销付款。")


def check_can_quote(user, project: Project) -> None:
    check_in_charge(user, project)
    if project.state != ProjectState.APPROVED:
        raise RuleViolation("立项以后、签合同以前登记报价。")


def check_can_contract(user, project: Project) -> None:
    require(user, MANAGE)
    check_move(project, ProjectState.CONTRACTED, moves=PROJECT_MOVES)
    check_separation(user, "sign_contract", project)
    least = limit("repairs.project.quotes", timezone.localdate(project.approved_at)) if project.method == Method.QUOTES else 0
    if (count := project.quotes.count()) < least:
        raise RuleViolation(f"三家比价至少要 {least} 家报价，现在只有 {count} 家。")


@rule
def propose_project(*, actor, at: datetime, **fields) -> Project:
    """File a proposal; it is numbered and goes to whoever decides. Raises RuleViolation or ValidationError at the field."""
    check_can_manage(actor)
    fields = tidied(fields)
    _check_proposal(fields)
    project = Project(created_by=actor, created_at=at, number=next_number(SERIES, timezone.localtime(at).year))
    save_changes(actor=actor, at=at, record=project, text=f"申报立项，预算 {money(fields.get('budget') or 0):,.2f} 元", **fields)
    _ask_deciders(project, actor=actor, at=at)
    return project


@rule
def update_project(*, actor, at: datetime, record: Project, **fields) -> Project:
    """Change a proposal that came back or was taken back."""
    project, fields = stored(Project, record), tidied(fields)
    check_can_edit(actor, project)
    _check_proposal({name: fields.get(name, getattr(project, name)) for name in ("method", "single_reason")})
    return save_changes(actor=actor, at=at, record=project, **fields)


def _check_proposal(fields: dict) -> None:
    if fields.get("method") == Method.SINGLE and not fields.get("single_reason"):
        raise RuleViolation("单一来源要写理由，比如只有一家有资质，或者是原设备的配套。", field="single_reason")


@rule
def resubmit_project(*, actor, at: datetime, record: Project) -> Project:
    project = stored(Project, record)
    check_can_resubmit(actor, project)
    advance(project, ProjectState.PROPOSED, moves=PROJECT_MOVES, opinion="")
    record_event(actor=actor, at=at, action="resubmit", record=project, text=f"再次送批，预算 {project.budget:,.2f} 元")
    _ask_deciders(project, actor=actor, at=at)
    return project


@rule
def withdraw_project(*, actor, at: datetime, record: Project) -> Project:
    """The proposer takes the proposal back before anybody decided."""
    project = stored(Project, record)
    check_can_withdraw(actor, project)
    advance(project, ProjectState.RETURNED, moves=PROJECT_MOVES)
    record_event(actor=actor, at=at, action="withdraw", record=project, text="撤回修改")
    return project


@rule
def approve_project(*, actor, at: datetime, record: Project, opinion: str = "") -> Project:
    """Raises NotAllowed for proposer and owner, Conflict when somebody decided first."""
    project = stored(Project, record)
    check_can_decide(actor, project)
    opinion = tidied({"opinion": opinion or ""})["opinion"]
    advance(project, ProjectState.APPROVED, moves=PROJECT_MOVES, approved_by=actor, approved_at=at, opinion=opinion)
    record_event(actor=actor, at=at, action="approve", record=project, text="同意立项", note=opinion)
    tell([project.owner, project.created_by], project, at=at, about="approved", title=f"已立项：{project.title}", body=opinion)
    return project


@rule
def return_project(*, actor, at: datetime, record: Project, opinion: str) -> Project:
    """Send the proposal back with what must change."""
    project = stored(Project, record)
    check_can_decide(actor, project)
    opinion = said(opinion, "请写退回的原因，申报人好改。", "opinion")
    advance(project, ProjectState.RETURNED, moves=PROJECT_MOVES, opinion=opinion)
    record_event(actor=actor, at=at, action="return", record=project, text="退回修改", note=opinion)
    tell([project.owner, project.created_by], project, at=at, about="returned", title=f"立项退回：{project.title}", body=opinion)
    return project


@rule
def drop_project(*, actor, at: datetime, record: Project, reason: str) -> Project:
    """End a project before the work begins. Raises RuleViolation when anything was paid."""
    project = stored(Project, record)
    check_can_drop(actor, project)
    reason = said(reason, "请写取消的原因。", "reason")
    advance(project, ProjectState.DROPPED, moves=PROJECT_MOVES, dropped=reason)
    record_event(actor=actor, at=at, action="drop", record=project, text="取消工程", note=reason)
    tell([project.owner, project.created_by], project, at=at, about="dropped", title=f"工程已取消：{project.title}", body=reason)
    return project


@rule
def add_quote(
    *, actor, at: datetime, record: Project, amount: Decimal, quoted_on: date, partner: Partner | None = None, firm: str = "", contact: str = "",
    valid_until: date | None = None, note: str = "",
) -> Quote:  # fmt: skip
    """One firm's price: a partner of the school's list, or a name. Raises ValidationError when the firm has quoted already."""
    project = stored(Project, record)
    check_can_quote(actor, project)
    if project.quotes.count() >= MOST_QUOTES:
        raise RuleViolation(f"最多登记 {MOST_QUOTES} 家。")
    if quoted_on > timezone.localdate(at):
        raise RuleViolation("报价日期不能晚于今天。", field="quoted_on")
    name = name_of(partner, firm)
    if not name:
        raise RuleViolation("请选一家往来单位，或者写单位名称。", field="firm")
    words = tidied({"contact": contact or (partner.phone if partner else ""), "note": note})
    quote = Quote(project=project, partner=partner, firm=name, **words, amount=money(amount), quoted_on=quoted_on, valid_until=valid_until)
    quote.full_clean()
    quote.save()
    record_event(actor=actor, at=at, action="add_quote", record=project, text=f"报价：{quote.firm} {quote.amount:,.2f} 元")
    return quote


@rule
def remove_quote(*, actor, at: datetime, record: Project, quote: Quote, reason: str) -> Project:
    """Take back a price that was noted wrongly, with the reason; the journal keeps it."""
    project = stored(Project, record)
    check_can_quote(actor, project)
    reason = said(reason, "请写为什么去掉这家报价。", "reason")
    found = part(project.quotes, quote)
    record_event(actor=actor, at=at, action="remove_quote", record=project, text=f"去掉报价：{found.firm} {found.amount:,.2f} 元", note=reason)
    found.delete()
    return project


@rule
def sign_contract(
    *,
    actor,
    at: datetime,
    record: Project,
    firm: str,
    contract_number: str,
    contract_amount: Decimal,
    contract_on: date,
    retention: Decimal = Decimal(3),
    warranty_months: int = 12,
    choice_reason: str = "",
    over_reason: str = "",
) -> Project:
    """Note the contract. Raises RuleViolation at its field: too few quotes, a firm that did not quote, no reason for a dearer one or for going over the budget."""
    project = stored(Project, record)
    check_can_contract(actor, project)
    partner = next((quote.partner for quote in project.quotes.select_related("partner") if quote.firm == tidied({"firm": firm})["firm"]), None)
    check_may_work(partner, contract_on, field="firm")
    words = tidied({"firm": firm, "contract_number": contract_number, "choice_reason": choice_reason or "", "over_reason": over_reason or ""})
    amount = money(contract_amount)
    _check_choice(project, words["firm"], amount, words["choice_reason"])
    if amount > project.budget and not words["over_reason"]:
        raise RuleViolation(f"超过预算 {amount - project.budget:,.2f} 元，要写理由。", field="over_reason")
    if not timezone.localdate(project.approved_at) <= contract_on <= timezone.localdate(at):
        raise RuleViolation(f"签订日期要在立项批准（{timezone.localdate(project.approved_at)}）以后，不晚于今天。", field="contract_on")
    check_move(project, ProjectState.CONTRACTED, moves=PROJECT_MOVES)
    project.state = ProjectState.CONTRACTED
    values = words | {
        "partner": partner,
        "contract_amount": amount,
        "contract_on": contract_on,
        "contract_by": actor,
        "retention": retention,
        "warranty_months": warranty_months,
    }
    save_changes(actor=actor, at=at, record=project, action="sign_contract", text=f"签合同：{words['firm']}，{amount:,.2f} 元", **values)
    tell([project.owner, project.created_by], project, at=at, about="contracted", title=f"已签合同：{project.title}", body=f"{words['firm']}，{amount:,.2f} 元")
    return project


def _check_choice(project: Project, firm: str, amount: Decimal, reason: str) -> None:
    """货比三家: a firm that gave a price, and a reason when it was not the cheapest or the contract is dearer than its price."""
    if not firm:
        raise RuleViolation("请写施工单位。", field="firm")
    quotes = list(project.quotes.all())
    if project.method == Method.QUOTES and firm not in [quote.firm for quote in quotes]:
        raise RuleViolation(f"「{firm}」没有报过价，请从报价的几家里选。", field="firm")
    chosen = next((quote for quote in quotes if quote.firm == firm), None)
    if reason or not quotes:
        return
    if chosen is None or chosen.amount > quotes[0].amount:
        raise RuleViolation(f"最低的是 {quotes[0].firm}，{quotes[0].amount:,.2f} 元。不选它要写理由。", field="choice_reason")
    if amount > chosen.amount:
        raise RuleViolation(f"合同比报价高 {amount - chosen.amount:,.2f} 元，要写理由。", field="choice_reason")


def part(rows, record):
    """The stored line of this project, locked. Raises Conflict when it is gone or belongs to another project."""
    found = rows.select_for_update().filter(pk=record.pk).first()
    if found is None:
        raise Conflict("这一条刚刚被去掉了，请刷新后再看。")
    return found


def said(words: str, sentence: str, field: str) -> str:
    """Tidy words that may not be missing."""
    words = tidied({"words": words or ""})["words"]
    if not words:
        raise RuleViolation(sentence, field=field)
    return words


def tell(people, project: Project, *, at: datetime, about: str, title: str, body: str = "") -> None:
    """One message per person and occasion; whoever stands in the list twice gets one."""
    url = reverse("repairs:project-detail", args=[project.pk])
    key = f"repairs.project.{about}.{project.pk}.{at:%Y%m%d%H%M%S%f}"
    notify(at=at, key=key, recipients=people, title=title, body=body or project.number, url=url, subject=WORKS)


def _ask_deciders(project: Project, *, actor, at: datetime) -> None:
    deciders = list(holders_of(APPROVE).exclude(pk__in=(project.created_by_id, project.owner_id)))
    if not deciders:
        raise RuleViolation("除了申报人和负责人，没有人能批准立项。请系统管理员在「角色与权限」里指定。")
    tell(deciders, project, at=at, about="proposed", title=f"请定是否立项：{project.title}", body=f"{actor.name}申报，预算 {project.budget:,.2f} 元")
