"""What a page costs at least: an empty view behind the same middleware, and the same list in a bare template. Served beside the site's own addresses."""

from functools import cache

from django.http import HttpResponse
from django.template import engines
from django.urls import include, path

from repairs.ticket.models import Ticket

BARE = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>报修</title></head><body>
<table><thead><tr><th>事由和地点</th><th>单号</th><th>类别</th><th>紧急</th><th>状态</th><th>经办</th><th>报修时间</th><th>期限</th><th>费用</th></tr></thead>
<tbody>{% for t in rows %}<tr><td><a class="name" href="/repairs/ticket/{{ t.pk }}/">{{ t.title }}</a><span class="two">{{ t.place.full_name }}</span></td>
<td>{{ t.number }}</td><td>{{ t.kind.name }}</td><td>{{ t.get_urgency_display }}</td><td><span class="st {{ t.tone }}">{{ t.get_state_display }}</span></td>
<td>{{ t.repairer.name|default:"—" }}</td><td>{{ t.reported_at|date:"m-d H:i" }}</td>
<td>{{ t.due_at|date:"m-d H:i" }}</td><td>{{ t.cost|floatformat:2 }}</td></tr>{% endfor %}</tbody></table>
</body></html>"""

# the rows of the first page and their number, as one would write them by hand
RAW_ROWS = """
SELECT t.id, t.number, t.title, p.full_name, k.name, t.urgency, t.state, t.wait_reason, u.name, t.reported_at, t.due_at, t.material_cost, t.labour_cost
FROM repairs_ticket t
JOIN platform_place p ON p.id = t.place_id
JOIN repairs_faultkind k ON k.id = t.kind_id
LEFT JOIN platform_user u ON u.id = t.repairer_id
ORDER BY t.id DESC LIMIT 50
"""
RAW = ("SELECT count(*) FROM repairs_ticket", RAW_ROWS)


def empty(request):
    return HttpResponse(b"")


@cache
def bare_template():
    return engines["django"].from_string(BARE)


def bare_list(request):
    rows = Ticket.objects.select_related("place", "kind", "repairer").order_by("-pk")[:50]
    return HttpResponse(bare_template().render({"rows": rows}))


urlpatterns = [path("baseline/empty/", empty), path("baseline/list/", bare_list), path("", include("logistics.urls"))]
