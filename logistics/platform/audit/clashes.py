"""Two people saved the same thing at the same moment: the table's refusal of the second as a sentence."""

import re

from django.apps import apps
from django.db import IntegrityError
from django.db.models import Field, Model, UniqueConstraint

from logistics.platform.kernel.errors import Conflict

POSTGRES_UNIQUE = "23505"
AGAIN = "刚刚有人先一步保存了，请刷新后再看。"


class Clash(Conflict, IntegrityError):
    """What a rule raises instead of the driver's words; whoever waits for IntegrityError still meets it."""


def clash_of(error: IntegrityError) -> Clash | None:
    """The refusal in words, None for anything but a row that is there already (that is a fault of ours and must be seen)."""
    table, columns, name = _of_postgres(error.__cause__) if getattr(error.__cause__, "pgcode", "") else _of_sqlite(str(error))
    if not (table or name):
        return None
    model = next((one for one in apps.get_models() if one._meta.db_table == table or name in {rule.name for rule in one._meta.constraints}), None)
    if model is None:
        return Clash(AGAIN)
    fields = [field for field in model._meta.concrete_fields if field.column in columns]
    words = _said_by(model, columns, name) or _said_by_field(fields)
    labels = "、".join(str(field.verbose_name) for field in fields)
    about = words or (f"{model._meta.verbose_name}里已经有同样的{labels}" if labels else "")
    return Clash(f"{about}。{AGAIN}" if about else AGAIN, field=fields[0].name if len(fields) == 1 else None)


def _said_by(model: type[Model], columns: list[str], name: str) -> str:
    """The sentence the model gives its constraint; empty when it gives none."""
    for rule in model._meta.constraints:
        if not isinstance(rule, UniqueConstraint):
            continue
        mine = [model._meta.get_field(one).column for one in rule.fields]
        if (rule.name == name or (columns and mine == columns)) and rule.violation_error_message != rule.default_violation_error_message:
            return str(rule.violation_error_message).rstrip("。")
    return ""


def _said_by_field(fields: list[Field]) -> str:
    words = str(fields[0].error_messages.get("unique", "")) if len(fields) == 1 else ""
    return "" if "%(" in words else words.rstrip("。")


def _of_postgres(cause) -> tuple[str, list[str], str]:
    """(table, columns, constraint)."""
    if cause.pgcode != POSTGRES_UNIQUE:
        return "", [], ""
    found = re.search(r"\(([^()]*)\)=", cause.diag.message_detail or "")
    columns = [one.strip().strip('"') for one in found[1].split(",")] if found else []
    return cause.diag.table_name or "", columns, cause.diag.constraint_name or ""


def _of_sqlite(words: str) -> tuple[str, list[str], str]:
    if not words.startswith("UNIQUE constraint failed: "):
        return "", [], ""
    rest = words.partition(": ")[2]
    if rest.startswith("index "):
        return "", [], rest.removeprefix("index ").strip("'")
    pairs = [one.strip().partition(".") for one in rest.split(",")]
    return pairs[0][0], [column for _, _, column in pairs], ""
