"""The API acts by the pages' own rules: same refusals, same sentences, same rows (tickets stand for every record)."""

import html
import json

import pytest
from django.urls import reverse

from logistics.platform.access.models import Grant
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.audit.models import Event
from repairs.dispatch.rules import assign_ticket, take_ticket
from repairs.kind.models import FaultKind, Repairer
from repairs.ticket.models import State, Ticket
from repairs.work.rules import arrive
from tests.api.conftest import TICKETS, sentence_of
from tests.conftest import NOW

pytestmark = pytest.mark.requirement("REP-01")


@pytest.fixture
def report(rooms, kinds):
    """What a program sends to report a fault."""
    return {"place": rooms.other.code, "kind": kinds.power.pk, "description": "日光灯不亮", "urgency": "class", "thing": "灯"}


def test_a_report_by_json_is_a_ticket_like_any_other(cast, calling, report):
    answer = calling(cast.teacher).post(TICKETS, report)
    assert answer.status_code == 201
    ticket = Ticket.objects.get()
    assert answer.json()["id"] == ticket.pk
    assert (answer.json()["number"], answer.json()["state"], answer.json()["urgency"]) == (ticket.number, "new", "class")
    assert (ticket.reported_by, ticket.title, ticket.thing) == (cast.teacher, "日光灯不亮", "灯")
    assert Event.objects.get(action="file").source.startswith("接口 ")


def test_a_report_with_photos_comes_as_multipart(cast, calling, report, photo):
    answer = calling(cast.teacher).post(TICKETS, report | {"photos": [photo("一.jpg"), photo("二.jpg")]}, format="multipart")
    assert answer.status_code == 201
    assert [file.name for file in attachments_of(Ticket.objects.get())] == ["一.jpg", "二.jpg"]


def test_what_is_no_photo_is_refused_with_the_page_s_sentence(cast, calling, report, photo, client):
    page = reverse("repairs:ticket-create")
    client.force_login(cast.teacher)
    for content in (b"", b"%PDF-1.4", b"GIF89a", b"\xff\xd8\xff broken"):
        shown, sent = photo(), photo()
        for file in (shown, sent):
            file.truncate(0)
            file.write(content)
            file.seek(0)
        answer = calling(cast.teacher).post(TICKETS, report | {"photos": sent}, format="multipart")
        assert answer.status_code == 400
        assert answer.json()["photos"][0] in html.unescape(client.post(page, report | {"photos": shown}).content.decode())
    assert not Ticket.objects.exists()


def test_missing_fields_get_the_page_s_sentences(cast, calling, client):
    answer = calling(cast.teacher).post(TICKETS, {})
    client.force_login(cast.teacher)
    page = client.post(reverse("repairs:ticket-create"), {})
    assert (answer.status_code, page.status_code) == (400, 422)
    assert answer.json() == {name: list(errors) for name, errors in page.context["form"].errors.items()}
    assert {"place", "kind", "description"} <= set(answer.json())
    assert not Ticket.objects.exists()


def test_a_second_report_of_the_same_fault_needs_anyway(cast, calling, ticket, rooms, kinds):
    program = calling(cast.driver)
    again = {"place": rooms.room.code, "kind": kinds.water.pk, "description": "水龙头滴水", "urgency": "normal"}
    answer = program.post(TICKETS, again)
    assert answer.status_code == 400
    assert sentence_of(answer).startswith("这里已经有人报过类似的")
    assert Ticket.objects.count() == 1
    assert program.post(TICKETS, again | {"anyway": True}).status_code == 201


# who, act, what is sent: each must be refused alike by page and API
REFUSED = [
    ("teacher", "assign", {}),
    ("teacher", "take", {}),
    ("teacher", "finish", {}),
    ("teacher", "accept", {}),
    ("plumber", "arrive", {}),
    ("plumber", "resume", {}),
    ("electrician", "finish", {}),
    ("director", "decide_drop", {"opinion": "不修"}),
    ("director", "sign_for", {"note": "电话问过了"}),
    ("director", "call_back", {"rating": "5"}),
    ("principal", "cancel", {"reason": "不要了"}),
    ("inspector", "cancel", {"reason": "不要了"}),
    ("inspector", "follow", {}),
    ("teacher", "follow", {}),
]


@pytest.mark.parametrize(("who", "act", "sent"), REFUSED, ids=lambda value: value if isinstance(value, str) else "")
def test_page_and_api_refuse_in_the_same_words(cast, calling, client, ticket, who, act, sent):
    person, events = getattr(cast, who), Event.objects.count()
    answer = calling(person).post(f"{TICKETS}{ticket.pk}/{act}/", sent)
    client.force_login(person)
    page = client.post(reverse("repairs:ticket-action", args=[ticket.pk, act]), sent)
    assert answer.status_code == page.status_code
    assert answer.status_code in (400, 403, 404)
    if answer.status_code != 404:
        assert sentence_of(answer) in html.unescape(page.content.decode())
    ticket.refresh_from_db()
    assert (ticket.state, Event.objects.count()) == (State.NEW, events)


def test_the_whole_way_of_a_ticket_by_programs(cast, calling, ticket, photo):
    def act(who, name, sent=None, **how):
        answer = calling(getattr(cast, who)).post(f"{TICKETS}{ticket.pk}/{name}/", sent or {}, **how)
        assert answer.status_code == 200, answer.json()
        return answer.json()

    given = act("director", "assign", {"repairer": Repairer.objects.get(user=cast.plumber).pk})
    assert (given["state"], given["repairer"], given["repairer_name"]) == ("assigned", cast.plumber.pk, cast.plumber.name)
    act("plumber", "take")
    act("plumber", "arrive")
    done = {"work_done": "换了角阀", "cause": "natural", "minutes": 30, "materials": "角阀 DN15 2 只 25"}
    finished = act("plumber", "finish", done | {"after": photo()}, format="multipart")
    assert (finished["state"], finished["cost"], finished["minutes"]) == ("finished", "50.00", 30)
    closed = act("teacher", "accept", {"rating": 5, "signature_typed": cast.teacher.name, "words": "很快"})
    assert (closed["state"], closed["rating"]) == ("closed", 5)


def test_a_stranger_s_ticket_is_not_found(cast, calling, ticket):
    program = calling(cast.stranger)
    assert program.get(TICKETS).json()["count"] == 0
    for answer in (
        program.get(f"{TICKETS}{ticket.pk}/"),
        program.post(f"{TICKETS}{ticket.pk}/cancel/", {"reason": "x"}),
        program.put(f"{TICKETS}{ticket.pk}/", {}),
    ):
        assert answer.status_code == 404


def test_who_may_not_see_a_kind_of_record_gets_403_with_the_page_s_sentence(cast, calling, client):
    answer = calling(cast.teacher).get("/api/v1/audit/events/")
    client.force_login(cast.teacher)
    page = client.get(reverse("cockpit:journal-list"))
    assert answer.status_code == page.status_code == 403
    assert sentence_of(answer) in page.content.decode()


def test_a_role_s_changed_permission_counts_at_once(cast, calling, report):
    Grant.objects.filter(role__key="teacher", permission="repairs.ticket.file").delete()
    answer = calling(cast.teacher).post(TICKETS, report)
    assert (answer.status_code, sentence_of(answer)) == (403, "您没有「报修」的权限。需要的话，请找总务处开通。")
    assert not Ticket.objects.exists()


def test_an_act_on_what_has_changed_since_it_was_read_is_a_conflict(cast, calling, ticket, kinds):
    program = calling(cast.teacher)
    seen = program.get(f"{TICKETS}{ticket.pk}/").json()["seen"]
    assign_ticket(actor=cast.director, at=NOW, record=ticket, repairer=kinds.plumber)
    answer = program.post(f"{TICKETS}{ticket.pk}/cancel/", {"reason": "自己好了", "seen": seen})
    assert answer.status_code == 409
    assert sentence_of(answer) == "刚刚有人先动过这张单了，请看看现在的情况再办。"
    ticket.refresh_from_db()
    assert ticket.state == State.ASSIGNED
    now_seen = program.get(f"{TICKETS}{ticket.pk}/").json()["seen"]
    assert program.post(f"{TICKETS}{ticket.pk}/cancel/", {"reason": "自己好了", "seen": now_seen}).json()["state"] == "cancelled"


def test_an_act_that_somebody_else_was_first_with_is_a_conflict(cast, calling, ticket, kinds):
    """The table of moves says no, or the compare-and-set does: nothing happens twice."""
    assign_ticket(actor=cast.director, at=NOW, record=ticket, repairer=kinds.plumber)
    take_ticket(actor=cast.plumber, at=NOW, record=ticket)
    arrive(actor=cast.plumber, at=NOW, record=ticket)
    answer = calling(cast.plumber).post(f"{TICKETS}{ticket.pk}/arrive/", {})
    assert answer.status_code in (400, 409)
    assert Event.objects.filter(action="arrive").count() == 1


@pytest.mark.parametrize("body", ["[]", '"text"', "5", "null", "true", "[{}]"])
def test_a_body_that_is_no_object_is_refused(cast, calling, ticket, body):
    program = calling(cast.director)
    for answer in (
        program.post(TICKETS, body, content_type="application/json"),
        program.put(f"{TICKETS}{ticket.pk}/", body, content_type="application/json"),
        program.post(f"{TICKETS}{ticket.pk}/assign/", body, content_type="application/json"),
    ):
        assert (answer.status_code, sentence_of(answer)) == (400, "请求正文要是一个对象，写成 {字段: 值}。")


def test_a_body_of_another_kind_is_refused(cast, calling):
    program = calling(cast.director)
    assert program.post(TICKETS, "{", content_type="application/json").status_code == 400
    assert program.post(TICKETS, b"\xff\xfe{}", content_type="application/json").status_code == 400
    assert program.post(TICKETS, "[" * 200_000, content_type="application/json").status_code == 400
    assert program.post(TICKETS, "<x/>", content_type="application/xml").status_code == 415
    assert program.post(TICKETS, b"--x\r\nbroken", content_type="multipart/form-data; boundary=x").status_code == 400
    assert program.patch(TICKETS, {}).status_code == 405


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("description", {"a": 1}, "这里填文字、数字或者真假，不能是对象。"),
        ("description", ["一", "二"], "这里填一个值，不能是一组。"),
        ("kind", [1], "这里填一个值，不能是一组。"),
        ("kind", {"id": 1}, "这里填文字、数字或者真假，不能是对象。"),
        ("photos", ["a.jpg"], "文件和照片要用 multipart/form-data 传，JSON 里放不下。"),
    ],
)
def test_a_value_no_form_can_hold_is_refused_at_its_field(cast, calling, report, field, value, sentence):
    answer = calling(cast.teacher).post(TICKETS, report | {field: value})
    assert (answer.status_code, answer.json()) == (400, {field: [sentence]})


@pytest.mark.parametrize("value", [10**30, -1, 1e308, "\u202e", "9" * 5000, True, "NaN", "id:1", "😀" * 400])
def test_odd_values_are_refused_or_taken_never_an_error(cast, calling, report, value):
    program = calling(cast.teacher)
    for field in report:
        assert program.post(TICKETS, report | {"anyway": True, field: value}).status_code in (201, 400)


@pytest.mark.parametrize("text", ["前\x00后", "半个\ud83d"])
@pytest.mark.parametrize("how", ["json", "nested", "key"])
def test_characters_no_column_holds_are_refused_wherever_they_stand(cast, calling, report, text, how):
    body = {"json": report | {"description": text}, "nested": report | {"more": [{"deep": [text]}]}, "key": report | {text: 1}}[how]
    answer = calling(cast.teacher).post(TICKETS, json.dumps(body), content_type="application/json")
    assert (answer.status_code, sentence_of(answer)) == (400, "里面有系统认不出的字符，请删掉它再试一次。")
    assert not Ticket.objects.exists()


def test_such_characters_are_refused_in_forms_and_addresses_too(cast, calling, client, report, ticket):
    program = calling(cast.teacher)
    sentence = "里面有系统认不出的字符，请删掉它再试一次。"
    for answer in (
        program.post(TICKETS, report | {"description": "前\x00后"}, format="multipart"),
        program.post(TICKETS, "description=%00", content_type="application/x-www-form-urlencoded"),
        program.get(TICKETS, {"q": "\x00"}),
        program.get(f"{TICKETS}%00/"),
    ):
        assert (answer.status_code, sentence_of(answer)) == (400, sentence)
    client.force_login(cast.teacher)
    client.post(TICKETS, report | {"description": "前\x00后"})  # the browser's session: the form is read before the parser sees it
    assert Ticket.objects.count() == 1
    assert client.post(TICKETS, report | {"description": "前\x00后"}).json()["detail"] == sentence


def test_a_cookie_with_such_a_character_is_forgotten(cast, client):
    answer = client.get("/login/", headers={"Cookie": r'sessionid="abcdefgh\000"; theme="\000dark"'})
    assert answer.status_code == 200


def test_put_changes_what_it_names_and_a_tick_left_out_stays(cast, calling, kinds):
    program, url = calling(cast.director), f"/api/v1/repairs/kinds/{kinds.water.pk}/"
    stored = program.get(url).json()
    assert stored["is_active"] is True
    sent = {name: value for name, value in stored.items() if name not in ("id", "is_active")}
    assert program.put(url, sent | {"hint": "龙头、角阀"}).json()["is_active"] is True
    assert FaultKind.objects.get(pk=kinds.water.pk).hint == "龙头、角阀"
    assert program.put(url, sent | {"is_active": False}).json()["is_active"] is False
    fresh = program.post("/api/v1/repairs/kinds/", sent | {"name": "门窗"})
    assert (fresh.status_code, fresh.json()["is_active"]) == (201, True)


def test_pages_have_50_rows_and_at_most_1000(cast, calling):
    trades = "/api/v1/repairs/trades/"
    program = calling(cast.director)
    for n in range(60):
        program.post(trades, {"name": f"工种{n}", "order": n})
    first = program.get(trades).json()
    assert (first["count"], len(first["results"])) == (60, 50)
    assert len(program.get(first["next"]).json()["results"]) == 10
    assert len(program.get(trades, {"page_size": 7}).json()["results"]) == 7
    assert len(program.get(trades, {"page_size": 10**9}).json()["results"]) == 60
    for size in ("0", "-1", "x", "9" * 30, "²"):
        assert program.get(trades, {"page_size": size}).status_code == 200
    for page in ("0", "-1", "x", "99", "9" * 30, "1e3", "²"):
        answer = program.get(trades, {"page": page})
        assert answer.status_code == 404
        assert sentence_of(answer) == f"没有第 {page} 页。"


def test_the_filters_of_the_list_are_those_of_the_api(cast, calling, client, ticket, kinds):
    program = calling(cast.director)
    client.force_login(cast.director)
    for query in (
        "state=new",
        "state=closed",
        "q=305",
        "q=没有",
        f"kind={kinds.water.pk}",
        f"kind={kinds.power.pk}",
        "filed=1",
        "since=2026-11-18",
        "until=2026-11-17",
    ):
        shown = client.get(f"{reverse('repairs:ticket-list')}?{query}").context["total"]
        assert program.get(f"{TICKETS}?{query}").json()["count"] == shown, query
    wrong = program.get(f"{TICKETS}?state=zzz&since=2026-13-45")
    assert wrong.status_code == 400
    assert set(wrong.json()) == {"state", "since"}


def test_an_address_that_does_not_exist_is_not_found(cast, calling, ticket):
    program = calling(cast.director)
    for url in (
        f"{TICKETS}0/",
        f"{TICKETS}{2**62}/",
        f"{TICKETS}{10**40}/",
        f"{TICKETS}abc/",
        f"{TICKETS}-1/",
        f"{TICKETS}{ticket.pk}/no-such-act/",
        "/api/v1/none/",
    ):
        assert program.get(url).status_code == 404, url


@pytest.mark.once
def test_the_docs_page_lists_every_address(cast, client):
    client.force_login(cast.teacher)
    page = client.get("/api/docs/").content.decode()
    assert "/api/v1/repairs/tickets/" in page
    assert "/api/v1/auth/token/" in page
