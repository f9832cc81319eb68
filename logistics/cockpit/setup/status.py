"""系统状态: whether the site works, and what it holds."""

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Sum
from django.utils import timezone
from django.views.generic import TemplateView

from logistics.platform.access.rules import require
from logistics.platform.attachments.models import Attachment
from logistics.platform.audit.models import ChainHead
from logistics.platform.notices.models import OutboxMessage, OutboxState
from logistics.platform.queue.backups import backups_folder
from logistics.platform.queue.health import problems
from logistics.platform.queue.models import QueuedMessage
from logistics.platform.web.templatetags.school import moment

VIEW = "platform.status.view"
PARTS = {"database": "数据库", "broker": "任务队列", "worker": "后台任务", "beat": "定时任务", "disk": "磁盘"}
BACKUP_TOO_OLD = timedelta(hours=30)
MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Part:
    """One line of the page: what works or why it does not; `value` stands at the right."""

    label: str
    tone: str
    word: str
    detail: str
    value: str = ""


def size(count: int) -> str:
    """How much room that many bytes take: 38.6 MB, 4.2 GB."""
    megabytes = count / MEGABYTE
    return f"{megabytes / 1024:.1f} GB" if megabytes >= 1024 else f"{megabytes:.1f} MB"


def running_parts() -> list[Part]:
    """Database, queue, processes and disk, as /readyz sees them."""
    details = {"database": database_words, "broker": queue_words, "disk": disk_words, "worker": lambda: "在运行", "beat": lambda: "在运行"}
    parts = []
    for name, wrong in problems().items():
        detail = wrong or (details[name]() if name in details else "")
        parts.append(Part(PARTS.get(name, name), "late" if wrong else "done", "异常" if wrong else "正常", detail))
    return parts


def database_words() -> str:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_database_size(current_database())")
            return f"PostgreSQL，{size(cursor.fetchone()[0])}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()")
        return f"SQLite，{size(cursor.fetchone()[0])}"


def disk_words() -> str:
    folder = settings.MEDIA_ROOT if settings.MEDIA_ROOT.exists() else settings.ROOT
    return f"还剩 {size(shutil.disk_usage(folder).free)}"


def queue_words() -> str:
    return "用 Redis" if settings.REDIS_URL else f"用数据库，等待 {QueuedMessage.objects.count()} 个任务"


def backup_part(now: datetime) -> Part:
    """The newest copy of the database that the nightly job made."""
    folder = backups_folder()
    copies = [*folder.glob("logistics-*.sqlite3"), *folder.glob("logistics-*.dump")] if folder.exists() else []
    if not copies:
        return Part("数据备份", "wait", "还没有", "每天 02:30 自动备份一次，也可以让管理员手工备份。")
    newest = max(copies, key=lambda path: path.stat().st_mtime)
    made_at = datetime.fromtimestamp(newest.stat().st_mtime, tz=timezone.get_current_timezone())
    is_old = now - made_at > BACKUP_TOO_OLD
    detail = f"上次成功 {moment(made_at)}，{size(newest.stat().st_size)}。" + ("超过一天没有备份，请检查磁盘和后台任务。" if is_old else "")
    return Part("数据备份", "late" if is_old else "done", "异常" if is_old else "正常", detail, f"留着 {len(copies)} 份")


def message_part() -> Part:
    """What the outbox still has to send, and what it gave up."""
    counts = dict(OutboxMessage.objects.values_list("state").annotate(Count("pk")))
    failed, waiting = counts.get(OutboxState.FAILED, 0), counts.get(OutboxState.PENDING, 0)
    sent = OutboxMessage.objects.filter(state=OutboxState.DONE).aggregate(last=Max("created_at"))["last"]
    detail = f"等着发 {waiting} 条" + (f"，最近一条 {moment(sent)}" if sent else "")
    if failed:
        return Part("消息发送", "wait", "有没送到的", f"{detail}。有 {failed} 条多次没发出去，站内消息不受影响。")
    return Part("消息发送", "done", "正常", detail)


def kept_parts() -> list[Part]:
    files = Attachment.objects.aggregate(count=Count("pk"), size=Sum("size"))
    journal = ChainHead.objects.aggregate(total=Sum("position"))["total"] or 0
    return [
        Part("附件", "done", "正常", f"照片和文件 {files['count']:,} 个", size(files["size"] or 0)),
        Part("操作日志", "done", "在记", f"{journal:,} 条，只增不改", ""),
    ]


class Status(TemplateView):
    template_name = "cockpit/status.html"

    def get_context_data(self, **kwargs):
        require(self.request.user, VIEW)
        now = timezone.now()
        parts = [*running_parts(), backup_part(now), message_part(), *kept_parts()]
        wrong = [part for part in parts if part.tone != "done"]
        fine = [part for part in parts if part.tone == "done"]
        return super().get_context_data(title="系统状态", now=now, wrong=wrong, fine=fine, **kwargs)
