"""One row of every book of those who look on: leaders at the table, the committee."""

from datetime import timedelta

from canteen.accompany.models import GRADED, Accompanied, AccompanyTurn
from canteen.accompany.rules import record_accompanied, save_turn
from canteen.committee.models import CommitteeActivity, CommitteeMember
from canteen.committee.rules import add_opinion, record_activity, save_member
from canteen.survey.models import Survey
from canteen.survey.rules import open_survey
from tests.canteen.safety_kit import TODAY, dish_of, meal_of, moment

KINDS = ("breakfast", "lunch", "dinner", "snack")


def accompanied(school, n: int) -> Accompanied:
    dish = dish_of(school.cast, f"陪餐的菜{n}", meal_of(school.cast, kind="breakfast", starts="06:40", ends="08:00"))
    given = {"meal": dish.meal, "dishes": [dish], "grades": dict.fromkeys(GRADED, "good"), "eater": "parent", "guest": f"家长{n}"}
    words = {"opinion": f"汤有点凉{n}", "measure": "加保温桶", "owner": school.cast.chef, "due_on": TODAY}
    return record_accompanied(actor=school.cast.canteen, at=moment(TODAY, "07:30"), **given, **words)


def turn(school, n: int) -> AccompanyTurn:
    on = TODAY.replace(day=TODAY.day + n // 4 % 10)
    return save_turn(actor=school.cast.canteen, at=moment(TODAY, "09:00"), on=on, kind=KINDS[n % 4], person=school.cast.principal)


def member(school, n: int) -> CommitteeMember:
    dates = {"since": TODAY, "until": TODAY + timedelta(days=300)}
    return save_member(actor=school.cast.foodsafety, at=moment(TODAY, "09:00"), name=f"委员{n}", stands_for="parent", origin="三年级2班家长", phone="", **dates)


def activity(school, n: int) -> CommitteeActivity:
    at, given = moment(TODAY, "09:00"), {"kind": "look", "topic": f"检查{n}", "content": "看了留样冰箱", "members": [member(school, n + 100)]}
    row = record_activity(actor=school.cast.foodsafety, at=at, **given)
    return add_opinion(actor=school.cast.foodsafety, at=at, record=row, opinion=f"汤勺太大{n}", measure="换小号", owner=school.cast.chef, due_on=TODAY)


def survey(school, n: int) -> Survey:
    return open_survey(actor=school.cast.foodsafety, at=moment(TODAY, "09:00"), title=f"测评{n}", since=TODAY, until=TODAY + timedelta(days=n % 60))


MAKERS = {
    "canteen.accompanied": accompanied,
    "canteen.accompanyturn": turn,
    "canteen.committeemember": member,
    "canteen.committeeactivity": activity,
    "canteen.survey": survey,
}
