"""One row of every kind of record of contracts, statements and the calendar."""

from datetime import date, timedelta
from decimal import Decimal

from finance.calendar.presets import PRESETS
from finance.calendar.rules import file_report, set_up
from finance.contract.models import Contract, ContractState
from finance.contract.parts import Plan
from finance.contract.rules import create_contract
from finance.contract.supplement_rules import create_supplement
from finance.disclosure.rules import create_disclosure
from logistics.platform.attachments.photos import CleanPaper
from logistics.platform.duties.models import Occurrence
from logistics.platform.org.models import Department
from logistics.platform.partners.models import Partner
from tests.conftest import NOW

TODAY = date(2026, 11, 18)
COPY = b"%PDF-1.4\n%%EOF"


def contract(school, n: int, **fields) -> Contract:
    partner, _ = Partner.objects.get_or_create(name=f"合同公司{n}", defaults={"kinds": ",other,", "created_by": school.cast.director, "created_at": NOW})
    given = {"kind": "goods", "title": f"第{n}号合同", "partner": partner, "amount": Decimal(100 + n), "start_on": TODAY, "end_on": TODAY + timedelta(days=90)}
    return create_contract(actor=school.cast.buyer, at=NOW, department=Department.objects.get(name="总务处"), plan=Plan.ONCE, **given | fields)


def active(school, n: int) -> Contract:
    made = contract(school, n)
    values = {"number": f"HT-2026-{n:04d}", "submitted_at": NOW, "decided_at": NOW, "signed_on": TODAY, "signed_by": school.cast.director}
    Contract.objects.filter(pk=made.pk).update(state=ContractState.ACTIVE, first_amount=made.amount, **values)
    return Contract.objects.get(pk=made.pk)


def supplement(school, n: int):
    return create_supplement(actor=school.cast.buyer, at=NOW, contract=active(school, n + 100), reason=f"第{n}次改", change=Decimal(0), end_on=TODAY)


def disclosure(school, n: int):
    month = date(2020 + n // 12, n % 12 + 1, 1)
    return create_disclosure(actor=school.cast.accountant, at=NOW, period="month", month=month, audience="staff", above=Decimal(1000), note="")


def filing(school, n: int):
    preset = PRESETS[0]
    duty = set_up(actor=school.cast.director, at=NOW, preset=preset, owner_person=school.cast.cashier)
    common = {"duty": duty, "owner_person": school.cast.cashier, "owner_words": "出纳", "made_at": NOW}
    opens = NOW - timedelta(days=1, minutes=n)
    row = Occurrence.objects.create(key=f"t{n}", on=TODAY, opens_at=opens, due_at=NOW + timedelta(days=1), closes_at=NOW + timedelta(days=2), **common)
    return file_report(actor=school.cast.cashier, at=NOW, occurrence=row, note=f"第{n}次", papers=[CleanPaper(content=COPY, name=f"{n}.pdf")])


MAKERS = {"finance.contract": contract, "finance.supplement": supplement, "finance.disclosure": disclosure, "finance.filing": filing}


def note_more(school, record, n: int) -> None:
    """One more instalment, and a note on one in force."""
    if record.state == ContractState.DRAFT:
        record.instalments.create(name=f"第{n}期", due_on=TODAY, amount=Decimal(1))
        record.supplements.create(reason=f"改{n}", created_by=school.cast.director, created_at=NOW)


GROWERS = {"finance.contract": note_more}
