"""A request of the buyer's office on a small budget, sent through a chain of one pen."""

from decimal import Decimal

import pytest
from django.test import Client
from rest_framework.test import APIClient

from finance.budget.models import BudgetEntry, BudgetLine
from finance.purchase import rules
from finance.purchase.models import PurchaseRequest
from logistics.platform.approvals import deciding_rules as deciding
from logistics.platform.approvals.public import current_run, load_usual_chains
from logistics.platform.audit.models import Event
from tests.conftest import NOW, api_key
from tests.finance.budget.conftest import Budget, fresh
from tests.ground import Kept


def row(budget_line, name="A4 纸", quantity="2", price="15.80", **more) -> dict:
    return {
        "name": name, "spec": "70 克", "unit": "包", "quantity": Decimal(quantity), "price": Decimal(price), "budget_line": budget_line, "destination": "store",
        "use": "",
    } | more  # fmt: skip


class Desk:
    """write() a draft, send() it, sign() it; the applicant is the keeper of 总务处."""

    def __init__(self, cast, budget):
        self.cast, self.budget = cast, budget
        self.applicant = cast.keeper
        load_usual_chains(actor=cast.director, at=NOW)

    def write(self, *rows, actor=None, at=NOW, **given) -> PurchaseRequest:
        fields = {"title": "办公用品", "department": self.budget.office, "reason": "日常办公"} | given
        return rules.create_request(actor=actor or self.cast.keeper, at=at, lines=rows or [row(fresh(self.budget.line))], **fields)

    def send(self, request=None, at=NOW, **given) -> PurchaseRequest:
        request = request or self.write(**given)
        rules.submit_request(actor=self.cast.keeper, at=at, record=request)
        return fresh(request)

    def sign(self, request, act="approve", by="principal", at=NOW, **given) -> PurchaseRequest:
        getattr(deciding, act)(actor=getattr(self.cast, by), at=at, record=current_run(request), **{"opinion": "看过"} | given)
        return fresh(request)

    def approved(self, **given) -> PurchaseRequest:
        return self.sign(self.send(**given))

    def reserved(self, line=None) -> Decimal:
        return BudgetLine.objects.get(pk=(line or self.budget.line).pk).reserved


def everything() -> tuple:
    """What no refusal may change."""
    lines = list(PurchaseRequest.objects.order_by("pk").values_list("pk", "state", "total", "edits", "lines__name", "lines__amount"))
    return lines, BudgetEntry.objects.count(), Event.objects.count(), list(BudgetLine.objects.order_by("pk").values_list("reserved", "committed", "spent"))


@pytest.fixture(scope="module")
def kept_budget(ground) -> Kept:
    return ground.keep(lambda cast: Budget(cast).open())


@pytest.fixture
def budget(cast, kept_budget) -> Budget:
    return kept_budget.copied(cast)


@pytest.fixture
def desk(cast, budget) -> Desk:
    return Desk(cast, budget)


@pytest.fixture
def browse():
    def browser(person) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return browser


@pytest.fixture
def call():
    def program(person) -> APIClient:
        client = APIClient()
        client.credentials(HTTP_AUTHORIZATION=f"Token {api_key(person)}")
        return client

    return program
