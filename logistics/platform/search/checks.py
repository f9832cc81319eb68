"""A database made with the wrong locale is told to whoever sets the site up, before anybody searches."""

from django.core.checks import Warning as Caution
from django.db import connection


def locale_problem() -> str:
    """What is wrong with the database's idea of letters and what to do; empty when nothing is.

    The search box needs no locale. But under C PostgreSQL takes Chinese characters for no letters, so its own trigram
    index, by which lists are searched, holds none of them and every such search reads the whole table.
    """
    if connection.vendor != "postgresql":
        return ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT datcollate, datctype, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = current_database()")
        _, kind, encoding = cursor.fetchone()
        cursor.execute("SELECT to_regprocedure('show_trgm(text)') IS NOT NULL")
        if not cursor.fetchone()[0]:
            return ""  # the extension comes with the tables
        cursor.execute("SELECT show_trgm('水电楼')::text <> '{}'")
        knows_chinese = cursor.fetchone()[0]
    if knows_chinese and encoding == "UTF8":
        return ""
    return (
        f"数据库的字符类型是 {kind}（编码 {encoding}），列表里搜中文会很慢；搜索框不受影响。"
        "请备份后用 createdb --encoding=UTF8 --locale=C.UTF-8 --template=template0 重建数据库，再恢复备份。"
    )


def check_locale(app_configs, databases=None, **kwargs):
    """Run by migrate and `manage.py check --database default`."""
    problem = locale_problem() if databases else ""
    return [Caution(problem, id="search.W001")] if problem else []
