"""Every timed job on one page.

A job that could not be sent or taken before its next turn expires: after an outage each job runs once, not a
hundred times. Every task here may run twice without harm.
"""

from celery.schedules import crontab

MINUTE = 60
DAY = 24 * 60 * MINUTE


def every(seconds: float, task: str) -> dict:
    """Run the task at this interval."""
    return {"task": task, "schedule": float(seconds), "options": {"expires": seconds}}


def daily(clock: str, task: str) -> dict:
    """Run the task once a day at this school time, "HH:MM"."""
    hour, minute = clock.split(":")
    return {"task": task, "schedule": crontab(hour=int(hour), minute=int(minute)), "options": {"expires": DAY}}


SCHEDULE = {
    "sign of life, read by /readyz": every(30, "logistics.platform.queue.tasks.beat_alive"),
    "send what waits in the outbox": every(30, "logistics.platform.notices.tasks.sweep_outbox"),
    "plan the recurring duties": every(15 * MINUTE, "logistics.platform.duties.tasks.make_occurrences"),
    "remind and escalate duties": every(5 * MINUTE, "logistics.platform.duties.tasks.watch_occurrences"),
    "prepare the reading rounds of the next day": every(5 * MINUTE, "logistics.utilities.reading.tasks.prepare_rounds_of_reading"),
    "prepare the rounds of the next day": every(5 * MINUTE, "safety.patrol.tasks.prepare_patrol_rounds"),
    "prepare the night rounds of the dorms": every(5 * MINUTE, "dorms.night_round.tasks.prepare_night_rounds"),
    "prepare the bed checks of the next day": every(5 * MINUTE, "dorms.bedcheck.tasks.prepare_bed_checks"),
    "look for boarders who are missing": every(MINUTE, "dorms.bedcheck.tasks.watch_dorm_nights"),
    "watch leaves of boarders": every(5 * MINUTE, "dorms.leave.tasks.watch_dorm_leaves"),
    "tell of night rounds nobody walked": daily("07:20", "dorms.night_round.tasks.tell_missed_night_rounds"),
    "publish the week's waste": daily("07:50", "logistics.utilities.waste.tasks.publish_waste_weeks"),
    "tell of hazards past their deadline": daily("07:40", "safety.hazard.tasks.watch_late_hazards"),
    "remind and escalate approvals": every(5 * MINUTE, "logistics.platform.approvals.tasks.watch_steps"),
    "remind and escalate repairs": every(5 * MINUTE, "repairs.tasks.watch_deadlines"),
    "drop photos of forms never sent": daily("03:10", "logistics.platform.attachments.tasks.sweep_attachments"),
    "tell of staff papers that run out": daily("07:00", "logistics.platform.papers.tasks.remind_papers"),
    "tell of firms' papers that run out": daily("07:05", "logistics.platform.partners.tasks.remind_firm_papers"),
    "tell of contracts that end and instalments due": daily("07:10", "finance.contract.tasks.remind_contracts"),
    "remind of advances not settled": daily("07:15", "finance.claim.tasks.remind_advances"),
    "open preventive maintenance": daily("06:00", "repairs.plan.tasks.open_preventive"),
    "find old reports by today's names": daily("03:40", "repairs.tasks.follow_renamed"),
    "make the month's utility reports": daily("06:25", "logistics.utilities.report.tasks.utility_reports"),
    "make the month's repair report": daily("06:20", "repairs.figures.tasks.month_report"),
    "book the month's depreciation": daily("04:10", "assets.depreciation.tasks.monthly_depreciation"),
    "remind who has not signed a statement": daily("07:20", "assets.custody.tasks.remind_signers"),
    "remind who has not signed a handover": daily("07:25", "assets.transfer.tasks.remind_transfers"),
    "remind borrowers": daily("07:30", "assets.loan.tasks.remind_borrowers"),
    "remind who has rooms left to count": daily("07:35", "assets.stocktake.tasks.remind_stocktakes"),
    "tell of meals without samples": every(5 * MINUTE, "canteen.sample.tasks.watch_meal_samples"),
    "watch the clocks of food incidents": every(5 * MINUTE, "canteen.incident.tasks.watch_incidents"),
    "tell of buses without their last look": every(5 * MINUTE, "safety.bus.tasks.watch_buses"),
    "watch visitors, passes and duty shifts": every(5 * MINUTE, "safety.gate.tasks.watch_gate"),
    "make the papers of week and month": daily("06:30", "canteen.control.tasks.make_control_papers"),
    "publish the week's accompanied meals": daily("18:40", "canteen.accompany.tasks.publish_accompanied"),
    "say what became of the committee's opinions": daily("18:45", "canteen.committee.tasks.follow_up_committee"),
    "publish the day's food purchases": daily("18:30", "canteen.order.tasks.publish_reports"),
    "forget uploads of old imports": daily("03:20", "logistics.platform.imports.tasks.forget_old_imports"),
    "take the journal's head of the day": every(60 * MINUTE, "logistics.platform.heads.tasks.daily_head"),
    "copy the database": daily("02:30", "logistics.platform.queue.tasks.back_up"),
    "watch the clocks of accidents": every(5 * MINUTE, "safety.accident.tasks.watch_accidents"),
}
