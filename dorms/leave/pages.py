"""住宿请假: leaves, the class's weekend list, the parent's own page (DOR-03)."""

from django.contrib import messages
from django.shortcuts import redirect, render
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
from logistics.platform.web.record_pages import FormPage, RecordDetail, RecordList, add_refusal, record_urls
from logistics.platform.web.records import Action, Record, View, allowed
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, moment

from . import forms, parent_rules, rules
from .models import DormLeave
from .queries import boarding_classes, check_can_view, check_link_shown, code_of, leave_by_code, leave_counts, leaves_visible_to, night_of, own_classes

WRONG_PER_HOUR = 20


def views(user) -> list[View]:
    at = timezone.now()
    n = leave_counts(user, at)
    return [
        View("全部", ""),
        View("等我决定", "state=sent", n["sent"], pressing=True),
        View("今晚不在", f"night={night_of(at)}", n["away"]),
        View("过时没有销假", "overdue=1", n["overdue"], pressing=True),
    ]


def standing_cell(leave: DormLeave):
    return state_mark(*leave.standing(timezone.now()))


def student_cell(leave: DormLeave):
    return link(leave.student.name, LEAVES.url("detail", leave), str(leave.school_class))


def detail_context(leave: DormLeave, user) -> dict:
    return {
        "standing": standing_cell(leave),
        "is_overdue": leave.is_overdue(timezone.now()),
        "link_path": reverse("dorms:leave-parent", args=[code_of(leave)]) if check_link_shown(user, leave) else "",
        "marks": [file for file in attachments_of(leave) if file.role == "parent"],
    }


LEAVES = Record(
    model=DormLeave,
    namespace="dorms:leave",
    label="住宿请假",
    icon="luggage",
    rows=leaves_visible_to,
    columns=(
        Column("student", "学生", lambda x: x.student.name, student_cell, css="key", sort="student__pinyin", width=12),
        Column("school_class", "班级", lambda x: str(x.school_class), css="nw only-wide", optional=True, width=16),
        Column("number", "假条号", lambda x: x.number, css="nw only-wide", optional=True, sort="number", width=16),
        Column("span", "几晚", lambda x: x.span, css="nw", width=8),
        Column("first_on", "从哪晚起", lambda x: x.first_on, lambda x: day(x.first_on) if x.first_on else "", css="nw", sort="first_on", kind="date", width=12),
        Column("back_by", "什么时候回", lambda x: x.back_by, lambda x: moment(x.back_by) if x.back_by else "", css="nw", sort="back_by", kind="datetime", width=17),
        Column("kind", "原因", DormLeave.get_kind_display, css="nw only-wide", width=10),
        Column("reason", "说明", lambda x: x.reason, css="only-wide", optional=True, width=24),
        Column("collector", "谁来接", lambda x: x.who_collects, css="only-wide", optional=True, width=18),
        Column("granted_by", "谁准的假", lambda x: x.granted_by.name if x.granted_by else "", css="nw only-wide", width=10),
        Column("back_at", "销假", lambda x: x.back_at, lambda x: moment(x.back_at) if x.back_at else "", css="nw only-wide", kind="datetime", width=17),
        Column("state", "状态", lambda x: x.standing(timezone.now())[0], standing_cell, css="tail nw", sort="state", width=14),
    ),
    filters=forms.LeaveFilters,
    form=forms.GrantForm,
    create=rules.grant_leave,
    check_view=check_can_view,
    check_create=rules.check_can_grant,
    views=views,
    detail_context=detail_context,
    stamp=lambda x: f"{x.state}.{x.link_round}",
    empty="还没有人请假。",
    actions=(
        Action("agree", "准假", rules.agree_leave, rules.check_can_agree, icon="check", tone="primary"),
        Action("refuse", "不同意", rules.refuse_leave, rules.check_can_agree, forms.WhyForm, icon="x"),
        Action("take_back", "销假", rules.take_back, rules.check_can_take_back, forms.BackForm, icon="log-in", tone="primary", hint=lambda x, user: f"{x.school_class} {x.student.name}回来了。看到本人再销假。", bulk=True),
        Action("renew_link", "换发家长链接", rules.renew_link, rules.check_can_renew, icon="refresh-cw"),
        Action("void", "作废", rules.void_leave, rules.check_can_void, forms.WhyForm, icon="ban", tone="stop"),
    ),
)  # fmt: skip


class LeaveList(RecordList):
    """With the ways to the class's list and to the parent's link."""

    def get_context_data(self, **kwargs):
        return super().get_context_data(may_grant=allowed(rules.check_can_grant, self.request.user), **kwargs)


class LeaveDetail(RecordDetail):
    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        if context["link_path"]:
            context["link"] = f"{base_address(self.request)}{context['link_path']}"
            context["qr"] = qr_svg(context["link"], "家长扫码填假条")
        return context


class InviteParent(FormPage):
    """A link for one parent."""

    heading, submit = "请家长填假条", "生成链接"

    def dispatch(self, request, *args, **kwargs):
        rules.check_can_grant(request.user)
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, *args):
        return forms.LinkForm(*args, user=self.request.user)

    def run(self, **fields):
        return rules.invite_parent(actor=self.request.user, at=timezone.now(), **fields)


class WeekendList(FormPage):
    """Who of a class goes home, in one form; the class is asked for first when there are several."""

    heading, submit = "周末请假名单", "准假"

    def dispatch(self, request, *args, **kwargs):
        rules.check_can_grant(request.user)
        return super().dispatch(request, *args, **kwargs)

    def asked_class(self):
        """The class of the address or of the form, the only one of a head teacher otherwise."""
        rows = own_classes(self.request.user)
        asked = self.request.POST.get("school_class") or self.request.GET.get("class", "")
        if asked.isdecimal() and len(asked) < 18:
            return rows.filter(pk=int(asked)).first()
        first = list(rows[:2])
        return first[0] if len(first) == 1 else None

    def get_form(self, *args):
        self.chosen = self.asked_class()
        return forms.WeekendForm(*args, user=self.request.user, school_class=self.chosen)

    def get_template_names(self):
        return ["dorms/leave_weekend.html"]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        return context | {"chosen": self.chosen, "classes": [] if self.chosen else list(boarding_classes(self.request.user))}

    def run(self, **fields):
        return rules.grant_weekend(actor=self.request.user, at=timezone.now(), **fields)

    def done(self, saved):
        messages.success(self.request, f"{saved[0].school_class} {len(saved)} 人准假，宿管员已经收到名单。")
        return redirect("dorms:leave-list")


@method_decorator([never_cache, csrf_exempt], name="dispatch")
class ParentPage(PublicPage):
    """One boarder's leave behind a code that cannot be guessed; once answered it shows nothing of the boarder any more.

    No cookie is needed, which chat browsers do not always keep: nobody else's page can send the form, for it would need the code.
    """

    bucket, per_minute = "dorm-leave", 60

    def show(self, request, leave, form, status=200):
        return self.hidden(render(request, "dorms/public_leave.html", {"leave": leave, "form": form}, status=status))

    def over(self, request, words: str, status=410, done=None):
        return self.hidden(render(request, "dorms/public_leave_over.html", {"words": words, "done": done}, status=status))

    def hidden(self, response):
        response["Referrer-Policy"], response["X-Robots-Tag"] = "no-referrer", "noindex"
        return response

    def leave(self, request, code: str):
        """(leave, answer): the leave when the link can be answered, otherwise the page that says why not."""
        found = leave_by_code(code)
        if found is None:
            if not within(f"public.dorm-leave.wrong.{address_of(request)}", WRONG_PER_HOUR, 3600):
                return None, busy(request)
            return None, self.over(request, "没有这个链接，请核对，或者请老师再发一个。", 404)
        if request.user.is_authenticated and check_link_shown(request.user, found):  # who hands the link out does not answer it, too
            words = "您登录着学校的账号。假条由家长本人填，请把链接发给家长，或者请家长用自己的手机扫二维码。"
            return None, self.over(request, words, 403)
        try:
            parent_rules.check_link_open(found, timezone.now())
        except RuleViolation as refusal:
            return None, self.over(request, refusal.message)
        return found, None

    def get(self, request, code):
        leave, instead = self.leave(request, code)
        return instead or self.show(request, leave, forms.ParentForm())

    def post(self, request, code):
        leave, instead = self.leave(request, code)
        if instead:
            return instead
        form = forms.ParentForm(request.POST)
        if not form.is_valid():
            return self.show(request, leave, form, 422)
        actor = User.objects.system("public")
        actor.source = f"家长填假条 {address_of(request)}"
        try:
            done = parent_rules.answer_as_parent(actor=actor, at=timezone.now(), record=leave, code=code, **form.cleaned_data)
        except RuleViolation as refusal:
            add_refusal(form, refusal)
            return self.show(request, leave, form, 422)
        return self.over(request, "", 201, done)


def leave_urls() -> list:
    """The routes of leaves, under /dorms/."""
    return [
        path("leave/invite/", InviteParent.as_view(record=LEAVES), name="leave-invite"),
        path("leave/weekend/", WeekendList.as_view(record=LEAVES), name="leave-weekend"),
        *record_urls(LEAVES, pages={"list": LeaveList, "detail": LeaveDetail}),
    ]


def public_leave_urls() -> list:
    return [path("public/dorm-leave/<slug:code>/", ParentPage.as_view(), name="leave-parent")]
