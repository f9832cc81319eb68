"""What works and reports tell people about; tickets have theirs in ticket/telling.py."""

from logistics.platform.notices.subjects import Subject

WORKS = Subject("repairs.works", "报批、批准、验收", "维修计划和工程")
STUCK = Subject("repairs.stuck", "定期维护没有开出来", "维修计划和工程")
REPORT = Subject("repairs.report", "维修月报", "维修统计", for_chats=True)
SUBJECTS = (WORKS, STUCK, REPORT)
