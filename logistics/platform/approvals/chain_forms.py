"""What is filled in to write a chain and to try it."""

from django import forms

from logistics.platform.access.models import Role
from logistics.platform.kernel.text import tidy
from logistics.platform.org.models import Department, Post
from logistics.platform.org.queries import people
from logistics.platform.web.forms import Words, blank

from .forms import ManyPeople, OnePerson, PeopleBoxes
from .models import ChainVersion
from .queries import money_limits
from .registry import kind_choices
from .spec import MODE_LABELS, WHO_LABELS, Mode, Step, Who

YUAN_DIGITS = {"max_digits": 14, "decimal_places": 2, "min_value": 0}
FULL_STOPS = "、,，;； \n"


def addresses() -> list[tuple[str, str]]:
    """Every role and post as "role:vice", "post:3"."""
    roles = [(f"role:{key}", f"角色：{name}") for key, name in Role.objects.values_list("key", "name")]
    return roles + [(f"post:{pk}", f"岗位：{name}") for pk, name in Post.objects.values_list("pk", "name")]


class NewChainForm(forms.Form):
    name = Words(label="流程名称", max_length=40, help_text="例如 大额支出、食堂采购。")
    kind = forms.ChoiceField(label="用在哪种单据", required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "所有单据"), *kind_choices()]


class ConditionsForm(forms.Form):
    """The chain's name, and for which documents it holds."""

    name = Words(label="流程名称", max_length=40)
    above = forms.DecimalField(label="金额超过（元）", required=False, **YUAN_DIGITS)
    above_limit = forms.ChoiceField(label="或者超过限值", required=False)
    upto = forms.DecimalField(label="金额不超过（元）", required=False, **YUAN_DIGITS)
    upto_limit = forms.ChoiceField(label="或者不超过限值", required=False)
    departments = forms.ModelMultipleChoiceField(
        label="只管这些部门", queryset=Department.objects.filter(is_active=True), required=False, widget=PeopleBoxes, help_text="一个都不勾，就是所有部门。"
    )
    fund_names = Words(label="只管这些经费", max_length=300, required=False, help_text="写经费名称，几种用顿号隔开；空着就不限。")
    priority = forms.IntegerField(label="次序", min_value=1, max_value=999, initial=50, help_text="几个流程都合适时，数小的先用。")
    copies = forms.MultipleChoiceField(label="同意以后抄送", required=False, widget=PeopleBoxes)
    reason = Words(label="为什么改", max_length=200, required=False)

    def __init__(self, *args, version: ChainVersion, **kwargs):
        names = ("above", "above_limit", "upto", "upto_limit", "departments", "priority", "copies", "reason")
        stored = {name: getattr(version, name) for name in names} | {"fund_names": "、".join(version.fund_names), "name": version.chain.name}
        super().__init__(*args, initial=stored, **kwargs)
        for name in ("above_limit", "upto_limit"):
            self.fields[name].choices = blank(money_limits(), "不用限值")
        self.fields["copies"].choices = addresses()

    def clean(self):
        cleaned = super().clean()
        if "departments" in cleaned:
            cleaned["departments"] = [department.pk for department in cleaned["departments"]]
        if "fund_names" in cleaned:
            text = tidy(cleaned["fund_names"])
            for mark in FULL_STOPS:
                text = text.replace(mark, "、")
            cleaned["fund_names"] = [name for name in text.split("、") if name]
        for bound in ("above", "upto"):
            if cleaned.get(bound) is not None and cleaned.get(f"{bound}_limit"):
                self.add_error(bound, "金额和限值只填一个。")
        return cleaned


class StepForm(forms.Form):
    """One step; the style sheet hides what the chosen way of finding people does not need."""

    name = Words(label="这一步叫什么", max_length=30, help_text="印在审批单上，例如 部门负责人、理财小组、校长。")
    who = forms.ChoiceField(label="由谁签", choices=list(WHO_LABELS.items()), initial=Who.ROLE)
    role = forms.ChoiceField(label="哪个角色", required=False)
    post = forms.ChoiceField(label="哪个岗位", required=False)
    pool = forms.ChoiceField(label="从哪里选", required=False, help_text="申请人送审时从这里面选。")
    people = ManyPeople(label="哪些人", required=False)
    mode = forms.ChoiceField(label="怎样算通过", choices=list(MODE_LABELS.items()), initial=Mode.ONE)
    least = forms.IntegerField(label="至少几个人", min_value=1, max_value=20, required=False)
    hours = forms.IntegerField(
        label="几个工作小时没签就提醒", min_value=0, max_value=400, required=False, help_text="空着或 0 就不提醒。再过同样的时间，转给下面的人。"
    )
    escalate = forms.ChoiceField(label="超时或没有人签时转给谁", required=False, help_text="申请人就是审批人时，也转给他们。")
    minutes = forms.BooleanField(label="要附会议纪要才能同意", required=False)

    def __init__(self, *args, step: Step | None = None, **kwargs):
        super().__init__(*args, initial=shown(step) if step else None, **kwargs)
        known = addresses()
        self.fields["role"].choices = blank([pair for pair in known if pair[0].startswith("role:")], "请选")
        self.fields["post"].choices = blank([pair for pair in known if pair[0].startswith("post:")], "请选")
        self.fields["pool"].choices = blank(known, "请选")
        self.fields["escalate"].choices = blank(known, "不转")

    def clean(self):
        cleaned = super().clean()
        who = cleaned.get("who")
        field = {Who.ROLE: "role", Who.POST: "post", Who.CHOICE: "pool", Who.PEOPLE: "people"}.get(who)
        if field and field not in self.errors and not cleaned.get(field):
            self.add_error(field, "请填写这一项。")
        if cleaned.get("mode") == Mode.SOME and "least" not in self.errors and not cleaned.get("least"):
            self.add_error("least", "请填写这一项。")
        return cleaned

    def step(self) -> Step:
        """What the valid form says."""
        told = self.cleaned_data
        source = {Who.ROLE: told["role"], Who.POST: told["post"], Who.CHOICE: told["pool"]}.get(told["who"], "")
        chosen = tuple(person.pk for person in told["people"]) if told["who"] == Who.PEOPLE else ()
        least = told["least"] if told["mode"] == Mode.SOME else 1
        hours = told["hours"] or 0
        return Step(told["name"], told["who"], source, chosen, told["mode"], least, hours, told["escalate"], told["minutes"])


FIELD_OF_SOURCE = {Who.ROLE: "role", Who.POST: "post", Who.CHOICE: "pool"}


def shown(step: Step) -> dict:
    """A stored step as the form's initial values."""
    known = {"name": step.name, "who": step.who, "mode": step.mode, "least": step.least, "hours": step.hours or None}
    known |= {"escalate": step.escalate, "minutes": step.minutes, "people": list(step.people)}
    field = FIELD_OF_SOURCE.get(step.who)
    return known | ({field: step.source} if field else {})


class SimulatorForm(forms.Form):
    """A document that does not exist."""

    kind = forms.ChoiceField(label="单据")
    amount = forms.DecimalField(label="金额（元）", required=False, **YUAN_DIGITS)
    applicant = OnePerson(label="申请人")
    department = forms.ModelChoiceField(label="部门", queryset=Department.objects.filter(is_active=True), required=False, empty_label="申请人的部门")
    fund = Words(label="经费", max_length=60, required=False)
    draft = forms.ModelChoiceField(label="按哪个算", queryset=ChainVersion.objects.filter(state="draft").select_related("chain"), required=False)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = kind_choices() or [("", "一般单据")]
        self.fields["kind"].required = bool(kind_choices())
        self.fields["draft"].empty_label = "现在在用的流程"
        self.fields["applicant"].queryset = people()
