"""Rows of a hot list as light objects: what its columns read and nothing else, for a fifth of what model instances cost.

A light row has the named fields, those of joined records (`row.place.full_name`, None where nothing is joined), and the model's own
properties and methods as far as these fields serve them. It cannot be saved, and a field that was not named is an AttributeError, never a query.
"""

from collections.abc import Callable
from functools import cache, partialmethod
from inspect import getattr_static
from types import FunctionType

from django.db.models import Model, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.db.models.query import BaseIterable, ValuesListIterable

METHODS = (property, FunctionType, partialmethod)


def light(rows: QuerySet, *fields: str) -> QuerySet:
    """The same rows as light objects with these fields: "number", "place_id", "place__full_name". They can still be filtered, counted, sliced and streamed."""
    found = rows.all()
    found._iterable_class = type("LightIterable", (_LightIterable,), {"fields": fields})
    return found


class _LightIterable(BaseIterable):
    fields: tuple[str, ...]

    def __iter__(self):
        rows = self.queryset.values_list(*self.fields)  # not before: a count would carry the joins along
        return map(_maker(rows.model, self.fields), ValuesListIterable(rows, self.chunked_fetch, self.chunk_size))


class LightRow:
    """Base of the classes that stand for models; the fields are in the object's own dictionary."""

    _model: type[Model]

    def __getattr__(self, name):
        found = getattr_static(self._model, name, None)
        if not isinstance(found, METHODS):
            raise AttributeError(f"{name} of {self._model._meta.label} was not read for this list")
        return found.__get__(self, type(self))

    def __str__(self):
        return self._model.__str__(self)


@cache
def _maker(model: type[Model], fields: tuple[str, ...]) -> Callable[[tuple], LightRow]:
    """A function that makes a row of this model from the values of the fields."""
    row_class = type(f"Light{model.__name__}", (LightRow,), {"_model": model, "_meta": model._meta})
    own = [(n, name) for n, name in enumerate(fields) if LOOKUP_SEP not in name]
    places, names = [n for n, _ in own], [name for _, name in own]
    key = model._meta.pk.attname
    joined = []
    for link in dict.fromkeys(name.split(LOOKUP_SEP)[0] for name in fields if LOOKUP_SEP in name):
        inner = [(n, name.split(LOOKUP_SEP, 1)[1]) for n, name in enumerate(fields) if name.startswith(link + LOOKUP_SEP)]
        joined.append((link, [n for n, _ in inner], _maker(model._meta.get_field(link).related_model, tuple(name for _, name in inner))))

    def make(values: tuple) -> LightRow:
        row = row_class()
        kept = row.__dict__
        kept.update(zip(names, map(values.__getitem__, places), strict=True))
        if key in kept:
            kept["pk"] = kept[key]
        for link, at, make_inner in joined:
            inner = [values[n] for n in at]
            kept[link] = None if inner.count(None) == len(inner) else make_inner(inner)
        return row

    return make
