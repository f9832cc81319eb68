"""Signing in and out, one's own password, one's own page."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.db.models import F
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from rest_framework.authtoken.models import Token

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.rules import change_own_password
from logistics.platform.web.record_pages import add_refusal

from .demo import demo_accounts, filled_in
from .forms import PASSWORD_RULES, LoginForm, OwnContactForm, OwnPasswordForm
from .rules import change_own_contact, drop_token, make_token


class Login(LoginView):
    template_name = "cockpit/login.html"
    authentication_form = LoginForm
    redirect_authenticated_user = True

    def get_initial(self):
        return super().get_initial() | filled_in(self.request.GET.get("as", ""))

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.fields["password"].widget.render_value = "as" in self.request.GET and not form.is_bound
        return form

    def form_valid(self, form):
        response = super().form_valid(form)
        # None: as long as the settings say (7 days); 0: until the browser is closed
        self.request.session.set_expiry(None if form.cleaned_data["keep"] else 0)
        return response

    def get_context_data(self, **kwargs):
        return super().get_context_data(title="登录", accounts=demo_accounts(), chosen=self.request.GET.get("as", ""), **kwargs)


class Logout(LogoutView):
    http_method_names = ["get", "post", "options"]

    def get(self, request, *args, **kwargs):
        return redirect(reverse("cockpit:me"))


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
        "token": Token.objects.filter(user=user).first(),
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
@never_cache
def new_token(request):
    """Make the key and show it on this answer only."""
    return _me(request, new_token=make_token(actor=request.user, at=timezone.now()).key)


@require_POST
def withdraw_token(request):
    drop_token(actor=request.user, at=timezone.now())
    messages.success(request, "接口令牌已经收回，用它的程序都不能再读写了。")
    return redirect("cockpit:me")
