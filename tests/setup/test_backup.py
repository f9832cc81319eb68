"""A copy of the database that can be restored, taken while the school works."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.queue import backups
from tests.setup.helpers import connect, on_postgresql, postgresql_database


def add_row(site, name: str) -> None:
    with closing(connect(site.database_url)) as link, closing(link.cursor()) as cursor:
        cursor.execute(f"INSERT INTO platform_heartbeat (name, at) VALUES ('{name}', '2026-09-01 08:00:00+00')")
        link.commit()


def test_a_copy_holds_what_was_committed_and_opens_as_a_database(site, tmp_path):
    add_row(site, "before")
    done = site.manage("backup", "--to", str(tmp_path / "copies"))
    assert done.returncode == 0, done.stderr
    add_row(site, "after")
    (copy,) = (tmp_path / "copies").iterdir()
    assert copy.stat().st_mode & 0o077 == 0, "only the owner reads it"
    assert names_in(copy) == ["before"]


def names_in(copy: Path) -> list[str]:
    query = "SELECT name FROM platform_heartbeat ORDER BY name"
    if not on_postgresql():
        with closing(sqlite3.connect(copy)) as link:
            return [name for (name,) in link.execute(query)]
    with postgresql_database(f"restored_{os.getpid()}", template="template0") as url:
        subprocess.run(["pg_restore", "--dbname", url.replace("postgres://", "postgresql://"), str(copy)], check=True)
        with closing(connect(url)) as link, closing(link.cursor()) as cursor:
            cursor.execute(query)
            return [name for (name,) in cursor.fetchall()]


def test_only_the_newest_copies_are_kept_and_nothing_else_is_touched(tmp_path):
    for day in range(1, 6):
        (tmp_path / f"logistics-2026090{day}-023000.sqlite3").touch()
    (tmp_path / "老师的文件.sqlite3").touch()
    backups.prune(tmp_path, 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["logistics-20260904-023000.sqlite3", "logistics-20260905-023000.sqlite3", "老师的文件.sqlite3"]


@pytest.mark.django_db
def test_a_copy_that_cannot_be_written_says_so_and_leaves_nothing(tmp_path):
    (tmp_path / "copies").write_text("a file where the folder should be")
    with pytest.raises(RuleViolation, match="请检查磁盘空间和目录权限"):
        backups.back_up_database(tmp_path / "copies")
    assert [path.name for path in tmp_path.iterdir()] == ["copies"]


def test_photos_are_copied_once(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "media" / "2026").mkdir(parents=True)
    (tmp_path / "media" / "2026" / "a.jpg").write_bytes(b"photo")
    assert backups.copy_new_media(tmp_path / "copy") == 1
    assert backups.copy_new_media(tmp_path / "copy") == 0
    assert (tmp_path / "copy" / "2026" / "a.jpg").read_bytes() == b"photo"


def test_keeping_none_is_refused(tmp_path):
    with pytest.raises(CommandError, match="至少要保留一份"):
        call_command("backup", "--keep", "0", "--to", str(tmp_path))
    assert not list(tmp_path.iterdir())
