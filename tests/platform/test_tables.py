"""The test database is made anew for every change of what makes its tables, and only from whole migrations."""

import pytest

from tests import databases

LISTS = ("dorms/append_only.py", "logistics/utilities/append_only.py", "logistics/platform/audit/append_only.py")


def test_every_list_of_append_only_tables_is_installed_and_counts_for_the_state_of_the_tables():
    known = {f"{path.relative_to(databases.ROOT)}" for path in databases.migrations()}
    assert set(LISTS) < known
    assert "assets/card/numbers.py" in known  # by `import`, not `from`
    assert databases.unguarded() == []


def test_tables_made_while_migrations_change_are_not_kept(tmp_path, monkeypatch):
    app = tmp_path / "dorms"
    (app / "migrations").mkdir(parents=True)
    (app / "append_only.py").write_text("NIGHTS = 1\n")
    step = app / "migrations" / "0002_append_only.py"
    step.write_text("from dorms.append_only import NIGHTS\n")
    monkeypatch.setattr(databases, "ROOT", tmp_path)
    before = databases.fingerprint()
    databases.check_whole(before)
    (app / "append_only.py").write_text("NIGHTS = 2\n")
    with pytest.raises(RuntimeError, match="changed while"):
        databases.check_whole(before)
    step.rename(tmp_path / "aside.py")  # as while an app's migrations are made anew
    with pytest.raises(RuntimeError, match="no migration installs"):
        databases.check_whole(databases.fingerprint())
