"""A record's description served as JSON: the same rows, filters, rules and checks as the pages."""

from django import forms
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import exceptions, serializers, viewsets
from rest_framework.decorators import action as route
from rest_framework.mixins import ListModelMixin, RetrieveModelMixin
from rest_framework.response import Response
from rest_framework.routers import SimpleRouter

from logistics.platform.web.records import Action, Record

router = SimpleRouter()


class RecordViewSet(ListModelMixin, RetrieveModelMixin, viewsets.GenericViewSet):
    """List and read; create, update and actions are added by `viewset_for` where the description has them."""

    record: Record
    lookup_value_regex = r"\d{1,18}"
    filterset_class = None

    def initial(self, request, *args, **kwargs):
        super().initial(request, *args, **kwargs)
        self.record.check_view(request.user)

    def get_queryset(self):
        if getattr(self, "swagger_fake_view", False):
            return self.record.model._default_manager.none()
        rows = (self.record.list_rows if self.action == "list" and self.record.list_rows else self.record.rows)(self.request.user)
        return rows.order_by(*self.record.order) if self.record.order else rows

    def filter_queryset(self, queryset):
        if self.action != "list":
            return queryset
        filters = self.record.filters(self.request.query_params, queryset=queryset, request=self.request)
        if not filters.form.is_valid():
            raise exceptions.ValidationError(filters.form.errors)
        return filters.qs

    def run_form(self, form: forms.Form, rule, **given):
        """Check the shape by the page's own form, then run the page's own rule."""
        if not form.is_valid():
            raise exceptions.ValidationError(form.errors)
        return rule(actor=self.request.user, at=timezone.now(), **given, **form.cleaned_data)


def _form_kwargs(form, request, instance=None) -> dict:
    kwargs = {"instance": instance} if issubclass(form, forms.ModelForm) else {}
    return kwargs | ({"user": request.user} if getattr(form, "takes_user", False) else {})


def _plain(request, form_class) -> dict:
    """The request's data as a form expects it: text, with absent fields absent."""
    if not isinstance(request.data, dict):
        raise exceptions.ValidationError({"detail": ["请求正文要是一个对象，写成 {字段: 值}。"]})
    data = request.data
    if hasattr(data, "getlist"):
        return data
    return {name: ("" if value is None else value) for name, value in data.items()}


def _create(self, request, *args, **kwargs):
    record = self.record
    record.check_create(request.user)
    form = record.form(_plain(request, record.form), request.FILES, **_form_kwargs(record.form, request))
    return Response(self.get_serializer(self.run_form(form, record.create)).data, status=201)


def _update(self, request, *args, **kwargs):
    record, found = self.record, self.get_object()
    record.check_update(request.user, found)
    form = record.form(_plain(request, record.form), request.FILES, **_form_kwargs(record.form, request, found))
    if form.is_valid():
        found.refresh_from_db()
    return Response(self.get_serializer(self.run_form(form, record.update, record=found)).data)


def _act(action: Action):
    def act(self, request, *args, **kwargs):
        found = self.get_object()
        action.check(request.user, found)
        form = action.build_form(_plain(request, action.form), request.FILES, record=found, user=request.user)
        self.run_form(form, action.rule, record=found)
        fresh = self.record.rows(request.user).filter(pk=found.pk).first() or found
        return Response(self.get_serializer(fresh).data)

    act.__name__, act.__doc__ = f"do_{action.name}", action.label
    return act


def serializer_of_form(form: type[forms.Form] | None, name: str) -> type[serializers.Serializer]:
    """What the API's schema says of a form's input; the form itself does the checking."""
    if form is None:
        return type(name, (serializers.Serializer,), {})
    return type(name, (serializers.Serializer,), {key: _serializer_field(field) for key, field in form.base_fields.items()})


def _serializer_field(field: forms.Field) -> serializers.Field:
    known = {"required": field.required, "label": str(field.label or ""), "help_text": str(field.help_text or "")}
    if isinstance(field, forms.BooleanField):
        return serializers.BooleanField(**known)
    if isinstance(field, forms.ModelMultipleChoiceField):
        return serializers.ListField(child=serializers.IntegerField(), **known)
    if isinstance(field, forms.ModelChoiceField):
        return serializers.IntegerField(allow_null=not field.required, **known)
    if isinstance(field, forms.DecimalField):
        return serializers.DecimalField(max_digits=field.max_digits or 14, decimal_places=field.decimal_places or 2, allow_null=not field.required, **known)
    if isinstance(field, forms.IntegerField):
        return serializers.IntegerField(allow_null=not field.required, **known)
    if isinstance(field, forms.DateTimeField):
        return serializers.DateTimeField(allow_null=not field.required, **known)
    if isinstance(field, forms.DateField):
        return serializers.DateField(allow_null=not field.required, **known)
    if getattr(field.widget, "needs_multipart_form", False):
        return serializers.ListField(child=serializers.FileField(), **known)
    return serializers.CharField(allow_blank=not field.required, max_length=getattr(field, "max_length", None), **known)


def viewset_for(record: Record, serializer: type[serializers.Serializer]) -> type[RecordViewSet]:
    """The viewset of a record: one POST route per action, all by the pages' own rules."""
    base, body = record.model.__name__, {"record": record, "serializer_class": serializer, "filterset_class": None}
    if record.create:
        body["create"] = extend_schema(request=serializer_of_form(record.form, f"{base}Create"), responses={201: serializer})(_create)
    if record.update:
        body["update"] = extend_schema(request=serializer_of_form(record.form, f"{base}Update"), responses=serializer)(_update)
    viewset = type(f"{base}ViewSet", (RecordViewSet,), body)
    for action in record.actions:
        act = extend_schema(request=serializer_of_form(action.form, f"{base}{action.name.title().replace('_', '')}"), responses=serializer)(_act(action))
        setattr(viewset, f"do_{action.name}", route(detail=True, methods=["post"], url_path=action.name, url_name=action.name)(act))
    viewset.__doc__ = str(record.model._meta.verbose_name)
    return viewset


def register(app: str, plural: str, record: Record, serializer) -> None:
    """Serve the record at /api/v1/<app>/<plural>/; called from an app's api_urls.py."""
    router.register(f"{app}/{plural}", viewset_for(record, serializer), basename=f"{app}-{plural}")
