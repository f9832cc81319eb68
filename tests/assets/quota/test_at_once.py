"""Two requests that fit the quota each but not both, sent at the same moment (STK-09)."""

from datetime import date
from decimal import Decimal

import pytest

from assets.draw import rules as draw
from assets.draw.models import RequestState, StockRequest
from assets.quota.rules import save_quota
from logistics.platform.approvals.public import load_usual_chains
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.terms.models import Term
from tests.assets.store.conftest import StoreRoom, fresh
from tests.conftest import NOW, make_cast

pytestmark = pytest.mark.requirement("STK-09")


def test_what_is_left_is_not_promised_twice(together):
    room = StoreRoom(make_cast())
    room.receive(100, 1000)
    load_usual_chains(actor=room.cast.director, at=NOW)
    term = Term.objects.create(name="2026年秋季学期", year="2026-2027", start_on=date(2026, 9, 1), end_on=date(2027, 1, 22))
    save_quota(actor=room.cast.director, at=NOW, term=term, department=room.office, amount=Decimal(100))
    asker, drafts = room.cast.headteacher, []
    for _ in range(2):
        made = draw.save_request(actor=asker, at=NOW, store=room.main, department=room.office, purpose="班级用")
        draw.add_line(actor=asker, at=NOW, record=made, item=room.paper, quantity=Decimal(8))
        drafts.append(fresh(made))
    answers = together(*(lambda one=one: draw.submit_request(actor=asker, at=NOW, record=one) for one in drafts))
    assert [isinstance(answer, RuleViolation) for answer in answers].count(True) == 1, answers
    assert StockRequest.objects.filter(state=RequestState.SUBMITTED).count() == 1
