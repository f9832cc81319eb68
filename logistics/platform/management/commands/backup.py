"""manage.py backup [--to folder] [--media] [--keep n]: a safe copy while the site runs."""

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.queue import backups


class Command(BaseCommand):
    help = "备份数据库（可选：连同照片和附件）；系统运行中也可以执行"

    def add_arguments(self, parser):
        parser.add_argument("--to", type=Path, help="存放备份的目录，默认为 var/backups；请定期指定到另一块磁盘")
        parser.add_argument("--media", action="store_true", help="连同照片和附件（只复制新增的文件）")
        parser.add_argument("--keep", type=int, default=backups.KEEP, help="保留最近几份数据库备份")

    def handle(self, *args, to, media, keep, **options):
        folder = to or backups.backups_folder()
        if keep < 1:
            raise CommandError("至少要保留一份备份")
        try:
            path = backups.back_up_database(folder)
            copied = backups.copy_new_media(folder / "media") if media else 0
        except (RuleViolation, OSError) as error:
            raise CommandError(str(error)) from error
        backups.prune(folder, keep)
        self.stdout.write(f"数据库已备份：{path}（{path.stat().st_size // 1024} KB）")
        if media:
            self.stdout.write(f"照片和附件：新增 {copied} 个文件")
