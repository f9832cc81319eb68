"""Database triggers that keep the ledger and the day books append-only, for SQLite and PostgreSQL. Only the review of a day book's line may be filled in."""

WRITTEN = {
    "finance_acceptanceline": "OF acceptance_id, order_line_id, accepted, rejected, reason, amount, destination",
    "finance_budgetentry": "",
    "finance_feepayment": "OF due_id, amount, paid_on, receipt, means, note, reverses_id, at, by_id",
    "finance_contractnote": "",
    "finance_instalmentpayment": "",
    "finance_dayentry": (
        'OF account_id, number, "on", voucher, summary, counterparty, side, amount, balance, document_kind, document_id, document_label, reverses_id, at, by_id'
    ),
}
WORDS = "the books of finance are append-only"


def _sqlite(verb: str) -> list[str]:
    names = [(f"{table}_no_{act}", act, table, columns if act == "update" else "") for table, columns in WRITTEN.items() for act in ("update", "delete")]
    if verb == "remove":
        return [f"DROP TRIGGER IF EXISTS {name}" for name, *_ in names]
    return [
        f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {act.upper()} {columns} ON {table} BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
        for name, act, table, columns in names
    ]


def _postgresql(verb: str) -> list[str]:
    if verb == "remove":
        return [f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}" for table in WRITTEN]
    function = f"CREATE OR REPLACE FUNCTION finance_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{WORDS}'; END $$"
    return [
        function,
        *(
            f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE {columns} OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION finance_append_only()"
            for table, columns in WRITTEN.items()
        ),
    ]


def run(connection, verb: str) -> None:
    """Install or remove the triggers on this connection's database."""
    statements = {"sqlite": _sqlite, "postgresql": _postgresql}[connection.vendor](verb)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def install(apps, schema_editor):
    run(schema_editor.connection, "install")


def remove(apps, schema_editor):
    run(schema_editor.connection, "remove")
