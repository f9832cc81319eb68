"""Addresses of papers of any kind, as far as a person may open them."""

from collections.abc import Iterable

from django.db.models import F, Value
from django.urls import reverse

from logistics.platform.kernel.ref import Ref
from logistics.platform.web.records import allowed
from logistics.platform.web.registry import record_for


def addresses(papers: Iterable[Ref], user) -> dict[Ref, str]:
    """{paper: its page} of those this person may open. One query for all kinds, and what their checks ask."""
    pks: dict[str, set[int]] = {}
    for paper in papers:
        described = record_for(paper.kind) if paper.kind else None
        if described is not None and described.has_page("detail"):
            pks.setdefault(paper.kind, set()).add(paper.id)
    if not pks:
        return {}
    asked = [record_for(kind).rows(user).filter(pk__in=found).order_by().annotate(of_kind=Value(kind), key=F("pk")) for kind, found in pks.items()]
    first, *others = [rows.values_list("of_kind", "key") for rows in asked]
    seen = {Ref(kind, pk) for kind, pk in first.union(*others)}
    kinds = {kind for kind in pks if allowed(record_for(kind).check_view, user)}
    return {paper: reverse(f"{record_for(paper.kind).namespace}-detail", args=[paper.id]) for paper in seen if paper.kind in kinds}
