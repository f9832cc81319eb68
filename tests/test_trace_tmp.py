import traceback
from django.db import connection
def wrap(execute, sql, params, many, context):
    if sql.startswith("SELECT COUNT(*)") and "trade" in sql: print("".join(traceback.format_stack(limit=22)[:-3]))
    return execute(sql, params, many, context)
def test_x(cast, kinds, client, monkeypatch):
    client.force_login(cast.director)
    with connection.execute_wrapper(wrap):
        client.get("/repairs/repairer/")
