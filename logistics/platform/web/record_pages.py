"""The ordinary pages of a described record type."""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.views.generic import TemplateView

from logistics.platform.access.rules import ask_anew
from logistics.platform.audit.queries import story_of
from logistics.platform.exports.columns import Column as SheetColumn
from logistics.platform.exports.workbook import workbook_response
from logistics.platform.kernel.counting import count_of
from logistics.platform.kernel.errors import RuleViolation

from .filtering import MANY
from .models import SavedView
from .panels import panels_for
from .records import Action, Record, allowed
from .rules import drop_view, keep_view
from .tables import chosen_columns, render_choices, render_heads, render_rows

PAGE_SIZE = 50
EXPORT_LIMIT = 200_000


class RecordPage(TemplateView):
    record: Record = None  # given to as_view()
    page = ""

    def dispatch(self, request, *args, **kwargs):
        self.record.check_view(request.user)
        return super().dispatch(request, *args, **kwargs)

    def get_template_names(self):
        app, model = self.record.model._meta.app_label, self.record.model._meta.model_name
        return [f"{app}/{model}_{self.page}.html", f"web/record_{self.page}.html"]

    def get_context_data(self, **kwargs):
        can_create = bool(self.record.create) and allowed(self.record.check_create, self.request.user)
        return super().get_context_data(record=self.record, title=self.record.title, can_create=can_create, **kwargs)

    def get_object(self):
        return get_object_or_404(self.record.rows(self.request.user), pk=self.kwargs["pk"])


class RecordList(RecordPage):
    page = "list"
    asks_newest = False  # whether a search that finds very many may leave out the oldest

    def source(self):
        return self.record.list_rows or self.record.rows

    def filtered(self):
        rows = self.source()
        self.filters = self.record.filters(self.request.GET, queryset=rows(self.request.user), request=self.request)
        self.filters.asks_newest = self.asks_newest
        return self.filters.qs if self.filters.form.is_valid() else self.filters.queryset.none()

    def ordered(self, rows: QuerySet, columns) -> QuerySet:
        asked = self.request.GET.get("sort", "")
        sorts = {column.sort for column in columns if column.sort}
        if asked.lstrip("-") in sorts:
            return rows.order_by(asked, "-pk")
        return rows.order_by(*self.record.order) if self.record.order else rows

    def bulk_acts(self) -> list[Action]:
        """What is offered for the chosen rows."""
        return [action for action in self.record.actions if action.bulk]

    def counted(self, columns) -> tuple[QuerySet, int, bool]:
        """(rows, number, whether there are more): the first pages of a search that finds very many are read from its newest hits alone."""
        in_order = "sort" not in self.request.GET and tuple(self.record.order) == ("-pk",)
        self.asks_newest = in_order and _number(self.request.GET.get("page")) < MANY // PAGE_SIZE
        rows = self.ordered(self.filtered(), columns)
        total = count_of(rows)
        if getattr(self.filters, "is_part", False):
            if total >= MANY:
                return rows, MANY, True
            self.asks_newest = False  # other filters leave too few of the newest
            rows = self.ordered(self.filtered(), columns)
            total = count_of(rows)
        return rows, total, False

    def get_context_data(self, **kwargs):
        columns = chosen_columns(self.record.columns, self.request.GET.get("cols", ""))
        rows, total, is_part = self.counted(columns)
        pages = max(1, -(-total // PAGE_SIZE))
        number = min(max(1, _number(self.request.GET.get("page"))), pages)
        start = (number - 1) * PAGE_SIZE
        bulk = self.bulk_acts()
        page_rows = page_of(rows, start) if total else []
        saved = list(SavedView.objects.filter(Q(is_shared=True) | Q(owner=self.request.user.pk), list_name=self.record.namespace).order_by("name", "pk"))
        return super().get_context_data(
            filters=self.filters,
            columns=columns,
            heads=render_heads(columns, self.request.GET),
            choices=render_choices(self.record.columns, columns),
            body=render_rows(columns, page_rows, pick=bool(bulk)),
            bulk=bulk,
            total=total,
            is_part=is_part,
            first=start + 1,
            last=start + len(page_rows),
            number=number,
            pages=pages,
            views=self.record.views(self.request.user) if self.record.views else [],
            saved=saved,
            own_views=[view for view in saved if view.owner_id == self.request.user.pk],
            query=self.request.GET.urlencode(),
            is_filtered=any(value for name, value in self.request.GET.items() if name in self.filters.filters),
            **kwargs,
        )


def _number(text) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 1


def page_of(rows: QuerySet, start: int) -> list:
    """One page; a deep one finds the keys in the index first and then reads just those rows."""
    if start < 1000:
        return list(rows[start : start + PAGE_SIZE])
    keys = list(rows.values_list("pk", flat=True)[start : start + PAGE_SIZE])
    found = {row.pk: row for row in rows.filter(pk__in=keys)}
    return [found[key] for key in keys if key in found]


class RecordExport(RecordList):
    def source(self):
        return self.record.export_rows or super().source()

    def get(self, request, *args, **kwargs):
        columns = chosen_columns(self.record.columns, request.GET.get("cols", "")) if "cols" in request.GET else list(self.record.columns)
        rows = self.ordered(self.filtered(), columns)
        if (total := rows.order_by().count()) > EXPORT_LIMIT:
            raise RuleViolation(f"有 {total} 行，一次最多导出 {EXPORT_LIMIT} 行。请先用筛选缩小范围。")
        heads = [SheetColumn(column.label, column.width, column.kind) for column in columns]
        values = [column.value for column in columns]
        lines = ([value(row) for value in values] for row in rows.iterator(2000))
        return workbook_response(self.record.title, heads, lines, filters=filter_words(self.filters), at=timezone.now())


def filter_words(filters) -> str:
    """The filters in force in words, for the line under an export's title."""
    words = []
    for name, value in filters.form.cleaned_data.items() if filters.form.is_valid() else ():
        if value not in (None, "", []):
            field = filters.form.fields[name]
            shown = (
                dict(getattr(field, "choices", ())).get(str(getattr(value, "pk", value)), value)
                if not isinstance(value, list | QuerySet)
                else "、".join(map(str, value))
            )
            words.append(f"{field.label}：{shown}")
    return "；".join(words)


class RecordDetail(RecordPage):
    page = "detail"

    def get_context_data(self, **kwargs):
        user, record = self.request.user, self.get_object()
        actions = self.record.actions_for(user, record)
        more = self.record.detail_context(record, user) if self.record.detail_context else {}
        return super().get_context_data(
            object=record,
            facts=self.record.facts_of(record),
            actions=actions,
            seen=self.record.stamp(record),
            can_update=bool(self.record.update) and allowed(self.record.check_update, user, record),
            story=story_of(record)[:100],
            panels=panels_for(record, user),
            **more,
            **kwargs,
        )


class FormPage(RecordPage):
    """Show a form; on POST run one rule with what it holds; a refusal stands at its field and nothing typed is lost."""

    page = "form"
    heading = ""
    submit = "保存"

    def get_form(self, *args) -> forms.Form:
        raise Http404

    def run(self, **fields):
        raise Http404

    def get_context_data(self, **kwargs):
        kwargs.setdefault("form", None)
        if kwargs["form"] is None:
            kwargs["form"] = self.get_form()
        return super().get_context_data(heading=self.heading, submit=self.submit, **kwargs)

    def post(self, request, *args, **kwargs):
        form = self.get_form(request.POST, request.FILES)
        if form.is_valid():
            try:
                saved = self.run(**form.cleaned_data)
            except (RuleViolation, ValidationError) as refusal:
                add_refusal(form, refusal)
            else:
                return self.done(saved)
        if hasattr(form, "keep_uploads"):
            form.keep_uploads(actor=request.user, at=timezone.now())
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def done(self, saved) -> HttpResponse:
        messages.success(self.request, f"已保存：{saved}")
        return redirect(self.record.url("detail", saved) if self.record.has_page("detail") else self.record.url("list"))


class RecordForm(FormPage):
    """Create, or edit when the address names a record."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.object = None

    def dispatch(self, request, *args, **kwargs):
        if "pk" in kwargs:
            self.object = self.get_object()
            self.record.check_update(request.user, self.object)
        else:
            self.record.check_create(request.user)
        self.heading = f"{'修改' if self.object else '新建'}{self.record.model._meta.verbose_name}"
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, *args):
        form = self.record.form if self.object else self.record.form_for_new
        kwargs = {"instance": self.object} if issubclass(form, forms.ModelForm) else {}
        if getattr(form, "takes_user", False):
            kwargs["user"] = self.request.user
        if not args and not self.object:
            kwargs["initial"] = {name: self.request.GET[name] for name in self.request.GET if name in form.base_fields}
        return form(*args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(object=self.object, **kwargs)

    def run(self, **fields):
        if self.object:
            self.object.refresh_from_db()  # the form wrote its values on the instance; the rule compares with the stored ones
            return self.record.update(actor=self.request.user, at=timezone.now(), record=self.object, **fields)
        return self.record.create(actor=self.request.user, at=timezone.now(), **fields)


class RecordAction(FormPage):
    """One action on one record; a page of its own only when it asks something."""

    page = "action"

    def dispatch(self, request, *args, **kwargs):
        self.object = self.get_object()
        self.action: Action = self.record.action(kwargs["action"]).on(self.object)
        self.heading = self.submit = self.action.label
        self.record.check_seen(self.object, request.POST.get("seen"))
        ahead = self.action.ahead if request.method == "GET" and "ahead" in request.GET else None
        ask_anew(request.user)
        (ahead or self.action.check)(request.user, self.object)
        return super().dispatch(request, *args, **kwargs)

    def get_form(self, *args):
        return self.action.build_form(*args, record=self.object, user=self.request.user)

    def get_context_data(self, **kwargs):
        hint = self.action.hint(self.object, self.request.user) if self.action.hint else ""
        seen = self.request.POST.get("seen", self.record.stamp(self.object))
        return super().get_context_data(**kwargs | {"object": self.object, "action": self.action, "hint": hint, "seen": seen})

    def run(self, **fields):
        self.action.rule(actor=self.request.user, at=timezone.now(), record=self.object, **fields)
        return self.object

    def done(self, saved):
        now = self.record.rows(self.request.user).filter(pk=saved.pk).first()
        messages.success(self.request, f"{self.action.label}：{now or saved}")
        return redirect(self.record.url("detail", now) if now else self.record.url("list"))


class RecordBulk(RecordPage):
    """One action on many rows: each by its own rule; what was refused is told by name."""

    page = "bulk"

    def post(self, request, action, **kwargs):
        chosen = self.record.action(action)
        if not chosen.bulk:
            raise Http404(action)
        ids = [int(n) for n in request.POST.getlist("ids") if n.isdecimal() and len(n) < 18][:500]
        rows = list(self.record.rows(request.user).filter(pk__in=ids))
        form = chosen.build_form(request.POST if "confirmed" in request.POST or not chosen.form else None, record=None, user=request.user)
        if (chosen.form and not form.is_valid()) or not rows:
            if not rows:
                messages.error(request, "还没有选。先在列表左边勾选。")
                return redirect(self.record.url("list"))
            return self.render_to_response(self.get_context_data(form=form, rows=rows, action=chosen, heading=chosen.label, submit=chosen.label))
        done, refused = 0, []
        for row in rows:
            try:
                chosen.rule(actor=request.user, at=timezone.now(), record=row, **form.cleaned_data if chosen.form else {})
                done += 1
            except RuleViolation as refusal:
                refused.append(f"{row}：{refusal.message}")
        if done:
            messages.success(request, f"{chosen.label} {done} 件")
        for sentence in refused[:10]:
            messages.error(request, sentence)
        return redirect(self.record.url("list"))


class SaveView(RecordPage):
    """Keep the list's present filter under a name."""

    http_method_names = ["post"]

    def post(self, request, **kwargs):
        keep_view(
            owner=request.user,
            list_name=self.record.namespace,
            name=request.POST.get("name", ""),
            query=request.POST.get("query", ""),
            shared="shared" in request.POST,
        )
        messages.success(request, "已存为常用")
        return redirect(f"{self.record.url('list')}?{request.POST.get('query', '')}")


class DropView(RecordPage):
    """Forget one of one's own kept filters."""

    http_method_names = ["post"]

    def post(self, request, view, **kwargs):
        drop_view(owner=request.user, view=get_object_or_404(SavedView, pk=view, owner=request.user, list_name=self.record.namespace))
        messages.success(request, "已删去")
        return redirect(self.record.url("list"))


def add_refusal(form, refusal) -> None:
    """Put a rule's sentence at its field, or above the form when it has none."""
    if isinstance(refusal, ValidationError):
        if hasattr(refusal, "error_dict"):
            for name, errors in refusal.error_dict.items():
                form.add_error(name if name in form.fields else None, errors)
        else:
            form.add_error(None, refusal)
    else:
        form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)


def record_urls(record: Record, *, pages: dict | None = None, without: tuple[str, ...] = ()) -> list:
    """The routes of a record type; `pages` replaces single views, `without` leaves some out."""
    name = record.name
    view = {"list": RecordList, "export": RecordExport, "detail": RecordDetail, "form": RecordForm, "action": RecordAction} | (pages or {})
    routes = {
        "list": path(f"{name}/", view["list"].as_view(record=record), name=f"{name}-list"),
        "export": path(f"{name}/export/", view["export"].as_view(record=record), name=f"{name}-export"),
        "save-view": path(f"{name}/save-view/", SaveView.as_view(record=record), name=f"{name}-save-view"),
        "drop-view": path(f"{name}/drop-view/<int:view>/", DropView.as_view(record=record), name=f"{name}-drop-view"),
        "detail": path(f"{name}/<int:pk>/", view["detail"].as_view(record=record), name=f"{name}-detail"),
    }
    if record.create:
        routes["create"] = path(f"{name}/new/", view["form"].as_view(record=record), name=f"{name}-create")
    if record.update:
        routes["update"] = path(f"{name}/<int:pk>/edit/", view["form"].as_view(record=record), name=f"{name}-update")
    if record.actions:
        routes["bulk"] = path(f"{name}/bulk/<slug:action>/", RecordBulk.as_view(record=record), name=f"{name}-bulk")
        routes["action"] = path(f"{name}/<int:pk>/<slug:action>/", view["action"].as_view(record=record), name=f"{name}-action")
    return [route for page, route in routes.items() if page not in without]
