"""Signing in: number and password, then the code of whoever has set one up; and signing out."""

import time

from axes.handlers.proxy import AxesProxyHandler
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, LogoutView
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import TemplateView

from logistics.platform.access.codes import WRONG, authenticator_of, is_asked_of, use_code
from logistics.platform.access.sessions import forget, note_seen
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import User
from logistics.platform.web.middleware import MUST_SET_CODE, address_of, locked_out

from .demo import demo_accounts, filled_in
from .forms import CodeForm, LoginForm

HALFWAY = "halfway"  # in the session between password and code
PATIENCE = 300  # seconds


def sign_in(request, user, *, keep: bool) -> None:
    """The session is this person's from now on; one whose role asks for a code that is not set up yet is led there first."""
    must_set_code = is_asked_of(user) and authenticator_of(user) is None
    login(request, user)
    # None: as long as the settings say (7 days); 0: until the browser is closed
    request.session.set_expiry(None if keep else 0)
    if must_set_code:
        request.session[MUST_SET_CODE] = True
    note_seen(user, request.session.session_key, agent=request.headers.get("User-Agent", ""), address=address_of(request))


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
        user, keep = form.get_user(), form.cleaned_data["keep"]
        if authenticator_of(user):
            known = {"user": user.pk, "backend": user.backend, "hash": user.get_session_auth_hash(), "keep": keep}
            self.request.session[HALFWAY] = known | {"next": self.get_success_url(), "at": time.time()}
            return redirect("cockpit:login-code")
        sign_in(self.request, user, keep=keep)
        return redirect(self.get_success_url())

    def get_context_data(self, **kwargs):
        return super().get_context_data(title="登录", accounts=demo_accounts(), chosen=self.request.GET.get("as", ""), **kwargs)


def person_halfway(request) -> User | None:
    """Who has given the right password a moment ago; None when it is too long ago or the password has changed since."""
    known = request.session.get(HALFWAY)
    if not known or not 0 <= time.time() - known["at"] <= PATIENCE:
        return None
    person = User.objects.filter(pk=known["user"], is_active=True).first()
    if person is None or person.get_session_auth_hash() != known["hash"]:
        return None
    person.backend, person.source = known["backend"], f"网页 {address_of(request)}"
    return person


@method_decorator([login_not_required, sensitive_post_parameters(), never_cache], name="dispatch")
class LoginCode(TemplateView):
    """The second step of signing in. Wrong codes count towards the lock like wrong passwords."""

    template_name = "cockpit/login_code.html"

    def dispatch(self, request, *args, **kwargs):
        self.person = person_halfway(request)
        if self.person is None:
            return redirect("cockpit:login")
        if not AxesProxyHandler.is_allowed(request, {"username": self.person.username}):
            return locked_out(request)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        kwargs.setdefault("form", CodeForm())
        return super().get_context_data(title="动态口令", **kwargs)

    def post(self, request):
        form = CodeForm(request.POST)
        if form.is_valid():
            try:
                is_right = use_code(actor=self.person, at=timezone.now(), code=form.cleaned_data["code"])
            except RuleViolation as refusal:
                form.add_error("code", refusal.message)
                return render(request, self.template_name, self.get_context_data(form=form), status=429)
            if is_right:
                known = request.session.pop(HALFWAY)
                sign_in(request, self.person, keep=known["keep"])
                return redirect(known["next"])
            AxesProxyHandler.user_login_failed(LoginCode, {"username": self.person.username}, request)
            form.add_error("code", WRONG)
        return render(request, self.template_name, self.get_context_data(form=form), status=422)


class Logout(LogoutView):
    http_method_names = ["get", "post", "options"]

    def get(self, request, *args, **kwargs):
        return redirect(reverse("cockpit:me"))

    def post(self, request, *args, **kwargs):
        forget(request.session.session_key or "")
        return super().post(request, *args, **kwargs)
