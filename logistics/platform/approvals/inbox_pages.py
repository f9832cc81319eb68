"""The inbox of whoever approves, the acts on a run, and the signature one keeps."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect
from django.utils import timezone
from django.views.generic import TemplateView

from logistics.platform.access.rules import has
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.web.record_pages import RecordAction, RecordBulk, RecordDetail, add_refusal

from .forms import SignatureForm
from .models import Copy, Run
from .pages import found_in, kind_label, mark
from .queries import MANAGE, VIEW, done_by, lenders_of, shown_to, started_by, waiting_count, waiting_for, with_open_step
from .registry import kind_choices
from .side_rules import read_copy
from .signature_rules import keep_signature
from .signing import stored_signature

PAGE_SIZE = 50
TABS = {"waiting": "等我审批", "done": "我办过的", "started": "我发起的", "copied": "抄送我的"}
MAIN_ACTS = ("approve", "return", "withdraw", "remind")  # the others fold under 更多
BACK_TO_INBOX = ("approve", "reject", "return", "delegate")


class Inbox(TemplateView):
    """What waits for this person first; the same page shows what they did, started, and were shown."""

    template_name = "platform/approvals/inbox.html"

    def get_context_data(self, **kwargs):
        user, at, given = self.request.user, timezone.now(), self.request.GET
        tab = given.get("tab", "") if given.get("tab", "") in TABS else "waiting"
        rows = self.rows(tab, user, at)
        page = Paginator(rows, PAGE_SIZE).get_page(given.get("page"))
        lines = [self.waiting_line(row, at) for row in page] if tab == "waiting" else [self.run_line(run, tab) for run in page]
        return super().get_context_data(
            title="审批",
            tab=tab,
            tabs=TABS.items(),
            page=page,
            lines=lines,
            words=given.get("q", ""),
            kind=given.get("kind", ""),
            kinds=kind_choices(),
            lenders=list(lenders_of(user).values()),
            waiting=waiting_count(user),
            copies_unread=Copy.objects.filter(person=user.pk, read_at=None).count(),
            sees_all=has(user, VIEW),
            may_manage=has(user, MANAGE),
            is_filtered=bool(given.get("q") or given.get("kind")),
            **kwargs,
        )

    def rows(self, tab: str, user, at):
        words, kind = self.request.GET.get("q", "").replace("\0", ""), self.request.GET.get("kind", "").replace("\0", "")
        if tab == "waiting":
            rows = waiting_for(user, at).select_related("person", "step__run__applicant", "step__run__department")
            rows = found_in(rows, words, "step__run__")
            return rows.filter(step__run__kind=kind) if kind else rows
        rows = {"done": done_by, "started": started_by, "copied": shown_to}[tab](user).order_by("-started_at", "-pk")
        rows = with_open_step(found_in(rows, words))
        return rows.filter(kind=kind) if kind else rows

    def waiting_line(self, row, at) -> dict:
        run, user = row.step.run, self.request.user
        return {
            "run": run,
            "label": kind_label(run),
            "step": row.step,
            "since": row.step.opened_at,
            "is_late": bool(row.step.due_at and row.step.due_at < at),
            "stands_for": row.person if row.person_id != user.pk else None,
        }

    def run_line(self, run: Run, tab: str) -> dict:
        return {"run": run, "label": kind_label(run), "mark": mark(run), "since": run.started_at}


class RunPage(RecordDetail):
    """One run; who was shown it has read it now."""

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        actions = context["actions"]
        main = [action for action in actions if action.name in MAIN_ACTS]
        context |= {"actions": main, "more_actions": [action for action in actions if action not in main]}
        read_copy(actor=self.request.user, at=timezone.now(), run=context["object"])
        return context


class RunAction(RecordAction):
    """After deciding, back to what still waits."""

    def done(self, saved):
        if self.action.name not in BACK_TO_INBOX:
            return super().done(saved)
        messages.success(self.request, f"{self.action.label}：{saved}")
        return redirect("approvals:inbox")


class InboxBulk(RecordBulk):
    """Several at once, and back to what still waits."""

    def post(self, request, action, **kwargs):
        answer = super().post(request, action, **kwargs)
        return redirect("approvals:inbox") if answer.status_code == 302 else answer


class SignaturePage(TemplateView):
    """Draw a signature once; it is printed on every sheet one signs."""

    template_name = "platform/approvals/signature.html"

    def get_context_data(self, **kwargs):
        if "form" not in kwargs:
            kwargs["form"] = self.get_form()
        return super().get_context_data(title="我的签名", kept=stored_signature(self.request.user), **kwargs)

    def get_form(self, *args) -> SignatureForm:
        form = SignatureForm(*args)
        form.fields["signature"].signer = self.request.user.name
        return form

    def post(self, request, *args, **kwargs):
        form = self.get_form(request.POST)
        if form.is_valid():
            try:
                keep_signature(actor=request.user, at=timezone.now(), signature=form.cleaned_data["signature"])
            except RuleViolation as refusal:
                add_refusal(form, refusal)
            else:
                messages.success(request, "签名存好了，以后审批会用它。")
                return redirect("approvals:inbox")
        return self.render_to_response(self.get_context_data(form=form), status=422)
