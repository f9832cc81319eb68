"""Photos and papers that hang on records (GEN-08). Files have random names and leave only through the record's visibility."""

from django.conf import settings
from django.db import models
from django.urls import reverse

from logistics.platform.kernel.models import Model


class Attachment(Model):
    """`kind` and `record_id` point at the record; both are empty while the upload waits for its form.

    A signature given by typing one's name has no file: `name` is what was typed.
    """

    kind = models.CharField(max_length=60, blank=True)
    record_id = models.BigIntegerField(null=True)
    role = models.CharField("用途", max_length=20)
    token = models.CharField(max_length=32, unique=True)
    file = models.FileField("文件", max_length=120, blank=True)
    thumb = models.FileField(max_length=120, blank=True)
    name = models.CharField("原名", max_length=120)
    size = models.PositiveIntegerField("大小")
    digest = models.CharField(max_length=64)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="上传人")
    uploaded_at = models.DateTimeField("上传时间")

    class Meta:
        verbose_name = "附件"
        indexes = [
            models.Index(fields=["kind", "record_id", "id"]),
            models.Index(fields=["uploaded_at"], condition=models.Q(kind=""), name="attachment_staged"),
        ]
        constraints = [
            models.CheckConstraint(
                name="attachment_has_whole_ref", condition=models.Q(kind="", record_id=None) | (~models.Q(kind="") & models.Q(record_id__isnull=False))
            )
        ]

    def __str__(self):
        return self.name

    @property
    def is_typed(self) -> bool:
        """A signature given by typing the name."""
        return not self.file

    @property
    def is_picture(self) -> bool:
        return bool(self.file) and not self.file.name.endswith(".pdf")

    @property
    def url(self) -> str:
        return reverse("attachments:file", args=[self.token])

    @property
    def thumb_url(self) -> str:
        """The small picture; the whole one where there is no small one."""
        return reverse("attachments:thumb", args=[self.token]) if self.thumb else self.url
