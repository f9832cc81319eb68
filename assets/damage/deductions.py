"""扣分 in the evaluation of classes, head teachers and staff: handed to whoever keeps it (AST-09).

The appraisal app appends one function in its wiring:

    from assets.public import deduction_takers
    deduction_takers.append(take)  # take(*, actor, at, deduction): points of this document from now on, 0 takes them back
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from logistics.platform.kernel.ref import Ref, ref

from .models import Damage


@dataclass(frozen=True)
class Deduction:
    """`points` replaces what was said for the same `document` before. The class's head teacher shares it; `person` is a member of staff."""

    document: Ref
    label: str
    on: date
    points: Decimal
    school_class: object | None
    head_teacher: object | None
    person: object | None
    reason: str


takers: list[Callable[..., None]] = []


def hand_on(damage: Damage, *, actor, at: datetime, points: Decimal) -> None:
    """Tell everybody who keeps points, in the transaction of the rule that decided it; nothing where nobody of the school is named."""
    if damage.school_class_id is None and damage.person_id is None:
        return
    head = damage.school_class.head_teacher if damage.school_class_id else None
    told = Deduction(
        document=ref(damage), label=str(damage), on=damage.found_on, points=points, school_class=damage.school_class, head_teacher=head,
        person=damage.person, reason=damage.description[:200],
    )  # fmt: skip
    for take in takers:
        take(actor=actor, at=at, deduction=told)
