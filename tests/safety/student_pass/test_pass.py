"""学生出校: four confirm, then the pass is green; never before, whoever tries (SAF-07)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from logistics.platform.attachments.photos import typed_signature
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.org.models import SchoolClass, Student, User
from safety.gate.inside import gathered
from safety.student_pass import rules
from safety.student_pass.home import pass_todos
from safety.student_pass.models import Party, PassConfirmation, PassState, StudentPass
from safety.student_pass.queries import code_of, pass_by_code, passes_visible_to
from tests.conftest import NOW
from tests.pdf import Pdf

pytestmark = pytest.mark.requirement("SAF-07")


@pytest.fixture
def pupil(cast):
    school_class = SchoolClass.objects.create(name="七年级（1）班", grade="七年级", head_teacher=cast.headteacher)
    return Student.objects.create(number="S1", name="王小雨", school_class=school_class)


def ask(cast, pupil, who=None, at=NOW, **given) -> StudentPass:
    return rules.ask_leave(actor=who or cast.nurse, at=at, student=pupil, **{"kind": "ill", "collector": "王志远", "relation": "父亲"} | given)


def student(cast, card, at=NOW):
    return rules.confirm_as_student(actor=cast.nurse, at=at, record=card, signature=[typed_signature("王小雨", signer="王小雨")])


def parent(card, at=NOW, code=None, **given):
    card.refresh_from_db()
    signed = {"agrees": True, "name": "王志远", "relation": "父亲", "signature": typed_signature("王志远", signer="王志远")} | given
    return rules.answer_as_parent(actor=User.objects.system("public"), at=at, record=card, code=code or code_of(card), **signed)


def teacher(cast, card):
    return rules.confirm_as_teacher(actor=cast.headteacher, at=NOW, record=card)


def guard(cast, card):
    return rules.confirm_as_guard(actor=cast.guard, at=NOW, record=card, checked=True)


def test_only_the_fourth_confirmation_turns_it_green(cast, pupil):
    card = ask(cast, pupil)
    steps = [lambda: guard(cast, card), lambda: parent(card), lambda: student(cast, card), lambda: teacher(cast, card)]
    for n, step in enumerate(steps, 1):
        with pytest.raises(RuleViolation, match="还不能出校"):
            rules.let_out(actor=cast.guard, at=NOW, record=card)
        step()
        card.refresh_from_db()
        assert (card.state, len(card.lacking)) == ((PassState.READY, 0) if n == 4 else (PassState.ASKED, 4 - n))
    assert set(PassConfirmation.objects.values_list("party", flat=True)) == set(Party.values)
    rules.let_out(actor=cast.guard, at=NOW + timedelta(minutes=5), record=card)
    assert [one["left"] for one in gathered(NOW + timedelta(minutes=6))["classes"]] == [0]
    assert rules.take_back(actor=cast.guard, at=NOW + timedelta(hours=1), record=card).state == PassState.BACK


def test_the_database_knows_no_green_pass_with_three(cast, pupil):
    card = ask(cast, pupil)
    for step in (teacher, guard, student):
        step(cast, card)
    with pytest.raises(IntegrityError), transaction.atomic():
        StudentPass.objects.filter(pk=card.pk).update(state="ready")


def test_the_head_teacher_asks_for_the_own_class_and_so_has_confirmed(cast, pupil):
    card = ask(cast, pupil, cast.headteacher)
    assert card.teacher_at == NOW and card.confirmations.get().name == cast.headteacher.name
    other = Student.objects.create(number="S2", name="别班", school_class=SchoolClass.objects.create(name="八年级（1）班", grade="八年级"))
    with pytest.raises(NotAllowed, match="自己班"):
        ask(cast, other, cast.headteacher)
    with pytest.raises(NotAllowed):
        ask(cast, other, cast.stranger)
    assert not passes_visible_to(cast.stranger).exists()


def test_a_leader_stands_in_with_words_and_nobody_is_two_parties(cast, pupil):
    card = ask(cast, pupil)
    with pytest.raises(RuleViolation, match="为什么由您"):
        rules.confirm_as_teacher(actor=cast.vice, at=NOW, record=card)
    with pytest.raises(NotAllowed, match="班主任"):
        rules.confirm_as_teacher(actor=cast.guard, at=NOW, record=card, words="他在上课")
    rules.confirm_as_teacher(actor=cast.vice, at=NOW, record=card, words="班主任外出培训")
    with pytest.raises(IntegrityError), transaction.atomic():
        PassConfirmation.objects.create(card=card, party="guard", name="副某", at=NOW, by=cast.vice)


def test_the_guard_looks_before_confirming(cast, pupil):
    card = ask(cast, pupil)
    with pytest.raises(RuleViolation, match="先核对"):
        rules.confirm_as_guard(actor=cast.guard, at=NOW, record=card, checked=False)
    with pytest.raises(RuleViolation, match="本人签名"):
        rules.confirm_as_student(actor=cast.guard, at=NOW, record=card, signature=[])
    guard(cast, card)
    with pytest.raises(RuleViolation, match="已经确认过"):
        guard(cast, card)


def test_the_parents_link_is_for_once_and_for_a_while(cast, pupil):
    card = ask(cast, pupil)
    old = code_of(card)
    with pytest.raises(RuleViolation, match="过期"):
        parent(card, at=NOW + timedelta(hours=5))
    rules.renew_link(actor=cast.guard, at=NOW, record=card)
    assert pass_by_code(old) is None
    with pytest.raises(Conflict, match="换成新的"):
        parent(card, code=old)
    parent(card)
    with pytest.raises(RuleViolation, match="用过"):
        parent(card)


def test_a_parent_who_refuses_keeps_the_child_in_school(cast, pupil):
    card = ask(cast, pupil)
    done = parent(card, agrees=False)
    assert (done.state, done.note) == (PassState.REFUSED, "王志远（父亲）不同意")
    with pytest.raises(RuleViolation):
        guard(cast, card)


def test_one_open_pass_for_today_only(cast, pupil):
    with pytest.raises(RuleViolation, match="当天办当天用"):
        ask(cast, pupil, leave_at=NOW + timedelta(days=1))
    card = ask(cast, pupil)
    with pytest.raises(Conflict, match="没办完"):
        ask(cast, pupil)
    tomorrow = NOW + timedelta(days=1)
    rules.watch_passes(actor=User.objects.system(), at=tomorrow)
    card.refresh_from_db()
    assert (card.state, card.note) == (PassState.VOID, "当天没有出校")
    assert ask(cast, pupil, at=tomorrow).state == PassState.ASKED


def test_the_public_page_shows_little_and_nothing_afterwards(cast, pupil):
    card = ask(cast, pupil, at=timezone.now())
    client, url = Client(), f"/public/pass/{code_of(card)}/"
    assert "王小雨" in client.get(url).content.decode()
    bad = client.post(url, {"agrees": "yes", "name": "王志远", "relation": "父亲"})
    assert bad.status_code == 422 and "签名" in bad.content.decode()
    signed = {"agrees": "yes", "name": "王志远", "relation": "父亲", "signature_typed": "王志远"}
    done = client.post(url, signed)
    assert done.status_code == 201, done.content.decode()[:2000]
    again = client.get(url)
    assert again.status_code == 410 and "王小雨" not in again.content.decode()
    assert client.get("/public/pass/1-x/").status_code == 404


def test_todos_and_the_paper(cast, pupil):
    card = ask(cast, pupil)
    assert [todo.verb for todo in pass_todos(cast.headteacher, NOW)] == ["确认"] and pass_todos(cast.stranger, NOW) == []
    client = Client()
    client.force_login(cast.guard)
    assert client.get(f"/print/safety.studentpass/{card.pk}/").status_code == 400
    for step in (teacher, guard, student):
        step(cast, card)
    parent(card)
    assert [todo.verb for todo in pass_todos(cast.guard, NOW)] == ["放行"]
    assert Pdf(client.get(f"/print/safety.studentpass/{card.pk}/").content).pages()


def green(cast, pupil, **given) -> StudentPass:
    card = ask(cast, pupil, **given)
    for step in (teacher, guard, student):
        step(cast, card)
    return parent(card)


def test_a_green_pass_is_for_its_hour_and_once(cast, pupil):
    card = green(cast, pupil, leave_at=NOW + timedelta(hours=2), back_by=NOW + timedelta(hours=3))
    for hours, words in ((1, "提前 30 分钟"), (3.1, "已经过了时间"), (24, "只管当天")):
        with pytest.raises(RuleViolation, match=words):
            rules.let_out(actor=cast.guard, at=NOW + timedelta(hours=hours), record=card)
    rules.let_out(actor=cast.guard, at=NOW + timedelta(hours=2), record=card)
    with pytest.raises(RuleViolation):
        rules.let_out(actor=cast.guard, at=NOW + timedelta(hours=2), record=card)


def test_a_pass_that_was_not_used_in_its_time_lapses_the_same_day(cast, pupil):
    card = green(cast, pupil)
    system = User.objects.system()
    for hours, state in ((3, PassState.READY), (4.1, PassState.VOID)):
        rules.watch_passes(actor=system, at=NOW + timedelta(hours=hours))
        card.refresh_from_db()
        assert card.state == state
    assert card.note == "过了时间没有出校" and ask(cast, pupil, at=NOW + timedelta(hours=4.2)).state == PassState.ASKED


def test_who_hands_the_link_out_does_not_answer_it_in_the_parents_place(cast, pupil):
    card = ask(cast, pupil, at=timezone.now())
    signed = {"agrees": "yes", "name": "王志远", "relation": "父亲", "signature_typed": "王志远"}
    client, url = Client(), f"/public/pass/{code_of(card)}/"
    for who in (cast.guard, cast.headteacher, cast.nurse):
        client.force_login(who)
        assert client.get(url).status_code == client.post(url, signed).status_code == 403
    card.refresh_from_db()
    assert card.parent_at is None and Client().post(url, signed).status_code == 201
