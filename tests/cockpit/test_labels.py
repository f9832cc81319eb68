"""Scanning, typing and photographing labels, claiming blank ones, printing sheets (GEN-07)."""

import io
from dataclasses import replace
from functools import partial

import pytest
import segno
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from logistics.cockpit.labels import scanner
from logistics.cockpit.places.labels import PLACE_THING
from logistics.platform.audit.models import Event
from logistics.platform.labels import things
from logistics.platform.labels.models import BlankLabel, LabelState
from logistics.platform.labels.rules import claim_label, print_blank_labels, void_label
from logistics.platform.places.models import Place

from .conftest import words

pytestmark = pytest.mark.requirement("GEN-07")


@pytest.fixture
def label(cast, now) -> BlankLabel:
    return print_blank_labels(actor=cast.director, at=now, count=1)[0]


def photo_of(text: str) -> SimpleUploadedFile:
    held = io.BytesIO()
    segno.make(text, micro=False).save(held, kind="png", scale=8, border=4)
    return SimpleUploadedFile("标签.png", held.getvalue(), "image/png")


def test_blank_labels_come_as_a_pdf_and_stand_in_the_list(director):
    answer = director.post("/setup/label/print/", {"count": "3", "layout": "2x7", "start": "13"})
    assert answer.status_code == 200 and answer.content.startswith(b"%PDF")
    page = words(director.get("/setup/label/"))
    assert all(label.code in page for label in BlankLabel.objects.all()) and BlankLabel.objects.count() == 3


@pytest.mark.parametrize(
    ("fields", "said"),
    [({"count": "0"}, "有 1 处要改"), ({"count": "501"}, "有 1 处要改"), ({"start": "99"}, "1 到 24 之间"), ({"layout": "40x30", "start": "2"}, "从 1 开始")],
)
def test_a_sheet_that_cannot_be_printed_takes_no_codes(director, fields, said):
    answer = director.post("/setup/label/print/", {"count": "3", "layout": "3x8", "start": "1"} | fields)
    assert answer.status_code == 422 and said in words(answer)
    assert not BlankLabel.objects.exists()


def test_only_who_keeps_labels_sees_the_list(teacher, label):
    assert teacher.get("/setup/label/").status_code == 403
    assert teacher.get("/setup/label/print/").status_code == 403
    assert teacher.post(f"/setup/label/{label.pk}/void/", {"reason": "撕坏了"}).status_code in (403, 404)
    assert BlankLabel.objects.get().state == LabelState.BLANK


def test_a_blank_label_is_claimed_by_scanning_and_opens_its_place(director, label, rooms):
    assert director.get(f"/q/{label.code}/").url == f"/q/{label.code}/claim/"
    assert label.code in words(director.get(f"/q/{label.code}/claim/"))
    answer = director.post(f"/q/{label.code}/claim/?kind=platform.place", {"thing": "教学楼A座 305"})
    assert answer.url == f"/q/{label.code}/"
    page = words(director.get(f"/q/{label.code.lower()}/"))
    assert "教学楼A座 3层 305教室" in page and f"/repairs/ticket/new/?place={rooms.room.pk}" in page and "解除绑定" in page
    assert director.get(f"/q/{label.code}/claim/").url == f"/q/{label.code}/", "once"
    assert director.post(f"/q/{label.code}/claim/?kind=platform.place", {"thing": "R306"}).status_code == 422
    assert BlankLabel.objects.get().record_id == rooms.room.pk


@pytest.mark.parametrize("typed", ["没有这个地方", "", "教学楼"])
def test_a_claim_without_a_place_says_so_and_claims_nothing(director, label, rooms, typed):
    answer = director.post(f"/q/{label.code}/claim/?kind=platform.place", {"thing": typed})
    assert answer.status_code == (422 if typed != "教学楼" else answer.status_code)
    if answer.status_code == 422:
        assert BlankLabel.objects.get().state == LabelState.BLANK


def test_a_teacher_is_told_where_to_bring_a_blank_label(teacher, label):
    page = words(teacher.get(f"/q/{label.code}/"))
    assert "请把它交给总务处" in page
    assert teacher.get(f"/q/{label.code}/claim/").status_code == 403
    assert teacher.post(f"/q/{label.code}/claim/?kind=platform.place", {"thing": "R305"}).status_code == 403


def test_a_visitor_is_asked_to_sign_in_and_comes_back(client, label):
    page = words(client.get(f"/q/{label.code}/"))
    assert "还没有绑定" in page and f"/login/?next=/q/{label.code}/" in page


def test_a_visitor_who_scans_a_claimed_label_reports_at_its_place(client, cast, label, rooms, now):
    claim_label(actor=cast.keeper, at=now, record=label, thing=rooms.room)
    assert 'href="/public/repair/R305/"' in words(client.get(f"/q/{label.code}/"))


def test_void_mistyped_and_unknown_codes_say_what_to_do(director, cast, label, now):
    void_label(actor=cast.director, at=now, record=label, reason="撕坏了")
    for code, said in ((label.code, "已经作废"), ("BQ000001Z", "抄错了"), ("BQ999999" + "0", "抄错了"), ("ZZZ", "没有这个编码")):
        answer = director.get(f"/q/{code}/")
        assert answer.status_code == 404 and said in words(answer), code


def test_a_closed_place_under_a_label_is_said_and_the_label_can_be_freed(director, cast, label, rooms, now):
    claim_label(actor=cast.keeper, at=now, record=label, thing=rooms.other)
    Place.objects.filter(pk=rooms.other.pk).update(is_active=False)
    page = words(director.get(f"/q/{label.code}/"))
    assert "已经停用" in page and f"/setup/label/{label.pk}/release/" in page
    assert director.post(f"/setup/label/{label.pk}/release/", {"reason": "房间停用了"}).status_code == 302
    assert BlankLabel.objects.get().state == LabelState.BLANK


def test_no_name_is_shown_to_who_may_not_see_the_thing_not_even_when_it_is_retired(client, teacher, cast, label, rooms, now, monkeypatch):
    claim_label(actor=cast.keeper, at=now, record=label, thing=rooms.other)
    hidden = replace(PLACE_THING, record=replace(PLACE_THING.record, rows=lambda user: Place.objects.none()), public=lambda place: "")
    monkeypatch.setitem(things._things, "platform.place", hidden)
    for is_active in (True, False):
        Place.objects.filter(pk=rooms.other.pk).update(is_active=is_active)
        for browser, said in ((client, f"标签 {label.code}"), (teacher, "不归您看")):
            page = words(browser.get(f"/q/{label.code}/"))
            assert said in page and rooms.other.name not in page


def test_who_may_label_nothing_is_told_so_on_a_claimed_label_too(teacher, cast, label, rooms, now):
    claim_label(actor=cast.keeper, at=now, record=label, thing=rooms.other)
    assert teacher.post(f"/q/{label.code}/claim/?kind=platform.place", {"thing": "R305"}).status_code in (400, 403, 409)
    assert BlankLabel.objects.get().record_id == rooms.other.pk


def test_scanning_changes_and_remembers_nothing(teacher, rooms):
    teacher.get("/q/R305/")
    assert not Event.objects.exists()


@pytest.mark.parametrize("code", ["R305", "r305", " Ｒ305 ", "http://school.example/q/R305/"])
def test_a_typed_or_detected_code_opens_its_page(teacher, rooms, code):
    assert teacher.post("/scan/", {"code": code}).url == "/q/R305/"


@pytest.mark.parametrize("code", ["", " ", "教室", "https://pay.example/x", "<b>", "A" * 300])
def test_what_is_no_code_is_a_sentence(teacher, cast, code):
    answer = teacher.post("/scan/", {"code": code})
    assert answer.status_code == 422 and "抱歉" not in words(answer)


def test_a_photo_opens_the_page_and_a_wrong_one_says_what_to_do(teacher, rooms):
    assert teacher.post("/scan/", {"photo": photo_of("https://x.example/q/R305/")}).url == "/q/R305/"
    for photo, said in ((photo_of("https://pay.example/x"), "不是学校的标签"), (SimpleUploadedFile("a.jpg", b"%PDF-1.7"), "不是照片")):
        answer = teacher.post("/scan/", {"photo": photo})
        assert answer.status_code == 422 and said in words(answer)


def test_photos_come_only_so_often(teacher, cast, monkeypatch):
    monkeypatch.setattr(scanner, "PHOTOS_A_MINUTE", 1)
    assert teacher.post("/scan/", {"photo": photo_of("x")}).status_code == 422
    assert teacher.post("/scan/", {"photo": photo_of("x")}).status_code == 429


def test_the_scanner_is_for_people_who_are_signed_in_and_may_use_the_camera(client, teacher):
    assert client.get("/scan/").status_code == 302
    answer = teacher.get("/scan/")
    assert answer.status_code == 200 and "camera=(self)" in answer["Permissions-Policy"]


def test_two_people_claim_one_label(together):
    from tests.conftest import make_cast, make_rooms  # committed rows, seen by both threads

    cast = make_cast()
    rooms, at = make_rooms(cast), timezone.now()
    label = print_blank_labels(actor=cast.director, at=at, count=1)[0]
    outcomes = together(
        partial(claim_label, actor=cast.director, at=at, record=BlankLabel.objects.get(pk=label.pk), thing=rooms.room),
        partial(claim_label, actor=cast.keeper, at=at, record=BlankLabel.objects.get(pk=label.pk), thing=rooms.other),
    )
    assert sum(isinstance(outcome, Exception) for outcome in outcomes) == 1, outcomes
    winner = next(outcome for outcome in outcomes if not isinstance(outcome, Exception))
    assert BlankLabel.objects.get().record_id == winner.record_id
    assert Event.objects.filter(action="claim").count() == 1
