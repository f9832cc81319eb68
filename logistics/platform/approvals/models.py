"""Chains as the school writes them, and the runs of documents through them (FIN-03)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from logistics.platform.kernel.models import Model, Stamped

from .spec import MODE_LABELS, Mode, Step, step_of

PERSON = settings.AUTH_USER_MODEL


def somebody(label: str, **given) -> models.ForeignKey:
    return models.ForeignKey(PERSON, models.PROTECT, related_name="+", verbose_name=label, **given)


class Chain(Stamped):
    """A way of approval. `kind` is the key of one kind of document, empty for all of them."""

    name = models.CharField("名称", max_length=40)
    kind = models.CharField("单据", max_length=60, blank=True)
    is_active = models.BooleanField("在用", default=True, editable=False)

    class Meta:
        verbose_name = "审批流程"
        ordering = ["kind", "name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "name"], name="chain_name_once", violation_error_message="这种单据已经有同名的流程，请换个名称。")
        ]

    def __str__(self):
        return self.name


class VersionState(models.TextChoices):
    DRAFT = "draft", "草稿"
    PUBLISHED = "published", "在用"
    RETIRED = "retired", "已换下"


VERSION_MOVES = {VersionState.DRAFT: (VersionState.PUBLISHED,), VersionState.PUBLISHED: (VersionState.RETIRED,)}


class ChainVersion(Model):
    """What the chain says: for which documents it holds, and its steps. A published text never changes; documents under way keep theirs.

    It holds for sums of more than `above` and not more than `upto` yuan; `above_limit` and `upto_limit` name a number of the school's
    limits instead. `departments` are ids, `fund_names` names; empty means any. A smaller `priority` is asked first.
    `rows` are spec.Step as dictionaries, `copies` addresses ("role:vice") told after the approval.
    """

    chain = models.ForeignKey(Chain, models.PROTECT, related_name="versions", verbose_name="审批流程")
    number = models.PositiveIntegerField("第几版")
    state = models.CharField("状态", max_length=10, choices=VersionState, default=VersionState.DRAFT, editable=False)
    priority = models.PositiveSmallIntegerField("次序", default=50)
    above = models.DecimalField("金额超过（元）", max_digits=14, decimal_places=2, null=True, blank=True)
    upto = models.DecimalField("金额不超过（元）", max_digits=14, decimal_places=2, null=True, blank=True)
    above_limit = models.CharField(max_length=60, blank=True)
    upto_limit = models.CharField(max_length=60, blank=True)
    departments = models.JSONField("部门", default=list, blank=True)
    fund_names = models.JSONField("经费", default=list, blank=True)
    copies = models.JSONField("办完抄送", default=list, blank=True)
    rows = models.JSONField("步骤", default=list, blank=True)
    reason = models.CharField("为什么改", max_length=200, blank=True)
    made_by = somebody("起草人", editable=False)
    made_at = models.DateTimeField("起草时间", editable=False)
    published_by = somebody("发布人", null=True, editable=False)
    published_at = models.DateTimeField("发布时间", null=True, editable=False)
    retired_at = models.DateTimeField("换下时间", null=True, editable=False)

    class Meta:
        verbose_name = "审批流程版本"
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["chain", "number"], name="chain_version_number_once"),
            models.UniqueConstraint(fields=["chain"], condition=Q(state="draft"), name="chain_has_one_draft"),
            models.UniqueConstraint(fields=["chain"], condition=Q(state="published"), name="chain_has_one_published"),
            models.CheckConstraint(
                name="chain_bounds_in_order",
                condition=Q(above=None) | Q(upto=None) | Q(upto__gt=F("above")),
                violation_error_message="“不超过”要大于“超过”。",
            ),
            models.CheckConstraint(name="chain_published_has_person", condition=Q(state="draft") | Q(published_by__isnull=False, published_at__isnull=False)),
        ]

    def __str__(self):
        return f"{self.chain.name} 第 {self.number} 版"

    @property
    def kind(self) -> str:
        return self.chain.kind

    @property
    def steps(self) -> list[Step]:
        return [step_of(row) for row in self.rows]


class RunState(models.TextChoices):
    RUNNING = "running", "审批中"
    APPROVED = "approved", "已同意"
    REJECTED = "rejected", "不同意"
    RETURNED = "returned", "已退回"
    WITHDRAWN = "withdrawn", "已撤回"
    VOID = "void", "已作废"


RUN_MOVES = {RunState.RUNNING: (RunState.APPROVED, RunState.REJECTED, RunState.RETURNED, RunState.WITHDRAWN, RunState.VOID)}
RUN_TONES = {
    RunState.RUNNING: "wait", RunState.APPROVED: "done", RunState.REJECTED: "late", RunState.RETURNED: "late", RunState.WITHDRAWN: "void", RunState.VOID: "void",
}  # fmt: skip


class Run(Model):
    """One document on its way. Title, sum and the other facts are those of the start, as is `digest`, which the document must still have.

    `turn` counts every move, so that no two can be made from the same picture. `chosen` is {step: people} as the applicant chose.
    """

    kind = models.CharField("单据", max_length=60)
    record_kind = models.CharField(max_length=60)
    record_id = models.BigIntegerField()
    title = models.CharField("事由", max_length=120)
    amount = models.DecimalField("金额（元）", max_digits=14, decimal_places=2, null=True)
    fund = models.CharField("经费", max_length=60, blank=True)
    department = models.ForeignKey("platform.Department", models.PROTECT, null=True, related_name="+", verbose_name="部门")
    applicant = somebody("申请人")
    version = models.ForeignKey(ChainVersion, models.PROTECT, related_name="runs", verbose_name="流程")
    chosen = models.JSONField(default=dict)
    copies = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    state = models.CharField("状态", max_length=10, choices=RunState, default=RunState.RUNNING)
    turn = models.PositiveIntegerField(default=0)
    round = models.PositiveSmallIntegerField("第几轮", default=1)
    started_at = models.DateTimeField("送审时间")
    ended_at = models.DateTimeField("办完时间", null=True)
    reason = models.CharField("结果说明", max_length=300, blank=True)

    class Meta:
        verbose_name = "审批"
        ordering = ["-started_at", "-id"]
        indexes = [
            models.Index(fields=["record_kind", "record_id"]),
            models.Index(fields=["kind", "-started_at"]),
            models.Index(fields=["applicant", "-started_at"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["record_kind", "record_id"], condition=Q(state="running"), name="one_run_at_a_time"),
            models.CheckConstraint(
                name="run_ended_has_moment", condition=Q(state="running", ended_at=None) | (~Q(state="running") & Q(ended_at__isnull=False))
            ),
        ]

    def __str__(self):
        return self.title

    @property
    def tone(self) -> str:
        return RUN_TONES[RunState(self.state)]

    @property
    def is_running(self) -> bool:
        return self.state == RunState.RUNNING


class StepState(models.TextChoices):
    AHEAD = "ahead", "还没到"
    OPEN = "open", "等签"
    DONE = "done", "已签"
    ENDED = "ended", "没有再签"


class RunStep(Model):
    """A step of this run, copied from the chain at the start or added by a signer. `least` of its signers must agree, all when `mode` says so."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="steps")
    position = models.PositiveSmallIntegerField("第几步")
    name = models.CharField("步骤", max_length=40)
    mode = models.CharField(max_length=6, choices=[(mode.value, label) for mode, label in MODE_LABELS.items()], default=Mode.ONE)
    least = models.PositiveSmallIntegerField(default=1)
    hours = models.PositiveSmallIntegerField(default=0)
    escalate = models.CharField(max_length=40, blank=True)
    minutes = models.BooleanField(default=False)
    passed = models.BooleanField(default=False)
    state = models.CharField(max_length=6, choices=StepState, default=StepState.AHEAD)
    opened_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    escalate_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    added_by = somebody("加签人", null=True)

    class Meta:
        verbose_name = "审批步骤"
        ordering = ["run", "position"]
        indexes = [models.Index(fields=["due_at"], condition=Q(state="open"), name="run_step_due")]
        constraints = [
            models.UniqueConstraint(fields=["run", "position"], name="run_step_position_once"),
            models.UniqueConstraint(fields=["run"], condition=Q(state="open"), name="one_open_step_per_run"),
        ]

    def __str__(self):
        return self.name


class SignerState(models.TextChoices):
    AHEAD = "ahead", "还没到"
    OPEN = "open", "等签"
    AGREED = "agreed", "同意"
    REFUSED = "refused", "不同意"
    PASSED = "passed", "已转办"
    SPARED = "spared", "没有用到"


class Signer(Model):
    """One person asked in one step.

    `is_must`: added beside the others, the step waits for this one whatever its mode. `is_reserve`: came when the time was over and
    decides the step alone.
    """

    step = models.ForeignKey(RunStep, models.PROTECT, related_name="signers")
    person = somebody("审批人")
    state = models.CharField(max_length=8, choices=SignerState, default=SignerState.AHEAD)
    is_must = models.BooleanField(default=False)
    is_reserve = models.BooleanField(default=False)
    how = models.CharField(max_length=60, blank=True)  # 转办、加签、超时: why this person was added to the step

    class Meta:
        verbose_name = "审批人"
        ordering = ["id"]
        indexes = [models.Index(fields=["person", "state"], name="signer_waiting")]
        constraints = [models.UniqueConstraint(fields=["step", "person"], name="signer_once_per_step")]

    def __str__(self):
        return self.person.name


class DecisionAct(models.TextChoices):
    START = "start", "送审"
    APPROVE = "approve", "同意"
    REJECT = "reject", "不同意"
    RETURN = "return", "退回"
    DELEGATE = "delegate", "转办"
    ADD = "add", "加签"
    WITHDRAW = "withdraw", "撤回"
    COPY = "copy", "抄送"
    REMIND = "remind", "催办"
    COMMENT = "comment", "留言"
    TIMEOUT = "timeout", "超时提醒"
    ESCALATE = "escalate", "超时转交"
    VOID = "void", "作废"


class Decision(Model):
    """What was done in a run, never changed. `stands_for` is the absent colleague in whose place `by` acted, `back_to` the step a return leads to."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="decisions")
    step = models.ForeignKey(RunStep, models.PROTECT, null=True, related_name="decisions")
    act = models.CharField("办理", max_length=10, choices=DecisionAct)
    by = somebody("谁")
    stands_for = somebody("代谁", null=True)
    at = models.DateTimeField("时间")
    opinion = models.CharField("意见", max_length=500, blank=True)
    detail = models.CharField("说明", max_length=200, blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    back_to = models.ForeignKey(RunStep, models.PROTECT, null=True, related_name="+")
    signature = models.ForeignKey("platform.Attachment", models.PROTECT, null=True, related_name="+", verbose_name="签名")

    class Meta:
        verbose_name = "审批意见"
        ordering = ["id"]

    def __str__(self):
        return f"{self.by.name}{self.get_act_display()}"


class Copy(Model):
    """抄送: somebody who may read the run; opened once is read."""

    run = models.ForeignKey(Run, models.PROTECT, related_name="shown_to")
    person = somebody("抄送给")
    made_by = somebody("谁抄送")
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "抄送"
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["run", "person"], name="copied_once")]

    def __str__(self):
        return self.person.name
