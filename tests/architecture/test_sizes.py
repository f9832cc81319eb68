"""Budgets of the house: short files, short functions, little script."""

import ast

from tests.architecture.source import EVERYTHING, ROOT, files, name_of, nodes, text_of

MOST_LINES = 400
MOST_FUNCTION_LINES = 50
MOST_SCRIPT = 20 * 1024
WRITTEN = (".py", ".css", ".js", ".html", ".sh")


def test_files_are_at_most_400_lines():
    paths = [*files(*EVERYTHING, endings=WRITTEN), *files("docs", endings=(".md",)), ROOT / "run", ROOT / "manage.py"]
    long = {name_of(path): len(text_of(path).splitlines()) for path in paths}
    assert {name: lines for name, lines in long.items() if lines > MOST_LINES} == {}


def test_functions_are_shorter_than_50_lines():
    long = [
        f"{name_of(path, node.lineno)} {node.name} has {node.end_lineno - node.lineno + 1} lines"
        for path in files(*EVERYTHING)
        for node in nodes(path, ast.FunctionDef, ast.AsyncFunctionDef)
        if node.end_lineno - node.lineno + 1 > MOST_FUNCTION_LINES
    ]
    assert long == []


def test_our_own_script_is_at_most_20_kb():
    assert sum(path.stat().st_size for path in files("static", endings=(".js",))) <= MOST_SCRIPT
