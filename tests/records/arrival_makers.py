"""One row of accepted goods that nobody can tell what they are."""

from assets.arrival.models import ArrivedLine
from tests.records.acceptance_makers import acceptance, signed


def arrived(school, n: int) -> ArrivedLine:
    return ArrivedLine.objects.get(pk=signed(acceptance(school, n, first=5000)).lines.get().pk)


MAKERS = {"assets.arrivedline": arrived}
