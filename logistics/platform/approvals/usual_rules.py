"""The chains a school begins with: one pen for small sums, the finance group above, the management meeting for large ones (FIN-03)."""

from datetime import datetime
from decimal import Decimal

from logistics.platform.audit.rules import rule
from logistics.platform.limits.registry import Limit
from logistics.platform.org.models import Post
from logistics.platform.org.rules import save_post
from logistics.platform.school.first_run import Beginning, Preset

from .chain_rules import check_can_manage, create_chain, put_in_use, save_step, set_conditions
from .models import Chain, ChainVersion
from .spec import Mode, Step, Who

BIGSUM = "finance.bigsum"
LIMITS = (
    Limit(
        BIGSUM, "大额支出", "元", Decimal(50000), floor=1000, ceiling=10_000_000, group="审批", places=2,
        help="超过这个数的支出要经校务会讨论，审批时附会议纪要。",
    ),
    Limit("approvals.remind.hours", "催办最多多久一次", "小时", 4, floor=1, ceiling=72, group="审批"),
)  # fmt: skip
FIVE_THOUSAND = Decimal(5000)
CENTRAL = "中心校长"  # above the school's own roles; a school without one lets the vice principal sign
VICE, PRINCIPAL = "role:vice", "role:principal"
USUAL = ("一支笔", "五千元以上", "大额支出")


def _steps(central: Post) -> dict[str, tuple[Step, ...]]:
    pen = Step("校长", Who.ROLE, PRINCIPAL, hours=16, escalate=VICE)
    head = Step("经办部门负责人", Who.HEAD, hours=8, escalate=VICE)
    group = Step("理财小组", Who.ROLE, "role:financegroup", mode=Mode.ALL, hours=16, escalate=VICE)
    above = Step(CENTRAL, Who.POST, f"post:{central.pk}", hours=24, escalate=VICE)
    meeting = Step("校务会（附会议纪要）", Who.ROLE, PRINCIPAL, hours=40, escalate=VICE, minutes=True)
    return {"一支笔": (pen,), "五千元以上": (head, group, pen, above), "大额支出": (head, group, meeting, above)}


CONDITIONS = {
    "一支笔": {"upto": FIVE_THOUSAND, "priority": 50},
    "五千元以上": {"above": FIVE_THOUSAND, "upto_limit": BIGSUM, "priority": 50},
    "大额支出": {"above_limit": BIGSUM, "priority": 50},
}


def missing_chains() -> list[str]:
    """None when the school has chains of its own already."""
    return [] if Chain.objects.exists() else list(USUAL)


@rule
def load_usual_chains(*, actor, at: datetime) -> list[ChainVersion]:
    """Make and put in use the usual chains for every kind of document; nothing where the school has any chain.

    They are not checked for dead ends: on the first day nobody holds a role yet, and a document that nobody could sign is refused.
    """
    check_can_manage(actor)
    missing = missing_chains()
    if not missing:
        return []
    central = Post.objects.filter(name=CENTRAL).first() or save_post(actor=actor, at=at, name=CENTRAL, duties="审批学校的大额支出", order=90)
    made = []
    for name, steps in _steps(central).items():
        draft = create_chain(actor=actor, at=at, name=name)
        set_conditions(actor=actor, at=at, version=draft, **CONDITIONS[name])
        for step in steps:
            save_step(actor=actor, at=at, version=draft, step=step)
        draft.refresh_from_db()
        made.append(put_in_use(draft, actor=actor, at=at))
    return made


def preset_lines(beginning: Beginning) -> list[str]:
    return [f"审批流程：{'、'.join(missing)}"] if (missing := missing_chains()) else []


def make_usual(*, actor, at: datetime, beginning: Beginning) -> None:
    load_usual_chains(actor=actor, at=at)


PRESET = Preset("approvals", "审批流程", "stamp", preset_lines, make_usual)
