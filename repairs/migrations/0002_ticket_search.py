"""An index for the search column: of trigrams on PostgreSQL, a narrow copy that is quicker to walk than the table on SQLite."""

from django.db import migrations

from logistics.platform.kernel.migrating import Beside


def add(schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        schema_editor.execute("CREATE INDEX ticket_search_trigram ON repairs_ticket USING gin (search gin_trgm_ops)")
    else:
        schema_editor.execute("CREATE INDEX ticket_search_copy ON repairs_ticket (search)")


def drop(schema_editor):
    schema_editor.execute("DROP INDEX IF EXISTS ticket_search_trigram")
    schema_editor.execute("DROP INDEX IF EXISTS ticket_search_copy")


class Migration(migrations.Migration):
    dependencies = [("repairs", "0001_initial")]
    operations = [Beside(add, drop)]
