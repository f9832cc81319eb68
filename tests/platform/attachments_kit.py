"""Pictures, papers and ink for the tests of attachments."""

import base64
import io
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

from logistics.platform.attachments import photos
from logistics.platform.attachments.photos import clean_photo
from logistics.platform.attachments.rules import attach
from logistics.platform.audit.rules import record_event, rule

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


@rule
def hang(*, actor, at, record, uploads, role="report", limit=6, then=None):
    """A business rule that takes photos; `then` is raised afterwards."""
    attached = attach(actor=actor, at=at, record=record, role=role, uploads=uploads, limit=limit)
    record_event(actor=actor, at=at, action="hang", record=record, text="交照片")
    if then:
        raise then
    return attached
