"""财产管理责任书: frozen, signed by both sides, a new list is a new version (AST-03)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from assets.card.change_rules import move_card, take_off
from assets.custody import rules
from assets.custody.models import Pledge, PledgeState
from assets.custody.queries import cards_of, difference, pledge_counts, pledges_visible_to, progress
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import SchoolClass
from logistics.platform.org.rules import save_person
from tests.assets.conftest import TODAY
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("AST-03")


@pytest.fixture
def school(ledger, term):
    ledger.desks(40)
    ledger.computer()
    return ledger


def draw(school, term, **given) -> Pledge:
    usual = {"subject": "class", "school_class": SchoolClass.objects.get()}
    return rules.draw_pledge(actor=school.cast.keeper, at=NOW, term=term, **(given or usual))


def test_a_class_gets_what_stands_in_its_room_and_its_head_teacher_answers_for_it(school, term):
    pledge = draw(school, term)
    assert (pledge.custodian, pledge.pieces, pledge.cost, pledge.version) == (school.cast.headteacher, 41, 6720 + 4320, 1)
    assert [line.name for line in pledge.lines.order_by("pk")] == ["台式计算机", "学生课桌"]
    assert pledge.state == PledgeState.OPEN and len(pledge.words.splitlines()) == 5


def test_a_list_stays_as_it_was_whatever_happens_to_the_cards(school, term, again):
    pledge = draw(school, term)
    card = cards_of("class", SchoolClass.objects.get()).get(name="学生课桌")
    take_off(actor=school.cast.accountant, at=NOW, record=card, on=TODAY, kind="scrap", quantity=40, approval="1 号", voucher="记-1")
    assert again(pledge).lines.get(card=card).quantity == 40 and again(pledge).pieces == 41
    assert "学生课桌" in difference(again(pledge))


def test_both_sides_sign_and_only_then_it_is_in_force(school, term, mark, again):
    pledge = draw(school, term)
    teacher, keeper = school.cast.headteacher, school.cast.keeper
    rules.sign_pledge(actor=teacher, at=NOW, record=pledge, signature=mark(teacher))
    assert again(pledge).state == PledgeState.OPEN and again(pledge).waits_for == "学校一方"
    with pytest.raises(RuleViolation, match="已经签过"):
        rules.sign_pledge(actor=teacher, at=NOW, record=again(pledge), signature=mark(teacher))
    rules.sign_pledge(actor=keeper, at=NOW, record=again(pledge), signature=mark(keeper))
    done = again(pledge)
    assert (done.state, done.keeper, done.custodian_at, done.keeper_at) == (PledgeState.SIGNED, keeper, NOW, NOW)


def test_nobody_signs_for_others_or_for_both(school, term, mark, again):
    pledge = draw(school, term)
    with pytest.raises(NotAllowed):
        rules.sign_pledge(actor=school.cast.teacher, at=NOW, record=pledge, signature=mark(school.cast.teacher))
    own = draw(school, term, subject="person", person=school.cast.keeper)
    keeper = school.cast.keeper
    rules.sign_pledge(actor=keeper, at=NOW, record=own, signature=mark(keeper))
    with pytest.raises(RuleViolation):
        rules.sign_pledge(actor=keeper, at=NOW, record=again(own), signature=mark(keeper))
    assert again(own).keeper is None and again(pledge).custodian_at is None


def test_without_a_signature_nothing_is_signed(school, term, again):
    pledge = draw(school, term)
    with pytest.raises(RuleViolation, match="还没有签名"):
        rules.sign_pledge(actor=school.cast.headteacher, at=NOW, record=pledge)
    assert again(pledge).custodian_at is None


def test_a_changed_list_is_not_signed_but_renewed(school, term, mark, again):
    pledge = draw(school, term)
    new = school.computer(name="投影仪")
    teacher = school.cast.headteacher
    with pytest.raises(RuleViolation, match=r"投影仪.*不在清单上"):
        rules.sign_pledge(actor=teacher, at=NOW, record=pledge, signature=mark(teacher))
    assert again(pledge).custodian_at is None
    second = rules.renew_pledge(actor=school.cast.keeper, at=NOW, record=again(pledge))
    assert (again(pledge).state, second.version, second.lines.filter(card=new).exists()) == (PledgeState.REPLACED, 2, True)
    rules.sign_pledge(actor=teacher, at=NOW, record=second, signature=mark(teacher))


def test_a_list_that_says_the_same_is_not_renewed(school, term, again):
    pledge = draw(school, term)
    with pytest.raises(RuleViolation, match="都没有变"):
        rules.renew_pledge(actor=school.cast.keeper, at=NOW, record=pledge)
    assert again(pledge).state == PledgeState.OPEN and Pledge.objects.count() == 1


def test_one_subject_has_one_statement_a_term(school, term):
    draw(school, term)
    with pytest.raises(RuleViolation, match="已经有责任书"):
        draw(school, term)
    assert Pledge.objects.count() == 1


def test_nothing_or_nobody_is_refused_at_its_field(school, term):
    with pytest.raises(RuleViolation, match="没有在职的责任人") as refused:
        draw(school, term, subject="room", place=school.rooms.other)
    assert refused.value.field == "custodian"
    with pytest.raises(RuleViolation, match="还没有登记财产") as refused:
        draw(school, term, subject="room", place=school.rooms.other, custodian=school.cast.teacher)
    assert refused.value.field == "place"
    with pytest.raises(RuleViolation, match="请选班级"):
        draw(school, term, subject="class")
    assert Pledge.objects.count() == 0


def test_all_missing_ones_are_drawn_once(school, term):
    assert rules.draw_missing(actor=school.cast.keeper, at=NOW, subject="person", term=term) == 2
    assert rules.draw_missing(actor=school.cast.keeper, at=NOW, subject="person", term=term) == 0
    assert {pledge.person for pledge in Pledge.objects.all()} == {school.cast.keeper, school.cast.headteacher}
    with pytest.raises(NotAllowed):
        rules.draw_missing(actor=school.cast.teacher, at=NOW, subject="class", term=term)


def test_progress_counts_who_is_due_and_who_signed(school, term, mark, again):
    pledge = draw(school, term)
    rules.sign_pledge(actor=school.cast.headteacher, at=NOW, record=pledge, signature=mark(school.cast.headteacher))
    rows = {row["subject"]: row for row in progress(term)}
    one = rows["class"]
    assert (one["due"], one["drawn"], one["custodian"], one["keeper"], one["signed"], one["nobody"]) == (1, 1, 0, 1, 0, 0)
    assert rows["person"]["due"] == 2 and rows["person"]["drawn"] == 0
    assert pledge_counts(school.cast.keeper)["mine"] == 1 and pledge_counts(school.cast.headteacher)["mine"] == 0


def test_a_teacher_sees_only_their_own(school, term):
    pledge = draw(school, term)
    assert list(pledges_visible_to(school.cast.headteacher)) == [pledge]
    assert not pledges_visible_to(school.cast.teacher).exists()


def test_who_has_not_signed_is_reminded_once_a_week(school, term, clock):
    draw(school, term)
    OutboxMessage.objects.all().delete()
    assert rules.remind_unsigned(actor=clock(), at=NOW + timedelta(days=2)) == 0
    for _ in range(2):
        rules.remind_unsigned(actor=clock(), at=NOW + timedelta(days=4))
    assert OutboxMessage.objects.filter(key__startswith="assets.pledge.late").count() == 1
    rules.remind_unsigned(actor=clock(), at=NOW + timedelta(days=11))
    assert OutboxMessage.objects.filter(key__startswith="assets.pledge.late").count() == 2


def test_void_needs_a_reason_and_frees_the_term(school, term, again):
    pledge = draw(school, term)
    with pytest.raises(RuleViolation, match="为什么"):
        rules.void_pledge(actor=school.cast.keeper, at=NOW, record=pledge, reason=" ")
    rules.void_pledge(actor=school.cast.keeper, at=NOW, record=again(pledge), reason="出错了")
    assert again(pledge).state == PledgeState.VOID
    draw(school, term)


def test_who_has_things_in_the_name_does_not_leave(school, term):
    with pytest.raises(RuleViolation, match="保管的财产"):
        save_person(actor=school.cast.director, at=NOW, record=school.cast.headteacher, is_active=False)
    assert school.cast.headteacher.is_active


def test_pages_and_papers(school, term, client, mark):
    pledge = draw(school, term)
    room = school.rooms.room
    client.force_login(school.cast.headteacher)
    page = client.get("/assets/mine/").content.decode()
    assert "学生课桌" in page and "305教室" in page and "请您签字" in page
    assert f'href="/assets/custody/room/{room.pk}/">{room}</a>' in page
    assert client.get(f"/assets/custody/room/{room.pk}/").status_code == 200
    assert client.get(f"/assets/custody/person/{school.cast.keeper.pk}/").status_code == 404
    assert client.get("/assets/custody/").status_code == 403
    client.force_login(school.cast.keeper)
    for by in ("room", "class", "department", "person", "../x"):
        assert client.get("/assets/custody/", {"by": by}).status_code == 200
    paper = client.get(f"/assets/custody/room/{room.pk}/print.pdf")
    assert paper.status_code == 200 and paper["Content-Type"] == "application/pdf"
    assert client.get(reverse("print-record", args=["assets.pledge", pledge.pk])).status_code in (200, 302)
    assert "七年级（1）班" in client.get("/assets/pledge/progress/", {"term": term.pk}).content.decode()
    answer = client.post("/assets/pledge/draw-all/", {"subject": "person", "term": term.pk})
    assert answer.status_code == 302 and Pledge.objects.count() == 3
    assert client.post("/assets/pledge/draw-all/", {"subject": "x", "term": "9" * 30}).status_code == 404


def test_many_are_signed_at_once_from_the_list(school, term, client, again):
    rules.draw_missing(actor=school.cast.director, at=timezone.now(), subject="person", term=term)
    own = Pledge.objects.get(person=school.cast.headteacher)
    client.force_login(school.cast.director)
    ids = [pledge.pk for pledge in Pledge.objects.all()]
    sent = {"ids": ids, "confirmed": "1", "signature": "", "signature_typed": school.cast.director.name}
    assert client.post("/assets/pledge/bulk/sign/", sent).status_code == 302
    assert again(own).keeper == school.cast.director
    assert Pledge.objects.filter(keeper_at=None).count() == 0


@pytest.mark.django_db(transaction=True)
def test_both_sides_sign_at_the_same_moment(school, term, mark, again, together):
    pledge = draw(school, term)
    people = [school.cast.headteacher, school.cast.keeper]
    outcomes = together(*(lambda person=person: rules.sign_pledge(actor=person, at=NOW, record=again(pledge), signature=mark(person)) for person in people))
    assert not [one for one in outcomes if isinstance(one, Exception)], outcomes
    assert again(pledge).state == PledgeState.SIGNED


@pytest.mark.django_db(transaction=True)
def test_two_statements_at_once_are_one(school, term, together):
    outcomes = together(*[lambda: draw(school, term)] * 2)
    assert sum(isinstance(one, RuleViolation | Conflict) for one in outcomes) == 1, outcomes
    assert Pledge.objects.count() == 1


def test_a_moved_card_is_named(school, term, mark):
    pledge = draw(school, term)
    card = cards_of("class", SchoolClass.objects.get()).get(name="台式计算机")
    move_card(actor=school.cast.keeper, at=NOW, record=card, on=TODAY, place=school.rooms.other, department=card.department, custodian=card.custodian)
    assert difference(pledge).startswith(f"「{card}」已经不在")
