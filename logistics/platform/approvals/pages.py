"""Runs described for their list, page and API (FIN-03)."""

from django.db.models import Q
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.safestring import mark_safe
from django_filters import CharFilter, ChoiceFilter, DateFilter, FilterSet

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.kernel.text import tidy
from logistics.platform.web.forms import DayInput
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as Usual
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import full_moment, money, stamp, yuan

from . import deciding_rules as deciding
from . import forms
from . import side_rules as side
from .models import DecisionAct, Run, RunState, StepState
from .panel import lines_of
from .queries import decisions_of, document_of, lenders_of, open_signer, run_list_rows, runs_visible_to
from .registry import kind_choices, kind_for

SIGNED_BY_DRAWING = "sign-"


def kind_label(run: Run) -> str:
    kind = kind_for(run.kind)
    return kind.label if kind else "单据"


class RunFilters(FilterSet):
    q = CharFilter(method="find", label="找", help_text="事由或申请人")
    kind = ChoiceFilter(label="单据", choices=kind_choices, empty_label="全部单据")
    state = ChoiceFilter(label="状态", choices=RunState.choices, empty_label="全部状态")
    since = DateFilter(field_name="started_at", lookup_expr="date__gte", label="从", widget=DayInput())
    until = DateFilter(field_name="started_at", lookup_expr="date__lte", label="到", widget=DayInput())

    def find(self, rows, name, value):
        return found_in(rows, value)


def found_in(rows, words: str, prefix: str = ""):
    """Rows whose title or applicant holds the words."""
    text = tidy(words)
    return rows.filter(Q(**{f"{prefix}title__icontains": text}) | Q(**{f"{prefix}applicant__name__icontains": text})) if text else rows


def open_steps_of(run: Run) -> list:
    """The step the run waits at, read along with a list's rows or now."""
    if "open_steps" not in run.__dict__:
        run.open_steps = list(run.steps.filter(state=StepState.OPEN)) if run.is_running else []
    return run.open_steps


def run_stamp(run: Run) -> str:
    """A colleague's signature in the same step changes nothing for whoever signs next."""
    steps = open_steps_of(run)
    return f"{run.state}.{run.round}.{steps[0].pk if steps else 0}"


def mark(run: Run):
    steps = open_steps_of(run)
    return state_mark(f"等{steps[0].name}" if steps else run.get_state_display(), run.tone)


def views(user) -> list[Usual]:
    return [Usual("全部", ""), Usual("审批中", "state=running"), Usual("已同意", "state=approved"), Usual("退回的", "state=returned")]


def facts(run: Run) -> list[tuple]:
    return [
        ("单据", kind_label(run), False),
        ("申请人", f"{run.applicant.name}{f'（{run.department}）' if run.department else ''}", False),
        ("金额", yuan(run.amount), False),
        ("经费", run.fund or "—", False),
        ("送审", full_moment(run.started_at), False),
        ("流程", str(run.version), False),
        *([("办完", full_moment(run.ended_at), False)] if run.ended_at else []),
        *([("结果说明", run.reason, True)] if run.reason else []),
    ]


def paper_of(run: Run, user):
    """The whole document as its app shows it to whoever decides; None where the app has no paper or the document is gone."""
    kind, record = kind_for(run.kind), document_of(run)
    if kind is None or record is None or kind.paper is None:
        return None
    return mark_safe(render_to_string(kind.paper_template, {**kind.paper(record, user), "user": user}))  # noqa: S308  a template escapes


def detail_context(run: Run, user) -> dict:
    decisions = decisions_of(run)
    files = list(attachments_of(run).exclude(role__startswith=SIGNED_BY_DRAWING))
    kind = kind_for(run.kind)
    signer = open_signer(run, user) if run.is_running else None
    record = document_of(run)
    return {
        "state_cell": mark(run),
        "kind_label": kind_label(run),
        "lines": lines_of(run, decisions),
        "decisions": [one for one in reversed(decisions) if one.act != DecisionAct.START],
        "started": next((one for one in decisions if one.act == DecisionAct.START), None),
        "pictures": [file for file in files if file.is_picture],
        "papers": [file for file in files if not file.is_picture],
        "paper": paper_of(run, user),
        "document_url": kind.url(record) if kind and record is not None else "",
        "signs_for": signer.person if signer and signer.person_id != user.pk else None,
        "is_asked": signer is not None and run.applicant_id != user.pk,
        "step_now": signer.step if signer else None,
        "shown_to": list(run.shown_to.select_related("person")),
        "is_late": bool(signer and signer.step.due_at and signer.step.due_at < timezone.now()),
        "lenders": lenders_of(user),
    }


def approve_hint(run: Run | None, user) -> str:
    signer = open_signer(run, user) if run is not None else None
    if signer is None:
        return ""
    words = f"{kind_label(run)}，{run.applicant.name}申请{f' {run.amount:,.2f} 元' if run.amount is not None else ''}。"
    return words + (f"您现在代{signer.person.name}审批。" if signer.person_id != user.pk else "")


RUNS = Record(
    model=Run,
    namespace="approvals:run",
    icon="stamp",
    label="全部审批",
    rows=runs_visible_to,
    list_rows=run_list_rows,
    columns=(
        Column("title", "事由", lambda r: r.title, lambda r: link(r.title, RUNS.url("detail", r), kind_label(r)), css="key", sort="title", width=36),
        Column("kind", "单据", kind_label, css="only-wide", optional=True, sort="kind", width=14),
        Column("applicant", "申请人", lambda r: r.applicant.name, css="nw", sort="applicant__pinyin", width=10),
        Column("department", "部门", lambda r: str(r.department or ""), css="nw only-wide", sort="department__order", width=12),
        Column("amount", "金额（元）", lambda r: r.amount, lambda r: money(r.amount), css="num", sort="amount", kind="money", width=14),
        Column("fund", "经费", lambda r: r.fund, css="only-wide", optional=True, sort="fund", width=16),
        Column("started_at", "送审", lambda r: r.started_at, lambda r: stamp(r.started_at), css="nw", sort="started_at", kind="datetime", width=16),
        Column("ended_at", "办完", lambda r: r.ended_at, lambda r: stamp(r.ended_at), css="nw only-wide", sort="ended_at", kind="datetime", width=16),
        Column("reason", "结果说明", lambda r: r.reason, css="only-wide", optional=True, width=30),
        Column("state", "状态", lambda r: r.get_state_display(), mark, css="tail", sort="state", width=10),
    ),
    filters=RunFilters,
    order=("-started_at", "-pk"),
    views=views,
    facts=facts,
    stamp=run_stamp,
    detail_context=detail_context,
    empty="还没有审批。单子送审以后，走到哪一步、谁签的，都在这里。",
    actions=(
        Action("approve", "同意", deciding.approve, deciding.check_can_approve, forms.ApproveForm, icon="check", tone="primary", hint=approve_hint, bulk=True),
        Action("return", "退回", deciding.send_back, deciding.check_can_sign, forms.SendBackForm, icon="undo-2"),
        Action(
            "reject",
            "不同意",
            deciding.reject,
            deciding.check_can_sign,
            forms.OpinionForm,
            icon="x",
            tone="stop",
            confirm="不同意以后这次审批就结束了；想让申请人改一改的，请用“退回”。",
        ),
        Action("delegate", "转办", side.delegate, deciding.check_can_sign, forms.DelegateForm, icon="forward"),
        Action("add_signer", "加签", side.add_signer, deciding.check_can_sign, forms.AddSignerForm, icon="user-round-plus"),
        Action("copy", "抄送", side.copy_to, side.check_can_copy, forms.CopyForm, icon="send"),
        Action("remind", "催办", side.remind, side.check_can_remind, icon="bell-ring"),
        Action("withdraw", "撤回", side.withdraw, side.check_can_withdraw, forms.WithdrawForm, icon="undo", tone="stop"),
        Action("replace", "换审批人", side.replace_signer, side.check_can_replace, forms.ReplaceForm, icon="user-round-cog"),
        Action("comment", "留言", side.comment, side.check_can_comment, forms.CommentForm, icon="message-square-text"),
    ),
)
