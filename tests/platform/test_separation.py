"""Acts on one document that one person may not both do, and where the school relaxes that (FIN-12, REP-04)."""

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction

from logistics.platform.access import separation
from logistics.platform.access.models import Grant, Relaxation, Role, Scope
from logistics.platform.access.separation import Act, Pair, all_pairs, check_separation, relax, restore
from logistics.platform.access.substitution import name_substitute
from logistics.platform.audit.models import Event
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.org.models import Department
from repairs.acceptance.rules import accept
from repairs.dispatch.rules import take_ticket
from repairs.project.rules import approve_project, propose_project
from repairs.ticket.models import State, Ticket
from repairs.ticket.rules import file_ticket
from repairs.work.rules import arrive, finish
from tests.conftest import NOW

pytestmark = [pytest.mark.requirement("FIN-12"), pytest.mark.django_db]
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _on_that_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def claims(monkeypatch):
    """Departments stand for claims: asked for, approved, booked, paid."""
    monkeypatch.setattr(separation, "_pairs", [])
    acts = [
        Act("ask", "申请", separation.REQUEST),
        Act("approve", "同意", separation.APPROVE),
        Act("book", "记账", separation.BOOK),
        Act("pay", "付款", separation.PAY),
    ]
    separation.register("platform.department", "报销单", acts)
    return Department.objects.create(name="报销一")


@rule
def do(*, actor, at, record, act: str):
    check_separation(actor, act, record)
    record_event(actor=actor, at=at, action=act, record=record, text=act)


def pair_of(first: str, second: str) -> Pair:
    return next(pair for pair in all_pairs() if {pair.first.code, pair.second.code} == {first, second})


def test_the_standard_gives_the_pairs_of_a_document(claims):
    assert {(pair.first.code, pair.second.code) for pair in all_pairs()} == {("ask", "approve"), ("approve", "pay"), ("book", "pay")}


def test_who_did_the_one_may_not_do_the_other_in_either_order(claims, cast):
    do(actor=cast.teacher, at=NOW, record=claims, act="ask")
    with pytest.raises(NotAllowed) as refusal:
        do(actor=cast.teacher, at=NOW, record=claims, act="approve")
    assert refusal.value.message == "教某办过这张报销单的「申请」，「同意」要由别人办，请交给另一位有权限的同事。"
    do(actor=cast.director, at=NOW, record=claims, act="approve")
    with pytest.raises(NotAllowed, match=r"「同意」.*「申请」要由别人办"):
        do(actor=cast.director, at=NOW, record=claims, act="ask")
    do(actor=cast.teacher, at=NOW, record=claims, act="book")
    assert list(Event.objects.order_by("id").values_list("action", flat=True)) == ["ask", "approve", "book"]


def test_another_document_is_another_matter(claims, cast):
    do(actor=cast.teacher, at=NOW, record=claims, act="ask")
    other = Department.objects.create(name="报销二")
    do(actor=cast.teacher, at=NOW, record=other, act="approve")
    assert Event.objects.count() == 2


def test_two_acts_in_one_transaction_are_seen_too(claims, cast):
    @rule
    def both(*, actor, at, record):
        do(actor=actor, at=at, record=record, act="ask")
        do(actor=actor, at=at, record=record, act="approve")

    with pytest.raises(NotAllowed):
        both(actor=cast.teacher, at=NOW, record=claims)
    assert not Event.objects.exists()


def test_a_substitute_counts_as_both(claims, cast):
    """The director asks; who stands in for him may not approve with his right, nor he what was asked for him."""
    role = Role.objects.create(key="boss", name="批报销的")
    Grant.objects.create(role=role, permission="repairs.plan.approve", scope=Scope.ALL)
    role.holders.add(cast.director)
    name_substitute(actor=cast.director, at=NOW, person=cast.director, substitute=cast.teacher, from_on=TODAY, to_on=TODAY)

    @rule
    def approve(*, actor, at, record):
        separation.require(actor, "repairs.plan.approve")
        do(actor=actor, at=at, record=record, act="approve")

    do(actor=cast.director, at=NOW, record=claims, act="ask")
    with pytest.raises(NotAllowed):
        approve(actor=cast.teacher, at=NOW, record=claims)
    other = Department.objects.create(name="报销二")
    approve(actor=cast.teacher, at=NOW, record=other)
    assert Event.objects.get(action="approve").text == "代总某：approve"
    for actor in (cast.director, cast.teacher):
        with pytest.raises(NotAllowed):
            do(actor=actor, at=NOW, record=other, act="ask")


# Relaxing


def test_a_pair_is_relaxed_with_a_reason_to_a_day_and_is_strict_again_after_it(claims, cast):
    pair = pair_of("ask", "approve")
    relax(actor=cast.principal, at=NOW, pair=pair, reason="学校小，只有一个人", until_on=TODAY + timedelta(days=3))
    do(actor=cast.teacher, at=NOW, record=claims, act="ask")
    do(actor=cast.teacher, at=NOW, record=claims, act="approve")
    with pytest.raises(NotAllowed):
        do(actor=cast.teacher, at=NOW, record=claims, act="pay")
    other = Department.objects.create(name="报销二")
    do(actor=cast.teacher, at=NOW, record=other, act="ask")
    with time_machine.travel(NOW + timedelta(days=4), tick=False), pytest.raises(NotAllowed):
        do(actor=cast.teacher, at=NOW, record=other, act="approve")
    event = Event.objects.get(action="relax")
    assert (event.text, event.note) == ("放宽报销单的「申请」和「同意」，到 2026-11-21", "学校小，只有一个人")


@pytest.mark.parametrize(
    ("reason", "days", "field"), [("", 3, "reason"), ("不为啥", 3, "reason"), ("学校小，只有一个人", -1, "until_on"), ("学校小，只有一个人", 400, "until_on")]
)
def test_without_reason_or_end_nothing_is_relaxed(claims, cast, reason, days, field):
    with pytest.raises(RuleViolation) as refusal:
        relax(actor=cast.principal, at=NOW, pair=pair_of("ask", "approve"), reason=reason, until_on=TODAY + timedelta(days=days))
    assert refusal.value.field == field
    assert not Relaxation.objects.exists()


def test_only_who_may_relaxes_and_takes_it_back(claims, cast):
    pair, given = pair_of("ask", "approve"), {"reason": "学校小，只有一个人", "until_on": TODAY}
    with pytest.raises(NotAllowed):
        relax(actor=cast.director, at=NOW, pair=pair, **given)
    relax(actor=cast.principal, at=NOW, pair=pair, **given)
    with pytest.raises(RuleViolation, match="已经放宽"):
        relax(actor=cast.principal, at=NOW, pair=pair, **given)
    with pytest.raises(NotAllowed):
        restore(actor=cast.director, at=NOW, pair=pair)
    restore(actor=cast.principal, at=NOW, pair=pair)
    with pytest.raises(RuleViolation, match="本来就是分开的"):
        restore(actor=cast.principal, at=NOW, pair=pair)
    assert [event.action for event in Event.objects.order_by("id")] == ["relax", "restore"]


def test_the_database_keeps_one_open_relaxation_per_pair_with_a_reason(cast):
    known = {"kind": "x", "first": "a", "second": "b", "until_on": TODAY, "made_by": cast.principal, "made_at": NOW}
    Relaxation.objects.create(reason="理由", **known)
    for reason in ("再来", ""):
        with pytest.raises(IntegrityError), transaction.atomic():
            Relaxation.objects.create(reason=reason, **known | ({} if reason else {"kind": "y"}))


def test_the_page_shows_every_pair_and_relaxes_one(cast, client):
    client.force_login(cast.director)
    assert client.get("/setup/separation/").status_code == 403
    client.force_login(cast.principal)
    page = client.get("/setup/separation/").content.decode()
    assert "申报立项 × 批准立项" in page
    assert "完工登记 × 验收签字" in page
    address = "/setup/separation/relax/?pair=repairs.project:create:approve"
    assert client.post(address, {"reason": "", "until_on": ""}).status_code == 422
    assert client.post(address, {"reason": "校务会同意，只有一人", "until_on": str(TODAY)}).url == "/setup/separation/"
    assert "放宽到 2026-11-18" in client.get("/setup/separation/").content.decode()
    client.post("/setup/separation/restore/", {"pair": "repairs.project:create:approve"})
    assert not Relaxation.objects.filter(ended_at=None).exists()
    assert "以前放宽过的" in client.get("/setup/separation/").content.decode()
    for wrong in ("", "x", "repairs.project:approve:create"):
        assert client.get("/setup/separation/relax/", {"pair": wrong}).status_code == 404
        assert client.post("/setup/separation/restore/", {"pair": wrong}).status_code == 404


# Shown on repairs


@pytest.mark.requirement("REP-04")
def test_who_repaired_may_not_sign_the_acceptance_unless_the_school_relaxes_it(cast, rooms, kinds):
    ticket = file_ticket(actor=cast.plumber, at=NOW, place=rooms.room, kind=kinds.water, description="水管漏水")
    take_ticket(actor=cast.plumber, at=NOW, record=ticket)
    arrive(actor=cast.plumber, at=NOW, record=ticket)
    finish(actor=cast.plumber, at=NOW, record=ticket, work_done="换了角阀", cause="natural", minutes=10)
    with pytest.raises(NotAllowed, match="「完工登记」，「验收签字」要由别人办"):
        accept(actor=cast.plumber, at=NOW, record=ticket)
    assert Ticket.objects.get().state == State.FINISHED
    relax(actor=cast.principal, at=NOW, pair=pair_of("finish", "accept"), reason="只有一名维修工，校务会同意", until_on=TODAY)
    accept(actor=cast.plumber, at=NOW, record=ticket)
    assert Ticket.objects.get().state == State.CLOSED


@pytest.mark.requirement("REP-11")
def test_who_proposed_a_project_may_neither_approve_nor_inspect_it(cast, rooms):
    Role.objects.get(key="vice").holders.add(cast.director)
    given = {"reason": "渗漏", "budget": Decimal(50000), "fund": "公用经费", "start_on": TODAY, "end_on": TODAY + timedelta(days=60)}
    project = propose_project(actor=cast.director, at=NOW, title="防水", place=rooms.dorm, owner=cast.keeper, **given)
    with pytest.raises(NotAllowed, match="「申报立项」，「批准立项」要由别人办"):
        approve_project(actor=cast.director, at=NOW, record=project)
    with pytest.raises(NotAllowed, match="「申报立项」，「验收签字」要由别人办"):
        check_separation(cast.director, "sign", project)
    approve_project(actor=cast.vice, at=NOW, record=project)
    with pytest.raises(NotAllowed, match="「批准立项」，「签合同」要由别人办"):
        check_separation(cast.vice, "sign_contract", project)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_relax_one_pair_at_once_one_is_told_in_words(cast, together):
    pair = all_pairs()[0]
    work = lambda: relax(actor=cast.admin, at=NOW, pair=pair, reason="总务处只有一个人", until_on=TODAY)  # noqa: E731
    outcomes = together(work, work, work)
    assert [outcome for outcome in outcomes if isinstance(outcome, Exception) and not isinstance(outcome, RuleViolation)] == []
    assert Relaxation.objects.count() == 1
