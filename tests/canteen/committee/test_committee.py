"""膳食委员会: terms, activities, opinions as tasks, the board (CAN-14)."""

from datetime import timedelta

import pytest
from django.test import Client

from canteen.committee import rules
from canteen.committee.models import CommitteeActivity, CommitteeMember
from canteen.control.models import Fault
from canteen.control.rules import mend_fault
from logistics.platform.evidence.rules import strike
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from tests.canteen.safety_kit import TODAY
from tests.conftest import NOW
from tests.pdf import Pdf

pytestmark = pytest.mark.requirement("CAN-14")


def member(cast, name="王先生", since=TODAY - timedelta(days=30), until=TODAY + timedelta(days=300)) -> CommitteeMember:
    return rules.save_member(actor=cast.foodsafety, at=NOW, name=name, stands_for="parent", origin="三年级2班家长", since=since, until=until)


def activity(cast, members=None, **given) -> CommitteeActivity:
    words = {"kind": "look", "topic": "检查后厨", "content": "看了留样冰箱"}
    return rules.record_activity(actor=cast.foodsafety, at=NOW, members=members if members is not None else [member(cast)], **words | given)


def wish(cast, row, **given) -> CommitteeActivity:
    words = {"opinion": "汤勺太大", "measure": "换小号", "owner": cast.canteen, "due_on": TODAY + timedelta(days=3)}
    return rules.add_opinion(actor=cast.foodsafety, at=NOW, record=row, **words | given)


def test_only_members_in_their_term_were_there(cast):
    gone = member(cast, "张女士", until=TODAY - timedelta(days=1))
    with pytest.raises(RuleViolation, match="张女士那天不在任期"):
        activity(cast, [member(cast), gone])
    with pytest.raises(RuleViolation, match="到场的委员"):
        activity(cast, [])
    assert not CommitteeActivity.objects.exists()
    row = activity(cast, [member(cast, "李女士")])
    assert (row.present, row.number_present) == ("李女士", 1)


def test_an_opinion_needs_measure_person_and_day_and_becomes_a_task(cast):
    row = activity(cast)
    for missing in ({"opinion": " "}, {"measure": ""}, {"owner": None}, {"due_on": TODAY - timedelta(days=1)}):
        with pytest.raises(RuleViolation):
            wish(cast, row, **missing)
    assert not Fault.objects.exists()
    wish(cast, row)
    fault = Fault.objects.get()
    assert (fault.owner, fault.origin) == (cast.canteen, "膳食委员会：检查后厨")
    with pytest.raises(RuleViolation, match="不能划去"):
        strike(actor=cast.foodsafety, at=NOW, record=row, reason="写错了")


def test_published_it_shows_the_answer_but_no_member_and_takes_no_more_opinions(cast):
    row = wish(cast, activity(cast))
    mend_fault(actor=cast.canteen, at=NOW, record=Fault.objects.get(), words="换好了")
    row = rules.publish_activity(actor=cast.foodsafety, at=NOW, record=row)
    assert "意见：汤勺太大。换小号，已办：换好了" in row.post.content
    assert "王先生" not in row.post.content
    for act in (lambda: wish(cast, row), lambda: rules.publish_activity(actor=cast.foodsafety, at=NOW, record=row)):
        with pytest.raises(RuleViolation, match="已经公示"):
            act()


def test_who_may(cast):
    with pytest.raises(NotAllowed):
        rules.save_member(actor=cast.teacher, at=NOW, name="x", stands_for="parent", since=TODAY, until=TODAY)
    row = activity(cast)
    with pytest.raises(NotAllowed):
        rules.publish_activity(actor=cast.teacher, at=NOW, record=row)


def test_the_page_and_the_sheet_say_what_became_of_it(cast):
    row = wish(cast, activity(cast))
    browser = Client()
    browser.force_login(cast.principal)
    assert "换小号，11月21日以前办好" in browser.get(f"/canteen/committee/{row.pk}/").content.decode()
    assert "汤勺太大" in Pdf(browser.get("/canteen/committee/print/?since=2026-11-18").content).text()
