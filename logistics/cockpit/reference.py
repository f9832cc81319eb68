"""Pages of docs/ that are drawn from the code: state diagrams, the table of roles, the API's schema."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from django.apps import apps
from django.db.models import Model
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.management.commands.spectacular import SchemaGenerationError
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema

from logistics.platform.access.models import WIDTH, Scope
from logistics.platform.access.permissions import ROLES, Permission, all_permissions
from logistics.platform.kernel.states import diagram

MANY = 15  # roles; a cell with more names the others
SCHEMA = "api-schema.yml"


def tables_of_moves() -> Iterator[tuple[type[Model], type, Mapping]]:
    """(model, its states, its moves) for every table of moves beside a model; a table named X_MOVES belongs to the model whose state it moves."""
    for model in apps.get_models():
        module = sys.modules[model.__module__]
        for name, moves in vars(module).items():
            if name.endswith("MOVES") and moves:
                states = type(next(iter(moves)))
                if any(field.choices == states.choices for field in model._meta.fields):
                    yield model, states, moves


def state_page(model: type[Model], states, moves: Mapping) -> str:
    """The page of one document: its diagram, and what each state is called."""
    ends = [state for state in states if not moves.get(state)]
    lines = [f"# {model._meta.verbose_name}的状态", "", "```mermaid", diagram(moves, states), "```", "", "| 状态 | 代号 | 之后可以 |", "| --- | --- | --- |"]
    lines += [f"| {state.label} | `{state.value}` | {'、'.join(to.label for to in moves.get(state, ())) or '—'} |" for state in states]
    lines += ["", f"到{'、'.join(f'「{state.label}」' for state in ends)}为止。" if ends else "没有最后的状态。", ""]
    return "\n".join(lines)


def role_page() -> str:
    """What each role starts with: permission by permission, who has it and how far it reaches."""
    lines = ["# 角色与权限", "", "学校刚装好时每个角色有什么权限、管多大范围。装好以后在「系统设置 › 角色与权限」里改。", ""]
    lines += [f"| 权限 | 代号 | {' | '.join(Scope(scope).label for scope in reversed(WIDTH))} |", "| --- " * (2 + len(WIDTH)) + "|"]
    for group in dict.fromkeys(permission.group for permission in all_permissions()):
        lines += [f"| **{group}** |" + " |" * (1 + len(WIDTH))]
        lines += [_role_line(permission) for permission in all_permissions() if permission.group == group]
    return "\n".join([*lines, ""])


def _role_line(permission: Permission) -> str:
    cells = [_names([key for key in ROLES if permission.defaults.get(key) == scope]) for scope in reversed(WIDTH)]
    return f"| {permission.label} | `{permission.code}` | {' | '.join(cells)} |"


def _names(keys: list[str]) -> str:
    others = [name for key, name in ROLES.items() if key not in keys]
    if len(keys) < MANY:
        return "、".join(ROLES[key] for key in keys)
    return f"除{'、'.join(others)}以外的角色" if others else "全部角色"


def schema_page() -> str:
    """The API's schema. Raises SchemaGenerationError where its generator warns, and the validator's error where it is none.

    Not by the generator's command: that one looks up the source line of every part it names, which takes four times as long as the schema.
    """
    GENERATOR_STATS.reset()
    schema = SchemaGenerator().get_schema(request=None, public=True)
    if GENERATOR_STATS:
        raise SchemaGenerationError("the schema's generator warns, see above")
    validate_schema(schema)
    return OpenApiYamlRenderer().render(schema, renderer_context={}).decode()


def pages() -> dict[str, str]:
    """Every drawn page but the schema, by its path under docs/."""
    drawn = {f"states/{model._meta.app_label}-{model._meta.model_name}.md": state_page(model, states, moves) for model, states, moves in tables_of_moves()}
    return drawn | {"roles.md": role_page()}


def write_all(docs: Path) -> list[str]:
    """Write every drawn page, take away state pages nothing draws any more; returns the paths that changed."""
    drawn, changed = pages() | {SCHEMA: schema_page()}, []
    for path in sorted((docs / "states").glob("*.md")):
        if f"states/{path.name}" not in drawn:
            path.unlink()
            changed.append(f"states/{path.name}")
    for name, text in drawn.items():
        path = docs / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            changed.append(name)
    return changed
