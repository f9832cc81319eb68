"""校车运行和点名表, 每周乘车和收费核对表 (BUS-03, BUS-04)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import timezone

from logistics.platform.printing.documents import PrintDocument
from logistics.platform.printing.models import PrintedPaper
from logistics.platform.web.templatetags.school import full_day, full_moment

from .models import BEFORE_RUN, BusRun
from .queries import by_stop, income, week_lines


def clock(moment) -> str:
    return f"{timezone.localtime(moment):%H:%M}" if moment else ""


def run_paper(run: BusRun, user) -> dict:
    """The check before, every student on and off, the last look."""
    rides = [ride for group in by_stop(run) for ride in group.rides]
    rows = [
        [
            f"{n}",
            ride.stop.name,
            ride.student.name,
            str(ride.student.school_class),
            clock(ride.on_at),
            clock(ride.off_at),
            ride.absent_reason or ride.standing[0],
        ]
        for n, ride in enumerate(rides, 1)
    ]
    return {
        "heading": "校车运行和学生上下车点名表",
        "facts": [
            ("线路", run.line.name, False),
            ("日期", f"{full_day(run.on)} {run.get_direction_display()}", False),
            ("车辆", run.vehicle.plate, False),
            ("司机", run.driver.name, False),
            ("照管员", run.attendant.name, False),
            ("发车", full_moment(run.created_at), False),
            ("发车前检查", "；".join(BEFORE_RUN.values()) + "。全部合格", True),
            (
                "人数",
                f"应乘 {len(rides)} 人，上车 {sum(ride.on_at is not None for ride in rides)} 人，下车 {sum(ride.off_at is not None for ride in rides)} 人",
                True,
            ),
            ("最后看一遍", f"{full_moment(run.looked_at)} {run.looked_by.name} 走到最后一排扫标签，车内没有人" if run.looked_by else "还没有收车", True),
            ("状态", run.get_state_display(), False),
            ("备注", run.note or run.reason, False),
        ],
        "table": {
            "title": "点名",
            "columns": [("序", True), ("站点", False), ("学生", False), ("班级", False), ("上车", False), ("下车", False), ("情况", False)],
            "rows": rows,
        },
        "signers": [("照管员", run.attendant.name), ("司机", run.driver.name)],
    }


RUN_PAPER = PrintDocument(
    kind="safety.busrun", title="校车运行点名表", template="print/facts.html", context=run_paper, number=lambda run: f"{run.on:%Y%m%d}-{run.pk}"
)


@dataclass(frozen=True)
class WeekOf:
    first: date

    @property
    def number(self) -> str:
        return f"{self.first:%Y%m%d}"


def week_of_paper(paper: PrintedPaper) -> WeekOf | None:
    try:
        return WeekOf(date(int(paper.number[:4]), int(paper.number[4:6]), int(paper.number[6:8])))
    except ValueError:
        return None


def week_paper(week: WeekOf, user) -> dict:
    """Riders against fees line by line, and the net income of a year against the school's share."""
    last = week.first + timedelta(days=6)
    rows = [
        [line.line.name, f"{line.listed}", f"{line.rode}", f"{line.paid}", "、".join(line.unpaid), "、".join(line.unseen)]
        for line in week_lines(week.first, last)
    ]
    year = income(last - timedelta(days=364), last)
    share = f"{year.percent}%" if year.percent is not None else "没有收费"
    words = f"近一年收费 {year.fees:.2f} 元，支出 {year.costs:.2f} 元，净收入 {year.net:.2f} 元，占收费 {share}（要求不低于 {year.wanted}%）。"
    columns = [("线路", False), ("名单人数", True), ("实际乘车", True), ("已缴费", True), ("乘车未缴费", False), ("缴费未乘车", False), ("备注", False)]
    return {
        "heading": "校车乘车人数和收费核对表",
        "sub": f"{full_day(week.first)}至{full_day(last)}",
        "table": {"columns": columns, "rows": [[*row, ""] for row in rows]},
        "count": len(rows),
        "law": words,
        "signers": [("核对人", ""), ("负责人", "")],
    }


WEEK = PrintDocument(
    kind="safety.busweek", title="校车每周核对表", template="print/evidence/log.html", context=week_paper, number=lambda week: week.number, find=week_of_paper
)
