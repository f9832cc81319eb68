"""Who writes where: rules write, everything else asks them (design of the house, sections 2 and 3)."""

import ast
import re

from tests.architecture.source import EVERYTHING, PRODUCT, ROOT, files, name_of, nodes, said_by, text_of

WRITES = {"save", "create", "update", "delete", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "aupdate", "acreate", "asave", "adelete"}
TRANSLATORS = re.compile(r"(^|_)(pages|views|api|forms)\.py$")
RULES = re.compile(r"(^|_)rules\.py$")
CLOCKS = {"now", "today", "utcnow", "time"}
CLOCK_OWNERS = {"timezone", "datetime", "date", "time"}
OWN_CLOCK = {"logistics/platform/audit/rules.py": "when an entry was written is the journal's own statement, not the caller's"}
# dictionaries and sets have an update() too
PLAIN_OWNERS = {"context", "kwargs", "initial", "attrs", "values", "fields", "headers"}


def receiver_of(call: ast.Call) -> str:
    """The last name before the method: "objects" in Ticket.objects.create()."""
    owner = call.func.value
    return owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""


def is_write(call: ast.Call) -> bool:
    """A call of an ORM method that writes; a rule is told apart by the person it is given."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in WRITES:
        return False
    return "actor" not in {keyword.arg for keyword in call.keywords} and receiver_of(call) not in PLAIN_OWNERS


def test_pages_api_and_forms_write_nothing_to_the_database():
    found = [
        f"{name_of(path, call.lineno)} .{call.func.attr}()"
        for path in files(*PRODUCT)
        if TRANSLATORS.search(path.name)
        for call in nodes(path, ast.Call)
        if is_write(call)
    ]
    assert found == []


def is_clock(call: ast.Call) -> bool:
    """timezone.now(), date.today(), or localdate() and localtime() that are not given a moment."""
    func = call.func
    name = func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""
    if name in ("localdate", "localtime"):
        return not call.args and not call.keywords
    return isinstance(func, ast.Attribute) and name in CLOCKS and isinstance(func.value, ast.Name) and func.value.id in CLOCK_OWNERS


def test_rules_ask_no_clock():
    found = [
        name_of(path, call.lineno)
        for path in files(*PRODUCT)
        if RULES.search(path.name) and name_of(path) not in OWN_CLOCK
        for call in nodes(path, ast.Call)
        if is_clock(call)
    ]
    assert found == []


def test_every_rule_names_actor_and_at_by_keyword():
    wrong = []
    for path in [path for path in files(*PRODUCT) if RULES.search(path.name)]:
        for function in nodes(path, ast.FunctionDef):
            if any(isinstance(mark, ast.Name) and mark.id == "rule" for mark in function.decorator_list):
                keywords = [argument.arg for argument in function.args.kwonlyargs[:2]]
                if function.args.args or keywords != ["actor", "at"]:
                    wrong.append(f"{name_of(path, function.lineno)} {function.name}")
    assert wrong == []


def test_no_model_overrides_save_or_delete():
    found = [
        f"{name_of(path, method.lineno)} {owner.name}.{method.name}"
        for path in files(*PRODUCT)
        for owner in nodes(path, ast.ClassDef)
        for method in owner.body
        if isinstance(method, ast.FunctionDef) and method.name in ("save", "delete")
    ]
    assert found == []


def test_no_django_signals():
    assert said_by(r"@receiver|django\.dispatch|models\.signals|\b(pre|post)_(save|delete|init)\b|m2m_changed", files(*PRODUCT)) == []


def test_no_django_admin():
    assert said_by(r"django\.contrib\.admin\b", files(*PRODUCT)) == []


def test_nothing_is_left_for_later():
    """The words are spelled so that this line does not hold them itself."""
    words = r"\b(TOD[O]|FIXM[E]|XX[X]|NotImplementedErro[r]|pytest\.ski[p]|mark\.ski[p]|skipi[f]|xfai[l]|importorski[p]|unittest\.moc[k]|MagicMoc[k])\b"
    assert said_by(words, files(*EVERYTHING, endings=(".py", ".html", ".css", ".js"))) == []


def test_no_path_of_one_machine():
    folders = files(*EVERYTHING, "docs", ".ci", endings=(".py", ".html", ".css", ".js", ".md", ".yml", ".toml"))
    tops = [path for path in ROOT.iterdir() if path.is_file() and path.suffix in (".md", ".toml", ".yml")]
    assert said_by(r"(?<![\w.])/(wor[k]|roo[t])/", [*folders, *tops]) == []


def test_every_file_of_ours_is_utf8_with_plain_line_ends():
    for path in files(*EVERYTHING, endings=(".py", ".html", ".css", ".js")):
        assert "\r" not in text_of(path), name_of(path)
