"""What a photo, a paper and a signature may be, and what becomes of them (GEN-08)."""

import base64
import io
import os
import random

import pytest
from PIL import Image, ImageCms

from logistics.platform.attachments import photos
from logistics.platform.attachments.photos import TypedSignature, clean_paper, clean_photo, clean_signature, typed_signature
from logistics.platform.kernel.errors import RuleViolation

from .attachments_kit import HEIC, PDF, SVG, ink, near, opened, saved, scene, upload

pytestmark = pytest.mark.requirement("GEN-08")

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
