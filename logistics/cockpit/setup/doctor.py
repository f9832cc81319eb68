"""Everything that can be wrong with a site, looked at once: more than the status page may ask on every visit (GEN-08)."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from django.conf import settings
from django.core.mail import get_connection
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from logistics.platform.attachments.models import Attachment
from logistics.platform.search.checks import locale_problem
from logistics.platform.web.readiness import percent, standings

from .status import Part, backup_part, kept_parts, message_part, running_parts

FONT = "Noto Sans CJK SC"
SAMPLE = 200  # files looked for on the disk
ANSWERS = 10  # seconds a mail server may take


def fine(label: str, detail: str) -> Part:
    return Part(label, "done", "正常", detail)


def wrong(label: str, detail: str) -> Part:
    return Part(label, "late", "异常", detail)


def tables_part() -> Part:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if waiting:
        return wrong("数据库结构", f"有 {len(waiting)} 步没有更新，请运行 manage.py migrate。")
    return fine("数据库结构", "是最新的")


def font_part() -> Part:
    """Without this very family Chinese comes out in Japanese forms or not at all."""
    program = shutil.which("fc-match")
    if program is None:
        return wrong("打印字体", "没有 fontconfig，请安装软件包 fontconfig 和 fonts-noto-cjk。")
    found = subprocess.run([program, "-f", "%{family}", FONT], capture_output=True, text=True, timeout=ANSWERS, check=False).stdout
    return fine("打印字体", FONT) if FONT in found else wrong("打印字体", f"没有 {FONT}，请安装软件包 fonts-noto-cjk，否则单据上的字会不对。")


def media_part() -> Part:
    """Files of the newest attachments are where they should be, and more can be written."""
    folder = Path(settings.MEDIA_ROOT)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder / ".doctor"
        probe.touch()
        probe.unlink()
    except OSError as error:
        return wrong("照片文件夹", f"写不进 {folder}：{error.strerror}。请检查目录权限。")
    newest = Attachment.objects.exclude(file="").order_by("-pk")[:SAMPLE]
    absent = sum(not one.file.storage.exists(one.file.name) for one in newest)
    return wrong("照片文件夹", f"最近 {SAMPLE} 个附件里有 {absent} 个文件不见了，请从备份恢复。") if absent else fine("照片文件夹", "读写都正常")


def mail_part() -> Part:
    if not settings.EMAIL_HOST or "smtp" not in settings.EMAIL_BACKEND:
        return Part("邮件", "wait", "没有设", "没有设邮件服务器，只发站内消息。要发邮件，请设 EMAIL_HOST。")
    try:
        link = get_connection(timeout=ANSWERS)
        link.open()
        link.close()
    except OSError as error:
        return wrong("邮件", f"连不上 {settings.EMAIL_HOST}：{error}。请检查 EMAIL_HOST、账号和密码。")
    return fine("邮件", f"连得上 {settings.EMAIL_HOST}")


def clock_part() -> Part:
    """The database and this program must agree on the time, or deadlines of both differ."""
    if connection.vendor != "postgresql":
        return fine("时钟", f"{timezone.localtime():%Y-%m-%d %H:%M}，{settings.TIME_ZONE}")
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        seconds = abs((cursor.fetchone()[0] - timezone.now()).total_seconds())
    return wrong("时钟", f"数据库和本机的时间差 {seconds:.0f} 秒，请打开两边的自动对时。") if seconds > ANSWERS else fine("时钟", "数据库和本机一致")


def school_part() -> Part:
    found = standings()
    missing = [one.step.label for one in found if not one.is_done]
    if missing:
        return Part("建学校", "wait", f"{percent(found)} %", f"还差：{'、'.join(missing)}。请打开 系统设置 / 建学校。")
    return fine("建学校", "都建好了")


def letters_part() -> Part:
    """A database that knows no Chinese letters works, but is slow: a warning, and never a reason to be out of service."""
    problem = locale_problem()
    return Part("数据库的字符", "wait", "提醒", problem) if problem else fine("数据库的字符", "认得中文")


CHECKS: list[Callable[[], Part]] = [tables_part, letters_part, font_part, media_part, mail_part, clock_part, school_part]


def examine() -> Iterator[Part]:
    """Every part of the site. A look that fails is itself a finding, never an end."""
    looks = [running_parts, lambda: [backup_part(timezone.now())], lambda: [message_part()], kept_parts, *(lambda check=check: [check()] for check in CHECKS)]
    for look in looks:
        try:
            yield from look()
        except Exception as error:  # noqa: BLE001  # whatever is broken, the other parts must still be looked at
            name = getattr(look, "__name__", "")
            yield wrong({"running_parts": "运行", "kept_parts": "数据"}.get(name, "检查"), f"没有查成：{type(error).__name__}: {error}")


def in_one_line(part: Part) -> Part:
    return replace(part, detail=" ".join(part.detail.split()))
