"""图书和教材: what a library says of a card of books beside the ledger (AST-16)."""

from django.db import models

from assets.card.models import AssetCard
from logistics.platform.kernel.models import Model

from .isbn import check_isbn


class BookKind(models.TextChoices):
    BOOK = "book", "图书"
    TEXTBOOK = "textbook", "教材"
    GUIDE = "guide", "教师用书"
    JOURNAL = "journal", "期刊"


class Book(Model):
    """One title: its copies are the pieces of its card, lent like other things."""

    card = models.OneToOneField(AssetCard, models.PROTECT, related_name="book", verbose_name="资产")
    kind = models.CharField("种类", max_length=10, choices=BookKind, default=BookKind.BOOK)
    author = models.CharField("作者", max_length=80, blank=True)
    publisher = models.CharField("出版社", max_length=60, blank=True)
    isbn = models.CharField("书号（ISBN）", max_length=13, blank=True, validators=[check_isbn])
    call_number = models.CharField("索书号", max_length=40, blank=True)
    subject = models.CharField("学科年级", max_length=40, blank=True)

    class Meta:
        verbose_name = "图书教材"
        ordering = ["-id"]
        indexes = [models.Index(fields=["isbn"], name="book_by_isbn"), models.Index(fields=["kind"], name="book_by_kind")]

    def __str__(self):
        return self.card.name
