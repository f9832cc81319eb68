"""Who is told that a contract ends or that an instalment is due, each once (FIN-07)."""

from datetime import datetime, timedelta

from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import holders_of
from logistics.platform.limits.queries import limit
from logistics.platform.notices.rules import notify
from logistics.platform.notices.subjects import Subject
from logistics.platform.web.templatetags.school import full_day

from .models import Contract, Instalment
from .queries import MANAGE, PAY_WARN, WARN, instalments_due, running_out

ENDING = Subject("finance.contract.ending", "合同快到期了", "经费合同")
DUE = Subject("finance.contract.due", "合同款该付了", "经费合同")
BOOKS = "finance.journal.write"


def remind(*, at: datetime) -> int:
    """Tell of every contract that ends within the school's days and every instalment due soon; returns how many there were.

    Once per contract and last day, once per instalment and day, however often this runs.
    """
    on = timezone.localdate(at)
    ending = list(running_out(on, int(limit(WARN, on))))
    due = list(instalments_due(on + timedelta(days=int(limit(PAY_WARN, on)))))
    if not ending and not due:
        return 0
    keepers, payers = list(holders_of(MANAGE)), list(holders_of(BOOKS))
    for contract in ending:
        _tell_ending(contract, keepers, at)
    for instalment in due:
        _tell_due(instalment, payers, at)
    return len(ending) + len(due)


def _tell_ending(contract: Contract, keepers: list, at: datetime) -> None:
    head = [contract.department.head] if contract.department.head else []
    notify(
        at=at,
        key=f"finance.contract.ending:{contract.pk}:{contract.end_on}",
        recipients=[contract.created_by, *head, *keepers],
        title=f"合同快到期：{contract.title}",
        body=f"{contract.number}，{contract.party}，{full_day(contract.end_on)}到期。要续的请早办，不续的到期办完结。",
        url=reverse("finance:contract-detail", args=[contract.pk]),
        subject=ENDING,
    )


def _tell_due(instalment: Instalment, payers: list, at: datetime) -> None:
    contract = instalment.contract
    condition = f"，付款条件：{instalment.condition}" if instalment.condition else ""
    notify(
        at=at,
        key=f"finance.contract.due:{instalment.pk}:{instalment.due_on}",
        recipients=[contract.created_by, *payers],
        title=f"合同款该付了：{contract.title} {instalment.name}",
        body=f"{contract.party}，{instalment.unpaid:,.2f} 元，{full_day(instalment.due_on)}到期{condition}。请办报销付款。",
        url=reverse("finance:contract-detail", args=[contract.pk]),
        subject=DUE,
    )
