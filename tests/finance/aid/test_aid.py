"""Voted by three, on the board for five working days with masked names, then final, then paid; why is for few (FIN-09)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from finance.aid import rules
from finance.aid.home import aid_todos
from finance.aid.models import AidApplication, AidReason
from finance.aid.queries import applications_visible_to, lists_visible_to, masked, reasons_visible_to
from finance.journal.models import DayEntry
from logistics.platform.access.models import Role
from logistics.platform.attachments.photos import clean_photo
from logistics.platform.attachments.queries import attachments_of, visible_attachment
from logistics.platform.audit.models import Event
from logistics.platform.board.rules import withdraw_post
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.terms.models import CalendarDay
from tests.conftest import NOW
from tests.finance.aid.conftest import AFTER, LAST, at, fresh
from tests.platform.attachments_kit import saved, scene, upload

pytestmark = pytest.mark.requirement("FIN-09")


def test_from_the_application_to_the_payment(aid):
    listing = aid.on_notice()
    assert (listing.state, listing.notice_until) == ("notice", LAST)
    assert aid.states() == {"701": "proposed", "702": "proposed", "801": "rejected"}
    words = listing.post.content
    assert "张*" in words
    assert "李*明" in words
    for secret in ("张三", "李小明", "701", "低保", "欧"):
        assert secret not in words
    assert aid.act("finalize", "principal", AFTER).state == "final"
    paid = aid.pay()
    assert (paid.state, aid.balance) == ("paid", Decimal(9000 - 1250))
    assert aid.states() == {"701": "paid", "702": "paid", "801": "rejected"}
    entry = DayEntry.objects.get()
    assert (entry.amount, entry.document_kind, entry.document_id) == (1250, "finance.aidlist", paid.pk)
    assert attachments_of(paid).count() == 1
    with pytest.raises(RuleViolation):
        aid.pay()
    assert DayEntry.objects.count() == 1


def test_nothing_is_final_or_paid_before_the_notice_is_over(aid):
    aid.on_notice()
    for moment in (NOW, at(LAST)):
        with pytest.raises(RuleViolation, match="公示到"):
            aid.act("finalize", "principal", moment)
        with pytest.raises(RuleViolation, match="公示期满"):
            aid.pay(moment)
    assert (fresh(aid.listing).state, aid.balance, DayEntry.objects.count()) == ("notice", 9000, 0)
    aid.act("finalize", "principal", AFTER)
    with pytest.raises(RuleViolation, match="在那以后") as refusal:
        aid.pay(on=LAST)
    assert refusal.value.field == "on"
    assert aid.balance == 9000


def test_a_day_off_that_came_later_makes_the_notice_longer(aid):
    aid.on_notice()
    CalendarDay.objects.create(on=date(2026, 11, 20), kind="holiday", name="停课")
    with pytest.raises(RuleViolation, match="2026-11-26"):
        aid.act("finalize", "principal", AFTER)
    assert aid.act("finalize", "principal", at(date(2026, 11, 27))).notice_until == date(2026, 11, 26)


def test_a_post_taken_down_starts_the_notice_anew(aid, cast):
    listing = aid.on_notice()
    withdraw_post(actor=cast.director, at=NOW, record=listing.post, reason="写错")
    with pytest.raises(RuleViolation, match="重新公示"):
        aid.act("finalize", "principal", AFTER)
    again = aid.act("publicize", "director", AFTER)
    assert (again.notice_from, again.post_id != listing.post_id) == (LAST + timedelta(days=1), True)


def test_objections_are_handled_first(aid):
    aid.on_notice()
    aid.act("note_objection", "director", text="张三家有小汽车")
    with pytest.raises(RuleViolation, match="异议"):
        aid.act("finalize", "principal", AFTER)
    objection = aid.listing.objections.get()
    with pytest.raises(RuleViolation, match="处理结果"):
        aid.act("handle_objection", "director", objection=objection, outcome=" ")
    aid.act("handle_objection", "director", objection=objection, outcome="属实，撤回")
    found = AidApplication.objects.get(student__number="701")
    rules.withdraw(actor=aid.cast.director, at=NOW, record=found, reason="公示中查实")
    aid.act("finalize", "principal", AFTER)
    aid.pay()
    assert (aid.states()["701"], aid.balance) == ("withdrawn", 8500)


def test_three_must_vote_and_who_filed_does_not(aid, cast):
    aid.apply("701", actor=cast.headteacher)
    with pytest.raises(RuleViolation, match="至少 3 人"):
        aid.reviewed(aid.group[:2])
    with pytest.raises(RuleViolation, match="除去他"):
        aid.reviewed([cast.headteacher, *aid.group[:2]])
    aid.reviewed([cast.headteacher, *aid.group])
    found = AidApplication.objects.get()
    with pytest.raises(NotAllowed, match="您登记的"):
        rules.vote(actor=cast.headteacher, at=NOW, record=found, agrees=True)
    with pytest.raises(NotAllowed, match="评议小组"):
        rules.vote(actor=cast.principal, at=NOW, record=found, agrees=True)
    aid.vote(found, yes=2)
    with pytest.raises(RuleViolation, match="不到 3 人"):
        aid.act("propose", "director")
    aid.vote(found, yes=3)
    assert found.votes.count() == 3
    assert aid.act("propose", "director").state == "proposed"
    with pytest.raises(RuleViolation, match="不在评议"):
        rules.vote(actor=aid.group[3], at=NOW, record=fresh(found), agrees=False)


def test_no_more_than_the_places(aid):
    rules.save_list(actor=aid.cast.director, at=NOW, record=aid.listing, scheme=aid.scheme, term=aid.term, close_on=date(2026, 11, 20), quota=1)
    found = [aid.apply("701"), aid.apply("702")]
    aid.reviewed()
    for one in found:
        aid.vote(one)
    with pytest.raises(RuleViolation, match="名额是 1"):
        aid.act("propose", "director")
    aid.vote(found[1], yes=0, no=3)
    aid.act("propose", "director")
    assert aid.states() == {"701": "proposed", "702": "rejected"}


@pytest.mark.parametrize(
    ("given", "field"),
    [({"level": "三等"}, "level"), ({"number": "703"}, "student"), ({"text": " "}, "text"), ({"actor": "headteacher", "number": "801"}, "student")],
)
def test_wrong_applications_leave_nothing(aid, cast, given, field):
    fields = {"number": "701", "actor": "director"} | given
    fields["actor"] = getattr(cast, fields["actor"])
    with pytest.raises(RuleViolation) as refusal:
        aid.apply(**fields)
    assert refusal.value.field == field
    assert (AidApplication.objects.count(), AidReason.objects.count()) == (0, 0)


def test_one_application_a_student_and_none_after_the_close(aid):
    aid.apply("701")
    with pytest.raises(RuleViolation, match="已经申请过"):
        aid.apply("701")
    with pytest.raises(RuleViolation, match="截止"):
        rules.apply(
            actor=aid.cast.director, at=AFTER, listing=fresh(aid.listing), student=aid.students["702"], level="一等", kind="other", text="困难"
        )  # fmt: skip
    assert AidApplication.objects.count() == 1


def test_the_reason_is_seen_by_its_filer_and_the_group_only(aid, cast):
    photo = clean_photo(upload(saved(scene())))
    aid.apply("701", actor=cast.headteacher, photos=[photo])
    why = AidReason.objects.get()
    proof = attachments_of(why).get()
    for key in ("principal", "vice", "director", "accountant", "cashier", "inspector", "admin", "stranger"):
        assert not reasons_visible_to(getattr(cast, key)).exists(), key
        assert visible_attachment(getattr(cast, key), proof.token) is None, key
    assert visible_attachment(cast.headteacher, proof.token)
    assert not reasons_visible_to(aid.group[0]).exists()
    aid.reviewed()
    assert visible_attachment(aid.group[0], proof.token)
    assert list(lists_visible_to(aid.group[0])) == [aid.listing]
    told = " ".join(f"{event.text} {event.note} {event.changes}" for event in Event.objects.exclude(kind="finance.aidreason"))
    assert "低保" not in told


def test_the_class_teacher_sees_the_own_class_only(aid, cast):
    aid.apply("701", actor=cast.headteacher)
    aid.apply("801")
    assert [one.student.number for one in applications_visible_to(cast.headteacher)] == ["701"]
    assert applications_visible_to(cast.cashier).count() == 2
    assert not applications_visible_to(cast.stranger).exists()


def test_who_drew_up_the_list_does_not_decide_and_who_decided_does_not_pay(aid, cast):
    aid.on_notice()
    for key, rule, words in (("principal", "finalize", "建名单"),):
        Role.objects.get(key=key).holders.add(cast.director)
        with pytest.raises(NotAllowed, match=words):
            aid.act(rule, "director", AFTER)
    aid.act("finalize", "principal", AFTER)
    Role.objects.get(key="cashier").holders.add(cast.principal)
    with pytest.raises(NotAllowed, match="审定名单"):
        aid.pay(actor="principal")
    assert aid.balance == 9000
    with pytest.raises(RuleViolation, match="凭证"):
        aid.pay(papers=[])
    assert aid.pay().state == "paid"


def test_sent_back_lists_are_voted_on_again(aid):
    listing = aid.on_notice()
    aid.act("send_back", "director", reason="漏了一人的材料")
    assert set(aid.states().values()) == {"filed"}
    assert (fresh(listing).state, fresh(listing.post).state) == ("review", "withdrawn")
    aid.act("propose", "director")


@pytest.mark.parametrize("levels", ["", "一等", "一等 七百", "一等 0", "一等 1.005", "一等 100\n一等 200", "一等 -5"])
def test_wrong_levels_are_refused(aid, levels):
    with pytest.raises(RuleViolation) as refusal:
        rules.save_scheme(actor=aid.cast.director, at=NOW, record=aid.scheme, name="寄宿生补助", levels=levels, conditions="困难", document="文")
    assert refusal.value.field == "levels"
    assert "750" in fresh(aid.scheme).levels


@pytest.mark.parametrize(("name", "shown"), [("张三", "张*"), ("李小明", "李*明"), ("欧阳小明", "欧**明"), ("丁", "*")])
def test_names_are_masked(name, shown):
    assert masked(name) == shown


def test_who_has_voted_is_not_asked_again(aid):
    found = [aid.apply("701"), aid.apply("702")]
    aid.reviewed()
    rules.vote(actor=aid.group[1], at=NOW, record=fresh(found[0]), agrees=True)
    rules.vote(actor=aid.group[0], at=NOW, record=fresh(found[0]), agrees=True)
    assert [todo.detail for todo in aid_todos(aid.group[0], NOW)] == ["1 份申请等您评议"]
    rules.vote(actor=aid.group[0], at=NOW, record=fresh(found[1]), agrees=True)
    assert aid_todos(aid.group[0], NOW) == []


def test_each_step_is_asked_of_who_takes_it_when_its_time_has_come(aid, cast):
    aid.apply("701")
    assert aid_todos(cast.director, NOW) == []
    assert [todo.detail for todo in aid_todos(cast.director, at(date(2026, 11, 21)))] == ["申请已截止，请开始评议"]
    sent = OutboxMessage.objects.get(key=f"finance.aid.open:{aid.listing.pk}")
    assert sent.payload["recipients"] == [cast.headteacher.pk]


def test_money_is_not_paid_before_the_list_was_decided(aid):
    aid.on_notice()
    late = at(LAST + timedelta(days=5))
    aid.act("finalize", "principal", late)
    with pytest.raises(RuleViolation, match="审定的") as refusal:
        aid.pay(late, on=LAST + timedelta(days=2))
    assert (refusal.value.field, aid.balance) == ("on", 9000)


def test_a_final_list_that_everybody_left_is_called_off(aid, cast):
    aid.final()
    with pytest.raises(RuleViolation, match="不能取消"):
        aid.act("cancel", "director", AFTER, reason="没有人了")
    for found in AidApplication.objects.filter(state="final"):
        rules.withdraw(actor=cast.director, at=AFTER, record=found, reason="家里好转")
    with pytest.raises(RuleViolation, match="没有人了"):
        aid.pay()
    assert aid.act("cancel", "director", AFTER, reason="没有人了").state == "cancelled"
    assert aid_todos(cast.cashier, AFTER) == []
    with pytest.raises(RuleViolation):
        rules.withdraw(actor=cast.director, at=AFTER, record=AidApplication.objects.get(state="rejected"), reason="多余")


def test_applications_do_not_run_past_the_term(aid, cast):
    with pytest.raises(RuleViolation, match="学期结束") as refusal:
        rules.save_list(actor=cast.director, at=NOW, record=aid.listing, scheme=aid.scheme, term=aid.term, close_on=date(9999, 12, 31))
    assert (refusal.value.field, fresh(aid.listing).close_on) == ("close_on", date(2026, 11, 20))
