"""Dated copies of the database, taken while the site runs, checked, and thinned out."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.db.backends.sqlite3._functions import register
from django.utils import timezone

from logistics.platform.kernel.errors import RuleViolation

KEEP = 14


def backups_folder() -> Path:
    return settings.VAR / "backups"


def back_up_database(folder: Path) -> Path:
    """Write a checked copy of the database into the folder and return its path.

    An unfinished copy is never left under a final name. RuleViolation says why when it cannot be made.
    """
    sqlite = connection.vendor == "sqlite"
    path = folder / f"logistics-{timezone.localtime():%Y%m%d-%H%M%S}.{'sqlite3' if sqlite else 'dump'}"
    unfinished = folder / "unfinished"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        unfinished.touch(mode=0o600)
        (copy_sqlite if sqlite else dump_postgresql)(unfinished)
        unfinished.rename(path)
    except (sqlite3.Error, OSError, subprocess.CalledProcessError) as error:
        if folder.is_dir():
            unfinished.unlink(missing_ok=True)
        detail = getattr(error, "stderr", None) or error
        raise RuleViolation(f"数据库没有备份成功：{detail}。请检查磁盘空间和目录权限") from error
    return path


def copy_sqlite(path: Path) -> None:
    """Copy page by page with SQLite's own backup, which sees one moment even while others write."""
    connection.ensure_connection()
    with closing(sqlite3.connect(path)) as copy:
        connection.connection.backup(copy)
        register(copy)  # constraints on spans of time call functions that Django brings along
        copy.execute("PRAGMA journal_mode=DELETE")
        answer = copy.execute("PRAGMA quick_check").fetchone()[0]
    if answer != "ok":
        raise sqlite3.DatabaseError(answer)


def dump_postgresql(path: Path) -> None:
    """pg_dump in its compressed format, then read its table of contents back."""
    for program in ("pg_dump", "pg_restore"):
        if not shutil.which(program):
            raise RuleViolation(f"本机没有 {program}，无法备份 PostgreSQL；请安装 postgresql-client")
    database = connection.settings_dict
    names = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD", "PGDATABASE": "NAME"}
    address = {variable: str(database[key]) for variable, key in names.items() if database.get(key)}
    environment = {**os.environ, **address}
    subprocess.run(["pg_dump", "--format=custom", f"--file={path}"], env=environment, check=True, capture_output=True, text=True)
    subprocess.run(["pg_restore", "--list", str(path)], check=True, capture_output=True, text=True)


def copy_new_media(folder: Path) -> int:
    """Copy uploaded files the folder does not have yet; a stored file never changes. Returns how many."""
    copied = 0
    for source in sorted(settings.MEDIA_ROOT.rglob("*")):
        target = folder / source.relative_to(settings.MEDIA_ROOT)
        if not source.is_file() or (target.exists() and target.stat().st_size == source.stat().st_size):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target)
        copied += 1
    return copied


def prune(folder: Path, keep: int) -> None:
    """Remove all but the newest copies that `back_up_database` made there."""
    ours = sorted([*folder.glob("logistics-*.sqlite3"), *folder.glob("logistics-*.dump")], key=lambda path: path.name)
    for path in ours[:-keep]:
        path.unlink()
