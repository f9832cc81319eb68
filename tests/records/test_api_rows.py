"""A list in the API says of every record just what the serializer says of one."""

from rest_framework.renderers import JSONRenderer

from logistics.platform.api.records import router
from logistics.platform.api.rows import rows_of
from logistics.platform.api.shapes import with_lines

ROWS = 2


def test_a_list_says_what_the_serializer_says(record, make, keeper):
    make(2)
    serializers = [viewset.serializer_class for _, viewset, _ in router.registry if viewset.record is record]
    for serializer in serializers:
        full = with_lines(record.rows(keeper), serializer).order_by("pk")
        rows = with_lines((record.list_rows or record.rows)(keeper), serializer).order_by("pk")
        write = JSONRenderer().render
        assert write(rows_of(serializer, rows)) == write(serializer(full, many=True).data)
