"""A works project on its way: proposed, approved, contracted, built, inspected."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from logistics.platform.attachments.photos import TypedSignature
from repairs.project import acceptance, building, payments, rules
from tests.conftest import NOW

TODAY = date(2026, 11, 18)  # the day of NOW
PROPOSAL = {
    "title": "食堂二楼屋面防水",
    "reason": "雨季多处渗漏，影响二楼就餐",
    "budget": Decimal(100000),
    "fund": "校舍维修专项",
    "start_on": date(2026, 12, 1),
    "end_on": date(2027, 1, 20),
}
CONTRACT = {"firm": "大禹防水", "contract_number": "HT-2026-08", "contract_amount": Decimal(80000), "contract_on": TODAY}


@pytest.fixture
def propose(cast, rooms):
    def make(**fields):
        given = PROPOSAL | {"place": rooms.building, "owner": cast.keeper} | fields
        return rules.propose_project(actor=cast.director, at=NOW, **given)

    return make


@pytest.fixture
def approved(cast, propose):
    def make(**fields):
        return rules.approve_project(actor=cast.vice, at=NOW, record=propose(**fields), opinion="同意，抓紧询价")

    return make


@pytest.fixture
def quote(cast):
    """quote(project, 大禹防水=80000) notes what firms ask."""

    def note(project, **prices):
        for firm, price in prices.items():
            rules.add_quote(actor=cast.director, at=NOW, record=project, firm=firm, amount=Decimal(price), quoted_on=TODAY)

    return note


THREE = {"大禹防水": 80000, "安居建筑": 86000, "新城工程": 91500}


@pytest.fixture
def contracted(cast, approved, quote):
    def make(**fields):
        project = approved()
        quote(project, **THREE)
        return rules.sign_contract(actor=cast.director, at=NOW, record=project, **(CONTRACT | fields))

    return make


@pytest.fixture
def building_site(cast, contracted, stored):
    """A project being built, with two steps done."""
    project = contracted()
    building.start_work(actor=cast.keeper, at=NOW, record=project, started_on=TODAY)
    for name in ("基层处理", "铺设卷材"):
        step = building.add_milestone(actor=cast.keeper, at=NOW, record=project, name=name, plan_on=TODAY)
        building.finish_milestone(actor=cast.keeper, at=NOW, record=project, milestone=step, done_on=TODAY)
    return stored(project)


@pytest.fixture
def inspected(cast, building_site, stored):
    acceptance.request_inspection(actor=cast.keeper, at=NOW, record=building_site, inspectors=[cast.vice, cast.teacher])
    for person in (cast.vice, cast.teacher):
        acceptance.sign_inspection(actor=person, at=NOW, record=building_site, passed=True, signature=[TypedSignature(b"", person.name)])
    return stored(building_site)


@pytest.fixture
def stored():
    """The record as the table has it now."""
    return lambda record: type(record).objects.get(pk=record.pk)


@pytest.fixture
def pay(cast):
    """pay(director, project, 100) notes a payment."""

    def note(actor, project, amount, at=NOW, on=None, name="进度款"):
        return payments.add_payment(actor=actor, at=at, record=project, name=name, amount=Decimal(amount), paid_on=on or timezone.localdate(at))

    return note
