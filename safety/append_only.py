"""The records of safety that are only ever added to."""

from logistics.platform.audit.append_only import AppendOnly

RECORDS = AppendOnly(
    "safety",
    {
        "safety_accident": 'OF number, kind, "where", summary, phone_by, written_by, happened_at, created_at, created_by_id',
        "safety_accidentstep": "",
        "safety_busfee": "OF student_id, line_id, since, until, money, receipt, happened_at, created_at, created_by_id, note",
        "safety_classcheck": 'OF school_class_id, "on", session, due, present, ill_absent, ill_present, happened_at, created_at, created_by_id, note',
        "safety_clinicvisit": "OF student_id, person_id, symptom, celsius, words, care, went, happened_at, created_at, created_by_id, note",
        "safety_dangerousmove": "OF good_id, kind, quantity, taker, purpose, batch, second_id, happened_at, created_at, created_by_id, note",
        "safety_drill": 'OF version_id, name, mode, "where", commander_id, units, staff, students, seconds, target, goods, process, people_ready, goods_ready, plan_fit, plan_enough, improvement, happened_at, created_at, created_by_id, note',
        "safety_drillclass": "",
        "safety_emergencyplanversion": "",
        "safety_firecheck": "OF equipment_id, result, found, by_label, happened_at, created_at, created_by_id, note",
        "safety_fireservice": "OF equipment_id, kind, by_whom, certificate, done_on, due_on, happened_at, created_at, created_by_id, note",
        "safety_handover": "OF shift_id, rounds, incidents, measures, calls, items, is_by_other, written_at, written_by_id",
        "safety_illness": "OF student_id, school_class_id, symptom, began_on, words, happened_at, created_at, created_by_id, note",
        "safety_medicinemove": "",
        "safety_passconfirmation": "",
        "safety_safetystatementsignature": "",
        "safety_safetystatementversion": "",
        "safety_safetytraining": 'OF kind, topic, hours, teacher, "where", students, parents, number, content, happened_at, created_at, created_by_id, note',
        "safety_safetytrainingperson": "",
        "safety_specialinspection": "OF equipment_id, kind, result, by_whom, number, done_on, due_on, happened_at, created_at, created_by_id, note",
        "safety_surroundingstep": "",
        "safety_vehicleentry": "OF vehicle_id, kind, km, litres, money, words, happened_at, created_at, created_by_id, note",
        "safety_visit": 'OF round_id, point_id, place_id, "order", items',
        "safety_areascore": 'OF area_id, school_class_id, cleaner_id, "on", cadence, points, problem, due_on, happened_at, created_at, created_by_id, note',
        "safety_carelog": "OF area_id, kind, words, agent, is_warned, happened_at, created_at, created_by_id, note",
        "safety_supplyuse": "OF area_id, item_id, quantity, happened_at, created_at, created_by_id, note",
    },
)
