"""The ticket's pages: who sees what, what is kept when something is wrong, what a stale page hears."""

import io

import pytest
from PIL import Image

from logistics.platform.attachments.models import Attachment
from repairs.dispatch.rules import assign_ticket
from repairs.ticket.models import State, Ticket
from repairs.ticket.queries import similar_open
from tests.conftest import NOW


def photo(name="p.jpg", size=(64, 48)) -> io.BytesIO:
    data = io.BytesIO()
    Image.new("RGB", size, (200, 180, 160)).save(data, "JPEG")
    data.seek(0)
    data.name = name
    return data


@pytest.fixture
def as_(client):
    def sign_in(person):
        client.force_login(person, backend="logistics.platform.org.login.StaffOrPhoneBackend")
        return client

    return sign_in


def typed(kinds, **changes) -> dict:
    return {"place": "教学楼A座 305", "kind": kinds.water.pk, "description": "水龙头一直滴水", "urgency": "normal", "available": "随时都可以"} | changes


@pytest.mark.requirement("REP-01", "GEN-08")
def test_filing_by_page_with_a_photo(as_, cast, rooms, kinds):
    answer = as_(cast.teacher).post("/repairs/ticket/new/", typed(kinds, photos=[photo()]))
    ticket = Ticket.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/repairs/ticket/{ticket.pk}/")
    assert (ticket.place, ticket.reported_by, ticket.channel) == (rooms.room, cast.teacher, "staff")
    assert Attachment.objects.get().record_id == ticket.pk


@pytest.mark.requirement("REP-01")
def test_a_similar_report_is_shown_first_and_filed_only_when_confirmed(as_, cast, file, kinds, rooms):
    file()
    client = as_(cast.stranger)
    answer = client.post("/repairs/ticket/new/", typed(kinds, description="这里也在漏"))
    assert answer.status_code == 422
    assert "我也遇到了" in answer.content.decode()
    assert "这里也在漏" in answer.content.decode()  # nothing typed is lost
    assert Ticket.objects.count() == 1
    client.post("/repairs/ticket/new/", typed(kinds, description="另一个龙头", anyway="1"))
    assert Ticket.objects.count() == 2
    assert len(similar_open(rooms.room)) == 2


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"place": "月球基地 305"}, "没有找到"),
        ({"place": ""}, "请填写这一项"),
        ({"description": "坏" * 10000}, "最多 1000 个字"),
        ({"kind": "999999"}, "请从列出来的里面选一项"),
        ({"urgency": "now"}, "请从列出来的里面选一项"),
    ],
)
def test_bad_input_stands_at_its_field_and_nothing_is_stored(as_, cast, rooms, kinds, changes, words):
    answer = as_(cast.teacher).post("/repairs/ticket/new/", typed(kinds, **changes))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Ticket.objects.exists()


@pytest.mark.requirement("GEN-08")
@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.jpg", b"%PDF-1.7 not a photo"),
        ("b.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("c.jpg", b""),
        ("d.jpg", b"\xff\xd8\xff" + b"x" * 2000),
    ],
)
def test_a_file_that_is_no_photo_is_refused_and_nothing_is_stored(as_, cast, rooms, kinds, name, content):
    upload = io.BytesIO(content)
    upload.name = name
    answer = as_(cast.teacher).post("/repairs/ticket/new/", typed(kinds, photos=[upload]))
    assert answer.status_code == 422
    assert 'class="err"' in answer.content.decode()
    assert not Ticket.objects.exists()
    assert not Attachment.objects.exists()


def test_emoji_and_control_characters(as_, cast, rooms, kinds):
    as_(cast.teacher).post("/repairs/ticket/new/", typed(kinds, description="灯坏了😀\x07 一闪一闪\u200f"))
    assert Ticket.objects.get().description == "灯坏了😀 一闪一闪"


def test_strangers_get_404_everywhere(as_, cast, file):
    ticket = file()
    client = as_(cast.stranger)
    for path in (
        f"/repairs/ticket/{ticket.pk}/",
        f"/repairs/ticket/{ticket.pk}/edit/",
        f"/print/repairs.ticket/{ticket.pk}/",
        f"/api/v1/repairs/tickets/{ticket.pk}/",
    ):
        assert client.get(path).status_code == 404, path
    assert client.post(f"/repairs/ticket/{ticket.pk}/cancel/", {"reason": "x"}).status_code == 404
    assert ticket.number not in client.get("/repairs/ticket/").content.decode()
    assert ticket.number not in client.get("/search/?q=水龙头").content.decode()
    assert client.get("/api/v1/repairs/tickets/").json()["count"] == 0
    ticket.refresh_from_db()
    assert ticket.state == State.NEW


def test_strangers_get_404_for_the_photo(as_, cast, rooms, kinds):
    as_(cast.teacher).post("/repairs/ticket/new/", typed(kinds, photos=[photo()]))
    token = Attachment.objects.get().token
    shown = as_(cast.teacher).get(f"/files/{token}/")
    assert (shown.status_code, shown.getvalue()[:2]) == (200, b"\xff\xd8")
    assert as_(cast.stranger).get(f"/files/{token}/").status_code == 404


def test_a_stale_page_reads_a_sentence(as_, cast, file, kinds):
    ticket = file()
    page = as_(cast.director).get(f"/repairs/ticket/{ticket.pk}/assign/").content.decode()
    assert 'name="seen" value="new.0.0"' in page
    assign_ticket(actor=cast.director, at=NOW, record=ticket, repairer=kinds.plumber)
    answer = as_(cast.director).post(f"/repairs/ticket/{ticket.pk}/assign/", {"seen": "new.0.0", "repairer": kinds.electrician.pk})
    assert answer.status_code in (302, 409)
    assert Ticket.objects.get().repairer == cast.plumber


def test_bulk_assign_tells_what_was_refused(as_, cast, file, at_state, kinds):
    fresh, closed = file(), at_state(State.CLOSED)
    answer = as_(cast.director).post(
        "/repairs/ticket/bulk/assign/", {"ids": [fresh.pk, closed.pk], "confirmed": "1", "repairer": kinds.plumber.pk}, follow=True
    )
    body = answer.content.decode()
    assert "派工 1 件" in body
    assert closed.number in body
    fresh.refresh_from_db()
    closed.refresh_from_db()
    assert (fresh.state, closed.state) == (State.ASSIGNED, State.CLOSED)


@pytest.mark.requirement("GEN-05")
def test_first_page_per_role(as_, cast, file, at_state):
    file(description="等派工的龙头")
    at_state(State.WORKING, description="在修的龙头")
    at_state(State.FINISHED, description="等验收的龙头")
    shown = {role: as_(getattr(cast, role)).get("/").content.decode() for role in ("director", "plumber", "teacher", "stranger")}
    assert "等派工的龙头" in shown["director"] and "在修的龙头" not in shown["director"]
    assert "在修的龙头" in shown["plumber"] and "等派工的龙头" not in shown["plumber"]
    assert "等验收的龙头" in shown["teacher"]
    assert "龙头" not in shown["stranger"]


def test_comments_reach_the_others_and_the_inspector_may_not_write(as_, cast, at_state):
    ticket = at_state(State.WORKING)
    assert as_(cast.teacher).post(f"/repairs/ticket/{ticket.pk}/comment/", {"words": "下午没人，钥匙在门卫"}).status_code == 302
    assert "钥匙在门卫" in as_(cast.plumber).get(f"/repairs/ticket/{ticket.pk}/").content.decode()
    as_(cast.inspector).post(f"/repairs/ticket/{ticket.pk}/comment/", {"words": "督查留言"})
    assert "督查留言" not in as_(cast.director).get(f"/repairs/ticket/{ticket.pk}/").content.decode()


def test_the_board_with_5000_open_tickets_answers(as_, cast, file, django_assert_max_num_queries):
    first = file()
    fields = {f.attname: getattr(first, f.attname) for f in Ticket._meta.concrete_fields if f.name not in ("id", "number")}
    Ticket.objects.bulk_create([Ticket(number=f"BX-2026-1{n:04d}", **fields) for n in range(5000)], batch_size=500)
    client = as_(cast.director)
    with django_assert_max_num_queries(20):
        answer = client.get("/repairs/board/")
    assert answer.status_code == 200
    assert len(answer.content) < 100_000
    assert "5001" in answer.content.decode()
