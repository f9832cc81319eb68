"""资产清点核对上报: the June and the annual report, frozen when drawn up, checked by the accountant, sent upward (AST-15)."""

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from logistics.platform.kernel.models import Stamped


class ReportKind(models.TextChoices):
    JUNE = "june", "六月清点报表"
    ANNUAL = "annual", "年度报表"
    OTHER = "other", "清点报表"


class ReportState(models.TextChoices):
    DRAFT = "draft", "起草"
    CHECKED = "checked", "已核对"
    FILED = "filed", "已上报"
    VOID = "void", "作废"


REPORT_MOVES = {
    ReportState.DRAFT: (ReportState.CHECKED, ReportState.VOID),
    ReportState.CHECKED: (ReportState.FILED, ReportState.DRAFT),
    ReportState.FILED: (ReportState.DRAFT,),  # sent back from above
}
REPORT_TONES = {ReportState.DRAFT: "wait", ReportState.CHECKED: "doing", ReportState.FILED: "done", ReportState.VOID: "void"}


class AssetReport(Stamped):
    """What there was, came, went and is, from `since` to `until`. `figures` are the ledger's sums as they were when taken (figures.py)."""

    kind = models.CharField("报表", max_length=6, choices=ReportKind, default=ReportKind.JUNE)
    since = models.DateField("从")
    until = models.DateField("到")
    words = models.TextField("情况说明", max_length=1000, blank=True, help_text="清点怎么做的，盘盈盘亏和闲置打算怎么处理。")
    figures = models.JSONField("数字", default=dict, encoder=DjangoJSONEncoder, editable=False)
    taken_at = models.DateTimeField("取数时间", null=True, editable=False)
    state = models.CharField("状态", max_length=7, choices=ReportState, default=ReportState.DRAFT, editable=False)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="核对")
    checked_at = models.DateTimeField("核对时间", null=True, editable=False)
    filed_on = models.DateField("上报日期", null=True, editable=False)
    filed_to = models.CharField("报给", max_length=60, blank=True, editable=False)
    receipt = models.CharField("回执或文号", max_length=60, blank=True, editable=False)
    opinion = models.CharField("退回或作废原因", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "资产上报"
        ordering = ["-until", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "until"], condition=~Q(state="void"), name="asset_report_once", violation_error_message="这份报表已经有了，请打开原来的"
            ),
            models.CheckConstraint(name="asset_report_period", condition=Q(since__lte=F("until")), violation_error_message="开始日期不能晚于结束日期"),
            models.CheckConstraint(
                name="asset_report_checked_whole", condition=Q(state__in=["draft", "void"]) | Q(checked_by__isnull=False, checked_at__isnull=False)
            ),
            models.CheckConstraint(name="asset_report_filed_whole", condition=~Q(state="filed") | (Q(filed_on__isnull=False) & ~Q(filed_to=""))),
        ]

    def __str__(self):
        return f"{self.until.year}年{self.get_kind_display()}（到 {self.until:%Y-%m-%d}）"

    @property
    def tone(self) -> str:
        return REPORT_TONES[ReportState(self.state)]
