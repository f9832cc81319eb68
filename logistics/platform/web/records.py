"""A record type described once; pages (record_pages.py) and API (platform/api) read the description.

Nothing is generated: columns, filter set, form and rules named here are plain objects and functions.
A page that does not fit is a plain Django view beside the others.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from django import forms
from django.db.models import Model, QuerySet
from django.http import Http404
from django.urls import NoReverseMatch, reverse
from django_filters import FilterSet

from logistics.platform.access.rules import ask_anew
from logistics.platform.kernel.errors import Conflict, RuleViolation

from .tables import Column


def anyone(user, record=None) -> None:
    """The check of an act that every signed-in person may do."""


def state_stamp(record) -> str:
    return str(getattr(record, "state", ""))


@dataclass(frozen=True)
class Action:
    """A verb on one record: a button, a page when it needs a form, a POST route and an API route.

    rule(actor=, at=, record=, **form.cleaned_data); check(user, record) raises a refusal.
    """

    name: str
    label: str
    rule: Callable
    check: Callable
    form: type[forms.Form] | None = None
    icon: str = ""
    tone: str = "line"  # primary, line or stop
    confirm: str = ""  # a sentence shown before an act that cannot be taken back
    hint: Callable | None = None  # (record, user) -> sentence above the form
    ahead: Callable | None = None  # check(user, record) for reading the form before its time, on a phone that loses the network
    bulk: bool = False  # offered for many rows of the list at once
    named: Callable | None = None  # record -> label, where the word depends on the record

    def on(self, record) -> "Action":
        """The action as it is called on this record."""
        return replace(self, label=self.named(record)) if self.named else self

    def offered_to(self, user, record) -> bool:
        return allowed(self.check, user, record)

    def build_form(self, *args, record=None, user=None, **kwargs) -> forms.Form:
        """The action's form; one that declares `takes_record` is told the record and the person."""
        form = self.form or forms.Form
        if getattr(form, "takes_record", False):
            kwargs |= {"record": record, "user": user}
        return form(*args, **kwargs)


@dataclass(frozen=True)
class View:
    """A usual filter above the list; `count` is shown when it is not None."""

    label: str
    query: str
    count: int | None = None
    pressing: bool = False


@dataclass(frozen=True)
class Record:
    """All that list, export, detail, form, action and API of a record type need to know."""

    model: type[Model]
    namespace: str  # "repairs:ticket"
    rows: Callable[..., QuerySet]  # rows(user) -> what this person may see, in the list's order
    columns: tuple[Column, ...]
    filters: type[FilterSet]
    icon: str = "file-text"
    list_rows: Callable | None = None  # rows(user) with the joins a list needs; rows itself when None
    export_rows: Callable | None = None  # rows(user) for a long file: prefetched where a list joins, so that what many rows share is made once
    order: Sequence[str] = ("-pk",)
    form: type[forms.Form] | None = None
    create_form: type[forms.Form] | None = None  # where a new record asks for other things than a stored one
    create: Callable | None = None  # create(actor=, at=, **fields) -> record
    update: Callable | None = None  # update(actor=, at=, record=, **fields) -> record
    check_view: Callable = anyone
    check_create: Callable = anyone
    check_update: Callable = anyone
    actions: tuple[Action, ...] = ()
    views: Callable | None = None  # (user) -> list of View
    facts: Callable | None = None  # (record) -> list of (label, value, wide)
    detail_context: Callable | None = None  # (record, user) -> dict for a template of its own
    stamp: Callable = state_stamp  # what must be unchanged since the page was read
    empty: str = ""  # the sentence of an empty list
    label: str = ""  # the list's title; the model's name when empty
    extra: dict = field(default_factory=dict)

    @property
    def kind(self) -> str:
        return self.model._meta.label_lower

    @property
    def title(self) -> str:
        return self.label or str(self.model._meta.verbose_name)

    @property
    def name(self) -> str:
        return self.namespace.partition(":")[2]

    @property
    def form_for_new(self) -> type[forms.Form] | None:
        return self.create_form or self.form

    def check_seen(self, record, seen: str | None) -> None:
        """Raise Conflict when the record is no longer what its reader saw; None is a caller who does not say."""
        if seen is not None and seen != self.stamp(record):
            raise Conflict("刚刚有人先动过这张单了，请看看现在的情况再办。")

    def url(self, page: str, record=None, *args) -> str:
        return reverse(f"{self.namespace}-{page}", args=([record.pk] if record else []) + list(args))

    def has_page(self, page: str) -> bool:
        try:
            reverse(f"{self.namespace}-{page}", args=[1] if page in ("detail", "update") else [])
        except NoReverseMatch:
            return False
        return True

    def actions_for(self, user, record) -> list[Action]:
        return [action.on(record) for action in self.actions if action.offered_to(user, record)]

    def action(self, name: str) -> Action:
        for action in self.actions:
            if action.name == name:
                return action
        raise Http404(name)

    def facts_of(self, record) -> list[tuple]:
        if self.facts:
            return self.facts(record)
        return [(column.label, column.html(record), False) for column in self.columns]


def allowed(check: Callable, *args) -> bool:
    """Whether the check of (user, …) lets this pass; the same function decides button and refusal."""
    ask_anew(args[0])
    try:
        check(*args)
    except RuleViolation:
        return False
    return True
