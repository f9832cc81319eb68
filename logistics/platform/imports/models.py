"""One import from the upload to the day it is taken back, and what the school's headings mean."""

from django.conf import settings
from django.db import models

from logistics.platform.kernel.models import Model


class RunState(models.TextChoices):
    READ = "read", "等着对栏目"
    MAPPED = "mapped", "等着检查"
    PREVIEWED = "previewed", "等着导入"
    COMMITTING = "committing", "正在导入"
    DONE = "done", "已导入"
    FAILED = "failed", "没有导入"
    UNDONE = "undone", "已撤回"
    DROPPED = "dropped", "已放弃"


OPEN = (RunState.READ, RunState.MAPPED, RunState.PREVIEWED, RunState.FAILED)
CHANGED = [RunState.READ, RunState.MAPPED, RunState.DROPPED]
MOVES = {
    RunState.READ: CHANGED,
    RunState.MAPPED: [*CHANGED, RunState.PREVIEWED],
    RunState.PREVIEWED: [*CHANGED, RunState.PREVIEWED, RunState.COMMITTING, RunState.DONE],
    RunState.COMMITTING: [RunState.DONE, RunState.FAILED],
    RunState.FAILED: [*CHANGED, RunState.PREVIEWED, RunState.COMMITTING, RunState.DONE],
    RunState.DONE: [RunState.UNDONE],
}


class ImportRun(Model):
    """One file or pasted table on its way in.

    `mapping` is {heading key: {"column": name or "", "unit": ""}}, `constants` {column: text for every row}, `counts` rows by kind,
    `into` the record the rows go under when the target asks for one, `report` sentences of what could not be taken back.
    """

    target = models.CharField("导入什么", max_length=60)
    name = models.CharField("文件", max_length=120)
    digest = models.CharField(max_length=64)
    state = models.CharField("状态", max_length=10, choices=RunState, default=RunState.READ)
    into = models.BigIntegerField(null=True)
    mapping = models.JSONField(default=dict)
    constants = models.JSONField(default=dict)
    counts = models.JSONField(default=dict)
    note = models.CharField("说明", max_length=500, blank=True)
    report = models.JSONField(default=list)
    created_at = models.DateTimeField("上传时间")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    done_at = models.DateTimeField("导入时间", null=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="导入人")
    undone_at = models.DateTimeField("撤回时间", null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="撤回人")

    class Meta:
        verbose_name = "导入"
        ordering = ["-pk"]
        indexes = [models.Index(fields=["target", "digest"], name="import_by_file")]

    def __str__(self):
        return self.name

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class ImportData(Model):
    """The bulky part of a run, read only by its own page; emptied when the time to take it back is over.

    `grids` are the sheets as read, `layouts` per sheet {"chosen": bool, "heading": [first, last] or null}, `fixes` {row key: {column: text}},
    `choices` {row key: "keep" or "skip"}, `findings` {row key: what the check found}, `saved` the records with what they were before and after (undo.entries_of).
    A row key is "sheet index:row number".
    """

    run = models.OneToOneField(ImportRun, models.CASCADE, primary_key=True, related_name="data")
    grids = models.JSONField(default=list)
    layouts = models.JSONField(default=list)
    fixes = models.JSONField(default=dict)
    choices = models.JSONField(default=dict)
    findings = models.JSONField(default=dict)
    saved = models.JSONField(default=list)

    def __str__(self):
        return str(self.run)


class ImportMemory(Model):
    """What a heading meant last time at this school; an empty column is "not imported"."""

    target = models.CharField(max_length=60)
    heading = models.CharField(max_length=120)
    column = models.CharField(max_length=40, blank=True)
    unit = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["target", "heading"], name="import_heading_once")]

    def __str__(self):
        return f"{self.target}：{self.heading} → {self.column or '不导入'}"
