"""Form fields for photos, papers and signatures. What they clean to is ready for `attach`."""

from collections.abc import Callable
from typing import NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string

from logistics.platform.kernel.errors import RuleViolation

from .photos import clean_paper, clean_photo, clean_signature, typed_signature
from .queries import staged_of
from .rules import PHOTOS_AT_MOST, TOKEN, stage


class Chosen(NamedTuple):
    """What came with the request: new files, and tokens of those kept from the last try."""

    fresh: list
    kept: list[str]


class UploadsWidget(forms.Widget):
    """`kept` are the uploads staged earlier; `choose_again` says that those of the last try could not be kept."""

    needs_multipart_form = True
    use_fieldset = True

    def __init__(self, template: str, most: int):
        super().__init__()
        self.template, self.most = template, most
        self.kept: list = []
        self.choose_again = False

    def value_from_datadict(self, data, files, name):
        fresh = files.getlist(name) if hasattr(files, "getlist") else [files[name]] if name in files else []
        kept = data.getlist(f"{name}_kept") if hasattr(data, "getlist") else data.get(f"{name}_kept", [])
        return Chosen(fresh, [token for token in kept if TOKEN.fullmatch(token)])

    def render(self, name, value, attrs=None, renderer=None):
        shown = {"name": name, "attrs": attrs or {}, "most": self.most, "kept": self.kept, "choose_again": self.choose_again}
        return render_to_string(self.template, {"widget": shown})


class UploadsField(forms.Field):
    """Several files at once. Cleans to a list of clean files and tokens for `attach`; each bad file gets its own sentence."""

    template, role, noun = "platform/photos_field.html", "photo", "张照片"

    def __init__(self, *, most: int = PHOTOS_AT_MOST, **kwargs):
        self.most, self.good, self.tokens = most, [], []
        super().__init__(widget=UploadsWidget(self.template, most), **kwargs)

    def clean_one(self, upload):
        return clean_photo(upload)

    def clean(self, value: Chosen):
        self.good, self.tokens = [], list(dict.fromkeys(value.kept))[: self.most]
        count = len(value.fresh) + len(self.tokens)
        if count > self.most:
            raise ValidationError(f"最多 {self.most} {self.noun}，这里有 {count} {self.noun[0]}。请去掉几{self.noun[0]}再保存。")
        problems = []
        for upload in value.fresh:
            try:
                self.good.append(self.clean_one(upload))
            except RuleViolation as refusal:
                problems.append(refusal.message if count == 1 else f"{upload.name[:40]}：{refusal.message}")
        if problems:
            raise ValidationError(problems)
        if self.required and not count:
            raise ValidationError(f"请至少放一{self.noun}。")
        return [*self.tokens, *self.good]

    def has_changed(self, initial, data) -> bool:
        return bool(data.fresh or data.kept)

    def keep(self, *, actor, at) -> None:
        """Stage the good files so that the form shown again still has them; strangers choose again, nothing is stored for them."""
        if not getattr(actor, "is_person", False):
            self.widget.choose_again = bool(self.good)
            return
        try:
            staged = stage(actor=actor, at=at, uploads=self.good, role=self.role)
        except RuleViolation:
            staged, self.widget.choose_again = [], True
        self.widget.kept = staged_of(actor, self.tokens, at) + staged


class PhotosField(UploadsField):
    """Photos from the camera or the album."""


class PapersField(UploadsField):
    """PDF papers, for the role "paper" only."""

    template, role, noun = "platform/papers_field.html", "paper", "个文件"

    def clean_one(self, upload):
        return clean_paper(upload)


class KeepsUploads:
    """Mixed into a form with uploads. The page calls `keep_uploads` before it shows the form again with its errors."""

    fields: dict

    def keep_uploads(self, *, actor, at) -> None:
        for field in self.fields.values():
            if isinstance(field, UploadsField):
                field.keep(actor=actor, at=at)


class SignatureWidget(forms.Widget):
    """A pad to draw on; without JavaScript, or for who cannot draw, one types one's own name."""

    use_fieldset = True

    def value_from_datadict(self, data, files, name):
        return data.get(name, ""), data.get(f"{name}_typed", "")

    def render(self, name, value, attrs=None, renderer=None):
        drawn, typed = value or ("", "")
        return render_to_string("platform/signature_field.html", {"widget": {"name": name, "attrs": attrs or {}, "drawn": drawn, "typed": typed}})


class SignatureField(forms.Field):
    """Cleans to a CleanSignature, a TypedSignature, or None when not required and empty.

    `signer` is the name that must be typed; set it in the form's __init__ when the person is known.
    """

    widget = SignatureWidget

    def __init__(self, *, signer: str = "", **kwargs):
        self.signer = signer
        super().__init__(**kwargs)

    def clean(self, value):
        drawn, typed = value
        if drawn:
            return _at_field(clean_signature, drawn)
        if typed.strip():
            return _at_field(typed_signature, typed, signer=self.signer)
        if self.required:
            raise ValidationError("还没有签名，请在框里写下您的名字。")
        return None

    def has_changed(self, initial, data) -> bool:
        return any(data)


def _at_field(clean: Callable, *args, **kwargs):
    try:
        return clean(*args, **kwargs)
    except RuleViolation as refusal:
        raise ValidationError(refusal.message) from refusal
