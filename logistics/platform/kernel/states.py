"""Moving a record from one state to the next, once, whoever else is trying."""

from collections.abc import Mapping

from .errors import Conflict, RuleViolation


def check_move(record, to, *, moves: Mapping, field: str = "state") -> None:
    """Raise RuleViolation unless the table of moves leads from the record's state to `to`."""
    current = getattr(record, field)
    if to not in moves.get(current, ()):
        labels = dict(record._meta.get_field(field).flatchoices)
        raise RuleViolation(f"现在是「{labels.get(current, current)}」，不能改为「{labels.get(to, to)}」。刷新看看最新情况。")


def advance(record, to, *, moves: Mapping, field: str = "state", unchanged: tuple[str, ...] = (), **changes):
    """Write the new state and `changes` only if the stored state is still the one we read.

    `unchanged` names further fields that must still hold what we read (a state that leads to itself needs one).
    Raises RuleViolation for a move the table does not have, Conflict when somebody else was first.
    """
    check_move(record, to, moves=moves, field=field)
    current = getattr(record, field)
    read = {name: getattr(record, record._meta.get_field(name).attname) for name in unchanged}
    changed = type(record)._base_manager.filter(pk=record.pk, **{field: current}, **read).update(**{field: to}, **changes)
    if not changed:
        raise Conflict("刚刚已经有人处理了，请刷新后再看。")
    for name, value in {field: to, **changes}.items():
        setattr(record, name, value)
    return record


def diagram(moves: Mapping, states) -> str:
    """The table of moves as a Mermaid state diagram for docs/."""
    lines = ["stateDiagram-v2", *(f"    {state.name} : {state.label}" for state in states), f"    [*] --> {next(iter(states)).name}"]
    for state, targets in moves.items():
        lines += [f"    {state.name} --> {to.name}" for to in targets]
    return "\n".join(lines)
