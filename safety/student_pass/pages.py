"""学生出校: passes with their four confirmations, the parent's own page (SAF-07)."""

from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import User
from logistics.platform.printing.qr import qr_svg
from logistics.platform.printing.queries import base_address
from logistics.platform.web.middleware import address_of
from logistics.platform.web.public import PublicPage, busy, within
from logistics.platform.web.record_pages import RecordDetail, add_refusal, record_urls
from logistics.platform.web.records import Action, Record, View
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import moment, stamp

from . import forms, rules
from .models import Party, StudentPass
from .queries import check_can_view, check_link_shown, code_of, pass_by_code, pass_counts, passes_visible_to

WRONG_PER_HOUR = 20


def views(user) -> list[View]:
    n = pass_counts(user, timezone.now())
    return [
        View("全部", ""),
        View("等确认", "state=asked", n["asked"], pressing=True),
        View("可以出校", "state=ready", n["ready"], pressing=True),
        View("今天出校未回", "state=out", n["out"]),
    ]


def standing_cell(card: StudentPass):
    return state_mark(*card.standing(timezone.now()))


def student_cell(card: StudentPass):
    return link(card.student.name, PASSES.url("detail", card), str(card.school_class))


def four(card: StudentPass) -> list[dict]:
    """The four parties with who confirmed when, for page and paper."""
    given = {row.party: row for row in card.confirmations.all()}
    return [{"party": party, "label": party.label, "row": given.get(party)} for party in Party]


def detail_context(card: StudentPass, user) -> dict:
    return {
        "standing": standing_cell(card),
        "four": four(card),
        "lacking": "、".join(card.lacking),
        "link_path": reverse("safety:pass-parent", args=[code_of(card)]) if check_link_shown(user, card) else "",
        "marks": [file for file in attachments_of(card) if file.role in {*Party.values, "refusal"}],
    }


PASSES = Record(
    model=StudentPass,
    namespace="safety:pass",
    label="学生出校",
    icon="door-open",
    rows=passes_visible_to,
    columns=(
        Column("student", "学生", lambda x: x.student.name, student_cell, css="key", sort="student__pinyin", width=12),
        Column("school_class", "班级", lambda x: str(x.school_class), css="nw only-wide", optional=True, width=16),
        Column("number", "出门证号", lambda x: x.number, css="nw only-wide", sort="number", width=16),
        Column("kind", "原因", StudentPass.get_kind_display, css="nw", width=10),
        Column("reason", "说明", lambda x: x.reason, css="only-wide", optional=True, width=24),
        Column("collector", "谁来接", lambda x: x.who_collects, css="only-wide", width=18),
        Column("leave_at", "什么时候走", lambda x: x.leave_at, lambda x: moment(x.leave_at), css="nw", sort="leave_at", kind="datetime", width=17),
        Column("out_at", "出校", lambda x: x.out_at, lambda x: stamp(x.out_at), css="nw only-wide", kind="datetime", width=17),
        Column("back_at", "返校", lambda x: x.back_at, lambda x: stamp(x.back_at), css="nw only-wide", kind="datetime", width=17),
        Column("created_by", "谁办的", lambda x: x.created_by.name, css="nw only-wide", optional=True, width=10),
        Column("state", "状态", lambda x: x.standing(timezone.now())[0], standing_cell, css="tail nw", sort="state", width=14),
    ),
    filters=forms.PassFilters,
    form=forms.PassForm,
    create=rules.ask_leave,
    check_view=check_can_view,
    check_create=rules.check_can_ask,
    views=views,
    detail_context=detail_context,
    stamp=lambda x: f"{x.state}.{len(x.lacking)}.{x.link_round}",
    empty="还没有学生中途出校。",
    actions=(
        Action("confirm_teacher", "班主任确认", rules.confirm_as_teacher, rules.check_can_confirm_teacher, forms.TeacherForm, icon="user-check", tone="primary", hint=lambda x, user: f"{x.school_class} {x.student.name}，{x.get_kind_display()}，{x.who_collects}。"),
        Action("confirm_student", "学生签名", rules.confirm_as_student, rules.check_can_confirm_student, forms.PupilSignForm, icon="pen-line", tone="primary", hint=lambda x, user: f"请{x.student.name}本人在下面签名。"),
        Action("confirm_guard", "门卫确认", rules.confirm_as_guard, rules.check_can_confirm_guard, forms.GuardForm, icon="shield-check", tone="primary", hint=lambda x, user: f"{x.school_class} {x.student.name}。来接的人：{x.who_collects}。"),
        Action("let_out", "出校", rules.let_out, rules.check_can_let_out, icon="log-out", tone="primary"),
        Action("take_back", "返校", rules.take_back, rules.check_can_take_back, icon="log-in", tone="primary"),
        Action("renew_link", "换发家长链接", rules.renew_link, rules.check_can_renew, icon="refresh-cw"),
        Action("void", "作废", rules.void_pass, rules.check_can_void, forms.WhyForm, icon="ban", tone="stop"),
    ),
)  # fmt: skip


class PassDetail(RecordDetail):
    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if context["link_path"]:
            context["link"] = f"{base_address(self.request)}{context['link_path']}"
            context["qr"] = qr_svg(context["link"], "家长扫码确认")
        return context


@method_decorator([never_cache, csrf_exempt], name="dispatch")
class ParentPage(PublicPage):
    """One pupil's pass behind a code that cannot be guessed; once answered it shows nothing of the pupil any more.

    No cookie is needed, which chat browsers do not always keep: nobody else's page can send the form, for it would need the code.
    """

    bucket, per_minute = "pass", 60

    def show(self, request, card, form, status=200):
        return self.hidden(render(request, "safety/public_pass.html", {"card": card, "form": form, "four": four(card)}, status=status))

    def over(self, request, words: str, status=410, done=None):
        return self.hidden(render(request, "safety/public_pass_over.html", {"words": words, "done": done}, status=status))

    def hidden(self, response):
        response["Referrer-Policy"], response["X-Robots-Tag"] = "no-referrer", "noindex"
        return response

    def card(self, request, code: str):
        """(pass, answer): the pass when the link can be answered, otherwise the page that says why not."""
        found = pass_by_code(code)
        if found is None:
            if not within(f"public.pass.wrong.{address_of(request)}", WRONG_PER_HOUR, 3600):
                return None, busy(request)
            return None, self.over(request, "没有这个链接，请核对，或者请老师再发一个。", 404)
        if request.user.is_authenticated and check_link_shown(request.user, found):  # who hands the link out does not answer it, too
            words = "您登录着学校的账号。家长的意见由家长本人填，请把链接发给家长，或者请家长用自己的手机扫二维码。"
            return None, self.over(request, words, 403)
        try:
            rules.check_link_open(found, timezone.now())
        except RuleViolation as refusal:
            return None, self.over(request, refusal.message)
        return found, None

    def get(self, request, code):
        card, instead = self.card(request, code)
        return instead or self.show(request, card, forms.ParentForm())

    def post(self, request, code):
        card, instead = self.card(request, code)
        if instead:
            return instead
        form = forms.ParentForm(request.POST)
        if not form.is_valid():
            return self.show(request, card, form, 422)
        actor = User.objects.system("public")
        actor.source = f"家长确认链接 {address_of(request)}"
        try:
            done = rules.answer_as_parent(actor=actor, at=timezone.now(), record=card, code=code, **form.cleaned_data)
        except RuleViolation as refusal:
            add_refusal(form, refusal)
            return self.show(request, card, form, 422)
        return self.over(request, "", 201, done)


def pass_urls() -> list:
    """The routes of passes, under /safety/."""
    return record_urls(PASSES, pages={"detail": PassDetail})


def public_pass_urls() -> list:
    return [path("public/pass/<slug:code>/", ParentPage.as_view(), name="pass-parent")]
