"""Uploads made safe before they are stored: phone photos, PDF papers, signatures (GEN-08).

Nothing here touches the disk or the database. A file that cannot be used raises RuleViolation with
a sentence for the person who sent it; what comes back is complete and was written by us.
"""

import base64
import hashlib
import io
import logging
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath

from PIL import Image, ImageCms, ImageFile

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.text import tidy

log = logging.getLogger(__name__)

MB = 1024 * 1024
UPLOAD_LIMIT = 20 * MB
PIXEL_LIMIT = 60_000_000
SIGNATURE_LIMIT = 200 * 1024
SIGNATURE_PIXELS = 4_000_000
PHOTO_EDGE, THUMB_EDGE, SIGNATURE_EDGE = 1920, 360, 800
PHOTO_QUALITY, THUMB_QUALITY = 82, 78
PNG_URL = "data:image/png;base64,"

# EXIF orientation to the turn that puts the picture upright.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
OTHER_TYPES = (
    (re.compile(rb"%PDF-"), "这是 PDF 文件，不是照片。照片请直接拍摄或从相册里选。"),
    (
        re.compile(rb"....ftyp(heic|heix|hevc|heim|heis|mif1|msf1|avif|avis)", re.DOTALL),
        "这是 HEIC 格式，电脑和打印都认不出。请在手机相机设置里选“兼容性最佳”再拍，或者上传截图。",
    ),
    (re.compile(rb"GIF8[79]a"), "动图不能当照片。请换成 JPG 或 PNG 照片。"),
    (re.compile(rb"\s*(\xef\xbb\xbf)?\s*<"), "这是网页或矢量图文件，不是照片。请直接拍摄或从相册里选。"),
)

BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
# Pillow keeps no closed list of what a damaged file may raise, and no input may end in a 500.
BROKEN = Exception

# A decoded picture of 60 megapixels takes 240 MB, so one process opens one at a time.
_one_at_a_time = threading.Lock()


@dataclass(frozen=True)
class CleanFile:
    """Bytes that are safe to keep. `thumb` is empty where there is no small picture; `suffix` says the type."""

    content: bytes
    name: str
    thumb: bytes = b""
    suffix: str = ""

    @property
    def digest(self) -> str:
        """SHA-256 of the content, of the name where a typed name is all there is."""
        return hashlib.sha256(self.content or self.name.encode()).hexdigest()


@dataclass(frozen=True)
class CleanPhoto(CleanFile):
    """A JPEG without metadata, upright, at most 1920 pixels on the longer edge."""

    suffix: str = ".jpg"
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class CleanPaper(CleanFile):
    """A PDF as it was sent; it is only ever handed out as a download."""

    suffix: str = ".pdf"


@dataclass(frozen=True)
class CleanSignature(CleanFile):
    """A handwritten signature as PNG, black on white, cut to the ink."""

    suffix: str = ".png"
    width: int = 0
    height: int = 0


@dataclass(frozen=True)
class TypedSignature(CleanFile):
    """The full name typed instead of a signature: no picture, `name` is what was typed."""


@contextmanager
def _whole_pictures_only():
    """The PDF library switches this process to accepting cut-off pictures when it is imported; a photo must be whole."""
    before, ImageFile.LOAD_TRUNCATED_IMAGES = ImageFile.LOAD_TRUNCATED_IMAGES, False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def clean_photo(upload, *, field: str = "photos") -> CleanPhoto:
    """The photo re-encoded as JPEG with its thumbnail.

    `upload` is a Django file with name and size. The type is read from the content, never from the name.
    JPEG, PNG and WebP up to 20 MB and 60 megapixels; anything else raises RuleViolation on `field`.
    """
    content = _read(upload, what="这张照片", field=field)
    with _one_at_a_time, _whole_pictures_only():
        picture = _decode(content, field=field)
    thumb = picture.copy()
    thumb.thumbnail((THUMB_EDGE, THUMB_EDGE))
    return CleanPhoto(
        content=_jpeg(picture, PHOTO_QUALITY),
        thumb=_jpeg(thumb, THUMB_QUALITY),
        name=_safe_name(upload, ".jpg", "照片"),
        width=picture.width,
        height=picture.height,
    )


def clean_paper(upload, *, field: str = "papers") -> CleanPaper:
    """The PDF, up to 20 MB; anything else, or one that was cut off, raises RuleViolation on `field`."""
    content = _read(upload, what="这个文件", field=field)
    if not content.startswith(b"%PDF-"):
        raise RuleViolation("这不是 PDF 文件。请另存为 PDF 或扫描成 PDF 再上传。", field=field)
    if b"%%EOF" not in content[-4096:]:
        raise RuleViolation("这个 PDF 不完整，可能没有下载完。请重新取一份再上传。", field=field)
    return CleanPaper(content=content, name=_safe_name(upload, ".pdf", "文件"))


def clean_signature(data_url: str, *, field: str = "signature") -> CleanSignature:
    """The signature drawn on a canvas and sent as a PNG data URL of at most 200 KB, cut to its ink.

    Raises RuleViolation on `field` when it is not a PNG, too large, or has no ink.
    """
    refusal = RuleViolation("签名没有传好，请重写一次。", field=field)
    if len(data_url) > SIGNATURE_LIMIT or not data_url.startswith(PNG_URL):
        raise refusal
    try:
        content = base64.b64decode(data_url[len(PNG_URL) :], validate=True)
        with Image.open(io.BytesIO(content), formats=("PNG",)) as source:
            if source.width * source.height > SIGNATURE_PIXELS:
                raise refusal
            picture = _flat(source).convert("L")
    except BROKEN as error:
        raise refusal from error
    ink = picture.point(lambda value: 255 if value < 160 else 0)
    box, amount = ink.getbbox(), ink.histogram()[255]
    if box is None or amount < 60 or amount > picture.width * picture.height / 2:
        raise RuleViolation("还没有签名，请在框里写下您的名字。", field=field)
    picture = picture.crop((max(box[0] - 8, 0), max(box[1] - 8, 0), min(box[2] + 8, picture.width), min(box[3] + 8, picture.height)))
    picture.thumbnail((SIGNATURE_EDGE, SIGNATURE_EDGE))
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return CleanSignature(content=out.getvalue(), name="签名.png", width=picture.width, height=picture.height)


def typed_signature(name: str, *, signer: str = "", field: str = "signature") -> TypedSignature:
    """A name typed in place of a signature; with `signer` it must be that person's own name."""
    name = tidy(name)
    if signer and name != signer:
        raise RuleViolation(f"请输入您本人的姓名“{signer}”。", field=field)
    if not 2 <= len(name) <= 50:
        raise RuleViolation("请输入您的姓名，2 到 50 个字。", field=field)
    return TypedSignature(content=b"", name=name)


def _read(upload, *, what: str, field: str) -> bytes:
    if upload.size > UPLOAD_LIMIT:
        raise RuleViolation(f"{what}有 {upload.size / MB:.0f} MB，最多 {UPLOAD_LIMIT // MB} MB。请换小一点的再上传。", field=field)
    upload.seek(0)
    content = upload.read(UPLOAD_LIMIT + 1)
    if not content:
        raise RuleViolation(f"{what}是空的，可能没有传好。请重新选一次。", field=field)
    return content


def _decode(content: bytes, *, field: str) -> Image.Image:
    """The upright RGB picture, shrunk, carrying nothing of the original file but its pixels."""
    too_large = RuleViolation("这张照片的尺寸太大，最多 6000 万像素。请换一张，或者截图上传。", field=field)
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as source:
            if source.width * source.height > PIXEL_LIMIT:
                raise too_large
            return _upright(source)
    except BOMBS as error:
        raise too_large from error
    except RuleViolation:
        raise
    except BROKEN as error:
        raise RuleViolation(_why_not(content), field=field) from error


def _upright(source: Image.Image) -> Image.Image:
    source.draft("RGB", (PHOTO_EDGE, PHOTO_EDGE))
    source.load()
    turn, profile = _turn(source), source.info.get("icc_profile")
    picture = source if source.mode == "CMYK" and profile else _flat(source)
    picture.thumbnail((PHOTO_EDGE, PHOTO_EDGE), reducing_gap=2.0)
    picture = _in_srgb(picture, profile)
    return picture.transpose(turn) if turn is not None else picture


def _turn(source: Image.Image):
    """How the camera was held; a photo whose metadata is broken is taken as it lies."""
    try:
        return TURNS.get(source.getexif().get(0x0112))
    except BROKEN:
        return None


def _flat(source: Image.Image) -> Image.Image:
    """Any of Pillow's modes as RGB; what is transparent becomes white."""
    if source.mode.startswith("I"):
        # 16 bit grey: Pillow's own conversion would cut everything above 255 to white.
        return source.convert("I").point(lambda value: value * (1 / 256)).convert("L").convert("RGB")
    if source.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in source.info:
        source = source.convert("RGBA")
        white = Image.new("RGB", source.size, "white")
        white.paste(source, mask=source.getchannel("A"))
        return white
    return source.convert("RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Colours as the camera meant them: phones write wider profiles than sRGB, and the profile is dropped afterwards."""
    if profile:
        try:
            return ImageCms.profileToProfile(picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode="RGB")
        except BROKEN:
            log.info("a photo's colour profile cannot be read")
    return picture.convert("RGB")


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=quality)
    return out.getvalue()


def _why_not(content: bytes) -> str:
    for pattern, sentence in OTHER_TYPES:
        if pattern.match(content):
            return sentence
    return "这张照片打不开，可能没有传完整，或者不是照片。请换成 JPG 或 PNG 照片。"


def _safe_name(upload, suffix: str, fallback: str) -> str:
    stem = PurePosixPath(tidy(upload.name or "").replace("\\", "/").replace("\n", " ")).stem
    return (stem.strip(". ")[: 120 - len(suffix)] or fallback) + suffix
