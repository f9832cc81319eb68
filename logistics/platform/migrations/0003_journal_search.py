"""The journal's text search: trigrams on PostgreSQL, on SQLite a narrow copy by day that is quicker to walk than the table."""

from django.db import migrations

from logistics.platform.kernel.migrating import Beside

COLUMNS = ("label", "text", "note")


def add(schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        for column in COLUMNS:
            schema_editor.execute(f"CREATE INDEX journal_{column}_trigram ON platform_event USING gin (upper({column}::text) gin_trgm_ops)")
    else:
        schema_editor.execute("CREATE INDEX journal_search_copy ON platform_event (at, label, text, note)")


def drop(schema_editor):
    for name in (*(f"journal_{column}_trigram" for column in COLUMNS), "journal_search_copy"):
        schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("platform", "0002_journal_triggers")]
    operations = [Beside(add, drop)]
