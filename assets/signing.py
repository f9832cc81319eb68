"""Signatures of two sides on one paper: who signs which side, and the drawn mark as a picture for print."""

from base64 import b64encode

from django import forms

from logistics.platform.attachments.forms import SignatureField
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.notices.subjects import Subject

SIGNING = Subject("assets.signing", "责任书、调拨单、交接单待签字", "家底")


class SignForm(forms.Form):
    """One's own name, drawn on the phone or typed."""

    takes_record = True
    signature = SignatureField(label="您的签名")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["signature"].signer = user.name if user else ""

    def clean(self):
        data = super().clean()
        return {"signature": [data["signature"]] if data.get("signature") else []}


def mark_of(record, role: str) -> str:
    """The last signature of this side as a picture for paper; empty when nobody drew one."""
    files = [one for one in attachments_of(record, role) if one.file]
    if not files:
        return ""
    with files[-1].file.open("rb") as picture:
        data = b64encode(picture.read()).decode()
    return f'<svg class="mark" viewBox="0 0 96 36" width="96" height="36"><image width="96" height="36" href="data:image/png;base64,{data}"/></svg>'
