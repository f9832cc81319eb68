"""定额: a request over its department's quota says why and is marked for its signers (STK-09)."""

from datetime import date
from decimal import Decimal

import pytest

from assets.draw import rules as draw
from assets.draw.approval import FUND, OVER, facts_of, paper_of
from assets.draw.models import RequestState, StockRequest
from assets.item.first_run import KINDS
from assets.public import issue_stock
from assets.quota.models import Quota
from assets.quota.rules import copy_quotas, save_quota
from assets.quota.using import draws_of, span_of, term_on, uses
from assets.slip import booking
from logistics.platform.approvals.public import load_usual_chains
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.kernel.ref import Ref
from logistics.platform.terms.models import Term
from tests.assets.store.conftest import TODAY, StoreRoom, fresh
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("STK-09")


@pytest.fixture
def term(db):
    return Term.objects.create(name="2026年秋季学期", year="2026-2027", start_on=date(2026, 9, 1), end_on=date(2027, 1, 22))


@pytest.fixture
def room(cast):
    """A hundred packs of paper at 10 yuan each."""
    room = StoreRoom(cast)
    room.receive(100, 1000)
    load_usual_chains(actor=cast.director, at=NOW)
    return room


def quota(room, term, **given) -> Quota:
    usual = {"term": term, "department": room.office, "amount": Decimal(100)}
    return save_quota(actor=room.cast.director, at=NOW, **usual | given)


def asked(room, quantity, item=None, **words) -> StockRequest:
    """A draft for so many packs, sent for approval."""
    asker = room.cast.headteacher
    made = draw.save_request(actor=asker, at=NOW, store=room.main, department=room.office, purpose="班级用", **words)
    draw.add_line(actor=asker, at=NOW, record=made, item=item or room.paper, quantity=Decimal(quantity))
    return draw.submit_request(actor=asker, at=NOW, record=fresh(made))


def test_terms_and_holidays_leave_no_day_out(term):
    spring = Term.objects.create(name="2027年春季学期", year="2026-2027", start_on=date(2027, 2, 20), end_on=date(2027, 7, 5))
    assert [term_on(day) for day in (date(2027, 1, 22), date(2027, 1, 23), date(2027, 7, 6))] == [term, spring, None]
    assert span_of(spring) == (date(2027, 1, 22), date(2027, 7, 5))


def test_within_the_quota_nothing_is_said(room, term):
    quota(room, term)
    request = asked(room, 10)
    assert (request.over_quota, facts_of(request).fund) == (0, FUND)


def test_over_the_quota_needs_words_and_goes_its_own_way(room, term):
    quota(room, term)
    with pytest.raises(RuleViolation, match="要超约 50"):
        asked(room, 15)
    assert StockRequest.objects.get().state == RequestState.DRAFT
    request = asked(room, 15, over_reason="迎检加印")
    assert (request.state, request.over_quota, facts_of(request).fund) == (RequestState.SUBMITTED, 50, OVER)
    facts = dict(paper_of(fresh(request), room.cast.principal)["facts"])
    assert facts["超定额"] == "这学期的定额超了约 50.00 元。理由：迎检加印"


def test_what_waits_counts_and_what_came_back_does_not(room, term):
    one = quota(room, term)
    request = room.request((room.paper, 6))
    assert [(use.drawn, use.asked, use.left) for use in uses(term, [one])] == [(0, 60, 40)]
    slip = room.hand_over(request)
    assert [(use.drawn, use.asked, use.left) for use in uses(term, [one])] == [(60, 0, 40)]
    booking.return_goods(actor=room.cast.storekeeper, at=NOW, record=slip, row=slip.lines.get(), quantity=Decimal(2), reason="多领")
    assert uses(term, [one])[0].left == 60
    with pytest.raises(RuleViolation, match="要超约 10"):
        asked(room, 7)


def test_repairs_do_not_eat_the_quota(room, term):
    one = quota(room, term)
    issue_stock(
        actor=room.cast.storekeeper, at=NOW, store=room.main, item=room.paper, quantity=5, department=room.office, document=Ref("repairs.ticket", 1),
        person=room.cast.teacher,
    )  # fmt: skip
    assert uses(term, [one])[0].drawn == 0


def test_the_tightest_quota_counts(room, term):
    other = KINDS.create(actor=room.cast.director, at=NOW, name="清洁用品", order=2, is_active=True)
    quota(room, term)
    quota(room, term, kind=room.kind, amount=Decimal(30))
    quota(room, term, kind=other, amount=Decimal(0))
    with pytest.raises(RuleViolation, match="要超约 20"):
        asked(room, 5)
    draft = StockRequest.objects.get()
    assert {str(one.use.quota.kind): one.over for one in draws_of(draft, TODAY)} == {"None": 0, "办公用品": 20}


def test_goods_that_are_out_count_at_their_last_price(room, term):
    quota(room, term)
    room.hand_over(room.request((room.paper, 10)))
    Quota.objects.update(amount=Decimal(150))
    room.hand_over(asked_and_allowed(room, 90))
    with pytest.raises(RuleViolation, match="要超约 10"):
        asked(room, 6)


def asked_and_allowed(room, quantity):
    """Past the quota of this department: for another one."""
    from logistics.platform.org.models import Department

    room.office, kept = Department.objects.get(name="理科组"), room.office
    request = room.request((room.paper, quantity))
    room.office = kept
    return request


def test_setting_and_copying(room, term):
    spring = Term.objects.create(name="2027年春季学期", year="2026-2027", start_on=date(2027, 2, 20), end_on=date(2027, 7, 5))
    one = quota(room, term, sheets=5000)
    with pytest.raises(NotAllowed):
        save_quota(actor=room.cast.storekeeper, at=NOW, record=one, amount=Decimal(1))
    with pytest.raises(RuleViolation):
        quota(room, spring, amount=None)
    copy_quotas(actor=room.cast.director, at=NOW, record=one, term=spring)
    assert list(Quota.objects.filter(term=spring).values_list("amount", "sheets")) == [(100, 5000)]
    with pytest.raises(RuleViolation, match="都有了"):
        copy_quotas(actor=room.cast.director, at=NOW, record=one, term=spring)


def test_pages_say_what_is_left(room, term, client):
    one = quota(room, term)
    request = asked(room, 15, over_reason="迎检加印")
    client.force_login(room.cast.director)
    assert "超了 50.00 元" in client.get(f"/assets/quota/{one.pk}/").content.decode()
    assert "150.00" in client.get("/assets/quota-use/").content.decode()
    assert "超定额约 50.00 元" in client.get(f"/assets/request/{request.pk}/").content.decode()
