"""manage.py search_index: make the search box say what the records say; harmless to repeat."""

from django.core.management.base import BaseCommand

from logistics.platform.search.checks import locale_problem
from logistics.platform.search.index import rebuild


class Command(BaseCommand):
    help = "重建搜索（可重复执行）"

    def add_arguments(self, parser):
        parser.add_argument("--anew", action="store_true", help="先清空再建；升级改了分词方法以后用")

    def handle(self, *args, anew: bool = False, **options):
        wrong = rebuild(anew=anew, say=self.stdout.write)
        self.stdout.write(f"改正 {wrong} 条。")
        if problem := locale_problem():
            self.stderr.write(problem)
