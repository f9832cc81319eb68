"""A record's description served as JSON: the same rows, filters, rules and checks as the pages."""

from django import forms
from django.urls import include, path
from django.utils import timezone
from rest_framework import exceptions, serializers, viewsets
from rest_framework.decorators import action as route
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from logistics.platform.access.rules import ask_anew
from logistics.platform.web.records import Action, Record

from .form_data import form_data, ticks
from .rows import rows_of
from .shapes import with_lines, with_stamp


class Router(SimpleRouter):
    """Each record's routes stand behind its own address, the records behind their app's: five hundred routes in one row cost a quarter of a list."""

    def get_urls(self) -> list:
        apps: dict[str, list] = {}
        for prefix, viewset, basename in self.registry:
            own, (app, _, plural) = SimpleRouter(), prefix.partition("/")
            own.register("", viewset, basename)
            apps.setdefault(app, []).append(path(f"{plural}/", include(own.urls)))
        return [path(f"{app}/", include(routes)) for app, routes in apps.items()]


router = Router()


class RecordViewSet(ListModelMixin, RetrieveModelMixin, viewsets.GenericViewSet):
    """List and read; create, update and actions are added by `viewset_for` where the description has them."""

    record: Record
    lookup_value_regex = r"\d{1,18}"
    filterset_class = None

    @classmethod
    def get_extra_actions(cls) -> list:
        """The record's acts by their names. A look at every attribute, as usual, would read the schema and load its generator."""
        return [getattr(cls, name) for name in dir(cls) if name.startswith("do_")]

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        self.record.check_view(request.user)

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.record.model._default_manager.none()
        rows = (self.record.list_rows if self.action == "list" and self.record.list_rows else self.record.rows)(self.request.user)
        rows = with_lines(rows, self.serializer_class)
        return rows.order_by(*self.record.order) if self.record.order else rows

    def filter_queryset(self, queryset):
        if self.action != "list" or not self.request.query_params.keys() & self.record.filters.base_filters.keys():
            return queryset
        filters = self.record.filters(self.request.query_params, queryset=queryset, request=self.request)
        if not filters.form.is_valid():
            raise exceptions.ValidationError(filters.form.errors)
        return filters.qs

    def fresh(self, found):
        """The record as this person sees it after the act; as it was when the act took it out of sight."""
        return self.record.rows(self.request.user).filter(pk=found.pk).first() or found

    def run_form(self, form: forms.Form, rule, **given):
        """Check the shape by the page's own form, then run the page's own rule."""
        if not form.is_valid():
            raise exceptions.ValidationError(form.errors)
        return rule(actor=self.request.user, at=timezone.now(), **given, **form.cleaned_data)


def _form_kwargs(form, request, instance=None) -> dict:
    kwargs = {"instance": instance} if issubclass(form, forms.ModelForm) else {}
    return kwargs | ({"user": request.user} if getattr(form, "takes_user", False) else {})


def _list(self, request, *args, **kwargs):
    page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
    return self.get_paginated_response(rows_of(self.serializer_class, page))


def _create(self, request, *args, **kwargs):
    record, form_class = self.record, self.record.form_for_new
    record.check_create(request.user)
    data = form_data(request.data, form_class, left_out=ticks(form_class))
    form = form_class(data, request.FILES, **_form_kwargs(form_class, request))
    return Response(self.get_serializer(self.run_form(form, record.create)).data, status=201)


def _update(self, request, *args, **kwargs):
    record, found = self.record, self.get_object()
    record.check_update(request.user, found)
    data = form_data(request.data, record.form, left_out=ticks(record.form, found))
    form = record.form(data, request.FILES, **_form_kwargs(record.form, request, found))
    if form.is_valid():
        found.refresh_from_db()
    self.run_form(form, record.update, record=found)
    return Response(self.get_serializer(self.fresh(found)).data)


def _act(action: Action):
    def act(self, request, *args, **kwargs):
        found = self.get_object()
        data = form_data(request.data, action.form, left_out=ticks(action.form) if action.form else None)
        self.record.check_seen(found, data.get("seen"))
        ask_anew(request.user)
        action.check(request.user, found)
        form = action.build_form(data, request.FILES, record=found, user=request.user)
        self.run_form(form, action.rule, record=found)
        return Response(self.get_serializer(self.fresh(found)).data)

    act.__name__, act.__doc__ = f"do_{action.name}", action.label
    return act


def viewset_for(record: Record, serializer: type[serializers.ModelSerializer]) -> type[RecordViewSet]:
    """The viewset of a record: one POST route per action, all by the pages' own rules."""
    body = {"record": record, "serializer_class": with_stamp(record, serializer), "list": _list}
    if record.create:
        body["create"] = _create
    if record.update:
        body["update"] = _update
    viewset = type(f"{record.model.__name__}ViewSet", (RecordViewSet,), body)
    for action in record.actions:
        act = route(detail=True, methods=["post"], url_path=action.name, url_name=action.name)(_act(action))
        setattr(viewset, f"do_{action.name}", act)
    viewset.__doc__ = str(record.model._meta.verbose_name)
    return viewset


def register(app: str, plural: str, record: Record, serializer) -> None:
    """Serve the record at /api/v1/<app>/<plural>/; called from an app's api_urls.py."""
    router.register(f"{app}/{plural}", viewset_for(record, serializer), basename=f"{app}-{plural}")
