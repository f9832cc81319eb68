"""A published uniform (代收费), a published boarding fee, two classes with five students, a bank account."""

from datetime import date
from decimal import Decimal

import pytest

from finance.fee import cash_rules, consent_rules, item_rules, rules
from finance.fee.models import FeeCharge, FeeDue, FeeItem
from finance.journal.models import CashAccount
from finance.journal.rules import save_account
from logistics.platform.attachments.photos import clean_paper, typed_signature
from logistics.platform.org.models import SchoolClass, Student, User
from logistics.platform.terms.models import Term
from tests.conftest import NOW
from tests.platform.attachments_kit import PDF, upload

TODAY = date(2026, 11, 18)


def fresh(record):
    return type(record).objects.get(pk=record.pk)


class Fees:
    def __init__(self, cast, rooms):
        self.cast = cast
        self.mine = rooms.school_class
        self.other = SchoolClass.objects.create(name="八年级（1）班", grade="八年级", order=2)
        rows = [("701", "赵一", self.mine), ("702", "钱二二", self.mine), ("703", "孙三", self.mine), ("801", "李四", self.other), ("802", "周五", self.other)]
        self.students = {number: Student.objects.create(number=number, name=name, school_class=one) for number, name, one in rows}
        self.term = Term.objects.create(name="2026年秋季学期", year="2026-2027", start_on=date(2026, 9, 1), end_on=date(2027, 1, 22))
        self.spring = Term.objects.create(name="2027年春季学期", year="2026-2027", start_on=date(2027, 2, 24), end_on=date(2027, 7, 3))
        self.bank = save_account(
            actor=cast.accountant, at=NOW, name="代管户", kind="bank", bank="建行", number="6222", opened_on=date(2026, 9, 1), opening=Decimal(1000)
        )
        self.uniform = self.item("校服", "agency", 403)
        self.boarding = self.item("住宿费", "service", 300)

    def draft(self, name, kind, amount, **given) -> FeeItem:
        fields = {"period": "term", "document": "价费〔2024〕12号", "authority": "区发改局", "valid_from": date(2026, 9, 1), "grades": ""} | given
        papers = fields.pop("papers", [clean_paper(upload(PDF, "批文.pdf"))])
        return item_rules.save_item(actor=self.cast.accountant, at=NOW, name=name, kind=kind, amount=Decimal(str(amount)), papers=papers, **fields)

    def item(self, *args, **given) -> FeeItem:
        return fresh(item_rules.publish_item(actor=self.cast.principal, at=NOW, record=self.draft(*args, **given)))

    def drafted(self, item=None, amount=None, **given) -> FeeCharge:
        item = item or self.boarding
        fields = {"item": item, "term": self.term, "due_on": date(2026, 11, 30), "classes": [self.mine, self.other]} | given
        return rules.create_charge(actor=self.cast.accountant, at=NOW, amount=Decimal(str(amount if amount is not None else item.amount)), **fields)

    def issued(self, *args, **given) -> FeeCharge:
        return fresh(rules.issue_charge(actor=self.cast.principal, at=NOW, record=self.drafted(*args, **given)))

    def due(self, charge, number) -> FeeDue:
        return FeeDue.objects.get(charge=charge.pk, student__number=number)

    def pay(self, charge, number, amount=None, **given):
        given = {"paid_on": TODAY, "amount": None if amount is None else Decimal(str(amount))} | given
        return cash_rules.collect(actor=self.cast.cashier, at=NOW, record=self.due(charge, number), **given)

    def agree(self, charge, number, agrees=True):
        due = self.due(charge, number)
        given = {"name": "赵大", "relation": "父亲", "signature": typed_signature("赵大")}
        return consent_rules.answer(actor=User.objects.system("public"), at=NOW, record=due, code=consent_rules.code_of(due), agrees=agrees, **given)

    def booked(self, charge):
        return cash_rules.book(actor=self.cast.cashier, at=NOW, record=fresh(charge), account=fresh(self.bank), on=TODAY)

    def settled(self, charge, spent) -> FeeCharge:
        return fresh(cash_rules.settle(actor=self.cast.accountant, at=NOW, record=fresh(charge), spent=Decimal(str(spent))))

    def refund(self, charge, **given):
        return cash_rules.pay_refunds(actor=self.cast.cashier, at=NOW, record=fresh(charge), account=fresh(self.bank), on=TODAY, **given)

    @property
    def balance(self) -> Decimal:
        return CashAccount.objects.get(pk=self.bank.pk).balance


@pytest.fixture
def fees(cast, rooms) -> Fees:
    return Fees(cast, rooms)
