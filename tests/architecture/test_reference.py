"""What the code says of itself: registrations, state diagrams, roles, the API's schema. The pages under docs/ must be current."""

import io
import sys

import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from logistics.cockpit import reference
from logistics.platform.access.permissions import ROLES, all_permissions
from logistics.platform.web.registry import all_records

DOCS = settings.ROOT / "docs"
HOW = "run ./run manage diagrams and read the difference"


def test_wiring_prints_every_registration():
    said = io.StringIO()
    call_command("wiring", stdout=said)
    text = said.getvalue()
    for record in all_records():
        assert f"{record.kind} " in text
    for permission in all_permissions():
        assert f"{permission.code} " in text
    for section in ("records", "permissions", "menu", "panels", "home"):
        assert f"\n{section} (" in text


def test_every_table_of_moves_has_a_diagram():
    drawn = [moves for _, _, moves in reference.tables_of_moves()]
    for model in apps.get_models():
        for name, value in vars(sys.modules[model.__module__]).items():
            if name.endswith("MOVES"):
                assert any(value is moves for moves in drawn), f"{model.__module__}.{name} fits no model's states"


def test_moves_lead_somewhere_and_every_state_is_reached():
    for model, states, moves in reference.tables_of_moves():
        start, reached = next(iter(states)), set()
        waiting = [start]
        while waiting:
            state = waiting.pop()
            if state not in reached:
                reached.add(state)
                waiting += moves.get(state, ())
        assert reached == set(states), model.__name__


def test_state_diagrams_and_roles_are_current():
    drawn = reference.pages()
    for name, text in drawn.items():
        path = DOCS / name
        assert path.exists(), f"docs/{name} is missing: {HOW}"
        assert path.read_text(encoding="utf-8") == text, f"docs/{name} is out of date: {HOW}"
    assert {f"states/{path.name}" for path in (DOCS / "states").glob("*")} == {name for name in drawn if name.startswith("states/")}


def without_ranges(page: str) -> list[str]:
    """The schema without the largest whole numbers, which differ between databases."""
    return [line for line in page.splitlines() if line.split(":")[0].strip() not in ("maximum", "minimum", "format")]


def test_api_schema_is_current_and_gives_no_warning():
    kept, drawn = (DOCS / reference.SCHEMA).read_text(encoding="utf-8"), reference.schema_page()
    assert without_ranges(kept) == without_ranges(drawn), f"docs/{reference.SCHEMA} is out of date: {HOW}"
    if connection.vendor == "sqlite":
        assert kept == drawn, f"docs/{reference.SCHEMA} is out of date: {HOW}"


def test_every_default_belongs_to_a_role():
    assert {key for permission in all_permissions() for key in permission.defaults} <= set(ROLES)


@pytest.mark.parametrize("code", [permission.code for permission in all_permissions()])
def test_every_permission_is_asked_for_somewhere(code):
    from tests.architecture.source import PRODUCT, files, text_of

    asked = [path for path in files(*PRODUCT) if path.name != "wiring.py" and f'"{code}"' in text_of(path)]
    menus = [path for path in files(*PRODUCT) if path.name == "wiring.py" and text_of(path).count(f'"{code}"') > 1]
    assert asked or menus, f"{code} is granted but nothing asks for it"
