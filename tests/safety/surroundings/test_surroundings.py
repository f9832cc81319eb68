"""What is around the school: referred, answered, looked at every term, solved, back again (SAF-13)."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client

from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.terms.models import Term
from safety.surroundings import rules
from safety.surroundings.models import Surrounding, SurroundingStep
from safety.surroundings.queries import surrounding_todos
from tests.conftest import NOW
from tests.pdf import Pdf

pytestmark = pytest.mark.requirement("SAF-13")
TODAY = NOW.date()


def stall(cast, **given) -> Surrounding:
    words = {"name": "流动摊贩", "kind": "stall", "where": "东门", "metres": 20, "danger": "占道", "found_on": TODAY}
    return rules.save_surrounding(actor=cast.safety, at=NOW, **words | given)


def test_it_goes_to_an_office_and_the_answer_stands_beside_it(cast):
    row = stall(cast)
    with pytest.raises(RuleViolation, match="先向部门反映"):
        rules.answer(actor=cast.safety, at=NOW, record=row, words="知道了")
    with pytest.raises(RuleViolation, match="向哪个部门"):
        rules.refer(actor=cast.safety, at=NOW, record=row, office=" ", contact="", words="请来")
    rules.refer(actor=cast.safety, at=NOW, record=row, office="城管", contact="王队", words="请来")
    rules.refer(actor=cast.safety, at=NOW + timedelta(days=9), record=row, office="街道", contact="李", words="没人来")
    row = rules.answer(actor=cast.safety, at=NOW + timedelta(days=10), record=row, words="派人值守")
    row = rules.solve(actor=cast.safety, at=NOW + timedelta(days=20), record=row, words="撤走了")
    assert (row.state, row.looked_on, row.steps.count()) == ("solved", TODAY + timedelta(days=20), 4)
    with pytest.raises(RuleViolation, match="又出现"):
        rules.look_again(actor=cast.safety, at=NOW, record=row, words="看")
    assert rules.reopen(actor=cast.safety, at=NOW + timedelta(days=30), record=row, words="又来了").state == "open"


def test_every_term_somebody_looks_again(cast):
    Term.objects.create(name="秋", year="2026-2027", start_on=date(2026, 9, 1), end_on=date(2027, 1, 22))
    row = stall(cast, found_on=date(2026, 8, 1))
    assert surrounding_todos(cast.safety, NOW)[0].title == "1 处周边隐患本学期还没去看"
    rules.look_again(actor=cast.safety, at=NOW, record=row, words="还在")
    assert surrounding_todos(cast.safety, NOW) == []


def test_steps_stay_and_the_day_it_was_found_stays(cast):
    row = stall(cast)
    rules.look_again(actor=cast.safety, at=NOW, record=row, words="还在")
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE safety_surroundingstep SET words = 'x'")
    with pytest.raises(RuleViolation, match="登记以后不能改"):
        rules.save_surrounding(actor=cast.safety, at=NOW, record=row, found_on=TODAY - timedelta(days=1))
    with pytest.raises(RuleViolation, match="不能晚于今天"):
        stall(cast, found_on=TODAY + timedelta(days=1))
    assert SurroundingStep.objects.get().words == "还在"


def test_the_register_as_paper_and_who_may(cast):
    row = stall(cast)
    rules.refer(actor=cast.safety, at=NOW, record=row, office="城管中队", contact="王队", words="请来")
    browser = Client()
    browser.force_login(cast.safety)
    assert "城管中队" in Pdf(browser.get("/safety/surrounding/register/").content).text()
    with pytest.raises(NotAllowed):
        stall(type("Cast", (), {"safety": cast.teacher})())


def test_the_overview_leads_everywhere(cast):
    browser = Client()
    browser.force_login(cast.safety)
    page = browser.get("/safety/registers/").content.decode()
    for path in ("drill", "statement", "fire", "key-place", "special", "accident", "dangerous", "training", "surrounding"):
        assert f'href="/safety/{path}/"' in page
        assert browser.get(f"/safety/{path}/").status_code == 200
    browser.force_login(cast.guard)
    assert "/safety/dangerous/" not in browser.get("/safety/registers/").content.decode()
    browser.force_login(cast.teacher)
    assert browser.get("/safety/registers/").status_code == 403
