"""Answering a survey from its QR code, without a login (CAN-14)."""

import secrets

from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from logistics.platform.kernel.errors import Conflict, RuleViolation
from logistics.platform.org.models import User
from logistics.platform.web.middleware import address_of
from logistics.platform.web.public import PublicPage, busy, within
from logistics.platform.web.record_pages import add_refusal

from .forms import AnswerForm
from .models import Survey
from .rules import answer_survey, device_of

COOKIE, KEPT = "survey", 200 * 24 * 3600
PER_HOUR_ANSWERED = 300  # of one address: a whole school stands behind one


class PublicSurvey(PublicPage):
    """The cookie is a random number and says nothing of a person; without one nothing is taken, so that nobody answers twice by pressing back."""

    bucket, per_minute = "survey", 120

    def survey(self, token: str) -> Survey:
        return get_object_or_404(Survey, token=token)

    def show(self, survey: Survey, form, status: int = 200):
        today = timezone.localdate()
        shown = {"survey": survey, "form": form, "is_open": survey.since <= today <= survey.until, "is_early": today < survey.since}
        return render(self.request, "canteen/survey_public.html", shown, status=status)

    def get(self, request, token):
        survey = self.survey(token)
        cookie = request.get_signed_cookie(COOKIE, "")
        if cookie and survey.answers.filter(device=device_of(survey, cookie)).exists():
            return render(request, "canteen/survey_done.html", {"survey": survey})
        answer = self.show(survey, AnswerForm())
        if not cookie:
            answer.set_signed_cookie(COOKIE, secrets.token_urlsafe(18), max_age=KEPT, httponly=True, samesite="Lax", secure=request.is_secure())
        return answer

    def post(self, request, token):
        survey, form, cookie = self.survey(token), AnswerForm(request.POST), request.get_signed_cookie(COOKIE, "")
        if not form.is_valid():
            return self.show(survey, form, 422)
        fields = form.cleaned_data
        if fields.pop("website"):
            return render(request, "canteen/survey_done.html", {"survey": survey})
        if not cookie:
            form.add_error(None, "请打开浏览器的 Cookie，刷新后再答。它只用来防止重复作答。")
            return self.show(survey, form, 422)
        if not within(f"public.surveyed.{address_of(request)}", PER_HOUR_ANSWERED, 3600):
            return busy(request)
        actor = User.objects.system("public")
        actor.source = "扫码测评"
        try:
            answer_survey(actor=actor, at=timezone.now(), survey=survey, device=device_of(survey, cookie), **fields)
        except Conflict:
            return render(request, "canteen/survey_done.html", {"survey": survey})
        except RuleViolation as refusal:
            add_refusal(form, refusal)
            return self.show(survey, form, 422)
        return render(request, "canteen/survey_done.html", {"survey": survey}, status=201)
