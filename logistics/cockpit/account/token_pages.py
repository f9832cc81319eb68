"""Keys of programs to the API: make one with its limits, see when it was used, take it back."""

from datetime import datetime, time, timedelta

from django import forms
from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from logistics.cockpit.fields import Boxes
from logistics.platform.access.models import Reach
from logistics.platform.access.permissions import all_permissions
from logistics.platform.access.rules import grants_of
from logistics.platform.access.tokens import make_token, revoke_token, tokens_of
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.web.forms import DayInput, Words
from logistics.platform.web.record_pages import add_refusal

USUAL = timedelta(days=180)
SHOWN = 30


class TokenForm(forms.Form):
    name = Words(label="给什么用", max_length=40, help_text="例如 校园大屏、教务系统取数。")
    expires_on = forms.DateField(label="用到哪天", widget=DayInput(), help_text="最长一年，过了这天就不能用。")
    reach = forms.ChoiceField(
        label="能做什么", choices=[(Reach.READ, "只看，不能改"), (Reach.CHOSEN, "只用下面选的几项权限"), (Reach.ALL, "和我一样")], widget=forms.RadioSelect()
    )
    permissions = forms.MultipleChoiceField(label="权限", required=False, widget=Boxes(narrow="输入权限的名字"), help_text="选「只用下面选的几项」时才用。")

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        own = grants_of(user)
        self.fields["permissions"].choices = [(one.code, f"{one.group} · {one.label}") for one in all_permissions() if one.code in own]
        self.fields["reach"].initial = Reach.READ
        self.fields["expires_on"].initial = timezone.localdate() + USUAL

    def values(self) -> dict:
        """What the rule asks for: the end of the day named."""
        given = dict(self.cleaned_data)
        on = given.pop("expires_on")
        given["expires_at"] = timezone.make_aware(datetime.combine(on, time(23, 59, 59)))
        return given


@method_decorator(never_cache, name="dispatch")
class Tokens(TemplateView):
    template_name = "cockpit/tokens.html"

    def get_context_data(self, **kwargs):
        user, at = self.request.user, timezone.now()
        kwargs.setdefault("form", TokenForm(user=user))
        rows = [(token, state_of(token, at)) for token in tokens_of(user)[:SHOWN]]
        return super().get_context_data(title="接口令牌", rows=rows, **kwargs)

    def post(self, request):
        """Make the key and show it on this answer only."""
        form = TokenForm(request.POST, user=request.user)
        if form.is_valid():
            try:
                _, key = make_token(actor=request.user, at=timezone.now(), **form.values())
            except RuleViolation as refusal:
                add_refusal(form, refusal)
            else:
                return self.render_to_response(self.get_context_data(new_token=key))
        return self.render_to_response(self.get_context_data(form=form), status=422)


def state_of(token, at) -> tuple[str, str]:
    if token.revoked_at:
        return "已收回", "void"
    return ("已到期", "void") if token.expires_at <= at else ("能用", "done")


@require_POST
def withdraw(request, pk):
    token = get_object_or_404(tokens_of(request.user), pk=pk)
    revoke_token(actor=request.user, at=timezone.now(), token=token)
    messages.success(request, f"令牌「{token.name}」已经收回，用它的程序都不能再读写了。")
    return redirect("cockpit:tokens")
