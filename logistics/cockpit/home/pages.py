"""The first page and the to-do page."""

from django.utils import timezone
from django.views.generic import TemplateView

from logistics.platform.access.rules import has
from logistics.platform.web.home import charts_for, figures_for, lists_for

from .greeting import date_line, greeting
from .queries import ON_FIRST_PAGE, calendar_of, late_board, todo_groups, todo_lines

MENDS = "repairs.ticket.work"


class Home(TemplateView):
    template_name = "cockpit/home.html"

    def get_context_data(self, **kwargs):
        user, at = self.request.user, timezone.now()
        today = timezone.localdate(at)
        lines, board, figures = todo_lines(user, at), late_board(user, at), figures_for(user, at)
        return super().get_context_data(
            title="首页",
            greeting=greeting(user, at),
            date_line=date_line(calendar_of(today), today),
            todos=lines[:ON_FIRST_PAGE],
            todo_count=len(lines),
            board=board,
            lists=lists_for(user, at),
            figures=figures,
            charts=charts_for(user, at),
            # people without a field of their own come here for one thing
            is_reporter=not board.has_field and not figures and not has(user, MENDS),
            **kwargs,
        )


class Todos(TemplateView):
    template_name = "cockpit/todos.html"

    def get_context_data(self, **kwargs):
        groups = todo_groups(self.request.user, timezone.now())
        return super().get_context_data(title="我的待办", groups=groups, total=sum(len(group.lines) for group in groups), **kwargs)
