"""Signatures drawn on a phone, as pictures on paper."""

from base64 import b64encode
from collections.abc import Sequence


def mark_of(files: Sequence) -> str:
    """The last of these drawn signatures as a picture for paper; empty when nobody drew one."""
    drawn = [one for one in files if one.file]
    if not drawn:
        return ""
    with drawn[-1].file.open("rb") as picture:
        data = b64encode(picture.read()).decode()
    return f'<svg class="mark" viewBox="0 0 96 36" width="96" height="36"><image width="96" height="36" href="data:image/png;base64,{data}"/></svg>'
