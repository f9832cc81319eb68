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


def dictionary(model: type[models.Model], *, namespace: str, fields: list[str], permission: str, icon: str = "list", rows: Callable | None = None, order: tuple = ("order", "pk")) -> Record:
    """A look-up table kept by whoever has `permission`; the first field is its name and is searched."""
    meta = model._meta

    def check(user, record=None):
        require(user, permission)

    @rule
    def save(*, actor, at, record=None, **values):
        check(actor)
        return save_changes(actor=actor, at=at, record=record or model(), **values)

    def column(name: str, first: bool) -> Column:
        field = meta.get_field(name)

        def value(row):
            shown = row._get_FIELD_display(field) if field.choices else getattr(row, name)
            if isinstance(shown, bool):
                return "是" if shown else "否"
            return str(shown) if isinstance(shown, models.Model | time) else shown

        def cell(row):
            return link(value(row), record.url("update", row))

        numeric = isinstance(field, models.IntegerField | models.DecimalField)
        return Column(name, str(field.verbose_name), value, cell=cell if first else None, css="key" if first else "num" if numeric else "", sort=name, kind="integer" if numeric else "text")

    joins = [name for name in fields if meta.get_field(name).many_to_one]

    def usual_rows(user):
        return model._default_manager.select_related(*joins) if has(user, permission) else model._default_manager.none()

    filters = type(f"{model.__name__}Filters", (FilterSet,), {"q": CharFilter(field_name=fields[0], lookup_expr="icontains", label="名称")})
    record = Record(
        model=model,
        namespace=namespace,
        icon=icon,
        rows=rows or usual_rows,
        columns=tuple(column(name, n == 0) for n, name in enumerate(fields)),
        filters=filters,
        form=forms.modelform_factory(model, fields=fields),
        create=save,
        update=save,
        check_view=check,
        check_create=check,
        check_update=check,
        order=order,
        empty=f"还没有{meta.verbose_name}。",
    )
    return record
