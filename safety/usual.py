"""What a school does every week, month and year for its bus and its pupils' health, as duties (BUS-05, MED-03)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from logistics.platform.duties.checklist import items_of
from logistics.platform.duties.models import Duty
from logistics.platform.duties.rules import save_duty
from logistics.platform.org.models import Post
from logistics.platform.school.first_run import Beginning, Preset

HOUR, DAY = 60, 24 * 60


@dataclass(frozen=True)
class Usual:
    """One duty; `post` is who does it where the school has that post, whoever sets up the school otherwise."""

    title: str
    basis: str
    rhythm: dict
    post: str
    items: str


def weekly(day: int) -> dict:
    return {"kind": "weekly", "weekdays": [day], "times": ["16:00"], "minutes": 3 * HOUR, "days": "working"}


def monthly(day: int, clock: str) -> dict:
    return {"kind": "monthly", "day": day, "times": [clock], "minutes": 2 * DAY, "days": "working"}


BUS = (
    Usual(
        "校车每周安全检查", "《校车安全管理条例》：定期检查维护", weekly(4), "司机", "制动、转向、灯光\n轮胎\n安全带\n逃生锤和灭火器\n急救箱\n卫星定位和监控"
    ),
    Usual("校车安全例会", "学校制度：每周一次", weekly(0), "安全员", "本周运行情况和问题\n乘车和缴费核对\n天气和路况提醒"),
)
EXAMINATION = {"kind": "seasonal", "months": [10], "day": 10, "times": ["08:00"], "minutes": 5 * DAY, "days": "working"}
HEALTH = (
    Usual("健康宣传", "《学校卫生工作条例》：开展健康教育", monthly(10, "09:00"), "校医", "主题和宣传栏\n发给班级的材料"),
    Usual("学生健康体检", "《中小学生健康体检管理办法》：每年一次", EXAMINATION, "校医", "体检机构资质\n人数齐全\n结果反馈家长\n建档"),
    Usual("病媒生物防制", "《学校卫生综合评价》：定期消杀", monthly(20, "16:00"), "宿管员", "灭鼠\n灭蚊蝇\n灭蟑\n避开学生，设警示"),
)


def missing(plan: tuple[Usual, ...]) -> list[Usual]:
    known = set(Duty.objects.filter(title__in=[one.title for one in plan]).values_list("title", flat=True))
    return [one for one in plan if one.title not in known]


def plan_usual(one: Usual, *, actor, at: datetime, **who) -> Duty:
    """Set one up; `who` are owner, supervisor and first day as `save_duty` takes them."""
    return save_duty(actor=actor, at=at, title=one.title, basis=one.basis, rhythm=one.rhythm, checklist=items_of(one.items), **who)


def make(plan: tuple[Usual, ...]) -> Callable:
    def apply(*, actor, at: datetime, beginning: Beginning | None = None) -> None:
        for one in missing(plan):
            post = Post.objects.filter(name=one.post).first()
            plan_usual(one, actor=actor, at=at, **({"owner_post": post} if post else {"owner_person": actor}))

    return apply


def lines(plan: tuple[Usual, ...]) -> Callable[[Beginning], list[str]]:
    return lambda beginning: [f"定期任务：{'、'.join(one.title for one in missing(plan))}"] if missing(plan) else []


PRESETS = (
    Preset("safety.bus", "校车每周检查和例会", "bus", lines(BUS), make(BUS)),
    Preset("safety.health", "健康宣传、体检、防制", "heart-pulse", lines(HEALTH), make(HEALTH)),
)
