"""群机器人: setting them up, trying them, seeing how it goes (GEN-07)."""

from django import forms
from django.contrib import messages
from django.shortcuts import redirect
from django.utils import timezone
from django_filters import CharFilter, ChoiceFilter, FilterSet

from logistics.platform.access.rules import has
from logistics.platform.web.forms import Picks
from logistics.platform.web.record_pages import RecordAction
from logistics.platform.web.records import Action, Record
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import stamp

from . import delivery, robot_rules
from .models import PostState, Robot, RobotKind
from .robots import MANAGE, unsure_posts, waiting_count
from .subjects import chat_subjects

SHOWN_POSTS = 20
POST_TONES = {
    PostState.SENDING: "doing", PostState.SENT: "done", PostState.AGAIN: "wait", PostState.REFUSED: "late", PostState.UNSURE: "wait", PostState.SETTLED: "void",
}  # fmt: skip
HIDDEN = {"autocomplete": "off", "spellcheck": "false"}


class RobotFilters(FilterSet):
    q = CharFilter(field_name="name", lookup_expr="icontains", label="名称")
    kind = ChoiceFilter(label="类型", choices=RobotKind.choices, empty_label="全部类型")


def subject_choices() -> list[tuple[str, str]]:
    return [(subject.name, f"{subject.group}：{subject.label}") for subject in chat_subjects()]


class RobotForm(forms.ModelForm):
    """Address and secret are typed, never shown again."""

    address = forms.CharField(label="机器人地址", required=False, max_length=300, widget=forms.TextInput(attrs=HIDDEN))
    secret = forms.CharField(label="加签密钥", required=False, max_length=100, widget=forms.TextInput(attrs=HIDDEN))
    kind = forms.ChoiceField(label="类型", choices=RobotKind.choices, widget=Picks(columns=3))
    subjects = forms.MultipleChoiceField(label="发哪些事", choices=subject_choices, required=False, widget=forms.CheckboxSelectMultiple)

    class Meta:
        model = Robot
        fields = ["name", "kind", "keyword", "subjects", "is_active"]

    field_order = ["name", "kind", "address", "secret", "keyword", "subjects", "is_active"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["address"].required = not self.instance.address
        known = f"已存 {robot_rules.address_hint(self.instance)}，不换就空着。" if self.instance.address else ""
        self.fields["address"].help_text = known or "在群里添加机器人后给的那段网址。它等于一把钥匙，存下后不再显示。"
        kept = "已存一个，不换就空着，不要了填一个减号。" if self.instance.secret else ""
        self.fields["secret"].help_text = kept or "钉钉选“加签”、飞书选“签名校验”时给的。企业微信没有。"


class UnsureForm(forms.Form):
    way = forms.ChoiceField(label="怎么办", choices=[("again", "再发一遍"), ("leave", "收到了，不用再发")], widget=Picks(columns=2))


def unsure_words(robot: Robot, user) -> str:
    """What is in doubt, for the person who has looked into the chat."""
    posts = unsure_posts(robot, timezone.now())
    named = "；".join(f"{stamp(post.at)} {post.summary}" for post in posts[:5])
    return f"先到群里看一眼，群里有没有这些：{named}。" if posts else "正在发的，过 20 分钟还没有结果才算不确定。"


def standing(robot: Robot) -> tuple[str, str]:
    """(words, tone) of how the robot does."""
    if not robot.is_active:
        return "没有在用", "void"
    if robot.is_stopped:
        return "停住了", "late"
    if robot.resume_at and robot.resume_at > timezone.now():
        return "等着再发", "wait"
    return ("正常", "done") if robot.last_at else ("还没发过", "wait")


def robot_detail(robot: Robot, user) -> dict:
    posts = [(post, POST_TONES[PostState(post.state)]) for post in robot.posts.all()[:SHOWN_POSTS]]
    words, tone = standing(robot)
    unsure = unsure_posts(robot, timezone.now())
    return {"posts": posts, "waiting": waiting_count(robot), "unsure": len(unsure), "standing": words, "tone": tone}


def facts(robot: Robot) -> list[tuple]:
    chosen = [subject.label for subject in chat_subjects() if subject.name in robot.subjects]
    return [
        ("类型", robot.get_kind_display(), False),
        ("地址", robot_rules.address_hint(robot), False),
        ("密钥", "存了一个" if robot.secret else "没有", False),
        ("关键词", robot.keyword or "没有", False),
        ("发哪些事", "、".join(chosen) or "还没有选，什么都不会发", True),
        ("上次", f"{stamp(robot.last_at)} {robot.last_words}" if robot.last_at else "还没有发过", True),
    ]


ROBOTS: Record = Record(
    model=Robot,
    namespace="notices:robot",
    icon="bot",
    rows=lambda user: Robot.objects.all() if has(user, MANAGE) else Robot.objects.none(),
    columns=(
        Column("name", "名称", lambda r: r.name, lambda r: link(r.name, ROBOTS.url("detail", r)), css="key", sort="name", width=20),
        Column("kind", "类型", lambda r: r.get_kind_display(), css="nw", sort="kind", width=18),
        Column("last_at", "上次", lambda r: r.last_at, lambda r: stamp(r.last_at) if r.last_at else "", css="nw", sort="last_at", kind="datetime", width=16),
        Column("last_words", "上次结果", lambda r: r.last_words, width=40),
        Column("standing", "情况", lambda r: standing(r)[0], lambda r: state_mark(*standing(r)), css="tail", width=10),
    ),
    filters=RobotFilters,
    form=RobotForm,  # type: ignore[arg-type]  # a model form is used like any other
    create=robot_rules.save_robot,
    update=robot_rules.save_robot,
    check_view=robot_rules.check_can_manage,
    check_create=robot_rules.check_can_manage,
    check_update=robot_rules.check_can_manage,
    order=("name",),
    facts=facts,
    detail_context=robot_detail,
    empty="还没有群机器人。在工作群里添加一个，把地址贴到这里，群里就能看到新报修和超时。",
    actions=(
        Action("test", "发送测试", robot_rules.ask_test, robot_rules.check_can_test, icon="send", tone="primary"),
        Action("settle", "补发", robot_rules.settle_unsure, robot_rules.check_can_settle, UnsureForm, icon="rotate-ccw", hint=unsure_words),
    ),
)


class RobotAction(RecordAction):
    """A test goes out before the page answers, so that the answer of the other side stands on it."""

    def run(self, **fields):
        if self.action.name == "test":
            now = timezone.now()
            message = robot_rules.ask_test(actor=self.request.user, at=now, record=self.object)
            delivery.deliver(message_id=message.pk, at=now)
            self.object.refresh_from_db()
            return self.object
        return super().run(**fields)

    def done(self, saved):
        if self.action.name != "test":
            return super().done(saved)
        went = saved.posts.filter(state=PostState.SENT).first()
        fine = went is not None and went == saved.posts.first()
        say = messages.success if fine else messages.error
        say(self.request, f"测试{'发到了，请看群里' if fine else '没有成功'}：{saved.last_words}")
        return redirect(self.record.url("detail", saved))
