"""Tables: who may point at whom, and names people can read."""

import re
import tomllib

import pytest
from django.apps import apps

import logistics.api_urls  # noqa: F401  fills the API's router
from logistics.platform.api.records import router
from logistics.platform.org.models import User
from logistics.platform.web.registry import all_records
from tests.architecture.source import CHINESE, ROOT

CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
OURS = tuple(CONTRACTS[0]["layers"])
MODELS = [model for model in apps.get_models() if model.__module__.startswith(OURS)]


def layers(contract: dict) -> list[set[str]]:
    """Modules by layer, the highest first; "a : (b)" is one layer of two."""
    return [set(re.findall(r"[\w.]+", line)) for line in contract["layers"]]


def height(module: str, contract: dict) -> int | None:
    """How high the module's layer is; None for a module of no layer."""
    container = contract.get("containers", [""])[0]
    for n, names in enumerate(layers(contract)):
        if any(module.startswith(f"{container}.{name}.".lstrip(".")) for name in names):
            return -n
    return None


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract["name"])
def test_foreign_keys_point_down_the_layers(contract):
    upward = []
    for model in MODELS:
        for field in model._meta.get_fields():
            target = field.related_model if field.is_relation and not field.auto_created else None
            if not target or target is User or not target.__module__.startswith(OURS):
                continue
            here, there = height(model.__module__, contract), height(target.__module__, contract)
            if here is not None and there is not None and there > here:
                upward.append(f"{model.__name__}.{field.name} → {target.__module__}.{target.__name__}")
    assert upward == []


def test_every_folder_with_tables_has_its_layer():
    inner = CONTRACTS[1]
    assert {model.__module__ for model in MODELS if model.__module__.startswith("logistics.platform.") and height(model.__module__, inner) is None} == set()


def test_models_people_see_have_chinese_names():
    seen = {record.model for record in all_records()} | {model for model in MODELS if not model.__module__.startswith("logistics.platform.")}
    assert {model._meta.label for model in seen if not CHINESE.search(str(model._meta.verbose_name))} == set()


def test_fields_people_fill_in_have_chinese_names():
    unnamed = []
    for record in all_records():
        for form in filter(None, (record.form, record.form_for_new, *(action.form for action in record.actions))):
            unnamed += [
                f"{form.__name__}.{name}"
                for name, field in form.base_fields.items()
                if not field.widget.is_hidden and not CHINESE.search(str(field.label or ""))
            ]
        unnamed += [f"{record.kind} {column.name}" for column in record.columns if not CHINESE.search(column.label)]
        unnamed += [f"{record.kind} {name}" for name, found in record.filters.base_filters.items() if not CHINESE.search(str(found.label or ""))]
    assert unnamed == []


def test_every_record_is_served_by_the_api():
    served = [viewset.record for _, viewset, _ in router.registry]
    assert {record.kind for record in all_records() if record not in served} == set()


def test_table_names_and_constraints_fit_postgresql():
    names = [model._meta.db_table for model in MODELS] + [one.name for model in MODELS for one in (*model._meta.constraints, *model._meta.indexes)]
    assert [name for name in names if len(name) > 63] == []
