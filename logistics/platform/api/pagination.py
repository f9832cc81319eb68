from functools import cached_property

from django.core.paginator import Paginator
from django.db.models import QuerySet
from rest_framework.pagination import PageNumberPagination

from logistics.platform.kernel.counting import count_of


class Counted(Paginator):
    """Counts as the lists do."""

    @cached_property
    def count(self) -> int:
        return count_of(self.object_list) if isinstance(self.object_list, QuerySet) else len(self.object_list)


class Pages(PageNumberPagination):
    """50 rows a page; ?page_size= up to 1,000."""

    django_paginator_class = Counted
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 1000
    invalid_page_message = "没有第 {page_number} 页。"
