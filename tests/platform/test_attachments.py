"""Photos from phones, papers, signatures: what is accepted, what is kept, who may open it (GEN-08)."""

import base64
import io
import os
import random
import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connections, transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django_filters import FilterSet
from PIL import Image, ImageCms, ImageDraw

from logistics.platform.attachments import photos
from logistics.platform.attachments.forms import KeepsUploads, PapersField, PhotosField, SignatureField
from logistics.platform.attachments.models import Attachment
from logistics.platform.attachments.photos import TypedSignature, clean_paper, clean_photo, clean_signature, typed_signature
from logistics.platform.attachments.queries import attachments_of, attachments_of_many, visible_attachment
from logistics.platform.attachments.rules import adopt, attach, stage, sweep_files, sweep_staged
from logistics.platform.attachments.tasks import sweep_attachments
from logistics.platform.audit.models import Event
from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.org.models import Department
from logistics.platform.web import registry
from logistics.platform.web.records import Record

pytestmark = pytest.mark.requirement("GEN-08")
DAY = timedelta(days=1)
HEIC = b"\0\0\0\x18ftypheic" + b"\0" * 200
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


def saved(picture: Image.Image, kind: str = "JPEG", **options) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def upload(content: bytes, name: str = "现场.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def scene(mode: str = "RGB", size=(640, 480)) -> Image.Image:
    """Left half red, right half white, so that turns and colours can be told."""
    picture = Image.new("RGB", size, "white")
    picture.paste((200, 30, 30), (0, 0, size[0] // 2, size[1]))
    return picture.convert(mode)


def photo(name: str = "现场.jpg"):
    return clean_photo(upload(saved(scene()), name))


def opened(clean) -> Image.Image:
    return Image.open(io.BytesIO(clean.content))


def near(pixel, wanted) -> bool:
    return all(abs(a - b) <= 12 for a, b in zip(pixel, wanted, strict=True))


def ink(color="black", background=(0, 0, 0, 0), size=(640, 240)) -> str:
    picture = Image.new("RGBA", size, background)
    ImageDraw.Draw(picture).line([(200, 60), (260, 160), (330, 70), (400, 170)], fill=color, width=5)
    return photos.PNG_URL + base64.b64encode(saved(picture, "PNG")).decode()


@pytest.fixture
def media(settings, tmp_path):
    """The stored files, as a function."""
    settings.MEDIA_ROOT = tmp_path
    return lambda: sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file())


@pytest.fixture
def office(db):
    return Department.objects.create(name="总务处")


@pytest.fixture
def members_only(monkeypatch):
    """Departments as a record type that only their members see."""
    own = Record(model=Department, namespace="test:department", rows=lambda user: Department.objects.filter(members=user.pk), columns=(), filters=FilterSet)
    monkeypatch.setitem(registry._records, own.kind, own)


@rule
def hang(*, actor, at, record, uploads, role="report", limit=6, then=None):
    """A business rule that takes photos; `then` is raised afterwards."""
    attached = attach(actor=actor, at=at, record=record, role=role, uploads=uploads, limit=limit)
    record_event(actor=actor, at=at, action="hang", record=record, text="交照片")
    if then:
        raise then
    return attached


# What a photo may be


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "MPO"])
def test_a_photo_of_every_accepted_type_becomes_jpeg(kind):
    clean = clean_photo(upload(saved(scene(), kind), "IMG_1.x"))
    picture = opened(clean)
    assert (picture.format, picture.mode, picture.size) == ("JPEG", "RGB", (640, 480))
    assert near(picture.getpixel((100, 100)), (200, 30, 30))
    assert (clean.width, clean.height, clean.name) == (640, 480, "IMG_1.jpg")
    assert len(clean.digest) == 64


def test_a_large_photo_is_shrunk_and_gets_a_thumbnail():
    clean = clean_photo(upload(saved(scene(size=(4000, 3000)))))
    assert opened(clean).size == (clean.width, clean.height) == (1920, 1440)
    assert Image.open(io.BytesIO(clean.thumb)).size == (360, 270)


def test_a_small_photo_keeps_its_size():
    assert opened(clean_photo(upload(saved(scene(size=(40, 30)))))).size == (40, 30)


def test_orientation_is_applied_and_all_metadata_dropped():
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "某牌手机"
    exif.get_ifd(0x8825)[2] = (31.0, 12.0, 3.0)
    content = saved(scene(), exif=exif, comment=b"secret")
    assert b"Exif" in content
    clean = clean_photo(upload(content))
    picture = opened(clean)
    assert picture.size == (480, 640)
    assert near(picture.getpixel((240, 100)), (200, 30, 30))
    assert near(picture.getpixel((240, 540)), (255, 255, 255))
    for kept in (clean.content, clean.thumb):
        assert b"Exif" not in kept
        assert b"secret" not in kept
        assert not Image.open(io.BytesIO(kept)).getexif()


@pytest.mark.parametrize("number", range(1, 9))
def test_every_orientation_ends_upright(number):
    """The stored picture turned by the camera's hint is the upright one, so red comes out on the left."""
    undo = {5: Image.Transpose.TRANSPOSE, 6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270}
    undo |= {2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM}
    exif = Image.Exif()
    exif[0x0112] = number
    lying = scene().transpose(undo[number]) if number in undo else scene()
    picture = opened(clean_photo(upload(saved(lying, exif=exif))))
    assert picture.size == (640, 480)
    assert near(picture.getpixel((100, 240)), (200, 30, 30))


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data")
def test_a_photo_with_a_broken_orientation_is_taken_as_it_lies():
    assert opened(clean_photo(upload(saved(scene(), exif=b"Exif\0\0MM\0*\xff\xff\xff\xff")))).size == (640, 480)


@pytest.mark.parametrize("mode", ["CMYK", "L", "1", "P", "RGBA", "LA"])
def test_odd_colour_modes_become_a_right_picture(mode):
    kind = "JPEG" if mode in ("CMYK", "L") else "PNG"
    clean = opened(clean_photo(upload(saved(scene(mode), kind))))
    expected = scene(mode).convert("RGB").getpixel((500, 100))
    assert clean.mode == "RGB"
    assert near(clean.getpixel((500, 100)), expected)


def test_transparent_becomes_white():
    clear = Image.new("RGBA", (60, 60), (255, 0, 0, 0))
    for content in (saved(clear, "PNG"), saved(clear.quantize(4), "PNG"), saved(clear, "WEBP", lossless=True)):
        assert near(opened(clean_photo(upload(content))).getpixel((30, 30)), (255, 255, 255))


def test_sixteen_bit_grey_keeps_its_grey():
    deep = saved(Image.new("I;16", (60, 60), 0x8000), "PNG")
    assert near(opened(clean_photo(upload(deep))).getpixel((30, 30)), (128, 128, 128))


def test_colour_profile_is_applied_and_a_broken_one_ignored():
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (srgb, b"no profile at all" * 20):
        picture = opened(clean_photo(upload(saved(scene(), icc_profile=profile))))
        assert near(picture.getpixel((100, 100)), (200, 30, 30))
        assert "icc_profile" not in picture.info


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_of_an_animation_the_first_picture_is_kept(kind):
    content = saved(scene(), kind, save_all=True, append_images=[Image.new("RGB", (640, 480), "blue")])
    assert near(opened(clean_photo(upload(content))).getpixel((100, 100)), (200, 30, 30))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "空的"),
        (b"\xff\xd8\xff" + b"0" * (40 * photos.MB), "40 MB，最多 20 MB"),
        (PDF, "PDF"),
        (SVG, "不是照片"),
        (b"<html><script>alert(1)</script></html>", "不是照片"),
        (HEIC, "HEIC"),
        (saved(scene(), "GIF"), "动图"),
        (saved(scene(), "GIF", save_all=True, append_images=[scene("L").convert("RGB")]), "动图"),
        (saved(scene(), "TIFF"), "打不开"),
        (saved(scene(size=(1200, 900)))[:4000], "打不开"),
        (saved(scene(), "PNG")[:300], "打不开"),
        (b"\xff\xd8\xff\xe0 not a picture", "打不开"),
        (os.urandom(5000), "不是"),
        (saved(Image.new("1", (9000, 7000)), "PNG"), "6000 万像素"),
        (saved(Image.new("1", (10000, 10000)), "PNG"), "6000 万像素"),
        (saved(Image.new("1", (20000, 20000)), "PNG"), "6000 万像素"),
    ],
    ids=["empty", "40 MB", "pdf", "svg", "html", "heic", "gif", "moving gif", "tiff", "cut jpeg", "cut png", "junk jpeg", "junk", "63 MP", "100 MP", "400 MP"],
)
@pytest.mark.requirement("REP-01")
def test_a_bad_photo_gets_a_sentence_at_its_field(content, words):
    with pytest.raises(RuleViolation, match=words) as refusal:
        clean_photo(upload(content, "照片.jpg"), field="photos")
    assert refusal.value.field == "photos"
    assert refusal.value.message.endswith("。")


def test_damaged_photos_never_raise_anything_but_a_refusal():
    dice = random.Random(7)  # noqa: S311  # the same damage every time
    whole = [saved(scene(mode), kind) for mode, kind in (("RGB", "JPEG"), ("RGB", "PNG"), ("RGB", "WEBP"), ("P", "PNG"), ("CMYK", "JPEG"))]
    refused = 0
    for _ in range(300):
        content = bytearray(dice.choice(whole))
        for _ in range(dice.randint(1, 10)):
            content[dice.randrange(min(len(content), 400))] = dice.randrange(256)
        try:
            clean_photo(upload(bytes(content[: dice.randrange(1, 2 * len(content))])))
        except RuleViolation:
            refused += 1
    assert refused > 100


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd.php.jpg", "passwd.php.jpg"),
        ("C:\\照片\\a b.png", "a b.jpg"),
        ("", "照片.jpg"),
        ("\0\n\u202e.jpg", "jpg.jpg"),
        ("长" * 300 + ".jpg", "长" * 116 + ".jpg"),
    ],
)
def test_names_are_made_safe(given, kept):
    file = upload(saved(scene()))
    file._name = given
    assert clean_photo(file).name == kept


# Papers and signatures


def test_a_paper_is_a_whole_pdf():
    assert clean_paper(upload(PDF, "合同.PDF")).name == "合同.pdf"
    for content, words in ((b"", "空的"), (saved(scene()), "不是 PDF"), (PDF[:20], "不完整"), (b"%PDF-" + b"0" * 21 * photos.MB, "最多 20 MB")):
        with pytest.raises(RuleViolation, match=words) as refusal:
            clean_paper(upload(content, "合同.pdf"))
        assert refusal.value.field == "papers"


@pytest.mark.requirement("REP-07")
def test_a_drawn_signature_is_cut_to_its_ink_on_white():
    picture = opened(clean_signature(ink()))
    assert picture.format == "PNG"
    assert picture.width < 240
    assert picture.height < 150
    assert picture.getpixel((0, 0)) == 255
    assert picture.getextrema()[0] < 40


@pytest.mark.parametrize(
    ("data_url", "words"),
    [
        ("", "没有传好"),
        ("data:image/svg+xml;base64,PHN2Zz4=", "没有传好"),
        (photos.PNG_URL + "not base64 ***", "没有传好"),
        (photos.PNG_URL + base64.b64encode(saved(scene())).decode(), "没有传好"),
        (photos.PNG_URL + "A" * 300_000, "没有传好"),
        (photos.PNG_URL + base64.b64encode(saved(Image.new("1", (3000, 3000)), "PNG")).decode(), "没有传好"),
        (photos.PNG_URL + base64.b64encode(saved(Image.new("1", (20000, 20000)), "PNG")).decode(), "没有传好"),
        (photos.PNG_URL + base64.b64encode(saved(Image.new("RGBA", (640, 240), (0, 0, 0, 0)), "PNG")).decode(), "还没有签名"),
        (photos.PNG_URL + base64.b64encode(saved(Image.new("RGB", (640, 240), "white"), "PNG")).decode(), "还没有签名"),
        (photos.PNG_URL + base64.b64encode(saved(Image.new("RGB", (640, 240), "black"), "PNG")).decode(), "还没有签名"),
        (ink(color="white"), "还没有签名"),
    ],
    ids=["empty", "svg", "junk", "jpeg", "too long", "too large", "bomb", "clear", "white", "black", "white ink"],
)
@pytest.mark.requirement("REP-07")
def test_what_is_no_signature_is_refused(data_url, words):
    with pytest.raises(RuleViolation, match=words) as refusal:
        clean_signature(data_url)
    assert refusal.value.field == "signature"


@pytest.mark.requirement("REP-07")
def test_a_typed_signature_is_the_signers_own_name():
    assert typed_signature(" 周建平 ", signer="周建平") == TypedSignature(content=b"", name="周建平")
    for name, signer, words in (("王五", "周建平", "您本人的姓名“周建平”"), ("周", "", "2 到 50 个字"), ("周" * 51, "", "2 到 50 个字")):
        with pytest.raises(RuleViolation, match=words):
            typed_signature(name, signer=signer)


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
        start.wait()
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
        thread.join()
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
