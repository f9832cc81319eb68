"""Filter sets whose form is described once: a page fills it in, but makes no filter and no field class anew."""

from copy import copy

import django_filters
from django.http import QueryDict
from django_filters.filters import Filter, FilterMethod

MANY = 500  # so many that a list does not count on, when words were searched


class FilterSet(django_filters.FilterSet):
    """The package's own copies every filter to the bottom and makes a form class for each page, a tenth of a list's work.

    For sets that are the same for everybody: nothing writes to `filters` or their `extra` once the class is made.
    """

    asks_newest = False  # whether of very many that a search finds the newest are enough
    is_part = False  # whether only those were given

    def __init__(self, data=None, queryset=None, *, request=None, prefix=None):
        self.is_bound, self.data = data is not None, data or QueryDict()
        self.queryset = self._meta.model._default_manager.all() if queryset is None else queryset
        self.request, self.form_prefix = request, prefix
        self.filters = {name: self._own(found) for name, found in self.base_filters.items()}

    def _own(self, found: Filter) -> Filter:
        """The filter as one of this set: its method is looked up here."""
        own = copy(found)
        own.model, own.parent = self.queryset.model, self
        if isinstance(found.filter, FilterMethod):
            own.filter = FilterMethod(own)
        return own

    def get_form_class(self):
        kind = type(self)
        if "kept_form_class" not in vars(kind):
            kind.kept_form_class = super().get_form_class()
        return kind.kept_form_class
