"""How I want to be told, and my calendar feed (GEN-07)."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from logistics.cockpit.fields import time_input
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.notices.channels import mail_is_set_up
from logistics.platform.notices.choice_rules import choose_notices, drop_feed_token, make_feed_token
from logistics.platform.notices.models import FeedToken, NoticeChoice
from logistics.platform.notices.quiet import DIGEST, NOW, OFF, usual_manner
from logistics.platform.notices.subjects import all_subjects, groups
from logistics.platform.printing.qr import qr_svg
from logistics.platform.printing.queries import base_address
from logistics.platform.web.record_pages import add_refusal

WAYS = [(NOW, "随时发邮件"), (DIGEST, "每天汇总一封"), (OFF, "不发邮件")]


class NoticeForm(forms.Form):
    """One choice per group of subjects, then the times."""

    def __init__(self, *args, mail: dict, **kwargs):
        super().__init__(*args, **kwargs)
        self.group_fields = {f"mail_{n}": group for n, group in enumerate(groups())}
        for name, group in self.group_fields.items():
            inside = [subject.label + ("（紧急，夜里也发）" if subject.urgent else "") for subject in all_subjects() if subject.group == group]
            hint = "、".join(inside) if inside != [group] else ""
            self.fields[name] = forms.ChoiceField(label=group, choices=WAYS, initial=mail.get(group, NOW), help_text=hint)
        usual = usual_manner()
        words = f"都空着就用学校的：{usual.quiet_from:%H:%M} 到 {usual.quiet_to:%H:%M}。" if usual.quiet_from != usual.quiet_to else "学校没有定，空着就不设。"
        self.fields["quiet_from"] = forms.TimeField(label="安静时段从", required=False, widget=time_input(), help_text=words)
        self.fields["quiet_to"] = forms.TimeField(label="到", required=False, widget=time_input(), help_text="这段时间的邮件并成一封，到点再发。紧急的照发。")
        self.fields["digest_at"] = forms.TimeField(
            label="汇总邮件几点发", required=False, widget=time_input(), help_text=f"空着就用学校的：{usual.digest_at:%H:%M}。"
        )

    @property
    def mail_fields(self) -> list:
        return [self[name] for name in self.group_fields]

    @property
    def time_fields(self) -> list:
        return [self[name] for name in ("quiet_from", "quiet_to", "digest_at")]

    def values(self) -> dict:
        """What the rule takes."""
        typed = self.cleaned_data
        return {"mail": {group: typed[name] for name, group in self.group_fields.items()}} | {
            name: typed[name] for name in ("quiet_from", "quiet_to", "digest_at")
        }


class OwnNotices(TemplateView):
    """My choices; a POST writes them."""

    template_name = "cockpit/me_notices.html"

    def get_context_data(self, **kwargs):
        if "form" not in kwargs:
            kwargs["form"] = self.form_with()
        about_mail = "" if mail_is_set_up() else "学校还没有设发邮件的服务器，现在只有站内消息。先选好，设好以后就照这个来。"
        if not about_mail and not self.request.user.email:
            about_mail = "您还没有登记邮箱，现在只有站内消息。在“我的”里填上邮箱，就照这个来。"
        return super().get_context_data(title="提醒方式", about_mail=about_mail, **kwargs)

    def form_with(self, *args) -> NoticeForm:
        choice = NoticeChoice.objects.filter(person=self.request.user.pk).first() or NoticeChoice()
        times = {name: getattr(choice, name) for name in ("quiet_from", "quiet_to", "digest_at")}
        return NoticeForm(*args, mail=choice.mail, initial=times)

    def post(self, request):
        form = self.form_with(request.POST)
        if form.is_valid():
            try:
                choose_notices(actor=request.user, at=timezone.now(), **form.values())
            except (RuleViolation, ValidationError) as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, "提醒方式已经存好。")
                return redirect("cockpit:me-notices")
        return self.render_to_response(self.get_context_data(form=form), status=422)


@never_cache
def own_calendar(request, *, token: str = ""):
    """Whether I have a calendar feed; a new address is shown on the answer that made it only."""
    address = f"{base_address(request)}{reverse('notices:feed', args=[token])}" if token else ""
    shown = {"title": "日历订阅", "kept": FeedToken.objects.filter(person=request.user.pk).first(), "address": address}
    if address:
        shown["qr"] = qr_svg(address, "二维码，用手机扫码订阅")
    return render(request, "cockpit/me_calendar.html", shown)


@require_POST
def new_feed(request):
    return own_calendar(request, token=make_feed_token(actor=request.user, at=timezone.now()))


@require_POST
def withdraw_feed(request):
    drop_feed_token(actor=request.user, at=timezone.now())
    messages.success(request, "日历订阅已经收回，原来的网址打不开了。")
    return redirect("cockpit:me-calendar")
