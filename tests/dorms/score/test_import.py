"""A sheet as schools keep it, from the upload to taking it back (DOR-04)."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from dorms.score.models import RoomScore
from logistics.platform.imports.models import ImportData, ImportRun
from tests.dorms.score_kit import dorm_of
from tests.platform.office_files import xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("DOR-04")]
HEADS = ["基本信息/院系", "基本信息/序号", "基本信息/楼栋号", "基本信息/寝室号", "总分", "院系平均分"]
TOP = [["某校寝室抽查评分表"], ["抽查时间:11月下旬"], ["基本信息", None, None, None, "总分", "院系平均分"], ["院系", "序号", "楼栋号", "寝室号", None, None]]
MERGES = ("A1:F1", "A2:F2", "A3:D3", "E3:E4", "F3:F4", "A5:A8", "F5:F8")
FIRST = [
    ["甲系", 1, "1号宿舍楼", 101, 96, 42.3], [None, 2, "1号楼", 102, 72, None], [None, 3, "一号宿舍楼", 103, 0, None], [None, 4, "南3", 615, 93, None],
    [None, None, None, None, 261, None], [None] * 6, ["乙系", 1, "一号楼", 101, 88, 44], [None, 2, "一号楼", 102, None, None],
]  # fmt: skip


def test_a_sheet_of_two_days_goes_from_upload_to_being_taken_back(cast, client):
    dorm = dorm_of(cast)
    today = timezone.localdate()
    other = today - timedelta(days=40)
    content = xlsx(TOP + FIRST, [*TOP, ["甲系", 1, "一号楼", 103, 91, 91]], names=("抽查", f"{other.month}.{other.day}"), merges=MERGES)
    client.force_login(cast.dormkeeper)
    file = SimpleUploadedFile("评分.xlsx", content)
    client.post(reverse("imports:new", args=["dorms-scores"]), {"file": file, "pasted": "", "into": today.toordinal()})
    run = ImportRun.objects.get()

    def do(name: str, **data) -> ImportRun:
        assert client.post(reverse(f"imports:{name}", args=[run.pk]), data).status_code == 302
        run.refresh_from_db()
        return run

    page = client.get(reverse("imports:run", args=[run.pk])).content.decode()
    assert page.count(" selected>") == 3  # building, room, points are recognised under a heading of two rows
    columns = ("", "", "building", "room", "points", "")
    do("mapping", **{f"key-{n}": head for n, head in enumerate(HEADS)}, **{f"column-{n}": name for n, name in enumerate(columns)})
    found = {key: one["p"] for key, one in ImportData.objects.get(run=run).findings.items() if one["p"]}
    assert set(found) == {"0:7", "0:8", "0:9", "0:11", "0:12", "1:5"}
    assert "没有查成的选“不导入”" in found["0:7"]["points"][0] and "加“问题”一栏" in found["0:7"]["points"][0]
    assert "building" in found["0:8"] and "两行" in found["0:11"]["room"][0]
    assert f"不是 {today.month}月{today.day}日的" in found["1:5"]["points"][0]
    client.post(reverse("imports:commit", args=[run.pk]))
    assert not RoomScore.objects.exists()  # nothing goes in while rows are wrong
    for key in found:
        do("row", row=key, keep="")
    assert do("commit").state == "done"
    rows = RoomScore.objects.order_by("room__place__path")
    assert [(row.room, row.points, row.state, row.on) for row in rows] == [(dorm.rooms[0], 96, "fine", today), (dorm.rooms[1], 72, "open", today)]
    assert rows[1].classes.count() == 2
    assert do("undo").state == "undone", run.report
    assert set(RoomScore.objects.values_list("struck_reason", flat=True)) == {"撤回导入"}
