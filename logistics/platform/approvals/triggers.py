"""A database trigger that keeps decisions as they were written, for SQLite and PostgreSQL."""

TABLE = "platform_decision"
SAID = "a decision is never changed"

SQLITE = {
    "install": [f"CREATE TRIGGER IF NOT EXISTS decision_no_update BEFORE UPDATE ON {TABLE} BEGIN SELECT RAISE(ABORT, '{SAID}'); END"],
    "remove": ["DROP TRIGGER IF EXISTS decision_no_update"],
}
POSTGRESQL = {
    "install": [
        f"CREATE OR REPLACE FUNCTION decision_stays() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{SAID}'; END $$",
        f"CREATE OR REPLACE TRIGGER decision_no_update BEFORE UPDATE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION decision_stays()",
    ],
    "remove": [f"DROP TRIGGER IF EXISTS decision_no_update ON {TABLE}"],
}


def run(connection, verb: str) -> None:
    """Install or remove the trigger on this connection's database."""
    statements = {"sqlite": SQLITE, "postgresql": POSTGRESQL}[connection.vendor][verb]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def install(schema_editor):
    run(schema_editor.connection, "install")


def remove(schema_editor):
    run(schema_editor.connection, "remove")
