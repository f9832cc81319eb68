"""One's own page, one's own password, and the devices one is signed in on."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import ValidationError
from django.db.models import F
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from logistics.platform.access.sessions import devices_of, digest_of, end_other_sessions, end_session
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.rules import change_own_password
from logistics.platform.web.record_pages import add_refusal

from .forms import PASSWORD_RULES, OwnContactForm, OwnPasswordForm
from .rules import change_own_contact


@method_decorator([sensitive_post_parameters(), never_cache], name="dispatch")
class OwnPassword(TemplateView):
    template_name = "cockpit/password.html"

    def get_context_data(self, **kwargs):
        kwargs.setdefault("form", OwnPasswordForm())
        is_first = self.request.user.must_change_password
        layout = "web/open.html" if is_first else "web/base.html"
        return super().get_context_data(title="修改密码", layout=layout, is_first=is_first, rules=PASSWORD_RULES, **kwargs)

    def post(self, request):
        form = OwnPasswordForm(request.POST)
        if form.is_valid():
            try:
                person = change_own_password(actor=request.user, at=timezone.now(), old=form.cleaned_data["old"], new=form.cleaned_data["new"])
            except RuleViolation as refusal:
                add_refusal(form, refusal)
            else:
                update_session_auth_hash(request, person)
                messages.success(request, "密码已经换好，下次登录用新的。")
                return redirect("/")
        return self.render_to_response(self.get_context_data(form=form), status=422)


def _me(request, *, status: int = 200, **context):
    user = request.user
    posts = list(user.posts.select_related("department"))
    duties = [(post, post.duty_lines) for post in posts]
    around = {
        "title": "我的",
        "roles": list(user.roles.all()),
        "duties": duties,
        "classes": list(user.classes.filter(is_active=True)),
        "places": list(user.places.filter(is_active=True).order_by(F("path"))[:20]),
        "devices": list(devices_of(user)),
        "current": digest_of(request.session.session_key or ""),
        "form": OwnContactForm(initial={"phone": user.phone, "email": user.email}),
    }
    return render(request, "cockpit/me.html", around | context, status=status)


class Me(TemplateView):
    """My data; a POST changes phone and mail address."""

    def get(self, request, *args, **kwargs):
        return _me(request)

    def post(self, request):
        form = OwnContactForm(request.POST)
        if form.is_valid():
            try:
                change_own_contact(actor=request.user, at=timezone.now(), **form.cleaned_data)
            except (RuleViolation, ValidationError) as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, "联系方式已经改好。")
                return redirect("cockpit:me")
        return _me(request, form=form, status=422)


@require_POST
def end_device(request, pk):
    """Send one device out; it stops at its next request."""
    device = get_object_or_404(devices_of(request.user), pk=pk)
    end_session(actor=request.user, at=timezone.now(), device=device, current=digest_of(request.session.session_key))
    messages.success(request, f"{device.device}已经退出登录。")
    return redirect("cockpit:me")


@require_POST
def end_other_devices(request):
    count = end_other_sessions(actor=request.user, at=timezone.now(), current=digest_of(request.session.session_key))
    messages.success(request, f"别的 {count} 台设备都退出了。")
    return redirect("cockpit:me")
