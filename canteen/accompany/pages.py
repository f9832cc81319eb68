"""陪餐: records, the printed form, the rota."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from canteen.sample.pages import stamp_of
from logistics.platform.access.rules import has
from logistics.platform.evidence.logs import LogDetail, LogList, LogSheet, log_record, log_urls
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.web.record_pages import RecordForm, RecordList, add_refusal, record_urls
from logistics.platform.web.records import Action, Record, View, anyone
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day

from . import forms, rules
from .models import GRADED, Accompanied, AccompanyTurn, TurnState
from .queries import ARRANGE, LAW, check_can_arrange, outcome, turns_visible_to


def standing(row: Accompanied) -> tuple[str, str]:
    if row.fault is None:
        return "没有意见", "done"
    return ("已整改", "done") if row.fault.state == "done" else ("整改中", "wait")


ACCOMPANIED = log_record(
    Accompanied,
    name="accompany",
    label="陪餐记录",
    icon="utensils",
    joins=("meal", "fault__owner"),
    columns=(
        Column("meal", "哪一餐", lambda r: str(r.meal), css="nw", width=16),
        Column("who", "陪餐人", lambda r: r.who, lambda r: f"{r.who}（{r.post}）" if r.post else r.who, width=16),
        Column("dishes", "吃了什么", lambda r: r.dishes, css="only-wide", width=30),
        *(Column(name, label, getattr(Accompanied, f"get_{name}_display"), css="only-wide nw", optional=True) for name, label in GRADED.items()),
        Column("opinion", "问题和意见", lambda r: r.opinion, css="only-wide", width=30),
        Column("owner", "谁来办", lambda r: r.fault.owner.name if r.fault else "", css="only-wide nw"),
    ),
    form=forms.AccompaniedForm,
    create=rules.record_accompanied,
    check_create=rules.check_can_record,
    state=standing,
    empty="还没有陪餐记录。每餐由一位学校负责人和学生一起吃，吃完在手机上记。",
)
ACCOMPANY_SHEET = LogSheet(
    ACCOMPANIED,
    "学校负责人陪餐记录表",
    (
        ("时间", False), ("餐次", False), ("陪餐人", False), ("职务", False), ("菜品", False), *((label[:2], False) for label in GRADED.values()), ("问题和意见", False),
        ("处理", False), ("反馈", False), ("签字", False),
    ),
    lambda r: [
        stamp_of(r.happened_at), r.meal.get_kind_display(), r.who, r.post, r.dishes, *(getattr(r, f"get_{name}_display")() for name in GRADED), r.opinion or "没有",
        f"{r.fault.measure}（{r.fault.owner.name}，{r.fault.due_on:%m-%d}）" if r.fault else "", r.fault.done_words if r.fault else "", "",
    ],
    ("食堂负责人", "食品安全员"),
    note=f"依据：{LAW}。",
)  # fmt: skip

TURNS = Record(
    model=AccompanyTurn,
    namespace="canteen:accompany-turn",
    label="陪餐安排",
    icon="calendar-clock",
    rows=turns_visible_to,
    columns=(
        Column("on", "哪一餐", lambda t: t.on, lambda t: link(f"{t.on.month}月{t.on.day}日{t.get_kind_display()}", reverse("canteen:accompany-turn-detail", args=[t.pk]), t.person.title), css="key", sort="on", kind="date"),
        Column("kind", "餐次", lambda t: t.get_kind_display(), css="only-wide", optional=True),
        Column("person", "陪餐人", lambda t: t.person.name, css="nw", sort="person__pinyin"),
        Column("reason", "换人的原因", lambda t: t.reason, css="only-wide", width=30),
        Column("state", "状态", lambda t: t.get_state_display(), lambda t: state_mark(t.get_state_display(), "doing" if t.state == TurnState.ON else "void"), css="tail"),
    ),
    filters=forms.TurnFilters,
    form=forms.TurnForm,
    create=rules.save_turn,
    check_view=anyone,
    check_create=check_can_arrange,
    order=("-on", "kind", "pk"),
    views=lambda user: [View("全部", ""), View("从今天起", f"since={timezone.localdate()}"), View("换下的", "state=off")],
    facts=lambda t: [("日期", day(t.on), False), ("餐次", t.get_kind_display(), False), ("陪餐人", t.person.name, False), ("状态", t.get_state_display(), False), ("换人的原因", t.reason, True)],
    empty="还没有安排。在「排一段时间」里选日期和人，按顺序轮流。",
    actions=(Action("change", "换人", rules.change_turn, rules.check_can_change, forms.ChangeForm, icon="user-round-cog"),),
)  # fmt: skip


class AccompanyList(LogList):
    def get_template_names(self):
        return ["canteen/accompany_list.html"]


class AccompanyDetail(LogDetail):
    def get_template_names(self):
        return ["canteen/accompany_detail.html"]

    def get_context_data(self, **kwargs):
        row = self.get_object()
        return super().get_context_data(
            outcome=outcome(row), grades=[(label, getattr(row, f"get_{name}_display")()) for name, label in GRADED.items()], **kwargs
        )


class AccompanyForm(RecordForm):
    def get_template_names(self):
        return ["canteen/accompany_form.html"]


class TurnList(RecordList):
    def get_template_names(self):
        return ["canteen/accompany_turns.html"]

    def get_context_data(self, **kwargs):
        return super().get_context_data(may_arrange=has(self.request.user, ARRANGE), **kwargs)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def rota_page(request):
    """Several people in turn over some days at once."""
    check_can_arrange(request.user)
    form = forms.RotaForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = rules.lay_rota(actor=request.user, at=timezone.now(), **form.cleaned_data)
        except RuleViolation as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"排了 {len(made)} 餐")
            return redirect(f"{reverse('canteen:accompany-turn-list')}?since={form.cleaned_data['since']}")
    return render(request, "canteen/rota_form.html", {"title": "排一段时间", "form": form}, status=422 if form.errors else 200)


def accompany_urls() -> list:
    """The routes of accompanied meals, under /canteen/."""
    return [
        path("accompany-turn/rota/", rota_page, name="accompany-rota"),
        *record_urls(TURNS, pages={"list": TurnList}),
        *log_urls(ACCOMPANIED, ACCOMPANY_SHEET, list=AccompanyList, detail=AccompanyDetail, form=AccompanyForm),
    ]
