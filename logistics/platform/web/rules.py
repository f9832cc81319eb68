"""Kept filters. They belong to a person, are no record of the school and are not journaled."""

from django.db import transaction

from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.kernel.text import tidy

from .models import SavedView


@transaction.atomic
def keep_view(*, owner, list_name: str, name: str, query: str, shared: bool = False) -> SavedView:
    """Keep a list's filter under a name; the same name is written over."""
    name = tidy(name)
    if not 1 <= len(name) <= 20:
        raise RuleViolation("给常用筛选起个名字，20 个字以内。", field="name")
    if len(query) > 500:
        raise RuleViolation("筛选条件太长，存不下。去掉一些条件再存。")
    view, _ = SavedView.objects.update_or_create(owner=owner, list_name=list_name, name=name, defaults={"query": query, "is_shared": shared})
    return view


def drop_view(*, owner, view: SavedView) -> None:
    if view.owner_id != owner.pk:
        raise RuleViolation("只有存的人可以删。")
    view.delete()
