"""A distribution to two classes: three exercise books a pupil, one broom a class, an English book for one grade."""

from datetime import date
from decimal import Decimal

import pytest

from assets.distribution import handing_rules, rules
from assets.distribution.models import Distribution, Recipient
from logistics.platform.attachments.photos import typed_signature
from logistics.platform.org.models import SchoolClass, Student
from tests.assets.store.conftest import TODAY, StoreRoom
from tests.conftest import NOW


def fresh(record):
    return type(record).objects.get(pk=record.pk)


class Hall(StoreRoom):
    """`sheet()` draws up, `opened()` is approved, `give(recipient)` hands out all that is due."""

    def __init__(self, cast):
        super().__init__(cast)
        self.books, self.broom, self.english = (self.item(name, unit=unit) for name, unit in (("作业本", "本"), ("扫把", "把"), ("英语书", "本")))
        SchoolClass.objects.all().delete()
        self.one = SchoolClass.objects.create(name="三年级1班", grade="三年级", head_teacher=cast.headteacher, order=1)
        self.two = SchoolClass.objects.create(name="四年级1班", grade="四年级", head_teacher=cast.teacher, order=2)
        for n, school_class in enumerate((self.one, self.one, self.two)):
            Student.objects.create(number=f"S{n}", name=f"学生{n}", school_class=school_class)

    def sheet(self, **given) -> Distribution:
        usual = {"title": "开学发放", "audience": "class", "store": self.main, "department": self.office, "starts_on": TODAY, "until": date(2026, 11, 25)}
        made = rules.save_distribution(actor=self.cast.storekeeper, at=NOW, **usual | given)
        if made.is_by_class:
            self.add(made, self.books, 3, per="pupil")
            self.add(made, self.broom, 1)
            self.add(made, self.english, 1, per="pupil", grade="四年级")
        return made

    def add(self, made, item, quantity, **given):
        actor = self.cast.director if fresh(made).state == "open" else self.cast.storekeeper
        return rules.add_item(actor=actor, at=NOW, record=fresh(made), item=item, quantity=Decimal(quantity), **given)

    def opened(self, **given) -> Distribution:
        made = self.sheet(**given)
        rules.submit_distribution(actor=self.cast.storekeeper, at=NOW, record=fresh(made))
        rules.open_distribution(actor=self.cast.director, at=NOW, record=fresh(made))
        return fresh(made)

    def stock(self):
        for item in (self.books, self.broom, self.english):
            self.receive(50, 100, item)

    def of(self, made, school_class) -> Recipient:
        return Recipient.objects.get(distribution=made, school_class=school_class)

    def give(self, recipient, quantities: dict, *, receiver=None, actor=None, signature=None):
        receiver = receiver or self.cast.headteacher
        mark = [typed_signature(receiver.name, signer=receiver.name)] if signature is None else signature
        given = {item.pk: Decimal(quantity) for item, quantity in quantities.items()}
        return handing_rules.hand_out(
            actor=actor or self.cast.storekeeper, at=NOW, record=fresh(recipient), quantities=given, receiver=receiver, signature=mark
        )


@pytest.fixture
def hall(cast) -> Hall:
    return Hall(cast)
