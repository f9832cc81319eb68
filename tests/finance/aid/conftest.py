"""A boarding aid with two levels, an open list, three boarders and a day pupil, four reviewers, a bank account."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from finance.aid import list_rules, rules
from finance.aid.models import AidApplication, AidList
from finance.journal.models import CashAccount
from finance.journal.rules import save_account
from logistics.platform.attachments.photos import clean_paper
from logistics.platform.org.models import SchoolClass, Student
from logistics.platform.terms.models import Term
from tests.conftest import NOW, make_person
from tests.platform.attachments_kit import PDF, upload

LAST = date(2026, 11, 25)  # five working days after NOW, a Wednesday


def fresh(record):
    return type(record).objects.get(pk=record.pk)


def at(on: date) -> datetime:
    return timezone.make_aware(datetime.combine(on, time(9)))


AFTER = at(LAST + timedelta(days=1))


class Aid:
    def __init__(self, cast, rooms):
        self.cast = cast
        self.mine = rooms.school_class
        self.other = SchoolClass.objects.create(name="八年级（1）班", grade="八年级", order=2)
        rows = [
            ("701", "张三", self.mine, True),
            ("702", "李小明", self.mine, True),
            ("801", "欧阳小明", self.other, True),
            ("703", "走读生", self.mine, False),
        ]
        self.students = {n: Student.objects.create(number=n, name=name, school_class=one, is_boarder=boards) for n, name, one, boards in rows}
        self.term = Term.objects.create(name="2026年秋季学期", year="2026-2027", start_on=date(2026, 9, 1), end_on=date(2027, 1, 22))
        self.bank = save_account(
            actor=cast.accountant, at=NOW, name="资助户", kind="bank", bank="建行", number="62", opened_on=date(2026, 9, 1), opening=Decimal(9000)
        )
        self.scheme = rules.save_scheme(
            actor=cast.director,
            at=NOW,
            name="寄宿生补助",
            levels="一等 750\n二等　500元",
            conditions="家庭困难",
            document="财教〔2021〕174号",
            boarders_only=True,
        )
        self.listing = rules.save_list(actor=cast.director, at=NOW, scheme=self.scheme, term=self.term, close_on=date(2026, 11, 20))
        self.group = [make_person(f"review{n}", f"评议{n}", "teacher") for n in range(4)]

    def apply(self, number, level="一等", actor=None, **given) -> AidApplication:
        fields = {"kind": "allowance", "text": "父亲重病，吃低保"} | given
        return rules.apply(actor=actor or self.cast.director, at=NOW, listing=fresh(self.listing), student=self.students[number], level=level, **fields)

    def reviewed(self, members=None) -> AidList:
        rules.start_review(actor=self.cast.director, at=NOW, record=fresh(self.listing), members=members or self.group)
        return fresh(self.listing)

    def vote(self, application, yes=3, no=0) -> None:
        for n, member in enumerate(self.group[: yes + no]):
            rules.vote(actor=member, at=NOW, record=fresh(application), agrees=n < yes, score=60)

    def act(self, rule, actor, moment=NOW, **given) -> AidList:
        getattr(list_rules, rule)(actor=getattr(self.cast, actor), at=moment, record=fresh(self.listing), **given)
        return fresh(self.listing)

    def on_notice(self) -> AidList:
        """Two carried, one not; on the board since NOW."""
        found = [self.apply("701"), self.apply("702", "二等"), self.apply("801")]
        self.reviewed()
        self.vote(found[0])
        self.vote(found[1], yes=2, no=1)
        self.vote(found[2], yes=1, no=2)
        self.act("propose", "director")
        return self.act("publicize", "director")

    def final(self) -> AidList:
        self.on_notice()
        return self.act("finalize", "principal", AFTER)

    def pay(self, moment=AFTER, actor="cashier", **given):
        fields = {"account": fresh(self.bank), "on": timezone.localdate(moment), "papers": [clean_paper(upload(PDF, "回单.pdf"))]} | given
        return self.act("pay", actor, moment, **fields)

    def states(self) -> dict:
        return dict(AidApplication.objects.values_list("student__number", "state"))

    @property
    def balance(self) -> Decimal:
        return CashAccount.objects.get(pk=self.bank.pk).balance


@pytest.fixture
def aid(cast, rooms) -> Aid:
    return Aid(cast, rooms)
