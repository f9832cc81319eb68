"""安全台账: one page that leads to every register and says what presses there."""

from dataclasses import dataclass
from datetime import date

from django.shortcuts import render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from logistics.platform.access.rules import has
from safety.accident.queries import peace
from safety.dangerous.models import VIEW as DANGEROUS
from safety.dangerous.models import DangerousMove, MoveState
from safety.drill.queries import months_of_term
from safety.evidence import check_can_view
from safety.fire.queries import expired, in_use, not_looked_at
from safety.key_place.models import KeyPlace
from safety.key_place.queries import in_use as specials_in_use
from safety.statement.models import StatementState
from safety.statement.queries import statement_list_rows
from safety.surroundings.models import Surrounding, SurroundingState
from safety.training.queries import untrained


@dataclass(frozen=True)
class Register:
    label: str
    icon: str
    url: str
    detail: str
    word: str
    tone: str


def _drills(user, today: date) -> Register:
    months = months_of_term(today)
    held = sum(month.drills for month in months)
    now = months[-1] if months else None
    word, tone = (f"本月 {now.words}", now.tone) if now else ("不在学期里", "void")
    return Register("应急演练", "siren", reverse("safety:drill-list"), f"预案、每月演练、问题整改，本学期 {held} 次", word, tone)


def _statements(user, today: date) -> Register:
    unsigned = sum(row.unsigned for row in statement_list_rows(user).filter(state=StatementState.CURRENT))
    word, tone = (f"{unsigned} 人次没签", "wait") if unsigned else ("都签了", "done")
    return Register("安全责任书", "signature", reverse("safety:statement-list"), "按岗位签，谁签了谁没签", word, tone)


def _fire(user, today: date) -> Register:
    over, left = in_use().filter(expired(today)).count(), not_looked_at(today).count()
    word, tone = (f"{over} 处到期", "late") if over else (f"{left} 处本月没查", "wait") if left else ("都正常", "done")
    return Register("消防器材", "fire-extinguisher", reverse("safety:fire-list"), "扫码检查、维修换药、到期报废", word, tone)


def _key_places(user, today: date) -> Register:
    return Register(
        "重点部位", "triangle-alert", reverse("safety:key-place-list"), "责任人、标识牌", f"{KeyPlace.objects.filter(is_active=True).count()} 处", "doing"
    )


def _specials(user, today: date) -> Register:
    over = specials_in_use().filter(due_on__lt=today).count()
    word, tone = (f"{over} 台检验过期", "late") if over else ("都在有效期", "done")
    return Register("特种设备", "badge-check", reverse("safety:special-list"), "检验、维保、作业人员证件", word, tone)


def _accidents(user, today: date) -> Register:
    found = peace(today)
    return Register("事故", "ambulance", reverse("safety:accident-list"), "报告、上报时限、结案", f"连续平安 {found.days} 天", "done" if found.days else "late")


def _dangerous(user, today: date) -> Register:
    waiting = DangerousMove.objects.filter(state=MoveState.WAITING).count()
    word, tone = (f"{waiting} 笔等确认", "wait") if waiting else ("账都对上了", "done")
    return Register("危险品", "flask-conical", reverse("safety:dangerous-list"), "农药和化学品，双人收发，结存", word, tone)


def _trainings(user, today: date) -> Register:
    left = untrained(today).count()
    word, tone = (f"{left} 人今年没培训", "wait") if left else ("都培训过", "done")
    return Register("安全培训", "graduation-cap", reverse("safety:training-list"), "培训、宣传周、安全教育课", word, tone)


def _surroundings(user, today: date) -> Register:
    left = Surrounding.objects.exclude(state=SurroundingState.SOLVED).count()
    word, tone = (f"{left} 处没解决", "wait") if left else ("都解决了", "done")
    return Register("周边环境", "map-pin", reverse("safety:surrounding-list"), "校门外的隐患，反映和答复", word, tone)


REGISTERS = (_drills, _statements, _fire, _key_places, _specials, _accidents, _trainings, _surroundings)


@require_safe
@never_cache
def registers_page(request):
    """Every register with one line of what presses."""
    check_can_view(request.user)
    today = timezone.localdate()
    kinds = (*REGISTERS, _dangerous) if has(request.user, DANGEROUS) else REGISTERS
    return render(request, "safety/registers.html", {"title": "安全台账", "registers": [one(request.user, today) for one in kinds]})


def registers_urls() -> list:
    """The route of the overview, under /safety/."""
    return [path("registers/", registers_page, name="registers")]
