"""Rows of a hot list as light objects: what its columns read and nothing else, for a fifth of what model instances cost.

A light row has the named fields, those of joined records (`row.place.full_name`, None where nothing is joined), and the properties and
methods that the model itself declares, as far as these fields serve them. It cannot be saved, and a field that was not named is an
AttributeError, never a query.
"""

from collections.abc import Iterator, Sequence
from functools import cache, partialmethod
from itertools import groupby
from operator import attrgetter
from types import FunctionType

from django.db.models import Model, QuerySet
from django.db.models.constants import LOOKUP_SEP
from django.db.models.query import BaseIterable, ValuesListIterable

METHODS = (property, FunctionType, partialmethod)


def light(rows: QuerySet, *fields: str) -> QuerySet:
    """The same rows as light objects with these fields: "number", "place_id", "place__full_name". They can still be filtered, counted, sliced and streamed."""
    found = rows.all()
    found._iterable_class = _iterable(rows.model, fields)
    return found


class LightRow:
    """Base of the classes that stand for models; the fields are in the object's own dictionary."""


class _Shape:
    """How rows of a model with these fields are built; the model's own fields come first, then those of each joined record."""

    def __init__(self, model: type[Model], fields: Sequence[str]):
        self.row_class, self.fields = _row_class(model), fields
        self.names = [name for name in fields if not _link(name)]
        self.joined, start = [], len(self.names)
        for link, some in groupby(fields[start:], _link):
            inner = [name.removeprefix(link + LOOKUP_SEP) for name in some]
            self.joined.append((link, slice(start, start + len(inner)), _Shape(model._meta.get_field(link).related_model, inner)))
            start += len(inner)

    def build(self, values: tuple) -> LightRow:
        row = self.row_class()
        row.__dict__ = dict(zip(self.names, values, strict=False))  # what is left over belongs to joined records
        return row

    def rows(self, found: Iterator[tuple]) -> Iterator[LightRow]:
        """Equal joined records are one object: a list has many rows and few kinds or rooms."""
        known = [{} for _ in self.joined]
        for values in found:
            row = self.build(values)
            for (link, part, inner), made in zip(self.joined, known, strict=True):
                some = values[part]
                if some not in made:
                    made[some] = None if some.count(None) == len(some) else next(inner.rows(iter([some])))
                row.__dict__[link] = made[some]
            yield row


class _LightIterable(BaseIterable):
    shape: _Shape

    def __iter__(self):
        rows = self.queryset.values_list(*self.shape.fields)  # not before: a count would carry the joins along
        return self.shape.rows(ValuesListIterable(rows, self.chunked_fetch, self.chunk_size))


@cache
def _iterable(model: type[Model], fields: tuple[str, ...]) -> type[_LightIterable]:
    return type(f"{model.__name__}LightIterable", (_LightIterable,), {"shape": _Shape(model, sorted(fields, key=_link))})


def _link(name: str) -> str:
    """The joined record that a field belongs to, empty for the model's own."""
    return name.split(LOOKUP_SEP, maxsplit=1)[0] if LOOKUP_SEP in name else ""


@cache
def _row_class(model: type[Model]) -> type[LightRow]:
    own = [kind for kind in reversed(model.__mro__) if issubclass(kind, Model) and kind is not Model]
    body = {name: found for kind in own for name, found in vars(kind).items() if isinstance(found, METHODS)}
    borrowed = {"_get_FIELD_display": Model._get_FIELD_display, "serializable_value": Model.serializable_value, "_meta": model._meta}
    return type(f"Light{model.__name__}", (LightRow,), body | borrowed | {"pk": property(attrgetter(model._meta.pk.attname))})
