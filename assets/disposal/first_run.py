"""The chains a school begins with for disposals: small batches to the vice principal, larger ones to the principal, large ones to the meeting."""

from datetime import datetime
from decimal import Decimal

from logistics.platform.approvals.chain_rules import create_chain, put_in_use, save_step, set_conditions
from logistics.platform.approvals.models import Chain
from logistics.platform.approvals.public import load_usual_chains
from logistics.platform.approvals.spec import Step, Who
from logistics.platform.audit.rules import rule
from logistics.platform.school.first_run import Beginning, Preset

from .approval import KIND

VICE, PRINCIPAL = "role:vice", "role:principal"
SMALL, LARGE = Decimal(20000), Decimal(50000)  # a sample of tiers by the original cost of one batch; every school sets its own


def _tiers() -> list[tuple[str, dict, tuple[Step, ...]]]:
    vice = Step("分管副校长", Who.ROLE, VICE, hours=16, escalate=PRINCIPAL)
    pen = Step("校长", Who.ROLE, PRINCIPAL, hours=24, escalate=VICE)
    meeting = Step("校务会（附会议纪要）", Who.ROLE, PRINCIPAL, hours=40, escalate=VICE, minutes=True)
    return [
        ("资产处置（两万元以下）", {"upto": SMALL, "priority": 40}, (vice,)),
        ("资产处置（五万元以下）", {"above": SMALL, "upto": LARGE, "priority": 40}, (vice, pen)),
        ("资产处置（五万元以上）", {"above": LARGE, "priority": 40}, (vice, meeting)),
    ]


def missing() -> list[str]:
    """None where the school has chains for disposals."""
    return [] if Chain.objects.filter(kind=KIND).exists() else [name for name, _, _ in _tiers()]


@rule
def load_chains(*, actor, at: datetime) -> None:
    """Make and put in use the usual tiers; in a school without any chain those of the other papers, too, which come only where there is none."""
    if not missing():
        return
    load_usual_chains(actor=actor, at=at)
    for name, conditions, steps in _tiers():
        draft = create_chain(actor=actor, at=at, name=name, kind=KIND)
        set_conditions(actor=actor, at=at, version=draft, **conditions)
        for step in steps:
            save_step(actor=actor, at=at, version=draft, step=step)
        draft.refresh_from_db()
        put_in_use(draft, actor=actor, at=at)


def preset_lines(beginning: Beginning) -> list[str]:
    return [f"资产处置的审批流程：{'、'.join(names)}"] if (names := missing()) else []


def make_usual(*, actor, at: datetime, beginning: Beginning | None = None) -> None:
    load_chains(actor=actor, at=at)


PRESET = Preset("disposal-chains", "资产处置审批", "recycle", preset_lines, make_usual)
