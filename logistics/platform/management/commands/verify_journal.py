from django.core.management.base import BaseCommand, CommandError

from logistics.platform.audit.models import ChainHead
from logistics.platform.audit.queries import find_breaks
from logistics.platform.heads.queries import moment_of, moment_words, prove


class Command(BaseCommand):
    help = "Prove the journal untouched, or name the first broken entry of each chain; with --since-head against a head kept outside."

    def add_arguments(self, parser):
        parser.add_argument("--since-head", metavar="HASH", help='a head from paper, mail or chat: 64 characters, or "MOMENT HASH" as the QR code says it')
        parser.add_argument("--at", metavar="MOMENT", help='the moment printed beside the head, "2026-11-20 00:10:00.000000"')

    def handle(self, since_head=None, at=None, **options):
        if since_head is not None:
            self.prove_head(since_head, at)
        breaks = list(find_breaks())
        for head in ChainHead.objects.order_by("chain"):
            self.stdout.write(f"{head.chain}: {head.position} entries, head {head.digest}")
        if breaks:
            raise CommandError("; ".join(f"{b.chain} entry {b.position}{f' at {moment_words(b.at)}' if b.at else ''}: {b.reason}" for b in breaks))
        self.stdout.write("journal untouched")

    def prove_head(self, typed: str, at: str | None) -> None:
        *moment, head = typed.split() or [""]
        words = at or " ".join(moment)
        asked = moment_of(words)
        if words and asked is None:
            raise CommandError(f"not a moment: {words}")
        proof = prove(head, asked)
        if not proof.holds:
            raise CommandError(proof.words)
        self.stdout.write(proof.words)
