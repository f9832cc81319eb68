"""The weekly look at a thing (a drinking point, a shop): a few items each in order or not; what is not becomes somebody's task."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar

from django import forms
from django.db import models
from django.db.models import Q
from django.utils import timezone

from canteen.control.models import Fault
from canteen.control.rules import open_fault
from canteen.evidence import CHECK, Evidence, enter
from canteen.late import ClaimedField, claimed_time
from logistics.platform.attachments.forms import KeepsUploads, PhotosField
from logistics.platform.audit.rules import record_event
from logistics.platform.audit.saving import tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import User
from logistics.platform.web.forms import Picks, Words
from logistics.platform.web.lines import DayField, PersonField


class Mark(models.TextChoices):
    OK = "ok", "正常"
    BAD = "bad", "不正常"


def mark(label: str) -> models.CharField:
    return models.CharField(label, max_length=3, choices=Mark)


class Look(Evidence):
    """`looked_at` {field: what is looked at}; every one of them is answered, also when nothing was found."""

    writes = CHECK
    looked_at: ClassVar[dict[str, str]]

    problem = models.CharField("问题", max_length=200, blank=True)
    fault = models.OneToOneField("canteen.Fault", models.PROTECT, null=True, editable=False, related_name="+", verbose_name="整改事项")

    class Meta:
        abstract = True

    @property
    def bad(self) -> list[str]:
        return [label for name, label in self.looked_at.items() if getattr(self, name) == Mark.BAD]

    @property
    def kept_because(self) -> str:
        return "问题已经交给人整改，这一条不能划去。写错了请在整改事项里说明。" if self.fault_id else ""


def bad_has_task(name: str, items: Sequence[str]) -> models.CheckConstraint:
    """All in order without words and task, or something not in order with both."""
    some = Q()
    for item in items:
        some |= Q(**{item: Mark.BAD.value})
    fine = Q(**dict.fromkeys(items, Mark.OK.value), problem="", fault=None)
    return models.CheckConstraint(name=name, condition=fine | some & ~Q(problem="") & Q(fault__isnull=False))


def look_at(
    *, actor, at: datetime, row: Look, thing: models.Model, answers: Mapping[str, str], problem: str, measure: str, owner: User | None, due_on: date | None,
    happened_at: datetime | None, photos: Sequence, note: str,
) -> Look:  # fmt: skip
    """Write the entry `row` about `thing`, its task first; part of the rule that has asked who may. Raises RuleViolation at the field."""
    for name, label in row.looked_at.items():
        if answers.get(name) not in Mark.values:
            raise RuleViolation(f"「{label}」还没有填。每一项都要看，没有问题也要写。", field=name)
        setattr(row, name, answers[name])
    problem = tidied({"p": problem or ""})["p"]
    if row.bad and not problem:
        raise RuleViolation(f"「{row.bad[0]}」不正常，请写怎么回事。", field="problem")
    if problem and not row.bad:
        raise RuleViolation("写了问题，请把那一项选成不正常。", field="problem")
    if row.bad:
        fault = Fault(source=f"{thing}每周检查"[:60], on=timezone.localdate(claimed_time(happened_at, at)), problem=problem[:200])
        row.fault = open_fault(actor=actor, at=at, fault=fault, measure=measure, owner=owner, due_on=due_on)
    text = f"检查：{'；'.join(row.bad)}，不正常" if row.bad else "检查：都正常"
    row = enter(actor=actor, at=at, record=row, happened_at=happened_at, photos=photos, text=text[:300], problem=problem, note=note)
    record_event(actor=actor, at=at, action="check", record=thing, text=text[:300], note=problem)
    return row


class LookForm(KeepsUploads, forms.Form):
    """Every item, none chosen beforehand."""

    looked_at: ClassVar[dict[str, str]]
    problem = Words(label="怎么回事", max_length=200, rows=2, required=False, help_text="有不正常的才写。")
    measure = Words(label="怎么整改", max_length=200, rows=2, required=False)
    owner = PersonField(label="谁来整改", required=False, empty_label="请选")
    due_on = DayField(label="整改期限", required=False)
    happened_at = ClaimedField(label="检查时间")
    photos = PhotosField(label="照片", required=False, most=4)
    note = Words(label="备注", max_length=200, required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, label in self.looked_at.items():
            missing = {"required": f"「{label}」还没有填。每一项都要看，没有问题也要写。"}
            self.fields[name] = forms.ChoiceField(label=label, choices=Mark.choices, widget=Picks(columns=2), error_messages=missing)
        self.order_fields([*self.looked_at, "problem"])

    def clean(self):
        data = super().clean()
        return data | {"answers": {name: data.pop(name, "") for name in self.looked_at}}
