"""The board for those who keep it, and for the staff to read: posts, questions, service phones (GEN-03)."""

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html
from django_filters import CharFilter, ChoiceFilter, FilterSet

from logistics.platform.access.rules import has, require
from logistics.platform.attachments.forms import KeepsUploads, PapersField, PhotosField
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.web.dictionaries import dictionary
from logistics.platform.web.forms import Words
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as Usual
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, full_day, full_moment, stamp

from . import rules
from .models import BoardPost, BoardQuestion, PostCategory, PostState, QuestionKind, ServicePhone
from .queries import MANAGE, READ, post_counts, post_list_rows, posts_visible_to, question_counts, questions_visible_to, shown_q, standing

DAY = {"type": "date"}

PHONES = dictionary(ServicePhone, namespace="board:phone", fields=["name", "phone", "person", "hours", "order", "is_active"], permission=MANAGE, icon="phone")


def check_view(user, record=None) -> None:
    if not has(user, MANAGE):
        require(user, READ)


class PostFilters(FilterSet):
    q = CharFilter(method="find", label="找", help_text="标题或内容里的词")
    category = ChoiceFilter(label="栏目", choices=PostCategory.choices, empty_label="全部栏目")
    audience = ChoiceFilter(label="给谁看", choices=[("staff", "教职工"), ("everyone", "所有人")], empty_label="不限读者")
    state = ChoiceFilter(label="状态", choices=[("shown", "公示中"), *PostState.choices], method="in_state", empty_label="全部状态")

    def find(self, rows, name, value):
        return rows.filter(Q(title__icontains=value) | Q(content__icontains=value))

    def in_state(self, rows, name, value):
        return rows.filter(shown_q(timezone.localdate())) if value == "shown" else rows.filter(state=value)


class PostForm(KeepsUploads, forms.ModelForm):
    content = Words(label="内容", max_length=rules.LONGEST, rows=12, help_text="一段一行。")
    photos = PhotosField(label="照片", required=False)
    papers = PapersField(label="PDF 文件", required=False, most=rules.MOST_PAPERS)

    class Meta:
        model = BoardPost
        fields = ["category", "title", "content", "audience", "publish_on", "withdraw_on"]
        widgets = {"publish_on": forms.DateInput(format="%Y-%m-%d", attrs=DAY), "withdraw_on": forms.DateInput(format="%Y-%m-%d", attrs=DAY)}
        help_texts = {"withdraw_on": "这一天过后自己撤下；空着就一直公示。", "audience": "给所有人看的，家长不登录也看得到，请不要写个人信息。"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", "请选"), *PostCategory.choices]
        if not self.instance.pk:
            self.initial.setdefault("publish_on", timezone.localdate())

    def clean(self):
        cleaned = super().clean()
        begins, ends = cleaned.get("publish_on"), cleaned.get("withdraw_on")
        if begins and ends and ends < begins:
            self.add_error("withdraw_on", f"不能早于从哪天起（{full_day(begins)}）。")
        return cleaned


class WithdrawForm(forms.Form):
    reason = Words(label="撤下原因", max_length=200, rows=2)


def mark(post: BoardPost):
    return state_mark(*standing(post, timezone.localdate()))


def span(post: BoardPost) -> str:
    return f"{day(post.publish_on)}起" if post.withdraw_on is None else f"{day(post.publish_on)} 至 {day(post.withdraw_on)}"


def asked(post: BoardPost):
    if not post.asked:
        return ""
    return format_html('{} 条<span class="two t-wait">{} 条没答复</span>', post.asked, post.waiting) if post.waiting else f"{post.asked} 条"


def views(user) -> list[Usual]:
    if not has(user, MANAGE):
        return []
    n = post_counts(user, timezone.localdate())
    return [Usual("全部", ""), Usual("公示中", "state=shown", n["shown"]), Usual("草稿", "state=draft", n["drafts"])]


def detail_context(post: BoardPost, user) -> dict:
    hung = list(attachments_of(post))
    questions = post.questions.order_by("-pk") if has(user, MANAGE) else post.questions.filter(is_shown=True).order_by("-pk")
    words, _ = standing(post, timezone.localdate())
    return {
        "photos": [file for file in hung if file.is_picture],
        "papers": [file for file in hung if not file.is_picture],
        "questions": list(questions[:50]),
        "state_cell": mark(post),
        "is_standing": words == "公示中",
        "is_keeper": has(user, MANAGE),
    }


BOARD = Record(
    model=BoardPost,
    namespace="board:board",
    icon="megaphone",
    label="公示栏",
    rows=posts_visible_to,
    list_rows=post_list_rows,
    columns=(
        Column("title", "标题", lambda p: p.title, lambda p: link(p.title, BOARD.url("detail", p)), css="key", sort="title", width=36),
        Column("category", "栏目", lambda p: p.get_category_display(), css="nw", sort="category", width=12),
        Column("audience", "给谁看", lambda p: p.get_audience_display().partition("（")[0], css="nw", sort="audience", width=10),
        Column("publish_on", "公示时间", lambda p: p.publish_on, span, css="nw", sort="publish_on", kind="date", width=20),
        Column("withdraw_on", "到哪天止", lambda p: p.withdraw_on, css="nw only-wide", optional=True, sort="withdraw_on", kind="date", width=12),
        Column("asked", "提问", lambda p: p.asked, asked, css="nw", sort="asked", kind="integer", width=10),
        Column("created_by", "谁写的", lambda p: p.created_by.name, css="nw only-wide", width=10),
        Column("state", "状态", lambda p: standing(p, timezone.localdate())[0], mark, css="tail", sort="state", width=10),
    ),
    filters=PostFilters,
    order=("-publish_on", "-pk"),
    form=PostForm,
    create=rules.save_post,
    update=rules.save_post,
    check_view=check_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_edit,
    views=views,
    facts=lambda p: [
        ("栏目", p.get_category_display(), False),
        ("给谁看", p.get_audience_display(), False),
        ("公示时间", span(p), False),
        ("状态", mark(p), False),
        ("谁写的", p.created_by, False),
        ("发布", f"{p.published_by} {full_moment(p.published_at)}" if p.published_at else "—", False),
        *([("撤下原因", p.reason, True)] if p.reason else []),
    ],
    detail_context=detail_context,
    empty="还没有公示。采购、经费、通知写在这里，家长不用登录也能看。",
    actions=(
        Action(
            "publish",
            "发布",
            rules.publish_post,
            rules.check_can_publish,
            icon="send",
            tone="primary",
            confirm="发布以后不能再改，只能撤下。请再看一遍有没有个人信息。",
        ),
        Action("withdraw", "撤下", rules.withdraw_post, rules.check_can_withdraw, WithdrawForm, icon="archive", tone="stop"),
    ),
)


class QuestionFilters(FilterSet):
    q = CharFilter(field_name="text", lookup_expr="icontains", label="找", help_text="内容里的词")
    kind = ChoiceFilter(label="类型", choices=QuestionKind.choices, empty_label="全部类型")
    state = ChoiceFilter(label="状态", choices=[("waiting", "等答复"), ("answered", "已答复")], method="in_state", empty_label="全部状态")

    def in_state(self, rows, name, value):
        return rows.filter(answered_at__isnull=value == "waiting")


class AnswerForm(forms.Form):
    takes_record = True
    answer = Words(label="答复", max_length=1000, rows=5)
    is_shown = forms.BooleanField(label="把提问和答复公开在公示旁边", required=False, initial=True, help_text="公开的只写“家长”或“教职工”，不写名字和电话。")

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        if record is not None and record.answered_at:
            self.initial = {"answer": record.answer, "is_shown": record.is_shown} | self.initial


def question_mark(question: BoardQuestion):
    return state_mark("已答复", "done") if question.answered_at else state_mark("等答复", "wait")


def question_views(user) -> list[Usual]:
    return [Usual("全部", ""), Usual("等答复", "state=waiting", question_counts(user)["waiting"], pressing=True)]


QUESTIONS = Record(
    model=BoardQuestion,
    namespace="board:question",
    icon="message-square-text",
    label="提问和意见",
    rows=questions_visible_to,
    columns=(
        Column("text", "内容", lambda q: q.text, lambda q: link(str(q), QUESTIONS.url("detail", q), str(q.post)), css="key", width=40),
        Column("post", "公示", lambda q: str(q.post), css="only-wide", optional=True, width=30),
        Column("kind", "类型", lambda q: q.get_kind_display(), css="nw", sort="kind", width=10),
        Column("asker", "谁问的", lambda q: q.asker, css="nw", width=10),
        Column("asked_at", "时间", lambda q: q.asked_at, lambda q: stamp(q.asked_at), css="nw", sort="asked_at", kind="datetime", width=16),
        Column("answer", "答复", lambda q: q.answer, css="only-wide", width=40),
        Column("state", "状态", lambda q: "已答复" if q.answered_at else "等答复", question_mark, css="tail", width=10),
    ),
    filters=QuestionFilters,
    check_view=check_view,
    stamp=lambda q: f"{q.answered_at}",
    views=question_views,
    facts=lambda q: [
        ("公示", format_html('<a href="/board/{}/">{}</a>', q.post_id, q.post), True),
        ("类型", q.get_kind_display(), False),
        ("谁问的", f"{q.asked_by}（教职工）" if q.asked_by else q.name or "家长，没有留称呼", False),
        ("电话", q.phone or "—", False),
        ("时间", full_moment(q.asked_at), False),
        ("内容", q.text, True),
        ("答复", q.answer or "还没有答复", True),
        *([("谁答的", f"{q.answered_by} {full_moment(q.answered_at)}，{'公开' if q.is_shown else '不公开'}", True)] if q.answered_at else []),
    ],
    empty="还没有人提问。",
    actions=(
        Action(
            "answer", "答复", rules.answer_question, rules.check_can_answer, AnswerForm, icon="message-square-text", tone="primary", hint=lambda q, user: q.text
        ),
    ),
)
