"""Database triggers that keep an app's ledgers append-only, for SQLite and PostgreSQL."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class AppendOnly:
    """The tables of one app that are only ever added to.

    `tables` is {table: what an UPDATE is refused for}: "" for every column, or "OF a, b" where the others may be filled in later.
    `install` and `remove` are for a migration's RunPython, `run(connection, verb)` for tests that empty tables.
    """

    app: str
    tables: Mapping[str, str]

    @property
    def words(self) -> str:
        return f"the books of {self.app} are append-only"

    def _sqlite(self, verb: str) -> list[str]:
        names = [
            (f"{table}_no_{act}", act, table, columns if act == "update" else "") for table, columns in self.tables.items() for act in ("update", "delete")
        ]
        if verb == "remove":
            return [f"DROP TRIGGER IF EXISTS {name}" for name, *_ in names]
        return [
            f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {act.upper()} {columns} ON {table} BEGIN SELECT RAISE(ABORT, '{self.words}'); END"
            for name, act, table, columns in names
        ]

    def _postgresql(self, verb: str) -> list[str]:
        if verb == "remove":
            return [f"DROP TRIGGER IF EXISTS {table}_no_change ON {table}" for table in self.tables]
        function = f"{self.app}_append_only()"
        return [
            f"CREATE OR REPLACE FUNCTION {function} RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{self.words}'; END $$",
            *(
                f"CREATE OR REPLACE TRIGGER {table}_no_change BEFORE UPDATE {columns} OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {function}"
                for table, columns in self.tables.items()
            ),
        ]

    def run(self, connection, verb: str) -> None:
        """Install or remove the triggers on this connection's database."""
        statements = {"sqlite": self._sqlite, "postgresql": self._postgresql}[connection.vendor](verb)
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def install(self, schema_editor) -> None:
        self.run(schema_editor.connection, "install")

    def remove(self, schema_editor) -> None:
        self.run(schema_editor.connection, "remove")
