"""The pages of the dormitory: what stands on them, and for whom (DOR-01, DOR-06, DOR-07)."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from canteen.meal.heads import usual_heads
from dorms.bed import stay_rules
from dorms.bed.figures import class_counts, head_counts, room_maps
from dorms.bed.home import bed_late, bed_todos, place_choices
from dorms.bed.models import DormItem, HandSheet, Stay
from dorms.bed.prints import sheet_paper
from logistics.platform.attachments.photos import clean_signature, typed_signature
from logistics.platform.school.models import school
from tests.conftest import NOW
from tests.dorms.bed_kit import make_dorm
from tests.dorms.check_kit import a_leave
from tests.pdf import Pdf
from tests.platform.attachments_kit import ink

TODAY = timezone.localdate(NOW)


@pytest.fixture
def dorm(cast):
    made = make_dorm(cast)
    made.mine, made.other = made.pupil("A1"), made.pupil("A2", school_class=made.eight)
    for n, pupil in enumerate((made.mine, made.other), 1):
        stay_rules.allocate(actor=cast.director, at=NOW, student=pupil, bed=made.bed(made.girls, n))
    return made


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.mark.requirement("DOR-01")
def test_a_head_teacher_reads_no_names_of_other_classes(cast, dorm):
    spots = room_maps([dorm.girls], TODAY, cast.headteacher)[0].spots
    assert [(spot.stay is not None, spot.hidden) for spot in spots] == [(True, False), (True, True), (False, False), (False, False)]
    client = browser(cast.headteacher)
    for path in (f"/dorms/building/{dorm.building.pk}/", f"/dorms/room/{dorm.girls.pk}/", "/dorms/bed/", "/dorms/stay/"):
        text = client.get(path).content.decode()
        assert dorm.mine.name in text and dorm.other.name not in text, path
    for path in (f"/print/dorms.dormbuilding/{dorm.building.pk}/", f"/dorms/building/{dorm.building.pk}/roll/"):
        assert client.get(path).status_code in (200, 404)
    assert dorm.other.name in browser(cast.dormkeeper).get(f"/dorms/room/{dorm.girls.pk}/").content.decode()
    assert browser(cast.stranger).get("/dorms/").status_code == 403


@pytest.mark.requirement("DOR-01")
def test_the_proposal_page_shows_first_and_gives_beds_when_confirmed(cast, dorm):
    new, client = dorm.pupil("A5"), browser(cast.dormkeeper)
    asked = {"grade": "七年级", "buildings": [dorm.building.pk]}
    page = client.get("/dorms/plan/", asked)
    assert new.name in page.content.decode() and not Stay.objects.filter(student=new).exists()
    seen = page.context["proposal"].digest
    stale = client.post("/dorms/plan/", asked | {"seen": "other"})
    assert stale.status_code == 409 and "新的方案" in stale.content.decode() and not Stay.objects.filter(student=new).exists()
    assert client.post("/dorms/plan/", asked | {"seen": seen}).status_code == 302
    assert Stay.objects.get(student=new).bed.room == dorm.girls
    assert client.post("/dorms/plan/", {"grade": "x"}).status_code == 422
    assert browser(cast.headteacher).get("/dorms/plan/").status_code == 403


@pytest.mark.requirement("DOR-01")
def test_moving_out_by_the_page_keeps_the_signed_list(cast, dorm):
    DormItem.objects.create(name="钥匙"), DormItem.objects.create(name="椅子")
    stay, client = Stay.objects.get(student=dorm.mine, left_on=None), browser(cast.dormkeeper)
    url = f"/dorms/stay/{stay.pk}/leave/"
    names = [field.name for field in client.get(url).context["form"] if field.name.startswith("item_")]
    assert len(names) == 2
    given = {"why": "转学", "handed": "yes", names[0]: "好", names[1]: "缺少", "note": "丢了"}
    assert client.post(url, given).status_code == 422 and not HandSheet.objects.filter(stay=stay).exists()
    assert client.post(url, given | {"signature-typed": dorm.mine.name, "signature_typed": dorm.mine.name}).status_code == 302
    stay.refresh_from_db()
    assert stay.left_on == timezone.localdate() and [row["name"] for row in HandSheet.objects.get(stay=stay).bad] == ["椅子"]
    assert Pdf(client.get(f"/print/dorms.stay/{stay.pk}/").content).pages()


@pytest.mark.requirement("DOR-01")
def test_a_signature_drawn_at_moving_in_stands_on_the_paper_and_a_typed_one_by_name(cast, dorm):
    drawn = Stay.objects.get(student=dorm.mine, left_on=None)
    typed = Stay.objects.get(student=dorm.other, left_on=None)
    items = [{"name": "钥匙", "state": "好"}]
    for stay, signature in ((drawn, clean_signature(ink())), (typed, typed_signature(dorm.other.name, signer=dorm.other.name))):
        stay_rules.hand_over(actor=cast.dormkeeper, at=NOW, record=stay, items=items, signature=[signature])
    side = sheet_paper(drawn, cast.dormkeeper)["sides"][0]
    assert side["signed"] == "" and side["mark"].startswith('<svg class="mark"')
    assert sheet_paper(typed, cast.dormkeeper)["sides"][0]["signed"] == dorm.other.name
    client = browser(cast.dormkeeper)
    assert "手写，见交接单" in client.get(f"/dorms/stay/{drawn.pk}/").content.decode()
    assert f"学生签名：{dorm.other.name}" in client.get(f"/dorms/stay/{typed.pk}/").content.decode()
    assert Pdf(client.get(f"/print/dorms.stay/{drawn.pk}/").content).pages()


@pytest.mark.requirement("DOR-06")
def test_the_room_page_is_one_tap_from_repair_and_damage(cast, dorm):
    text = browser(cast.dormkeeper).get(f"/dorms/room/{dorm.girls.pk}/").content.decode()
    assert f"/repairs/ticket/new/?place={dorm.girls.place_id}" in text and f"/assets/damage/new/?place={dorm.girls.place_id}" in text
    assert place_choices(cast.dormkeeper, dorm.girls.place)[0].url == f"/dorms/room/{dorm.girls.pk}/"
    assert not place_choices(cast.dormkeeper, dorm.building.place) and not place_choices(cast.stranger, dorm.girls.place)


@pytest.mark.requirement("DOR-07")
def test_heads_by_class_are_numbers_for_the_canteen(cast, dorm):
    dorm.pupil("A9", "m")
    assert head_counts(TODAY)[dorm.seven.pk] == 1 and {row.school_class: (row.boys, row.girls) for row in class_counts(TODAY)}[dorm.eight] == (0, 1)
    client = browser(cast.canteen)
    day = f"?since={TODAY}&until={TODAY}"
    text = client.get(f"/dorms/counts/{day}").content.decode()
    assert dorm.seven.name in text and dorm.mine.name not in text and "/dorms/stay/" not in text
    assert Pdf(client.get(f"/dorms/counts/print/{day}").content).pages()
    assert client.get("/dorms/stay/").status_code == 403 and client.get("/dorms/counts/?since=x").status_code in (400, 403, 409, 422)


@pytest.mark.requirement("DOR-07")
def test_the_roll_and_the_map_are_papers(cast, dorm):
    client = browser(cast.dormkeeper)
    for path in (f"/print/dorms.dormbuilding/{dorm.building.pk}/", f"/print/dorms.dormroom/{dorm.girls.pk}/", f"/dorms/building/{dorm.building.pk}/roll/"):
        assert Pdf(client.get(path).content).pages(), path


@pytest.mark.requirement("DOR-01")
def test_the_first_page_names_who_has_no_bed_and_who_should_have_none(cast, dorm):
    dorm.pupil("A7")
    dorm.mine.is_active = False
    dorm.mine.save()
    assert {late.label: late.count for late in bed_late(cast.dormkeeper, timezone.now())} == {"该退宿的学生": 1, "住校生没有床位": 1}
    assert not bed_late(cast.headteacher, NOW) and not bed_todos(cast.dormkeeper, NOW)


@pytest.mark.requirement("DOR-01")
def test_a_list_of_items_changed_meanwhile_mixes_nothing_up(cast, dorm):
    DormItem.objects.create(name="椅子", order=2)
    stay, client = Stay.objects.get(student=dorm.mine, left_on=None), browser(cast.dormkeeper)
    url = f"/dorms/stay/{stay.pk}/hand/"
    chair = next(field.name for field in client.get(url).context["form"] if field.name.startswith("item_"))
    DormItem.objects.create(name="钥匙", order=1)
    given = {chair: "损坏", "note": "腿断了", "signature-typed": dorm.mine.name, "signature_typed": dorm.mine.name}
    page = client.post(url, given)
    assert page.status_code == 422 and "请看一下钥匙" in page.content.decode() and not HandSheet.objects.filter(stay=stay).exists()
    key = next(field.name for field in page.context["form"] if field.label == "钥匙")
    assert client.post(url, given | {key: "好"}).status_code == 302
    assert [row["name"] for row in HandSheet.objects.get(stay=stay).bad] == ["椅子"]


@pytest.mark.requirement("DOR-01")
def test_a_proposal_for_a_wrong_year_is_refused_before_it_is_made(cast, dorm):
    page = browser(cast.dormkeeper).get("/dorms/plan/", {"grade": "七年级", "buildings": [dorm.building.pk], "since": "2062-09-01"})
    assert page.status_code == 422 and "年份" in page.content.decode() and page.context["proposal"] is None


@pytest.mark.requirement("DOR-07")
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_no_calendar_ends_the_page_of_heads(cast, day):
    for path in ("/dorms/counts/", "/dorms/counts/print/"):
        assert browser(cast.canteen).get(f"{path}?since={day}&until={day}").status_code < 500


@pytest.mark.requirement("DOR-07")
def test_the_canteen_does_not_cook_for_boarders_on_leave(cast, dorm):
    profile = school()
    profile.is_boarding = True
    profile.save()
    tomorrow = TODAY + timedelta(days=1)
    a_leave(cast, dorm.mine)

    def cooked_for(on, kind: str) -> int:
        return sum(heads.count for heads in usual_heads(on, kind) if heads.school_class == dorm.seven)

    assert [cooked_for(*meal) for meal in ((TODAY, "breakfast"), (TODAY, "lunch"), (TODAY, "dinner"), (tomorrow, "breakfast"), (tomorrow, "dinner"))] == [
        1,
        1,
        0,
        0,
        1,
    ]
