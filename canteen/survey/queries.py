"""Reading surveys: how content people are, question by question (CAN-14)."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from canteen.evidence import VIEW
from logistics.platform.access.rules import has, require
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.web.templatetags.school import full_day

from .models import QUESTIONS, Content, Survey

KEEP, GOAL = "canteen.survey.keep", "canteen.survey.goal"


def check_can_keep(user, record=None) -> None:
    require(user, KEEP)


def check_can_change(user, survey: Survey) -> None:
    """While it runs or is to begin; the rule asks again by its own moment."""
    require(user, KEEP)
    if survey.post_id or survey.until < timezone.localdate():
        raise RuleViolation("测评已经结束，不能再改。")


def check_can_publish(user, survey: Survey) -> None:
    """After the last day, once; the rule asks again by its own moment."""
    require(user, KEEP)
    if survey.is_public:
        raise RuleViolation("结果已经公示了。")
    if survey.until >= timezone.localdate():
        raise RuleViolation("测评还没有结束，结束以后再公示。")


def surveys_visible_to(user) -> QuerySet[Survey]:
    return Survey.objects.select_related("created_by", "post") if has(user, VIEW) else Survey.objects.none()


def survey_list_rows(user) -> QuerySet[Survey]:
    return surveys_visible_to(user).annotate(total=Count("answers"), unhappy=Count("answers", filter=Q(answers__overall=Content.BAD)))


@dataclass(frozen=True)
class Rate:
    """Answers to one question; content is 满意 or 基本满意."""

    label: str
    good: int
    fair: int
    bad: int

    @property
    def percent(self) -> float | None:
        """One place, cut off and not rounded up: 94.96 is no 95."""
        total = self.good + self.fair + self.bad
        return (self.good + self.fair) * 1000 // total / 10 if total else None


def rates_of(survey: Survey) -> list[Rate]:
    """One query; 总的来说 is the last."""
    counts = survey.answers.aggregate(**{f"{name}_{value}": Count("pk", filter=Q(**{name: value})) for name in QUESTIONS for value in Content.values})
    return [Rate(label, *(counts[f"{name}_{value}"] for value in Content.values)) for name, label in QUESTIONS.items()]


def public_text(survey: Survey) -> str:
    """The result as paragraphs of the board, figures only."""
    rates = rates_of(survey)
    whole = rates[-1]
    total = whole.good + whole.fair + whole.bad
    reached = "达到" if (whole.percent or 0) >= survey.goal else "没有达到"
    head = f"{full_day(survey.since)}至{full_day(survey.until)}收到答卷 {total} 份，满意度 {whole.percent:g} %，{reached} {survey.goal} % 的目标。"
    return "\n".join([head, *(f"{one.label}：满意 {one.good}，基本满意 {one.fair}，不满意 {one.bad}，满意度 {one.percent:g} %" for one in rates[:-1])])
