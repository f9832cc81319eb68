"""A contract on its way: drafted by the buyer, approved by the principal, signed by the director, paid by the cashier."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from finance.contract import life_rules, rules
from finance.contract.models import Contract, Instalment
from finance.contract.parts import Plan
from logistics.platform.approvals import deciding_rules as deciding
from logistics.platform.approvals.public import current_run, load_usual_chains
from logistics.platform.attachments.photos import CleanPaper
from logistics.platform.kernel.ref import Ref
from logistics.platform.partners.models import Partner
from tests.conftest import NOW
from tests.finance.budget.conftest import Budget
from tests.ground import Kept

TODAY = date(2026, 11, 18)
COPY = b"%PDF-1.4\n%%EOF"
CLAIM = Ref("finance.budgetchange", 901)  # any document that was paid


def copy(name: str = "合同.pdf") -> CleanPaper:
    return CleanPaper(content=COPY, name=name)


def agree(person, record):
    return deciding.approve(actor=person, at=NOW, record=current_run(record), opinion="同意")


class Desk:
    """What people do with contracts; `budget.line` has 1000 yuan, `budget.large` 5000."""

    def __init__(self, cast, budget: Budget):
        self.cast, self.budget = cast, budget
        self.firm = Partner.objects.create(name="文华文具", kinds=",other,", created_by=cast.director, created_at=NOW)

    def fields(self, **fields) -> dict:
        usual = {
            "kind": "goods", "title": "办公用纸", "partner": self.firm, "department": self.budget.office, "amount": Decimal(600), "start_on": TODAY,
            "end_on": TODAY + timedelta(days=90), "budget_line": self.budget.line, "plan": Plan.ONCE,
        }  # fmt: skip
        return usual | fields

    def draft(self, actor=None, **fields) -> Contract:
        return rules.create_contract(actor=actor or self.cast.buyer, at=NOW, **self.fields(**fields))

    def sent(self, **fields) -> Contract:
        return rules.submit_contract(actor=self.cast.buyer, at=NOW, record=self.draft(**fields))

    def agreed(self, **fields) -> Contract:
        contract = self.sent(**fields)
        agree(self.cast.principal, contract)
        return fresh(contract)

    def sign(self, contract, *, actor=None, **given) -> Contract:
        given = {"signed_on": TODAY, "papers": [copy()]} | given
        return rules.sign_contract(actor=actor or self.cast.director, at=NOW, record=contract, **given)

    def active(self, **fields) -> Contract:
        return fresh(self.sign(self.agreed(**fields)))

    def pay(self, instalment: Instalment, amount, *, actor=None, document=CLAIM):
        return life_rules.note_paid(actor=actor or self.cast.cashier, at=NOW, instalment=instalment, amount=Decimal(str(amount)), document=document)


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def make_desk(cast) -> Desk:
    load_usual_chains(actor=cast.director, at=NOW)
    budget = Budget(cast)
    budget.large = budget.make(budget.teaching, budget.paper, budget.usual, 5000)
    return Desk(cast, budget.open())


@pytest.fixture(scope="module")
def kept_desk(ground) -> Kept:
    return ground.keep(make_desk)


@pytest.fixture
def desk(cast, kept_desk) -> Desk:
    return kept_desk.copied(cast)
