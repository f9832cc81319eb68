"""Which forms can be filled in without network. One declaration per form, registered in an app's wiring.py."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.urls import Resolver404, ResolverMatch, resolve

from logistics.platform.web.records import Record, allowed, anyone


@dataclass(frozen=True)
class OfflineForm:
    """An action of a record, or a plain view by its `route`, that a phone may fill in now and send later.

    `pages(user)` gives (address, version) of the pages this person needs today; a page is fetched again when its version changes.
    `check(user)` refuses whoever never uses the form. `after` names the form on top of which it may be filled in before that one is sent.
    """

    key: str
    label: str
    record: Record | None = None
    action: str = ""
    route: str = ""
    check: Callable = anyone
    pages: Callable[..., Iterable[tuple[str, str]]] = lambda user: ()
    after: str = ""

    @property
    def view_name(self) -> str:
        return f"{self.record.namespace}-action" if self.record else self.route

    def fits(self, match: ResolverMatch) -> bool:
        return match.view_name == self.view_name and match.kwargs.get("action", "") == self.action


_forms: dict[str, OfflineForm] = {}


def register(*forms: OfflineForm) -> None:
    """Make forms usable without network; called from an app's wiring."""
    for form in forms:
        if form.key in _forms:
            raise ValueError(f"offline form {form.key} registered twice")
        _forms[form.key] = form


def all_forms() -> list[OfflineForm]:
    return list(_forms.values())


def form_of(key: str) -> OfflineForm | None:
    return _forms.get(key)


def form_for(namespace: str, action: str) -> OfflineForm | None:
    """The declaration of a record's action, None when it needs the network."""
    return next((form for form in _forms.values() if form.record and form.record.namespace == namespace and form.action == action), None)


def forms_for(user) -> list[OfflineForm]:
    return [form for form in _forms.values() if allowed(form.check, user)]


def has_forms(user) -> bool:
    """Whether one of the forms is for this person; kept on the person, for a page asks four times."""
    if not hasattr(user, "fills_offline"):
        user.fills_offline = any(allowed(form.check, user) for form in _forms.values())
    return user.fills_offline


def match_of(form: OfflineForm, url: str) -> ResolverMatch | None:
    """The view behind the address when it is the declared one; nothing else is ever run from a phone's queue."""
    try:
        match = resolve(url.partition("?")[0])
    except Resolver404:
        return None
    return match if form.fits(match) else None
