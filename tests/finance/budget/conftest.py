"""A small school's budget: a department, two items, an ordinary and a special fund, one running year."""

from decimal import Decimal

import pytest

from finance.budget import rules
from finance.budget.models import BudgetEntry, BudgetItem, BudgetLine, BudgetYear, Fund, YearState
from finance.budget.year_rules import create_line, create_year, open_year
from logistics.platform.kernel.ref import Ref
from logistics.platform.org.models import Department
from tests.conftest import NOW

REQUEST, ORDER = Ref("finance.budgetchange", 901), Ref("finance.budgetchange", 902)  # any kind of document will do for the ledger


class Budget:
    """offices, items, funds, and a draft year with two lines; `open()` puts it in force."""

    def __init__(self, cast, year=2026):
        self.cast = cast
        self.office, self.teaching = Department.objects.get(name="总务处"), Department.objects.get(name="理科组")
        self.repair = BudgetItem.objects.create(code="30213", name="维修（护）费")
        self.paper = BudgetItem.objects.create(code="30201", name="办公费")
        self.usual = Fund.objects.create(name="公用经费")
        self.special = Fund.objects.create(name="校舍维修专项", is_special=True, purpose="维修、防水", codes="30213、310")
        self.year = create_year(actor=cast.accountant, at=NOW, year=year)
        self.line = self.make(self.office, self.paper, self.usual, 1000)
        self.other = self.make(self.office, self.repair, self.usual, 500)
        self.works = self.make(self.office, self.repair, self.special, 2000)

    def make(self, department, item, fund, allotment) -> BudgetLine:
        given = {"department": department, "item": item, "fund": fund, "allotment": Decimal(allotment)}
        return create_line(actor=self.cast.accountant, at=NOW, year=self.year, **given)

    def open(self) -> "Budget":
        open_year(actor=self.cast.principal, at=NOW, record=BudgetYear.objects.get(pk=self.year.pk))
        self.year.refresh_from_db()
        return self

    def reserve(self, amount, document=REQUEST, line=None, **given):
        return rules.reserve(actor=self.cast.buyer, at=NOW, line=fresh(line or self.line), amount=Decimal(str(amount)), document=document, **given)

    def commit(self, amount, document=REQUEST, **given):
        return rules.commit(actor=self.cast.buyer, at=NOW, line=fresh(self.line), amount=Decimal(str(amount)), document=document, **given)

    def spend(self, amount, document=REQUEST, **given):
        return rules.spend(actor=self.cast.cashier, at=NOW, line=fresh(self.line), amount=Decimal(str(amount)), document=document, **given)

    def release(self, amount=None, document=REQUEST):
        return rules.release(actor=self.cast.buyer, at=NOW, line=fresh(self.line), amount=amount, document=document)


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def parts(line) -> tuple:
    """(allotment, reserved, committed, spent, available) as whole yuan where they are."""
    line = fresh(line)
    return tuple(map(float, (line.allotment, line.reserved, line.committed, line.spent, line.available)))


def state_of(line) -> tuple:
    """Everything a refusal may not change."""
    return parts(line), BudgetEntry.objects.filter(line=line).count()


@pytest.fixture
def drafted(cast) -> Budget:
    return Budget(cast)


@pytest.fixture
def budget(drafted) -> Budget:
    return drafted.open()


@pytest.fixture
def closed(budget) -> Budget:
    BudgetYear.objects.filter(pk=budget.year.pk).update(state=YearState.CLOSED)
    return budget
