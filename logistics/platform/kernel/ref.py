"""A pointer to any record by kind and number, for services that must not know business apps."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Ref:
    """kind is the model's label in lower case, such as "repairs.ticket"; id is its primary key."""

    kind: str
    id: int


def ref(record) -> Ref:
    return Ref(record._meta.label_lower, record.pk)
