"""Small look-up tables (工种, 类别): one call gives them the pages and the API of any record."""

from collections.abc import Callable
from datetime import time

from django import forms
from django.db import models
from django_filters import CharFilter, FilterSet

from logistics.platform.access.rules import has, require
from logistics.platform.audit.rules import rule, save_changes

from .records import Record
from .tables import Column, link


def dictionary(
    model: type[models.Model], *, namespace: str, fields: list[str], permission: str, icon: str = "list", order: tuple = ("order", "pk"), optional: tuple = ()
) -> Record:
    """A look-up table kept by whoever has `permission`; the first field is its name and is searched.

    Columns of `optional` fields are hidden until a person chooses them.
    """
    joins = [name for name in fields if model._meta.get_field(name).many_to_one]

    def rows(user):
        return model._default_manager.select_related(*joins) if has(user, permission) else model._default_manager.none()

    def check(user, record=None):
        require(user, permission)

    @rule
    def save(*, actor, at, record=None, **values):
        check(actor)
        return save_changes(actor=actor, at=at, record=record or model(), **values)

    first, *others = fields
    record = Record(
        model=model,
        namespace=namespace,
        icon=icon,
        rows=rows,
        columns=(
            _column(model, first, css="key", cell=lambda row: link(_shown(row, first), record.url("update", row))),
            *(_column(model, name, optional=name in optional) for name in others),
        ),
        filters=type(f"{model.__name__}Filters", (FilterSet,), {"q": CharFilter(field_name=first, lookup_expr="icontains", label="名称")}),
        form=forms.modelform_factory(model, fields=fields),
        create=save,
        update=save,
        check_view=check,
        check_create=check,
        check_update=check,
        order=order,
        empty=f"还没有{model._meta.verbose_name}。",
    )
    return record


def _column(model: type[models.Model], name: str, *, css: str = "", cell: Callable | None = None, optional: bool = False) -> Column:
    field = model._meta.get_field(name)
    numeric = isinstance(field, models.IntegerField | models.DecimalField) and not field.choices
    label, kind = str(field.verbose_name), "integer" if numeric else "text"
    return Column(name, label, lambda row: _shown(row, name), cell=cell, css=css or ("num" if numeric else ""), sort=name, kind=kind, optional=optional)


def _shown(row: models.Model, name: str):
    """The field as a person reads it: the choice's word, 是 or 否, the name of what it points at."""
    field = row._meta.get_field(name)
    value = row._get_FIELD_display(field) if field.choices else getattr(row, name)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return str(value) if isinstance(value, models.Model) else value
