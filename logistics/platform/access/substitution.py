"""代理: somebody is away, a colleague may do their work for those days."""

from collections.abc import Iterable
from datetime import date, datetime

from django.contrib.auth import get_user_model

from logistics.platform.audit.rules import record_event, rule
from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation
from logistics.platform.kernel.text import tidy

from .models import Role, Substitution
from .permissions import label
from .queries import NEVER_LENT, today
from .rules import has, require

ARRANGE = "platform.substitution.manage"
LONGEST_DAYS = 184
MOST_OPEN = 5  # running and coming ones of one person


def check_can_arrange(user, person) -> None:
    """Everybody for themselves; for others whoever looks after substitutes."""
    if user.pk != person.pk:
        require(user, ARRANGE)


@rule
def name_substitute(
    *, actor, at: datetime, person, substitute, from_on: date, to_on: date, roles: Iterable[Role] = (), permissions: Iterable[str] = (), reason: str = ""
) -> Substitution:
    """From one day to another `substitute` may do what these roles (all of them when none is named) let `person` do.

    Never lent are the rights to hand out roles and to arrange substitutes, nor what the person borrowed. `permissions` narrows to these codes.
    Raises RuleViolation at its field.
    """
    check_can_arrange(actor, person)
    _check_people(actor, person, substitute)
    _check_days(from_on, to_on)
    roles, codes = _lent(person, list(roles), sorted(set(permissions)))
    get_user_model().objects.select_for_update().get(pk=person.pk)  # two at once are counted one after the other
    open_ones = Substitution.objects.filter(person=person.pk, ended_at=None, to_on__gte=today())
    if len(open_ones) >= MOST_OPEN:
        raise RuleViolation(f"一个人最多同时有 {MOST_OPEN} 个代理，请先结束不用的。")
    if any(one.substitute_id == substitute.pk and one.from_on <= to_on and from_on <= one.to_on for one in open_ones):
        raise RuleViolation(f"这些天里已经请{substitute.name}代理了，请改日期，或者先结束原来的。", field="from_on")
    narrowed = "\n" + "\n".join(codes) + "\n" if codes else ""
    given = {"from_on": from_on, "to_on": to_on, "permissions": narrowed, "reason": tidy(reason or "")}
    made = Substitution(person_id=person.pk, substitute_id=substitute.pk, made_by_id=actor.pk, made_at=at, **given)
    made.full_clean(exclude=["person", "substitute", "made_by"])
    made.save()
    made.roles.set(roles)
    what = "、".join(label(code) for code in codes) if codes else "、".join(role.name for role in roles)
    text = f"{from_on} 到 {to_on} 请{substitute.name}代理{person.name}"
    record_event(actor=actor, at=at, action="name_substitute", record=made, text=text, note=f"{what}{'；' if given['reason'] else ''}{given['reason']}")
    return made


def _check_people(actor, person, substitute) -> None:
    for one, field in ((person, "person"), (substitute, "substitute")):
        if not (one.is_active and one.is_person):
            raise RuleViolation(f"{one.name}不在职，请选在职的人。", field=field)
    if person.pk == substitute.pk:
        raise RuleViolation("不能请自己代理，请选另一个人。", field="substitute")
    if actor.pk == substitute.pk:
        raise NotAllowed("给别人安排代理，不能选自己。请他本人来安排。")


def _check_days(from_on: date, to_on: date) -> None:
    if to_on < from_on:
        raise RuleViolation("到哪天不能早于从哪天。", field="to_on")
    if to_on < today():
        raise RuleViolation(f"到哪天不能早于今天（{today()}）。", field="to_on")
    if (to_on - from_on).days >= LONGEST_DAYS:
        raise RuleViolation("一次最多代理半年。再长的，请改角色。", field="to_on")


def _lent(person, roles: list[Role], codes: list[str]) -> tuple[list[Role], list[str]]:
    held = list(Role.objects.filter(holders=person.pk).prefetch_related("grants"))
    if not held:
        raise RuleViolation(f"{person.name}没有角色，没有可以代理的。", field="person")
    beyond = {role.pk for role in roles} - {role.pk for role in held}
    if beyond:
        raise RuleViolation(f"只能代{person.name}自己有的角色。", field="roles")
    chosen = [role for role in held if role.pk in {one.pk for one in roles}] or held
    own = {grant.permission for role in chosen for grant in role.grants.all()} - set(NEVER_LENT)
    if set(codes) - own:
        raise RuleViolation(f"只能选{person.name}自己有、可以请人代的权限。", field="permissions")
    return chosen, codes


def check_can_end(user, record: Substitution) -> None:
    """Both of them, who arranged it, and whoever looks after substitutes."""
    if user.pk not in (record.person_id, record.substitute_id, record.made_by_id):
        require(user, ARRANGE)
    if record.ended_at:
        raise RuleViolation("这个代理已经结束了。")
    if record.to_on < today():
        raise RuleViolation("这个代理已经到期，自己结束了。")


@rule
def end_substitution(*, actor, at: datetime, record: Substitution) -> Substitution:
    """From the next request on the substitute has only their own rights."""
    check_can_end(actor, record)
    if not Substitution.objects.filter(pk=record.pk, ended_at=None).update(ended_at=at, ended_by=actor.pk):
        raise Conflict("刚刚已经有人结束了它。")
    record_event(actor=actor, at=at, action="end_substitution", record=record, text=f"提前结束：{record}")
    return record


def may_arrange_for_others(user) -> bool:
    return has(user, ARRANGE)


def lendable(person) -> list[str]:
    """Codes of one's own roles that a colleague may do meanwhile."""
    own = {code for role in Role.objects.filter(holders=person.pk).prefetch_related("grants") for code in (g.permission for g in role.grants.all())}
    return sorted(own - set(NEVER_LENT))
