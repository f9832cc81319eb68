"""Statements per post in versions, signed once, and who has not (SAF-12)."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, IntegrityError
from django.test import Client

from logistics.platform.attachments.photos import typed_signature
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from logistics.platform.org.models import Post
from safety.statement import rules
from safety.statement.models import SafetyStatement, SafetyStatementSignature
from safety.statement.queries import statement_list_rows, statement_todos, unsigned_of
from tests.conftest import NOW
from tests.pdf import Pdf

pytestmark = pytest.mark.requirement("SAF-12")
TODAY = NOW.date()
SPAN = {"starts_on": TODAY, "ends_on": TODAY + timedelta(days=60)}


def post(*holders) -> Post:
    made = Post.objects.create(name="门卫")
    made.holders.set(holders)
    return made


def statement(cast, *posts: Post, **given) -> SafetyStatement:
    words = {"title": "门卫责任书", "text": "一、守门", "leader": cast.principal, "posts": posts}
    return rules.issue_statement(actor=cast.safety, at=NOW, **words | SPAN | given)


def told() -> list[list[int]]:
    return [one.payload["recipients"] for one in OutboxMessage.objects.filter(key__startswith="safety.statement").order_by("pk")]


def sign(person, record: SafetyStatement, at=NOW) -> SafetyStatementSignature:
    return rules.sign_statement(actor=person, at=at, record=record, signature=[typed_signature(person.name, signer=person.name)])


def test_whoever_holds_the_post_is_told_and_signs_once(cast):
    made = statement(cast, post(cast.guard))
    assert told() == [[cast.guard.pk]]
    assert [todo.title for todo in statement_todos(cast.guard, NOW)] == ["签门卫责任书"]
    signed = sign(cast.guard, made)
    assert (signed.posts, statement_todos(cast.guard, NOW)) == ("门卫", [])
    with pytest.raises(RuleViolation, match="已经签过"):
        sign(cast.guard, made)
    with pytest.raises(NotAllowed, match="不由您的岗位签"):
        sign(cast.teacher, made)
    assert SafetyStatementSignature.objects.count() == 1


def test_a_newcomer_on_the_post_has_to_sign_without_anybody_asking(cast):
    place = post(cast.guard)
    made = statement(cast, place)
    sign(cast.guard, made)
    assert list(unsigned_of(made)) == []
    place.holders.add(cast.driver)
    assert list(unsigned_of(made)) == [cast.driver]
    listed = statement_list_rows(cast.safety).get()
    assert (listed.signed, listed.unsigned) == (1, 1)


def test_a_new_version_is_signed_anew_and_the_old_signatures_stay(cast):
    made = statement(cast, post(cast.guard))
    sign(cast.guard, made)
    with pytest.raises(RuleViolation, match="改了什么"):
        rules.renew_statement(actor=cast.safety, at=NOW, record=made, text="一、守好门", leader=cast.principal, **SPAN)
    later = SPAN | {"ends_on": TODAY + timedelta(days=400)}
    made = rules.renew_statement(actor=cast.safety, at=NOW, record=made, text="一、守好门", leader=cast.principal, **later)
    assert list(unsigned_of(made)) == [cast.guard]
    sign(cast.guard, made)
    assert sorted(SafetyStatementSignature.objects.values_list("version__number", flat=True)) == [1, 2]


def test_after_its_last_day_nobody_signs_and_the_keeper_is_asked_to_renew(cast):
    made = statement(cast, post(cast.guard))
    after = NOW + timedelta(days=61)
    with pytest.raises(RuleViolation, match="过了有效期"):
        sign(cast.guard, made, at=after)
    assert statement_todos(cast.guard, after) == []
    assert "门卫责任书到期要续签" in [todo.title for todo in statement_todos(cast.safety, after)]


def test_reminding_reaches_those_who_have_not_signed_once_a_day(cast):
    made = statement(cast, post(cast.guard, cast.driver))
    sign(cast.guard, made)
    assert rules.remind_unsigned(actor=cast.safety, at=NOW, record=made) == 1
    with pytest.raises(RuleViolation, match="今天已经催过"):
        rules.remind_unsigned(actor=cast.safety, at=NOW, record=made)
    assert rules.remind_unsigned(actor=cast.safety, at=NOW + timedelta(days=1), record=made) == 1
    assert told() == [sorted([cast.guard.pk, cast.driver.pk]), [cast.driver.pk], [cast.driver.pk]]


def test_text_and_signature_cannot_be_changed_in_the_database(cast):
    made = statement(cast, post(cast.guard))
    sign(cast.guard, made)
    for table in ("safety_safetystatementversion SET text = 'x'", "safety_safetystatementsignature SET posts = 'x'"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table}")
    with pytest.raises(IntegrityError), transaction.atomic():
        SafetyStatementSignature.objects.create(version=made.current, person=cast.guard, signed_at=NOW)


def test_a_signer_sees_the_text_and_not_who_has_signed(cast):
    made = statement(cast, post(cast.driver))
    browser = Client()
    browser.force_login(cast.driver)
    page = browser.get(f"/safety/statement/{made.pk}/").content.decode()
    assert "等您签字" in page
    assert "还没有签" not in page
    answer = browser.post(f"/safety/statement/{made.pk}/sign/", {"signature_typed": cast.driver.name})
    assert answer.status_code == 302
    signed = SafetyStatementSignature.objects.get()
    assert cast.driver.name in Pdf(browser.get(f"/print/safety.safetystatementsignature/{signed.pk}/").content).text()
    browser.force_login(cast.teacher)
    assert browser.get(f"/safety/statement/{made.pk}/").status_code == 404
    browser.force_login(cast.safety)
    assert "已签 1 人，未签 0 人" in Pdf(browser.get(f"/print/safety.safetystatement/{made.pk}/").content).text()


def test_who_may_issue_and_for_whom(cast):
    with pytest.raises(NotAllowed):
        rules.issue_statement(actor=cast.guard, at=NOW, title="x", text="x", leader=cast.principal, for_everyone=True, **SPAN)
    with pytest.raises(RuleViolation, match="哪些岗位签"):
        statement(cast)
    everyone = statement(cast, for_everyone=True, title="全员")
    assert unsigned_of(everyone).filter(pk=cast.teacher.pk).exists()
    rules.withdraw_statement(actor=cast.safety, at=NOW, record=everyone, reason="换新的")
    with pytest.raises(RuleViolation, match="停用"):
        sign(cast.teacher, everyone)
