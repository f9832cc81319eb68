"""Who must sign which statement, who has and who has not (SAF-12)."""

from datetime import date, datetime, timedelta

from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone

from logistics.platform.access.rules import has, require
from logistics.platform.org.models import Post, User
from logistics.platform.org.queries import people
from logistics.platform.terms.queries import calendar
from logistics.platform.web.home import Late, Todo
from safety.evidence import VIEW

from .models import SafetyStatement, SafetyStatementSignature, StatementState

MANAGE = "safety.statement.manage"
SOON = timedelta(days=30)


def check_can_manage(user, record=None) -> None:
    require(user, MANAGE)


def people_meant(statement: SafetyStatement) -> QuerySet[User]:
    """Who has to sign as things stand today: whoever holds one of the posts, or all staff."""
    return people() if statement.for_everyone else people().filter(posts__safety_statements=statement.pk).distinct()


def unsigned_of(statement: SafetyStatement) -> QuerySet[User]:
    signed = SafetyStatementSignature.objects.filter(version=statement.current_id).values("person")
    return people_meant(statement).exclude(pk__in=signed).order_by("pinyin", "pk")


def has_signed(user, statement: SafetyStatement) -> bool:
    return SafetyStatementSignature.objects.filter(version=statement.current_id, person=user.pk).exists()


def meant_for(user) -> Q:
    return Q(for_everyone=True) | Q(pk__in=SafetyStatement.posts.through.objects.filter(post__holders=user.pk).values("safetystatement"))


def statements_visible_to(user) -> QuerySet[SafetyStatement]:
    """All for who reads the books; for everybody else those they sign or have signed."""
    rows = SafetyStatement.objects.select_related("current__leader", "current__created_by")
    if has(user, VIEW) or has(user, MANAGE):
        return rows
    if not user.is_person:
        return rows.none()
    signed = SafetyStatementSignature.objects.filter(person=user.pk).values("version__statement")
    return rows.filter(Q(state=StatementState.CURRENT) & meant_for(user) | Q(pk__in=signed))


def statement_list_rows(user) -> QuerySet[SafetyStatement]:
    """With how many have signed the current version, how many have not, and whether this person has."""
    signed = SafetyStatementSignature.objects.filter(version=OuterRef("current"))
    count = signed.order_by().values("version").annotate(n=Count("pk")).values("n")
    done = SafetyStatementSignature.objects.filter(version=OuterRef(OuterRef("current")), person=OuterRef("pk"))
    left = people().filter(~Exists(done)).order_by()
    by_post = left.filter(posts__safety_statements=OuterRef("pk")).values("posts__safety_statements").annotate(n=Count("pk", distinct=True)).values("n")
    of_all = left.annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    unsigned = Case(When(for_everyone=True, then=Subquery(of_all)), default=Subquery(by_post), output_field=IntegerField())
    rows = statements_visible_to(user).annotate(signed=Coalesce(Subquery(count), 0), unsigned=Coalesce(unsigned, 0))
    return rows.annotate(is_signed=Exists(signed.filter(person=user.pk)))


def signatures_visible_to(user) -> QuerySet[SafetyStatementSignature]:
    rows = SafetyStatementSignature.objects.select_related("version__statement", "version__leader", "person__department")
    return rows if has(user, VIEW) or has(user, MANAGE) else rows.filter(person=user.pk)


def posts_of(user) -> str:
    return "、".join(Post.objects.filter(holders=user.pk).values_list("name", flat=True))[:200]


def to_sign(user, on: date) -> QuerySet[SafetyStatement]:
    """What this person still has to sign on that day; an expired version asks for its successor, not for a signature."""
    signed = SafetyStatementSignature.objects.filter(version=OuterRef("current"), person=user.pk)
    rows = SafetyStatement.objects.filter(meant_for(user), state=StatementState.CURRENT, current__ends_on__gte=on).exclude(Exists(signed))
    return rows.select_related("current").order_by("title")


def statement_todos(user, at: datetime) -> list[Todo]:
    """To sign; and for who keeps them, those that run out and are to be renewed."""
    today = timezone.localdate(at)
    found = [
        Todo(
            f"签{row.title}",
            f"第 {row.current.number} 版，有效期到{row.current.ends_on.month}月{row.current.ends_on.day}日",
            reverse("safety:statement-detail", args=[row.pk]),
            "去签",
            "signature",
        )
        for row in to_sign(user, today)[:20]
    ]
    if has(user, MANAGE):
        ending = (
            SafetyStatement.objects.filter(state=StatementState.CURRENT, current__ends_on__lte=today + SOON)
            .select_related("current")
            .order_by("current__ends_on")[:20]
        )
        ends = calendar() if ending else None
        found += [
            Todo(
                f"{row.title}到期要续签",
                "写下一版，大家重新签",
                reverse("safety:statement-detail", args=[row.pk]),
                "去续签",
                "refresh-cw",
                ends.end_of_day(row.current.ends_on),
            )
            for row in ending
        ]
    return found


def statement_late(user, at: datetime) -> list[Late]:
    """People who have not signed a fortnight after the version began."""
    if not has(user, MANAGE):
        return []
    today = timezone.localdate(at)
    rows = statement_list_rows(user).filter(
        state=StatementState.CURRENT, current__starts_on__lt=today - timedelta(days=14), current__ends_on__gte=today, unsigned__gt=0
    )
    found = list(rows.order_by(F("unsigned").desc()))
    if not found:
        return []
    return [Late("责任书没签", f"{found[0].title}还有 {found[0].unsigned} 人", sum(row.unsigned for row in found), reverse("safety:statement-list"))]
