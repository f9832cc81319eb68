"""Attachments: what is kept, how it waits for its form, who may open it (GEN-08)."""

import io
import os
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django import forms
from django.db import IntegrityError, connections, transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from PIL import Image

from logistics.platform.attachments import photos
from logistics.platform.attachments.forms import KeepsUploads, PapersField, PhotosField, SignatureField
from logistics.platform.attachments.models import Attachment
from logistics.platform.attachments.photos import clean_paper, clean_signature, typed_signature
from logistics.platform.attachments.queries import attachments_of, attachments_of_many, visible_attachment
from logistics.platform.attachments.rules import adopt, attach, stage, sweep_files, sweep_staged
from logistics.platform.attachments.tasks import sweep_attachments
from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.org.models import Department
from tests.conftest import PATIENCE

from .attachments_kit import DAY, PDF, hang, ink, opened, photo, saved, scene, upload

pytestmark = pytest.mark.requirement("GEN-08")

# Keeping them


def test_attached_files_lie_under_random_names_by_month(media, office, person, at):
    actor = person("周建平")
    first, second = hang(actor=actor, at=at, record=office, uploads=[photo("一.jpg"), photo("二.jpg")])
    assert [a.name for a in attachments_of(office)] == ["一.jpg", "二.jpg"]
    assert len({first.token, second.token, first.file.name, second.file.name}) == 4
    assert len(media()) == 4
    assert all(path.startswith("2026/03/") and "周" not in path and first.token not in path for path in media())
    assert (first.kind, first.record_id, first.role, first.uploaded_by, first.uploaded_at) == ("platform.department", office.pk, "report", actor, at)
    assert first.size == len(photo().content)


def test_too_many_are_refused_and_nothing_is_stored(media, office, person, at):
    actor = person("周建平")
    hang(actor=actor, at=at, record=office, uploads=[photo()] * 4)
    before = media()
    with pytest.raises(RuleViolation, match="最多放 6 个，这里已经有 4 个") as refusal:
        hang(actor=actor, at=at, record=office, uploads=[photo()] * 3)
    assert refusal.value.field == "photos"
    assert (media(), attachments_of(office).count(), Event.objects.count()) == (before, 4, 1)
    hang(actor=actor, at=at, record=office, uploads=[photo()] * 3, role="after")
    assert attachments_of(office, "after").count() == 3


def test_a_paper_only_hangs_as_a_paper(media, office, person, at):
    actor, paper = person("周建平"), clean_paper(upload(PDF))
    for uploads, role in (([paper], "report"), ([photo(), paper], "report"), ([photo()], "paper")):
        with pytest.raises(RuleViolation, match="放不了这种文件"):
            hang(actor=actor, at=at, record=office, uploads=uploads, role=role)
    [waiting] = stage(actor=actor, at=at, uploads=[paper], role="paper")
    with pytest.raises(Conflict):
        hang(actor=actor, at=at, record=office, uploads=[waiting.token], role="report")
    assert not attachments_of(office).exists()
    assert len(media()) == 1
    assert hang(actor=actor, at=at, record=office, uploads=[waiting.token], role="paper")[0].is_picture is False


@pytest.mark.requirement("REP-07")
def test_a_typed_signature_is_kept_without_a_file(media, office, person, at):
    drawn, typed = hang(actor=person("周建平"), at=at, record=office, uploads=[clean_signature(ink()), typed_signature("周建平")], role="signature")
    assert (drawn.is_typed, typed.is_typed, typed.name, typed.size) == (False, True, "周建平", 0)
    assert len(media()) == 1


def test_a_disk_that_cannot_be_written_is_a_sentence_and_leaves_nothing(settings, tmp_path, office, person, at):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MEDIA_ROOT.write_text("a file where the folder should be")
    with pytest.raises(RuleViolation, match="磁盘写不进去"):
        hang(actor=person("周建平"), at=at, record=office, uploads=[photo()])
    assert not Attachment.objects.exists()


def test_a_failure_halfway_removes_what_was_written(media, office, person, at):
    nameless = photos.CleanPhoto(content=b"x", name="长" * 121)
    broken = photos.CleanPhoto(content=None, name="坏.jpg", thumb=b"y")
    with pytest.raises((TypeError, AttributeError)):
        hang(actor=person("周建平"), at=at, record=office, uploads=[photo(), nameless, broken])
    assert media() == []
    assert not Attachment.objects.exists()


def test_when_the_rule_refuses_afterwards_no_row_remains_and_the_sweep_takes_the_files(media, office, person, at):
    with pytest.raises(Conflict):
        hang(actor=person("周建平"), at=at, record=office, uploads=[photo()], then=Conflict("晚了一步"))
    assert not Attachment.objects.exists()
    age(media, at - timedelta(hours=23))
    assert sweep_files(at=at) == 0
    assert len(media()) == 2
    age(media, at - timedelta(hours=25))
    assert sweep_files(at=at) == 2
    assert media() == []


def age(media, moment: datetime) -> None:
    from django.conf import settings

    for path in media():
        os.utime(settings.MEDIA_ROOT / path, (moment.timestamp(), moment.timestamp()))


def test_the_sweep_leaves_kept_files_and_names_that_are_not_ours(media, settings, office, person, at):
    [kept] = hang(actor=person("周建平"), at=at, record=office, uploads=[photo()])
    for foreign in ("2026/03/report.pdf", "2026/02/备份.zip", "2026/03/sub/" + "a" * 32 + ".jpg"):
        path = settings.MEDIA_ROOT / foreign
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    (settings.MEDIA_ROOT / "2026/02" / ("b" * 32 + "-s.jpg")).write_bytes(b"x")
    age(media, at - 3 * DAY)
    assert sweep_files(at=at) == 1
    assert media() == sorted([kept.file.name, kept.thumb.name, "2026/03/report.pdf", "2026/02/备份.zip", "2026/03/sub/" + "a" * 32 + ".jpg"])


# Waiting while a form is shown again


def test_staged_photos_are_adopted_by_their_uploader_once(media, office, person, at):
    actor, other = person("周建平"), person("王五")
    [waiting] = stage(actor=actor, at=at, uploads=[photo("一.jpg")], role="photo")
    assert (waiting.kind, waiting.record_id) == ("", None)
    with pytest.raises(Conflict, match="请重新选一次"):
        hang(actor=other, at=at, record=office, uploads=[waiting.token])
    attached = hang(actor=actor, at=at + timedelta(hours=23), record=office, uploads=[photo("二.jpg"), waiting.token])
    assert [a.name for a in attached] == ["二.jpg", "一.jpg"]
    assert {a.role for a in attachments_of(office)} == {"report"}
    with pytest.raises(Conflict):
        hang(actor=actor, at=at, record=office, uploads=[waiting.token])
    assert attachments_of(office).count() == 2
    assert len(media()) == 4


@pytest.mark.parametrize("token", ["", "x", "a" * 32, "\0", "' or 1=1 --", "é" * 32])
def test_an_unknown_token_is_refused(media, office, person, at, token):
    with pytest.raises(Conflict):
        hang(actor=person("周建平"), at=at, record=office, uploads=[token])
    assert not Attachment.objects.exists()


def test_staged_photos_expire_after_a_day_and_are_swept_with_their_files(media, office, person, at, django_capture_on_commit_callbacks):
    actor = person("周建平")
    [old] = stage(actor=actor, at=at - timedelta(hours=25), uploads=[photo()], role="photo")
    [young] = stage(actor=actor, at=at - timedelta(hours=23), uploads=[photo()], role="photo")
    [hung] = hang(actor=actor, at=at - 3 * DAY, record=office, uploads=[photo()])
    with pytest.raises(Conflict):
        hang(actor=actor, at=at, record=office, uploads=[old.token])
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_staged(at=at) == 1
    assert set(Attachment.objects.all()) == {young, hung}
    assert media() == sorted([young.file.name, young.thumb.name, hung.file.name, hung.thumb.name])


def test_the_daily_task_sweeps_both(media, person, at, django_capture_on_commit_callbacks):
    stage(actor=person("周建平"), at=at - DAY, uploads=[photo()], role="photo")
    with django_capture_on_commit_callbacks(execute=True):
        sweep_attachments()
    assert (Attachment.objects.count(), media()) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_one_photo_sent_by_two_taps_hangs_once(media, person, at):
    actor = person("周建平")
    rooms = [Department.objects.create(name=f"部门{n}") for n in range(2)]
    [waiting] = stage(actor=actor, at=at, uploads=[photo()], role="photo")
    outcomes, start = [], threading.Barrier(2)

    def tap(room):
        start.wait(PATIENCE)
        try:
            hang(actor=actor, at=at, record=room, uploads=[waiting.token])
            outcomes.append("hung")
        except Conflict:
            outcomes.append("refused")
        finally:
            connections.close_all()

    taps = [threading.Thread(target=tap, args=[room]) for room in rooms]
    for thread in taps:
        thread.start()
    for thread in taps:
        thread.join(PATIENCE)
    assert sorted(outcomes) == ["hung", "refused"]
    assert Attachment.objects.exclude(kind="").count() == 1


def test_the_database_refuses_half_a_reference(person, at):
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.create(kind="platform.department", role="x", token="t", name="n", size=1, digest="d", uploaded_by=person("周"), uploaded_at=at)


def test_attachments_of_many_records_cost_one_query(media, office, person, at, django_assert_num_queries):
    other = Department.objects.create(name="教务处")
    hung = hang(actor=person("周建平"), at=at, record=office, uploads=[photo(), photo()])
    with django_assert_num_queries(1):
        assert attachments_of_many([office, other]) == {office.pk: hung, other.pk: []}
    with django_assert_num_queries(0):
        assert attachments_of_many([]) == {}


# Who may open them


@pytest.fixture
def hung(media, office, person, at, members_only):
    actor = person("周建平")
    actor.department = office
    actor.save()
    [attached] = hang(actor=actor, at=at, record=office, uploads=[photo("楼道.jpg")])
    return attached


def test_who_sees_the_record_gets_the_photo_with_careful_headers(client, hung):
    client.force_login(hung.uploaded_by)
    answer = client.get(hung.url)
    assert answer.status_code == 200
    assert answer.getvalue() == Path(hung.file.path).read_bytes()
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"].startswith("private")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Content-Disposition"].startswith("inline")
    small = client.get(hung.thumb_url)
    assert Image.open(io.BytesIO(small.getvalue())).size == (360, 270)


def test_a_stranger_gets_404_and_nobody_is_asked_to_sign_in(client, hung, person):
    client.force_login(person("王五"))
    assert [client.get(url).status_code for url in (hung.url, hung.thumb_url)] == [404, 404]
    client.logout()
    assert client.get(hung.url).status_code == 302


def test_unknown_tokens_kinds_and_missing_files_are_404(client, hung):
    client.force_login(hung.uploaded_by)
    assert client.get(reverse("attachments:file", args=["0" * 32])).status_code == 404
    hung.file.storage.delete(hung.file.name)
    assert client.get(hung.url).status_code == 404
    Attachment.objects.filter(pk=hung.pk).update(kind="platform.nothing")
    assert visible_attachment(hung.uploaded_by, hung.token) is None


def test_a_staged_photo_is_seen_by_its_uploader_alone(client, media, person, at):
    actor, other = person("周建平"), person("王五")
    [waiting] = stage(actor=actor, at=at, uploads=[photo()], role="photo")
    client.force_login(other)
    assert client.get(waiting.thumb_url).status_code == 404
    client.force_login(actor)
    assert client.get(waiting.thumb_url).getvalue() == Path(waiting.thumb.path).read_bytes()


def test_a_paper_is_a_download_and_a_typed_name_has_no_file(client, media, office, person, at, members_only):
    actor = person("周建平")
    actor.department = office
    actor.save()
    [paper] = hang(actor=actor, at=at, record=office, uploads=[clean_paper(upload(PDF, "合同.pdf"))], role="paper")
    [typed] = hang(actor=actor, at=at, record=office, uploads=[typed_signature("周建平")], role="signature")
    client.force_login(actor)
    answer = client.get(paper.url)
    assert answer.getvalue() == PDF
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert client.get(reverse("attachments:thumb", args=[paper.token])).status_code == 404
    assert client.get(typed.url).status_code == 404
    assert client.post(paper.url).status_code == 405


# Forms


class Report(KeepsUploads, forms.Form):
    words = forms.CharField()
    photos = PhotosField(label="照片", required=False, most=3)
    papers = PapersField(label="文件", required=False, most=2)


class Acceptance(forms.Form):
    sign = SignatureField(label="签名")


def sent(files: list, words: str = "", kept=(), papers=()) -> Report:
    data = QueryDict(mutable=True)
    data.setlist("photos_kept", list(kept))
    data["words"] = words
    return Report(data, MultiValueDict({"photos": files, "papers": list(papers)}))


def test_a_form_cleans_every_photo(db):
    form = sent([upload(saved(scene()), "一.jpg"), upload(saved(scene()), "二.png")], "漏水", papers=[upload(PDF, "合同.pdf")])
    assert form.is_valid()
    assert [clean.name for clean in form.cleaned_data["photos"]] == ["一.jpg", "二.jpg"]
    assert [clean.name for clean in form.cleaned_data["papers"]] == ["合同.pdf"]
    assert sent([], "漏水").is_valid()


def test_good_photos_survive_a_form_with_errors(media, office, person, at):
    actor = person("周建平")
    form = sent([upload(saved(scene()), "好.jpg"), upload(b"bad", "坏.jpg")], "")
    assert not form.is_valid()
    assert form.errors["photos"] == ["坏.jpg：这张照片打不开，可能没有传完整，或者不是照片。请换成 JPG 或 PNG 照片。"]
    form.keep_uploads(actor=actor, at=at)
    waiting = Attachment.objects.get()
    html = str(form["photos"])
    assert f'name="photos_kept" value="{waiting.token}" checked' in html
    assert waiting.thumb_url in html

    again = sent([], "", kept=[waiting.token])
    assert not again.is_valid()
    again.keep_uploads(actor=actor, at=at)
    assert waiting.token in str(again["photos"])
    assert Attachment.objects.count() == 1

    good = sent([upload(saved(scene()), "新.jpg")], "漏水", kept=[waiting.token])
    assert good.is_valid()
    attached = hang(actor=actor, at=at, record=office, uploads=good.cleaned_data["photos"])
    assert [a.name for a in attached] == ["好.jpg", "新.jpg"]


def test_nothing_is_stored_for_a_stranger_and_he_is_told_to_choose_again(media, db, at):
    from django.contrib.auth.models import AnonymousUser

    form = sent([upload(saved(scene()))], "")
    assert not form.is_valid()
    form.keep_uploads(actor=AnonymousUser(), at=at)
    assert "请再选一次" in str(form["photos"])
    assert (media(), Attachment.objects.count()) == ([], 0)


def test_tokens_of_others_and_nonsense_are_not_shown(media, person, at):
    [foreign] = stage(actor=person("王五"), at=at, uploads=[photo()], role="photo")
    form = sent([], "", kept=[foreign.token, "\0", "<script>"])
    assert not form.is_valid()
    form.keep_uploads(actor=person("周建平"), at=at)
    assert foreign.token not in str(form["photos"])
    assert "<script>" not in str(form["photos"])


def test_too_many_photos_are_counted_with_the_kept_ones(db):
    form = sent([upload(saved(scene()))] * 3, "漏水", kept=["a" * 32])
    assert not form.is_valid()
    assert form.errors["photos"] == ["最多 3 张照片，这里有 4 张。请去掉几张再保存。"]


def test_a_required_photo_has_a_sentence(db):
    class Strict(forms.Form):
        photos = PhotosField()

    assert Strict(QueryDict(), MultiValueDict()).errors["photos"] == ["请至少放一张照片。"]


def test_the_camera_never_shuts_out_the_album(db):
    html = str(sent([], "")["photos"])
    assert html.count('type="file"') == 2
    assert html.count("capture=") == 1
    assert html.index("capture=") < html.index("multiple")


@pytest.mark.requirement("REP-07")
def test_the_signature_field_takes_ink_or_the_own_name():
    assert opened(Acceptance({"sign": ink()}).fields["sign"].clean((ink(), ""))).format == "PNG"
    assert Acceptance({"sign": "", "sign_typed": "周建平"}).is_valid()
    for data, words in (({}, "还没有签名"), ({"sign": "data:junk"}, "没有传好"), ({"sign_typed": "周"}, "2 到 50 个字")):
        form = Acceptance(data)
        assert not form.is_valid()
        assert words in form.errors["sign"][0]
    form = Acceptance({"sign_typed": "王五"})
    form.fields["sign"].signer = "周建平"
    assert "您本人的姓名" in form.errors["sign"][0]


def test_adopting_nothing_is_nothing(db, person, office, at):
    assert adopt(actor=person("周"), at=at, record=office, role="x", tokens=[]) == []
    assert attach(actor=person("周"), at=at, record=office, role="x", uploads=[]) == []
