"""Keeping classes and lives (AST-01, AST-12)."""

from collections.abc import Sequence
from datetime import datetime

from logistics.platform.access.rules import require
from logistics.platform.audit.rules import rule, save_changes
from logistics.platform.audit.saving import save_new_rows, stored, tidied
from logistics.platform.kernel.errors import RuleViolation

from .models import SHAPES, AssetClass, LifeClass, Scheme
from .queries import SETTINGS, life_by_prefix, life_for


def check_can_manage(user, record=None) -> None:
    require(user, SETTINGS)


def check_code(scheme: str, code: str) -> None:
    """Raise RuleViolation at `code` unless the scheme has codes like this."""
    shape, words = SHAPES[Scheme(scheme)]
    if not shape.fullmatch(code):
        raise RuleViolation(f"{Scheme(scheme).label}的代码是 {words}，「{code[:24]}」不是。", field="code")


def given_class(fields: dict, prefixes: dict[str, LifeClass]) -> dict:
    """Tidy fields of a class with its life. Raises RuleViolation at `code` or `life`."""
    fields = tidied(fields)
    fields["scheme"] = fields.get("scheme") or Scheme.GB2022
    fields["code"] = fields["code"].upper()
    fields["unit"] = fields.get("unit") or "件"
    check_code(fields["scheme"], fields["code"])
    fields["life"] = fields.get("life") or life_for(fields["scheme"], fields["code"], prefixes)
    if fields["life"] is None:
        raise RuleViolation("看不出这个代码的折旧年限，请选年限分类。", field="life")
    return fields


@rule
def save_class(*, actor, at: datetime, record: AssetClass | None = None, **fields) -> AssetClass:
    """A new class, or other values of a stored one. Its code stays once cards use it. Raises RuleViolation at its field."""
    check_can_manage(actor)
    found = stored(AssetClass, record)
    kept = {name: getattr(found, name) for name in ("scheme", "code", "name", "unit")} | {"life": found.life if found.pk else None}
    fields = given_class(kept | fields, life_by_prefix())
    if found.pk and (fields["scheme"], fields["code"]) != (found.scheme, found.code) and found.cards.exists():
        raise RuleViolation("已经有卡片用这个代码，不能改。请新建一个类别，再把卡片改过去。", field="code")
    return save_changes(actor=actor, at=at, record=found, **fields)


@rule
def save_classes(*, actor, at: datetime, rows: Sequence[dict]) -> list[AssetClass]:
    """Many new classes, all or nothing. Raises BadRows with a sentence per bad row."""
    check_can_manage(actor)
    prefixes, records, faults = life_by_prefix(), [], {}
    for index, row in enumerate(rows):
        try:
            records.append(AssetClass(**given_class(row, prefixes)))
        except RuleViolation as refusal:
            faults[index] = refusal.message
            records.append(AssetClass(scheme=Scheme.OWN, code="", name=""))
    return save_new_rows(actor=actor, at=at, records=records, unique=[("scheme", "code")], faults=faults)


@rule
def load_lives(*, actor, at: datetime, rows: Sequence[dict]) -> list[LifeClass]:
    """The state's table; `least_years` come only from here, so that nobody lowers the floor by hand."""
    check_can_manage(actor)
    return save_new_rows(actor=actor, at=at, records=[LifeClass(**row) for row in rows], unique=[("name",)])
