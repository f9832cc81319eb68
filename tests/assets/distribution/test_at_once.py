"""Two keepers hand the same class its books at the same moment: it gets them once (STK-07)."""

import pytest

from assets.distribution.models import Handout, RecipientState
from assets.store.models import Stock
from logistics.platform.kernel.errors import RuleViolation
from tests.assets.distribution.conftest import Hall, fresh
from tests.conftest import make_cast

pytestmark = pytest.mark.requirement("STK-07")


def test_a_class_gets_its_share_once(together):
    hall = Hall(make_cast())
    hall.stock()
    made = hall.opened()
    one = hall.of(made, hall.one)

    def give():
        return hall.give(one, {hall.books: 6, hall.broom: 1})

    answers = together(give, give)
    assert sum(isinstance(answer, RuleViolation) for answer in answers) == 1
    assert (Handout.objects.count(), fresh(one).state) == (1, RecipientState.DONE)
    assert Stock.objects.get(item=hall.books).quantity == 44
