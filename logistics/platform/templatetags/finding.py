"""What was looked for, shown in what was found."""

from django import template

from logistics.platform.search.queries import marked

register = template.Library()
register.filter("marked", marked)
