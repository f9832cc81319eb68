"""The bed list in Excel, from the upload to taking it back (DOR-01)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from dorms.bed import move_rules, stay_rules
from dorms.bed.importing import BED_LIST
from dorms.bed.models import Stay
from dorms.bedcheck.models import BedCheck, CheckTime, RoomCheck, RoomState
from logistics.platform.imports.models import ImportData, ImportRun
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from tests.conftest import NOW
from tests.dorms.bed_kit import make_dorm
from tests.platform.office_files import xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("DOR-01")]
HEADS = ["楼栋", "寝室号", "床位", "姓名", "学号"]
TODAY = timezone.localdate(NOW)


@pytest.fixture
def dorm(cast):
    return make_dorm(cast)


def given(cast, dorm, number: str = "A1", since=TODAY) -> Stay:
    return stay_rules.allocate(actor=cast.dormkeeper, at=NOW, student=dorm.pupil(number), bed=dorm.bed(dorm.girls, 1), since=since)


def called_over(cast, dorm, at) -> None:
    on = timezone.localdate(at)
    time = CheckTime.objects.create(name="晚点名", begins_at="21:40", created_by=cast.director, created_at=NOW)
    check = BedCheck.objects.create(building=dorm.building, time=time, on=on, starts_at=at, due_at=at)
    RoomCheck.objects.create(check_of=check, room=dorm.girls, order=1, state=RoomState.DONE, done_at=at, seen_at=at, done_by=cast.dormkeeper, people=1)


def test_a_bed_list_is_put_right_line_by_line_brought_in_and_taken_back(cast, dorm, client):
    for number, sex in (("A1", "f"), ("A2", "f"), ("A3", "m")):
        dorm.pupil(number, sex)
    rows = [["5号宿舍楼", 101, 1, "学生A1", "A1"], [None, None, 2, "学生A2", ""], [None, None, 3, "学生A3", "A3"], [None, 102, "上铺", "学生A3", "A3"]]
    content = xlsx([HEADS, *rows], merges=("A2:A5", "B2:B4"))
    client.force_login(cast.dormkeeper)
    client.post(reverse("imports:new", args=["dorms-beds"]), {"file": SimpleUploadedFile("床位.xlsx", content), "pasted": ""})
    run = ImportRun.objects.get()

    def do(name: str, **data) -> ImportRun:
        assert client.post(reverse(f"imports:{name}", args=[run.pk]), data).status_code == 302
        run.refresh_from_db()
        return run

    columns = ("building", "room", "bed", "name", "number")
    do("mapping", **{f"key-{n}": head for n, head in enumerate(HEADS)}, **{f"column-{n}": name for n, name in enumerate(columns)})
    found = {key: one["p"] for key, one in ImportData.objects.get(run=run).findings.items() if one["p"]}
    assert set(found) == {"0:4", "0:5"} and "男生" in str(found["0:4"]) and "bed" in found["0:5"]
    client.post(reverse("imports:commit", args=[run.pk]))
    assert not Stay.objects.exists()
    for key in found:
        do("row", row=key, keep="")
    assert do("commit").state == "done"
    assert list(Stay.objects.order_by("bed").values_list("student__number", "bed__number", "left_on")) == [("A1", 1, None), ("A2", 2, None)]
    assert do("undo").state == "undone", run.report
    assert not Stay.objects.exists()


def test_a_bed_whose_nights_were_written_down_is_not_taken_back(cast, dorm):
    stay = given(cast, dorm)
    called_over(cast, dorm, NOW + timedelta(hours=14))
    with pytest.raises(RuleViolation, match="请办「退宿」"):
        BED_LIST.remove(actor=cast.dormkeeper, at=NOW + timedelta(days=1), record=stay)
    assert Stay.objects.get() == stay


def test_what_was_called_over_before_the_list_came_hinders_nothing(cast, dorm):
    called_over(cast, dorm, NOW - timedelta(hours=14))
    stay = given(cast, dorm, since=TODAY - timedelta(days=30))
    stay_rules.take_back_stay(actor=cast.dormkeeper, at=NOW, record=stay)
    assert not Stay.objects.exists()


def test_a_bed_is_taken_back_by_its_keeper_and_not_while_a_move_is_asked_for(cast, dorm):
    stay = given(cast, dorm)
    with pytest.raises(NotAllowed):
        stay_rules.take_back_stay(actor=cast.headteacher, at=NOW, record=stay)
    move_rules.ask_move(actor=cast.headteacher, at=NOW, student=stay.student, to_bed=dorm.bed(dorm.girls, 2), wish="teacher", reason="上铺换下铺")
    with pytest.raises(RuleViolation, match="调换申请"):
        stay_rules.take_back_stay(actor=cast.dormkeeper, at=NOW, record=stay)
    assert Stay.objects.get() == stay
