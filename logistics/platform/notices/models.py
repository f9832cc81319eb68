"""Messages to people, and the outbox that carries work out after commit."""

from django.conf import settings
from django.db import models

from logistics.platform.kernel.models import Model, Stamped


class Notice(Model):
    """One line in a person's inbox."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    at = models.DateTimeField("时间")
    title = models.CharField("标题", max_length=120)
    body = models.CharField("内容", max_length=300, blank=True)
    url = models.CharField(max_length=200, blank=True)
    read_at = models.DateTimeField(null=True)
    outbox = models.ForeignKey("platform.OutboxMessage", models.CASCADE, related_name="notices")
    is_urgent = models.BooleanField("紧急", default=False)
    digest_at = models.DateTimeField(null=True)  # the moment of the mail that holds this with others

    class Meta:
        verbose_name = "消息"
        ordering = ["-id"]
        indexes = [models.Index(fields=["recipient", "read_at"]), models.Index(fields=["recipient", "digest_at"])]
        constraints = [models.UniqueConstraint(fields=["outbox", "recipient"], name="notice_once_per_person")]

    def __str__(self):
        return self.title


class OutboxState(models.TextChoices):
    PENDING = "pending", "待送"
    SENDING = "sending", "正在送"
    DONE = "done", "已送"
    FAILED = "failed", "送不出"


class OutboxMessage(Model):
    """Work promised by a committed rule. `key` makes the same promise once only.

    `next_try_at` is when a pending message is due, and when one that is being sent counts as cut off.
    Messages of one `lane` go to the same place and may travel together.
    """

    topic = models.CharField(max_length=40)
    key = models.CharField(max_length=120, unique=True)
    lane = models.CharField(max_length=40, blank=True, default="")
    payload = models.JSONField()
    state = models.CharField(max_length=10, choices=OutboxState, default=OutboxState.PENDING)
    created_at = models.DateTimeField()
    next_try_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = "待办发送"
        indexes = [models.Index(fields=["state", "next_try_at"]), models.Index(fields=["lane", "state"], condition=~models.Q(lane=""), name="outbox_lanes")]

    def __str__(self):
        return self.key


class RobotKind(models.TextChoices):
    WECOM = "wecom", "企业微信群机器人"
    DINGTALK = "dingtalk", "钉钉自定义机器人"
    FEISHU = "feishu", "飞书自定义机器人"


class Robot(Stamped):
    """A robot in a group chat that says what happens to everybody there. Address and secret are keys: never shown, never journaled."""

    name = models.CharField("名称", max_length=30, unique=True, help_text="例如 总务处工作群。")
    kind = models.CharField("类型", max_length=10, choices=RobotKind)
    address = models.CharField("机器人地址", max_length=300)
    secret = models.CharField("加签密钥", max_length=100, blank=True)
    keyword = models.CharField("关键词", max_length=20, blank=True, help_text="群里给机器人设了关键词才填，每条消息都会带上它。")
    subjects = models.JSONField("发哪些事", default=list, blank=True)
    is_active = models.BooleanField("在用", default=True)
    # how it goes
    is_stopped = models.BooleanField("停住了", default=False, editable=False)  # the other side says the settings are wrong
    tries = models.PositiveSmallIntegerField("连着没成", default=0, editable=False)
    resume_at = models.DateTimeField("再发时间", null=True, editable=False)
    last_at = models.DateTimeField("上次发送", null=True, editable=False)
    last_words = models.CharField("上次结果", max_length=200, blank=True, editable=False)

    class Meta:
        verbose_name = "群机器人"
        ordering = ["name"]

    def __str__(self):
        return self.name

    @property
    def lane(self) -> str:
        return f"robot:{self.pk}"


class PostState(models.TextChoices):
    SENDING = "sending", "正在发"
    SENT = "sent", "发到了"
    AGAIN = "again", "没发成，再发"
    REFUSED = "refused", "对方不收"
    UNSURE = "unsure", "不确定"
    SETTLED = "settled", "不确定，已处理"


class RobotPost(Model):
    """One request to a robot: the lines it carried and what came back. It counts against the robot's limit whatever came back."""

    robot = models.ForeignKey(Robot, models.CASCADE, related_name="posts")
    at = models.DateTimeField("时间")
    state = models.CharField("结果", max_length=8, choices=PostState, default=PostState.SENDING)
    messages = models.JSONField(default=list)  # keys of the outbox rows
    summary = models.CharField("内容", max_length=160)
    words = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "机器人发出的消息"
        ordering = ["-id"]
        indexes = [models.Index(fields=["robot", "at"])]

    def __str__(self):
        return self.summary


class NoticeChoice(Model):
    """How one person wants to be told beside the inbox. Empty times are the school's."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_choice")
    mail = models.JSONField("邮件", default=dict, blank=True)  # {group: now, digest or off}
    quiet_from = models.TimeField("安静从", null=True, blank=True)
    quiet_to = models.TimeField("安静到", null=True, blank=True)
    digest_at = models.TimeField("汇总时间", null=True, blank=True)

    class Meta:
        verbose_name = "提醒方式"
        constraints = [
            models.CheckConstraint(
                name="quiet_hours_whole",
                condition=models.Q(quiet_from=None, quiet_to=None) | models.Q(quiet_from__isnull=False, quiet_to__isnull=False),
                violation_error_message="安静时段要填开始和结束。",
            )
        ]

    def __str__(self):
        return f"{self.person}的提醒方式"


class FeedToken(Model):
    """The key in the address of a person's calendar feed; only its digest is kept."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="feed_token")
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField("建立时间")

    class Meta:
        verbose_name = "日历订阅"

    def __str__(self):
        return f"{self.person}的日历订阅"
