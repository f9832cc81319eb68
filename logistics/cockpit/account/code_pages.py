"""动态口令 of one's own: set up with a QR code, recovery codes shown once, do without again."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import TemplateView

from logistics.platform.access import codes
from logistics.platform.access.models import Authenticator, RecoveryCode
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.printing.qr import qr_svg
from logistics.platform.school.models import school
from logistics.platform.web.middleware import MUST_SET_CODE
from logistics.platform.web.public import busy, within
from logistics.platform.web.record_pages import add_refusal

from .forms import CodeForm

BEGUN = "code_begun"  # in the session that began: nobody else is shown a secret that is not confirmed yet
TRIES, STRETCH = 10, 900  # codes one may try on these pages in so many seconds


@method_decorator([sensitive_post_parameters(), never_cache], name="dispatch")
class OwnCode(TemplateView):
    """How it stands and what can be done; `step` is what a POST does."""

    template_name = "cockpit/code.html"
    step = ""

    def get_context_data(self, **kwargs):
        user = self.request.user
        found = Authenticator.objects.filter(user=user.pk).first()
        if found and not found.confirmed_at and not self.request.session.get(BEGUN):
            found = None
        is_asked = codes.is_asked_of(user)
        is_first = bool(self.request.session.get(MUST_SET_CODE))
        about = {"title": "动态口令", "found": found, "is_asked": is_asked, "is_first": is_first, "layout": "web/open.html" if is_first else "web/base.html"}
        if found and found.confirmed_at:
            about["left"] = RecoveryCode.objects.filter(user=user.pk, used_at=None).count()
        elif found:
            address, about["typed"] = codes.address_for(found, person=user, school=school().name)
            about["qr"] = qr_svg(address, "二维码，用手机上的口令程序扫")
        kwargs.setdefault("form", CodeForm())
        return super().get_context_data(**about, **kwargs)

    def get(self, request, *args, **kwargs):
        return redirect("cockpit:code") if self.step else super().get(request, *args, **kwargs)

    def post(self, request):
        if self.step == "begin":
            if not request.session.get(BEGUN):  # pressed twice, it is the same secret
                codes.begin(actor=request.user, at=timezone.now())
                request.session[BEGUN] = True
            return redirect("cockpit:code")
        if not within(f"code.{request.user.pk}", TRIES, STRETCH):
            return busy(request)
        form = CodeForm(request.POST)
        if form.is_valid():
            try:
                return getattr(self, self.step)(form.cleaned_data["code"])
            except RuleViolation as refusal:
                add_refusal(form, refusal)
        return self.render_to_response(self.get_context_data(form=form, tried=self.step), status=422)

    def confirm(self, code: str):
        shown = codes.confirm(actor=self.request.user, at=timezone.now(), code=code)
        self.request.session.pop(MUST_SET_CODE, None)
        self.request.session.pop(BEGUN, None)
        return self.render_to_response(self.get_context_data(shown=shown))

    def renew(self, code: str):
        shown = codes.renew_recovery_codes(actor=self.request.user, at=timezone.now(), code=code)
        return self.render_to_response(self.get_context_data(shown=shown))

    def off(self, code: str):
        codes.switch_off(actor=self.request.user, at=timezone.now(), code=code)
        messages.success(self.request, "动态口令停用了，以后只用密码登录。")
        return redirect("cockpit:code")
