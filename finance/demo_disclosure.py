"""The demo's open books: one month on the board with a question answered, the next one waiting for its check."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone

from logistics.platform.audit.rules import rule
from logistics.platform.board.rules import answer_question, ask
from logistics.platform.demo.build import DemoSchool

from .disclosure.models import Disclosure
from .disclosure.rules import check_disclosure, create_disclosure, publish_disclosure, send_disclosure


def build(school: DemoSchool) -> None:
    this = timezone.localdate(school.now).replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    before = (last - timedelta(days=1)).replace(day=1)
    published(school, sent(school, before, last))
    sent(school, last, this)


@rule
def sent(school: DemoSchool, month: date, following: date) -> Disclosure:
    """Made and sent by the accountant a few days after the month."""
    accountant = school.people["accountant"]
    at = min(timezone.make_aware(datetime.combine(following + timedelta(days=7), time(10))), school.now)
    given = {"period": "month", "month": month, "audience": "staff", "above": 1000, "note": ""}
    made = create_disclosure(actor=accountant, at=at, **given)
    return send_disclosure(actor=accountant, at=at, record=made)


@rule
def published(school: DemoSchool, record: Disclosure) -> None:
    at = min(record.sent_at + timedelta(days=2), school.now)
    director = school.people["director"]
    check_disclosure(actor=school.people["financegroup1"], at=at, record=record, opinion="与日记账、预算执行表相符")
    shown = publish_disclosure(actor=director, at=at + timedelta(hours=3), record=record)
    asked = ask(actor=school.people["teacher"], at=at + timedelta(hours=20), post=shown.post, text="电费比上个月多，是什么原因？", kind="question")
    answer_question(actor=director, at=at + timedelta(hours=26), record=asked, answer="开学后晚自习照明和空调用电增加，抄表数在总务处可查。", is_shown=True)
