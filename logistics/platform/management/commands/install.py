"""manage.py install: what a new version needs before it serves; harmless to repeat."""

from django.core.management.base import BaseCommand

from logistics.platform.queue import site


class Command(BaseCommand):
    help = "建立或升级数据表、角色和页面文件"

    def handle(self, *args, **options):
        site.install(self.stdout.write)
