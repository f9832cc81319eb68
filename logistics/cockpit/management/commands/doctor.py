"""manage.py doctor: what is wrong with this site and what to do about it."""

import unicodedata

from django.core.management.base import BaseCommand, CommandError

from logistics.cockpit.setup.doctor import examine, in_one_line

MARKS = {"done": "好  ", "wait": "留意", "doing": "留意", "late": "异常"}
WIDTH = 12


def padded(text: str) -> str:
    """Chinese characters take two columns of a terminal."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in text)
    return text + " " * max(0, WIDTH - len(text) - wide)


class Command(BaseCommand):
    help = "检查这个系统的各个部分，说明哪里不对、怎么办；有异常时以 1 结束"

    def handle(self, **options):
        bad = 0
        for part in map(in_one_line, examine()):
            bad += part.tone == "late"
            told = f"{part.detail} {part.value}".strip()
            self.stdout.write(f"  {MARKS[part.tone]}  {padded(part.label)}  {told}")
        if bad:
            raise CommandError(f"有 {bad} 处异常，办法写在每一行。")
        self.stdout.write("没有发现异常。")
