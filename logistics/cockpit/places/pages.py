"""The tree of places, one place, and suggestions while typing."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from logistics.platform.org.models import SchoolClass
from logistics.platform.places.queries import places_for
from logistics.platform.web.record_pages import RecordDetail, RecordForm, RecordList

from .queries import above, inside, school_tree
from .record import PLACES

SUGGESTIONS = 10


class PlaceList(RecordList):
    """The tree; with a filter, or with ?list=1, the ordinary list."""

    def is_tree(self) -> bool:
        asked = self.request.GET
        return not any(asked.get(name) for name in (*PLACES.filters.base_filters, "list", "sort", "page", "cols"))

    def get_template_names(self):
        return ["cockpit/places.html"] if self.is_tree() else ["cockpit/places_list.html"]

    def get_context_data(self, **kwargs):
        if self.is_tree():
            # the list's own work (count, page, columns) is not needed for the tree
            return super(RecordList, self).get_context_data(tree=school_tree(), **kwargs)
        return super().get_context_data(**kwargs)


class PlaceDetail(RecordDetail):
    def get_template_names(self):
        return ["cockpit/place.html"]

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        place = context["object"]
        context |= {"above": above(place), "branches": inside(place), "classes": list(SchoolClass.objects.filter(room=place, is_active=True))}
        return context


class PlaceForm(RecordForm):
    def get_form(self, *args):
        form = super().get_form(*args)
        if not args and not self.object and "parent" in form.initial:
            form.initial["level"] = form.initial.get("level") or "room"
        return form


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """Full names of open places that fit what is being typed, at most ten."""
    found = places_for(request.GET.get("q", "")[:60]).order_by("full_name")[:SUGGESTIONS]
    return JsonResponse([place.full_name for place in found], safe=False, json_dumps_params={"ensure_ascii": False})
