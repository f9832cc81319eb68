"""Database triggers that make the journal append-only, for SQLite and PostgreSQL."""

TABLE = "platform_event"

SQLITE = {
    "install": [
        f"CREATE TRIGGER IF NOT EXISTS journal_no_{verb} BEFORE {verb.upper()} ON {TABLE} BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"
        for verb in ("update", "delete")
    ],
    "remove": [f"DROP TRIGGER IF EXISTS journal_no_{verb}" for verb in ("update", "delete")],
}
POSTGRESQL = {
    "install": [
        "CREATE OR REPLACE FUNCTION journal_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'the journal is append-only'; END $$",
        f"CREATE OR REPLACE TRIGGER journal_no_change BEFORE UPDATE OR DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION journal_append_only()",
        f"CREATE OR REPLACE TRIGGER journal_no_truncate BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION journal_append_only()",
    ],
    "remove": [f"DROP TRIGGER IF EXISTS journal_no_{verb} ON {TABLE}" for verb in ("change", "truncate")],
}


def run(connection, verb: str) -> None:
    """Install or remove the triggers on this connection's database."""
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[connection.vendor][verb]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def install(schema_editor):
    run(schema_editor.connection, "install")


def remove(schema_editor):
    run(schema_editor.connection, "remove")
