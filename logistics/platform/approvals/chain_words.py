"""Chains in words people read."""

from logistics.platform.limits.registry import all_limits
from logistics.platform.org.models import Department

from .models import ChainVersion
from .planning import asked_of
from .registry import Facts
from .spec import MODE_LABELS, WHO_LABELS, Mode, People, Step, Who


def condition_words(version: ChainVersion) -> str:
    """金额超过 5,000 元、不超过大额支出；总务处; 所有单据都走 where nothing is asked."""
    labels = {limit.code: limit.label for limit in all_limits()}
    words = []
    for number, code, word in ((version.above, version.above_limit, "超过"), (version.upto, version.upto_limit, "不超过")):
        if code:
            words.append(f"{word}「{labels.get(code, code)}」")
        elif number is not None:
            words.append(f"{word} {number:,.0f} 元" if number == int(number) else f"{word} {number:,.2f} 元")
    parts = [f"金额{'、'.join(words)}"] if words else []
    if version.departments:
        parts.append("部门：" + "、".join(Department.objects.filter(pk__in=version.departments).values_list("name", flat=True)))
    if version.fund_names:
        parts.append("经费：" + "、".join(version.fund_names))
    return "；".join(parts) or "不限金额、部门和经费"


def step_words(step: Step, people: People) -> tuple[str, list[str]]:
    """(who signs, what else holds)."""
    if step.who == Who.HEAD:
        who = WHO_LABELS[Who.HEAD]
    elif step.who == Who.CHOICE:
        who = f"申请人从{people.words(step.source)}里选"
    else:
        pool, words = asked_of(step, Facts(None, None, "", None), people)
        names = "、".join(people.name(pk) for pk in pool[:5]) + (f"等 {len(pool)} 人" if len(pool) > 5 else "")
        who = words if step.who == Who.PEOPLE else f"{words}：{names or '现在没有人'}"
    more = [] if step.mode == Mode.ONE else [MODE_LABELS[Mode.ALL] if step.mode == Mode.ALL else f"至少 {step.least} 人同意"]
    if step.hours:
        more.append(f"{step.hours} 个工作小时提醒")
    if step.escalate:
        more.append(f"没人签转{people.words(step.escalate)}")
    if step.minutes:
        more.append("附会议纪要")
    return who, more
