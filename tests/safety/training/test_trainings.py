"""Trainings with attendance, and who is still to be trained this year (SAF-11)."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from logistics.platform.evidence.rules import strike
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from safety.training.models import SafetyTraining
from safety.training.queries import untrained
from safety.training.rules import record_training
from tests.conftest import NOW
from tests.pdf import Pdf

pytestmark = pytest.mark.requirement("SAF-11")
TODAY = NOW.date()


def training(cast, **given) -> SafetyTraining:
    words = {"kind": "training", "topic": "灭火器使用", "where": "操场", "content": "实操", "hours": Decimal(2)}
    return record_training(actor=cast.safety, at=NOW, **words | given)


def test_a_staff_training_lists_who_was_there(cast):
    with pytest.raises(RuleViolation, match="请勾参加的教职工"):
        training(cast, students=90)
    with pytest.raises(RuleViolation, match="多少人参加"):
        training(cast, kind="campaign")
    assert not SafetyTraining.objects.exists()
    made = training(cast, people=[cast.teacher, cast.guard, cast.guard])
    assert (made.number, made.people.count()) == (2, 2)


def test_who_was_not_trained_this_year_is_named_and_a_struck_training_counts_for_nothing(cast):
    made = training(cast, people=[cast.teacher])
    training(cast, kind="campaign", people=[cast.guard], students=900)
    assert not untrained(TODAY).filter(pk=cast.teacher.pk).exists()
    assert untrained(TODAY).get(pk=cast.guard.pk).is_new
    assert not untrained(date(2027, 1, 5)).get(pk=cast.teacher.pk).is_new
    strike(actor=cast.safety, at=NOW, record=made, reason="日期写错")
    assert untrained(TODAY).filter(pk=cast.teacher.pk).exists()


def test_page_and_sheet(cast):
    training(cast, people=[cast.teacher], students=1580)
    browser = Client()
    browser.force_login(cast.safety)
    assert "从没培训过" in browser.get("/safety/training/missing/").content.decode()
    text = Pdf(browser.get("/safety/training/print/?since=2026-11-18").content).text()
    assert "灭火器使用" in text
    assert "1580" in text
    browser.force_login(cast.teacher)
    assert browser.get("/safety/training/missing/").status_code == 403


def test_who_may(cast):
    with pytest.raises(NotAllowed):
        record_training(actor=cast.teacher, at=NOW, kind="lesson", topic="x", where="x", content="x", hours=Decimal(1), students=1)
