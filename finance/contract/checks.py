"""Who may do what with a contract at what time; the buttons and the rules ask the same (FIN-07, FIN-12)."""

from datetime import date

from logistics.platform.access.rules import has, require
from logistics.platform.access.separation import BUY, check_separation
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.states import check_move
from logistics.platform.partners.models import Partner, PartnerKind
from logistics.platform.partners.queries import check_usable

from .models import CONTRACT_MOVES, SIGNED, SUPPLEMENT_MOVES, Contract, ContractKind, ContractState, Supplement, SupplementState
from .queries import MANAGE, claims_of

SUITED = {
    ContractKind.GOODS: (PartnerKind.SUPPLIER, PartnerKind.FOOD, PartnerKind.CATERER),
    ContractKind.SERVICE: (PartnerKind.SERVICE, PartnerKind.REPAIR, PartnerKind.CATERER, PartnerKind.TRANSPORT, PartnerKind.WASTE, PartnerKind.TESTING),
    ContractKind.WORKS: (PartnerKind.BUILDER, PartnerKind.REPAIR),
    ContractKind.STAFF: (PartnerKind.SERVICE,),
    ContractKind.LEASE: (),
}


def check_can_draft(user, record=None) -> None:
    require(user, MANAGE)


def check_can_edit(user, contract: Contract) -> None:
    require(user, MANAGE)
    if contract.state != ContractState.DRAFT:
        raise RuleViolation(f"这份合同{contract.get_state_display()}，不能直接改。签订以后要改的，办补充协议。")


def check_can_line(user, contract: Contract) -> None:
    check_can_edit(user, contract)
    if contract.order_id:
        raise RuleViolation("这份合同按采购单办，钱已经由采购单占用，不用再选指标。")


def check_can_submit(user, contract: Contract) -> None:
    require(user, MANAGE)
    check_move(contract, ContractState.SUBMITTED, moves=CONTRACT_MOVES)


def check_can_withdraw(user, contract: Contract) -> None:
    check_move(contract, ContractState.DRAFT, moves=CONTRACT_MOVES)
    require(user, MANAGE)


def check_can_cancel(user, contract: Contract) -> None:
    require(user, MANAGE)
    check_move(contract, ContractState.CANCELLED, moves=CONTRACT_MOVES)


def check_can_sign(user, contract: Contract) -> None:
    require(user, MANAGE)
    check_move(contract, ContractState.ACTIVE, moves=CONTRACT_MOVES)
    check_separation(user, "sign", contract)
    if contract.order:
        from finance.thread import check_thread  # reads the folders that read this one

        check_thread(user, BUY, contract.order.request)


def check_can_add_papers(user, contract: Contract) -> None:
    require(user, MANAGE)
    if contract.state in (ContractState.CANCELLED, ContractState.REJECTED):
        raise RuleViolation(f"这份合同{contract.get_state_display()}，不用再加文件。")


def check_can_note(user, contract: Contract) -> None:
    """Whoever keeps contracts, drafted this one, or heads its department."""
    if not has(user, MANAGE) and user.pk not in (contract.created_by_id, contract.department.head_id):
        raise NotAllowed("履约情况由合同经办人和经办部门负责人记。")
    if contract.state not in SIGNED:
        raise RuleViolation("合同还没有签订，签订以后再记履约情况。")


def check_is_active(contract: Contract) -> None:
    if contract.state != ContractState.ACTIVE:
        raise RuleViolation(f"这份合同{contract.get_state_display()}，只有履行中的才能这样办。")


def check_can_end(user, contract: Contract) -> None:
    require(user, MANAGE)
    check_is_active(contract)


def check_no_claim_waits(contract: Contract) -> None:
    """Raise RuleViolation while a claim for one of its instalments is sent and not paid: what it counts on must stay."""
    waiting = [claim for claims in claims_of(contract).values() for claim in claims]
    if waiting:
        raise RuleViolation(f"报销单 {waiting[0].number} 正在办这份合同的付款，请先付完，或者请报销人撤回、作废。")


def check_can_move_budget(user, contract: Contract) -> None:
    check_can_end(user, contract)
    if contract.order_id and not contract.lines.exists():
        raise RuleViolation("这份合同的钱由采购单占用，这里没有指标可换。")


def check_can_ask_supplement(user, record=None) -> None:
    require(user, MANAGE)


def check_can_edit_supplement(user, record: Supplement) -> None:
    require(user, MANAGE)
    if record.state != SupplementState.DRAFT:
        raise RuleViolation(f"这份补充协议{record.get_state_display()}，不能再改。")


def check_can_submit_supplement(user, record: Supplement) -> None:
    require(user, MANAGE)
    check_move(record, SupplementState.SUBMITTED, moves=SUPPLEMENT_MOVES)


def check_can_withdraw_supplement(user, record: Supplement) -> None:
    check_move(record, SupplementState.DRAFT, moves=SUPPLEMENT_MOVES)
    require(user, MANAGE)


def check_party(partner: Partner | None, kind: str, on: date, *, field: str = "partner") -> None:
    """Raise RuleViolation unless the firm is in use and has the papers that its kind needs on that day; a person is not checked."""
    if partner is None:
        return
    wanted = SUITED[ContractKind(kind)]
    suited = next((one for one in wanted if one in partner.kind_list), None)
    if suited is None and partner.is_usable and (not wanted or PartnerKind.OTHER in partner.kind_list):
        return
    try:
        check_usable(partner, suited or (wanted[0] if wanted else PartnerKind.OTHER), on)
    except RuleViolation as refusal:
        raise RuleViolation(f"{refusal.message}请在往来单位里补齐以后再办。", field=field) from refusal
