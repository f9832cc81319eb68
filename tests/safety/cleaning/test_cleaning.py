"""Scores seen at once, put right by one and looked at by another, ranked by the week; what an area uses up (HYG-01, HYG-02, HYG-04)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from assets.item.first_run import KINDS
from assets.item.rules import save_item
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.notices.models import OutboxMessage
from safety.cleaning import queries, rules
from safety.cleaning.models import AreaScore, CleaningArea
from tests.conftest import NOW
from tests.platform.attachments_kit import photo
from tests.safety.vehicle_kit import TODAY, class_of

pytestmark = pytest.mark.django_db


def area_of(cast, name="一层走廊", *, school_class=None, cleaner=None) -> CleaningArea:
    owner = {"school_class": school_class, "cleaner": cleaner}
    return rules.save_area(actor=cast.director, at=NOW, name=name, standard="无纸屑", times=2, is_active=True, **owner)


def score(cast, area, points=95, **fields) -> AreaScore:
    given = {"cadence": "daily", "points": points, "problem": "" if points == 100 else "窗台有灰"} | fields
    return rules.score_area(actor=fields.pop("actor", cast.safety), at=NOW, area=area, **{name: value for name, value in given.items() if name != "actor"})


@pytest.fixture
def school_class(cast):
    return class_of(head=cast.headteacher)


@pytest.mark.requirement("HYG-01")
def test_an_area_always_has_somebody_who_answers_for_it(cast, school_class):
    with pytest.raises(Exception, match="要有保洁员或者班级负责"):
        area_of(cast)
    assert not CleaningArea.objects.exists()
    assert area_of(cast, school_class=school_class, cleaner=cast.guard).owner == f"{school_class}、{cast.guard.name}"


@pytest.mark.requirement("HYG-02")
def test_below_the_mark_it_is_put_right_by_one_and_looked_at_by_another(cast, school_class):
    area = area_of(cast, school_class=school_class)
    for fields, words in (({}, "拍照片"), ({"photos": [photo()]}, "整改期限"), ({"photos": [photo()], "due_on": TODAY - timedelta(days=1)}, "不能早于")):
        with pytest.raises(RuleViolation, match=words):
            score(cast, area, 60, **fields)
    row = score(cast, area, 60, photos=[photo()], due_on=TODAY + timedelta(days=1))
    assert OutboxMessage.objects.get(key=f"safety.cleaning:{row.pk}:open").payload["recipients"] == [cast.headteacher.pk]
    with pytest.raises(NotAllowed):
        rules.fix_area(actor=cast.teacher, at=NOW, record=row, words="扫了")
    rules.fix_area(actor=cast.headteacher, at=NOW, record=row, words="扫了")
    row.refresh_from_db()
    with pytest.raises(NotAllowed, match="另一位"):
        rules.check_area(actor=cast.headteacher, at=NOW, record=row, is_good=True)
    rules.check_area(actor=cast.safety, at=NOW, record=row, is_good=False, words="墙角还有")
    row.refresh_from_db()
    assert (row.state, row.returned) == ("open", 1)
    rules.fix_area(actor=cast.headteacher, at=NOW, record=row, words="又扫了")
    row.refresh_from_db()
    with pytest.raises(IntegrityError), transaction.atomic():
        AreaScore.objects.filter(pk=row.pk).update(state="closed", checked_by=cast.headteacher)
    rules.check_area(actor=cast.safety, at=NOW, record=row, is_good=True)
    row.refresh_from_db()
    assert (row.state, row.checked_by) == ("closed", cast.safety)


@pytest.mark.requirement("HYG-02")
def test_nobody_scores_the_own_class_and_nobody_twice(cast, school_class):
    area = area_of(cast, school_class=school_class)
    with pytest.raises(NotAllowed, match="请别人来打分"):
        score(cast, area, actor=cast.headteacher)
    with pytest.raises(RuleViolation, match="写哪里不好"):
        score(cast, area, 90, problem="")
    score(cast, area)
    with pytest.raises(Conflict, match="已经打了 95 分"):
        score(cast, area)
    score(cast, area, cadence="weekly")
    assert AreaScore.objects.count() == 2


@pytest.mark.requirement("HYG-02")
def test_everybody_sees_the_day_at_once_and_equals_share_a_place(cast, school_class, client):
    names = [school_class, class_of("七年级2班"), class_of("七年级3班")]
    for one, points in zip(names, (95, 100, 95), strict=True):
        score(cast, area_of(cast, f"{one}走廊", school_class=one), points)
    assert [(row.place, row.name) for row in queries.ranking(*queries.week_of(TODAY))] == [(1, "七年级2班"), (2, "七年级1班"), (2, "七年级3班")]
    assert all(row.score for row in queries.area_days(TODAY))
    assert queries.areas_visible_to(cast.stranger).count() == 3


@pytest.mark.requirement("HYG-04")
def test_supplies_add_up_by_area(cast, school_class):
    area, item = (
        area_of(cast, school_class=school_class),
        save_item(actor=cast.director, at=NOW, name="拖把", unit="把", kind=KINDS.create(actor=cast.director, at=NOW, name="保洁", order=1, is_active=True)),
    )
    for quantity in (2, 3):
        rules.use_supply(actor=cast.safety, at=NOW, area=area, item=item, quantity=Decimal(quantity))
    assert queries.used_by_area(TODAY, TODAY) == [(area.name, "拖把", Decimal(5), item.unit)]
    assert queries.used_by_area(TODAY - timedelta(days=9), TODAY - timedelta(days=1)) == []
