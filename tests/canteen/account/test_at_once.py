"""Two at once: no entry slips into a month while it is being signed, no meal money is taken twice (CAN-13)."""

import pytest

from canteen.account.figures import gather
from canteen.account.models import AccountEntry, AccountStatement
from canteen.account.statement_rules import sign_statement
from logistics.platform.kernel.errors import RuleViolation
from tests.canteen.account_kit import LATER, MONTH, eaters, entry, sent

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.requirement("CAN-13")]


def test_an_entry_comes_before_the_signature_or_not_at_all(cast, together):
    eaters(cast, 10, 0)
    entry(cast, "pupil_fee", "20")
    made = sent(cast)
    director, outcomes = (
        cast.director,
        together(lambda: sign_statement(actor=cast.director, at=LATER, record=made), lambda: entry(cast, "pupil_fee", "1", at=LATER)),
    )
    refused = [one for one in outcomes if isinstance(one, Exception)]
    assert [type(one) for one in refused] == [RuleViolation], director
    now = AccountStatement.objects.get()
    assert (now.state == "signed") == (AccountEntry.objects.count() == 1)
    if now.state == "signed":
        assert gather(MONTH, None) == now.content


def test_an_opening_balance_sent_twice_is_one(cast, together):
    def begin():
        return entry(cast, "opening", "88", book="pupil", summary="上期结余")

    outcomes = together(begin, begin)
    assert [isinstance(one, RuleViolation) for one in outcomes].count(True) == 1
    assert AccountEntry.objects.count() == 1
