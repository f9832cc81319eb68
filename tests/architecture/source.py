"""The project's own files, read once."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("logistics", "repairs", "assets", "canteen", "safety", "finance", "dorms")
EVERYTHING = (*PRODUCT, "tests", "bench", "templates", "static")
LEFT_OUT = {"migrations", "__pycache__", "vendor"}
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@cache
def files(*folders: str, endings: tuple[str, ...] = (".py",)) -> tuple[Path, ...]:
    """Files of these folders, what tools wrote left out."""
    found = [path for folder in folders for path in sorted((ROOT / folder).rglob("*")) if path.suffix in endings]
    return tuple(path for path in found if not LEFT_OUT & set(path.relative_to(ROOT).parts))


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(text_of(path), str(path))


def name_of(path: Path, line: int = 0) -> str:
    return f"{path.relative_to(ROOT)}" + (f":{line}" if line else "")


def nodes(path: Path, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
    return (node for node in ast.walk(tree_of(path)) if isinstance(node, kinds))


def said_by(pattern: str, paths, flags: int = 0) -> list[str]:
    """Every place that fits, as "file:line text"."""
    sought, found = re.compile(pattern, flags), []
    for path in paths:
        for number, line in enumerate(text_of(path).splitlines(), 1):
            if sought.search(line):
                found.append(f"{name_of(path, number)} {line.strip()[:120]}")
    return found
