"""The words by which each record is found (GEN-02)."""

from django.db import models

from logistics.platform.kernel.models import Model


class SearchEntry(Model):
    """One record's words. The index over them is the database's own: an FTS5 table on SQLite, a column of grams on PostgreSQL.

    Derived from the records and written in their transaction; `manage.py search_index` makes it anew.
    """

    kind = models.CharField("类别", max_length=60)
    record_id = models.BigIntegerField("编号")
    words = models.TextField("词")

    class Meta:
        verbose_name = "搜索词"
        constraints = [models.UniqueConstraint(fields=["kind", "record_id"], name="search_entry_once")]

    def __str__(self):
        return f"{self.kind}:{self.record_id}"
