"""The records of the dormitories that are only ever added to."""

from logistics.platform.audit.append_only import AppendOnly

NIGHTS = AppendOnly(
    "dorms",
    {
        "dorms_handsheet": "",
        "dorms_nightmark": "OF room_check_id, student_id, school_class_id, mark, note, at, by_id",
        "dorms_missingstep": "",
        "dorms_roomscore": 'OF room_id, sheet_id, "on", lines, points, problem, due_on, happened_at, created_at, created_by_id, note',
        "dorms_scoreclass": "",
        "dorms_scoresheet": "OF name, items, created_at, created_by_id",
        "dorms_scoreappeal": "OF score_id, scored_by_id, reason, created_at, created_by_id",
        "dorms_scorebulletin": "OF kind, first_on, last_on, content, created_at, created_by_id",
        "dorms_appliance": 'OF room_id, "on", student_id, school_class_id, kind, name, quantity, kept_where, nth, happened_at, created_at, created_by_id, note',
    },
)
