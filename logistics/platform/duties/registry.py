"""What counts as having done a duty: the checklist of this folder, or a record of another app.

An app registers its kind in wiring.py and calls `complete_occurrence` in the same transaction in which its record is finished.
"""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from .models import CHECKLIST, Occurrence


@dataclass(frozen=True)
class Producer:
    """`start_url(occurrence)` leads to the page where the record is made. `manage` is a right of the app that sets up its duties, too."""

    key: str
    label: str
    start_url: Callable[[Occurrence], str]
    icon: str = "clipboard-check"
    manage: str = ""


_producers: dict[str, Producer] = {}


def register(*producers: Producer) -> None:
    for producer in producers:
        if producer.key in _producers:
            raise ValueError(f"producer {producer.key} registered twice")
        _producers[producer.key] = producer


def all_producers() -> list[Producer]:
    return list(_producers.values())


def producer_of(key: str) -> Producer:
    """The producer, or the checklist where the app that registered it is gone."""
    return _producers.get(key, _producers[CHECKLIST])


def own_page(occurrence: Occurrence) -> str:
    return reverse("duties:occurrence-detail", args=[occurrence.pk])


register(Producer(CHECKLIST, "填检查表", own_page, "list-checks"))
