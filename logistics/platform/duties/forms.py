"""What people fill in: a duty with its rhythm, who stands in, the checklist, the words about a missed one."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.datastructures import MultiValueDict

from logistics.platform.access.models import Role
from logistics.platform.attachments.forms import KeepsUploads, PhotosField, UploadsField
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import User
from logistics.platform.org.queries import people
from logistics.platform.terms.calendar import WEEKDAYS
from logistics.platform.web.forms import DayInput, Picks, Words, blank

from .checklist import items_of, limits_of, lines_of
from .doing_rules import MOST_PHOTOS
from .ladder import SUPERVISOR
from .models import CHECKLIST, Duty
from .registry import all_producers
from .rhythm import DAY, Days, Kind, rhythm_of, span

UNITS = {"minutes": (1, "分钟"), "hours": (60, "小时"), "days": (DAY, "天")}
STEPS = (1, 2, 3)
WEEKDAY_CHOICES = [(n, name) for n, name in enumerate(WEEKDAYS)]
MONTH_CHOICES = [(n, f"{n}月") for n in range(1, 13)]


class PersonPick(forms.ModelChoiceField):
    """One member of staff in post."""

    def __init__(self, *, empty_label: str = "还没有定", **kwargs):
        super().__init__(queryset=people(), empty_label=empty_label, **kwargs)

    def label_from_instance(self, person: User) -> str:
        return f"{person.name}（{person.department}）" if person.department else person.name


def number(label: str, low: int, high: int, help_text: str = "") -> forms.IntegerField:
    return forms.IntegerField(label=label, required=False, min_value=low, max_value=high, help_text=help_text)


class DutyForm(forms.ModelForm):
    """The parts of the rhythm are shown as far as the chosen kind needs them; the style sheet hides the others."""

    rhythm = forms.ChoiceField(label="多久一次", choices=blank(Kind, "请选"))
    weekdays = forms.TypedMultipleChoiceField(label="星期几", choices=WEEKDAY_CHOICES, coerce=int, required=False, widget=forms.CheckboxSelectMultiple)
    months = forms.TypedMultipleChoiceField(label="哪几个月", choices=MONTH_CHOICES, coerce=int, required=False, widget=forms.CheckboxSelectMultiple)
    day = number("几号", 1, 31, "没有 31 号的月份按月末。")
    nth = number("第几个、第几周起", -1, 30, "每月第几个星期几填 1 到 4，最后一个填 -1；学期里填从第几周起。")
    every = number("隔多少", 1, 366, "学期里填几周，夜里填几小时，做完后填几天。")
    before = number("提前几天", 1, 60, "开学前填天数，节假日前填工作日。")
    times = Words(label="几点开始", max_length=100, help_text="例如 07:30；一天几次的用空格隔开：07:30 12:30 17:00。")
    until = forms.TimeField(label="夜里到几点", required=False, widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}))
    lasts = forms.IntegerField(label="多长时间内办完", min_value=1, max_value=40320)
    unit = forms.ChoiceField(label="单位", choices=[(key, words) for key, (_, words) in UNITS.items()], initial="minutes")
    days = forms.ChoiceField(label="碰到放假", choices=Days.choices, initial=Days.ALL)
    owner_person = PersonPick(label="责任人", required=False, empty_label="由岗位负责")
    supervisor = PersonPick(label="督促人", required=False)
    producer = forms.ChoiceField(label="怎样算做了", choices=lambda: [(one.key, one.label) for one in all_producers()], initial=CHECKLIST)
    checklist = Words(
        label="检查项目",
        rows=7,
        max_length=3000,
        required=False,
        help_text="一行一项。要照片的在后面写“｜拍照”，要填数字的写“｜0 至 8 ℃”。不写项目的，点一下就算做完。",
    )
    remind_minutes = number("到期前几分钟提醒", 1, 10080, "空着就不提醒。")
    step1_minutes = number("超时几分钟", 0, 20160)
    step1_to = forms.ChoiceField(label="第一步告诉谁", required=False)
    step2_minutes = number("再超时几分钟", 0, 20160)
    step2_to = forms.ChoiceField(label="第二步告诉谁", required=False)
    step3_minutes = number("又超时几分钟", 0, 20160)
    step3_to = forms.ChoiceField(label="第三步告诉谁", required=False)

    class Meta:
        model = Duty
        fields = ["title", "basis", "starts_on", "owner_post", "owner_person", "supervisor", "producer", "remind_minutes", "grace_minutes"]
        widgets = {"starts_on": DayInput()}
        help_texts = {
            "title": "例如 每日巡视、夜间防火巡查。",
            "basis": "写明依据，例如 GB/T 40248、学校制度。",
            "owner_post": "任这个岗位的人都会看到，谁做都算。",
            "grace_minutes": "单位是分钟。这段时间里做完记为迟做，过了就记为没做。",
        }

    field_order = [
        *("title", "basis", "owner_post", "owner_person", "rhythm", "weekdays", "months", "day", "nth", "every", "before", "times", "until"),
        *("lasts", "unit", "days", "starts_on", "checklist", "producer", "supervisor", "remind_minutes", "grace_minutes"),
        *(f"step{n}_{part}" for n in STEPS for part in ("minutes", "to")),
    ]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["owner_post"].empty_label = "由个人负责"  # type: ignore[attr-defined]
        duty = self.instance
        self._offer_people(duty)
        if duty.pk:
            self.initial = {**self.initial} | stored_rhythm(duty) | {"checklist": lines_of(duty.checklist)} | stored_steps(duty)
        else:
            self.initial = {"starts_on": timezone.localdate(), "lasts": 60, "times": "08:00", **self.initial}

    def _offer_people(self, duty: Duty) -> None:
        told = [("", "不告诉"), (SUPERVISOR, "督促人"), *((f"role:{key}", name) for key, name in Role.objects.values_list("key", "name"))]
        kept = [(to, *to.partition(":")[::2]) for _, to in duty.ladder if to not in dict(told)]
        ids = [int(key) for _, kind, key in kept if kind == "person" and key.isdecimal()]
        names = {f"{pk}": name for pk, name in User.objects.filter(pk__in=ids).values_list("pk", "name")} if ids else {}
        told += [(to, names.get(key, "已离职的人") if kind == "person" else "已删掉的角色") for to, kind, key in kept]
        for n in STEPS:
            self.fields[f"step{n}_to"].choices = told  # type: ignore[attr-defined]

    def clean(self):
        """What the rule asks for: the rhythm, the checklist and the ladder as one value each."""
        cleaned = super().clean() or {}
        given: dict[str, Any] = {
            name: cleaned[name] for name in ("title", "basis", "starts_on", "owner_post", "owner_person", "supervisor", "producer") if name in cleaned
        }
        given |= {name: cleaned.get(name) for name in ("remind_minutes", "grace_minutes") if name in cleaned}
        for name, build in (("rhythm", rhythm_from), ("checklist", checklist_from), ("ladder", ladder_from)):
            try:
                given[name] = build(cleaned)
            except RuleViolation as refusal:
                field = "step1_minutes" if refusal.field == "ladder" else refusal.field or ""
                if field not in self.errors:
                    self.add_error(field if field in self.fields else None, refusal.message)
        return given


def rhythm_from(cleaned: dict) -> dict:
    """The rhythm of the form's parts, as it is stored; only what its kind needs."""
    kind = cleaned.get("rhythm", "")
    needs = PARTS.get(kind, ())
    plain = {name: cleaned[name] for name in needs if cleaned.get(name) not in (None, "", [])}
    factor, _ = UNITS[cleaned.get("unit") or "minutes"]
    plain |= {"kind": kind, "minutes": (cleaned.get("lasts") or 0) * factor, "days": cleaned.get("days") or Days.ALL}
    plain["times"] = cleaned.get("times", "").replace("，", " ").replace("、", " ").replace(",", " ").split()
    try:
        return rhythm_of(plain).stored()
    except RuleViolation as refusal:
        if refusal.field == "rhythm" and kind in Kind.values:
            raise RuleViolation("时间写成 07:30 这样，几个时间用空格隔开。", field="times") from refusal
        raise


PARTS = {
    Kind.WEEKLY: ("weekdays",),
    Kind.MONTHLY: ("day",),
    Kind.NTH: ("nth", "weekdays"),
    Kind.TERM_WEEK: ("every", "nth", "weekdays"),
    Kind.NIGHT: ("every", "until"),
    Kind.BEFORE_TERM: ("before",),
    Kind.BEFORE_HOLIDAY: ("before",),
    Kind.SEASONAL: ("months", "day"),
    Kind.INTERVAL: ("every",),
}


def checklist_from(cleaned: dict) -> list[dict]:
    return items_of(cleaned.get("checklist") or "")


def ladder_from(cleaned: dict) -> list[list]:
    found = []
    for n in STEPS:
        minutes, to = cleaned.get(f"step{n}_minutes"), cleaned.get(f"step{n}_to")
        if to and minutes is None:
            raise RuleViolation("请填超时几分钟告诉他。", field=f"step{n}_minutes")
        if to:
            found.append([minutes, to])
    return found


def stored_rhythm(duty: Duty) -> dict:
    """The form's parts of a stored rhythm."""
    rhythm = duty.recurrence
    unit = next(key for key in ("days", "hours", "minutes") if rhythm.minutes % UNITS[key][0] == 0)
    plain = {name: getattr(rhythm, name) or None for name in ("day", "nth", "every", "before", "until")}
    plain |= {"rhythm": rhythm.kind, "weekdays": list(rhythm.weekdays), "months": list(rhythm.months), "days": rhythm.days}
    return plain | {"times": " ".join(f"{clock:%H:%M}" for clock in rhythm.times), "lasts": rhythm.minutes // UNITS[unit][0], "unit": unit}


def stored_steps(duty: Duty) -> dict:
    steps: dict[str, Any] = {}
    for n, (minutes, to) in enumerate(duty.ladder[: len(STEPS)], 1):
        steps |= {f"step{n}_minutes": minutes, f"step{n}_to": to}
    return steps


class ReasonForm(forms.Form):
    reason = Words(label="原因", max_length=200, rows=2)


class SubstituteForm(forms.Form):
    person = PersonPick(label="代班人", empty_label="请选")
    first_on = forms.DateField(label="从", widget=DayInput())
    last_on = forms.DateField(label="到", widget=DayInput())
    reason = Words(label="原因", max_length=100, required=False)


class MakeUpForm(KeepsUploads, forms.Form):
    note = Words(label="补做说明", max_length=500, rows=3, help_text="写什么时候补做的、情况怎样。这次仍然记为没做。")
    photos = PhotosField(label="照片", required=False, most=MOST_PHOTOS)


class FinishForm(KeepsUploads, forms.Form):
    """The checklist of the record's duty: answer_<n>, photo_<n> and note_<n> for each item.

    `asked` are the items the page showed: when they have been changed since, none of the answers counts, for it might stand at another item.
    """

    takes_record = True
    asked = forms.CharField(required=False, widget=forms.HiddenInput)
    note = Words(label="还有要说的", max_length=500, rows=2, required=False)
    photos = PhotosField(label="照片", required=False, most=6)

    def __init__(self, *args, record=None, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.items = record.duty.checklist if record else []
        self.initial["asked"] = lines_of(self.items)
        for n, item in enumerate(self.items):
            self.fields |= item_fields(n, item)
        self.order_fields([*(name for name in self.fields if name not in ("note", "photos")), "photos", "note"])

    def clean(self):
        cleaned, given = super().clean() or {}, {}
        asked = cleaned.get("asked", "")
        if asked and asked.splitlines() != lines_of(self.items).splitlines():
            self._forget_answers()
            raise forms.ValidationError("检查项目刚改过了，请看着现在的项目重新填，照片都留在最下面的“照片”里。")
        for n, _ in enumerate(self.items):
            given[n] = {"value": cleaned.get(f"answer_{n}"), "note": cleaned.get(f"note_{n}", ""), "photos": cleaned.get(f"photo_{n}", [])}
        return {"given": given, "photos": cleaned.get("photos", []), "note": cleaned.get("note", "")}

    def _forget_answers(self) -> None:
        """Photos stay, below all items: they cannot be taken again."""
        self.errors.clear()
        kept = {name: [self.data[name]] for name in ("note", "seen") if name in self.data}
        self.data = MultiValueDict({"asked": [lines_of(self.items)], **kept})
        below = self.fields["photos"]
        for field in self.fields.values():
            if isinstance(field, UploadsField) and isinstance(below, UploadsField) and field is not below:
                below.good, below.tokens = [*below.good, *field.good], [*below.tokens, *field.tokens]
                below.widget.kept = [*below.widget.kept, *field.widget.kept]
                field.good, field.tokens, field.widget.kept = [], [], []

    @classmethod
    def typed_fields(cls, typed: dict) -> dict[str, forms.Field]:
        """The fields as they were when the page was read, for showing what was sent with it."""
        fields = dict(cls.base_fields)
        try:
            items = items_of("\n".join(typed.get("asked", [])))
        except RuleViolation:
            return fields
        for n, item in enumerate(items):
            fields |= item_fields(n, item)
        return fields

    @property
    def groups(self) -> list[dict]:
        """The fields item by item, for the page."""
        return [
            {"n": n + 1, "item": item, "answer": self[f"answer_{n}"], "note": self[f"note_{n}"], "photo": self[f"photo_{n}"] if item["photo"] else None}
            for n, item in enumerate(self.items)
        ]


def item_fields(n: int, item: dict) -> dict[str, forms.Field]:
    limits = limits_of(item)
    if limits:
        hint = f"应在 {limits}之间"
        box = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
        fields: dict[str, forms.Field] = {f"answer_{n}": forms.CharField(label=item["text"], max_length=20, help_text=hint, widget=box)}
    else:
        tick = Picks(columns=2)
        fields = {f"answer_{n}": forms.ChoiceField(label=item["text"], choices=[("ok", "正常"), ("bad", "不正常")], widget=tick)}
    if item["photo"]:
        fields[f"photo_{n}"] = PhotosField(label="照片", required=False, most=3)
    fields[f"note_{n}"] = Words(label="怎么回事", max_length=200, required=False)
    return fields


def grace_words(minutes: int) -> str:
    return span(minutes) if minutes else "不许迟"
