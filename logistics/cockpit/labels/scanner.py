"""扫一扫: by the browser's own detector where there is one, by a photo everywhere else, by typing at last."""

from django import forms
from django.shortcuts import redirect

from logistics.cockpit.setup.base import RulePage
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.labels.codes import read_code
from logistics.platform.labels.reading import FOREIGN, read_photo
from logistics.platform.web.public import busy, within

PHOTOS_A_MINUTE = 20  # of one person; each takes a core for a fraction of a second


class ScannerForm(forms.Form):
    photo = forms.FileField(label="标签的照片", required=False, widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}))
    code = forms.CharField(
        label="编码", required=False, max_length=300, help_text="印在二维码旁边，例如 P7K2M9。", widget=forms.TextInput(attrs={"autocapitalize": "characters"})
    )


class Scanner(RulePage):
    """Answers with the page of the code that was photographed, typed or read by the browser."""

    heading = "扫一扫"
    template_name = "cockpit/scanner.html"
    back, back_label = "/", "首页"

    def check(self):
        """Everybody who is signed in."""

    def get_form(self, *args):
        return ScannerForm(*args, self.request.FILES) if args else ScannerForm()

    def post(self, request, *args, **kwargs):
        if request.FILES and not within(f"scan.{request.user.pk}", PHOTOS_A_MINUTE, 60):
            return busy(request)
        return super().post(request, *args, **kwargs)

    def run(self, photo, code):
        if photo:
            return read_photo(photo)
        if not code.strip():
            raise RuleViolation("拍一张标签的照片，或者把编码打进来。", field="code")
        found = read_code(code)
        if not found:
            raise RuleViolation(FOREIGN if "/" in code else "编码只有字母、数字和短横，例如 P7K2M9。请照标签再打一遍。", field="code")
        return found

    def done(self, result):
        return redirect("cockpit:scan", result)
