"""The code on a photo, for browsers that cannot read it themselves, such as the one in WeChat."""

import io

from PIL import Image

from logistics.platform.attachments.photos import clean_photo
from logistics.platform.kernel.errors import RuleViolation

from .codes import read_code

NOTHING = "照片里没有认出二维码。请靠近一点、对正、避开反光，再拍一张；也可以把标签上的编码打进下面的框里。"
FOREIGN = "这个二维码不是学校的标签。请扫门牌或物品上的标签，也可以打编码。"


def texts_on(picture: Image.Image) -> list[str]:
    """What the QR codes on the picture say, the largest first."""
    import zxingcpp  # a compiled library, loaded by the first photo

    found = zxingcpp.read_barcodes(picture.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)  # type: ignore[arg-type]  # one format is accepted, its types say otherwise
    return [one.text for one in sorted(found, key=_size, reverse=True)]


def _size(found) -> int:
    corners = found.position
    return abs(corners.bottom_right.x - corners.top_left.x) * abs(corners.bottom_right.y - corners.top_left.y)


def read_photo(upload) -> str:
    """The label's code on this photo. Raises RuleViolation on `photo` when it is no photo, has no code, or another's."""
    photo = clean_photo(upload, field="photo")
    with Image.open(io.BytesIO(photo.content)) as picture:
        texts = texts_on(picture)
    codes = [code for code in map(read_code, texts) if code]
    if not codes:
        raise RuleViolation(FOREIGN if texts else NOTHING, field="photo")
    return codes[0]
