"""The check constraints of a table: one query asks about all of them, and each keeps its own sentence."""

import pytest
from django.core.exceptions import ValidationError
from django.db.models import CheckConstraint

from logistics.platform.kernel.models import asked_of
from logistics.platform.partners.models import Partner

pytestmark = pytest.mark.django_db
KIND, STOPPED, MERGED = "请至少选一类。", "停用和列入黑名单要写原因。", "合并要指明并到哪一家。"


def refused(partner: Partner, **kwargs) -> list[str]:
    with pytest.raises(ValidationError) as refusal:
        partner.validate_constraints(**kwargs)
    return refusal.value.messages


def test_all_checks_of_a_row_take_one_query(django_assert_num_queries):
    (checks,) = [one for one in asked_of(Partner) if isinstance(one, CheckConstraint)]
    assert len(checks.parts) == 3
    with django_assert_num_queries(3):  # the question, and the savepoint around it
        checks.validate(Partner, Partner(name="安居建筑", kinds=",works,"))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"kinds": ""}, [KIND]),
        ({"kinds": ",works,", "state": "stopped"}, [STOPPED]),
        ({"kinds": "", "state": "blacklisted"}, [STOPPED, KIND]),
        ({"kinds": "", "state": "merged"}, [MERGED, KIND]),
    ],
)
def test_each_broken_check_says_its_own_sentence(fields, said):
    assert refused(Partner(name="安居建筑", **fields)) == said


def test_a_check_whose_field_is_not_asked_about_is_passed_over_and_the_others_are_not():
    assert refused(Partner(name="安居建筑", kinds="", state="stopped"), exclude={"state_reason"}) == [KIND]
