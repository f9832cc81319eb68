"""The records of canteen that are only ever added to."""

from logistics.platform.audit.append_only import AppendOnly

EVIDENCE = AppendOnly(
    "canteen",
    {
        "canteen_accessentry": "OF area, name, unit, purpose, is_healthy, is_dressed, allowed_by_id, happened_at, created_at, created_by_id",
        "canteen_deliverypaper": "",
        "canteen_deliverysignature": "OF delivery_id, role, user_id, opinion, signed_at",
        "canteen_kitchenissue": "",
        "canteen_leftover": "OF meal_id, kind, dish_id, school_class_id, kg, note, happened_at, created_at, created_by_id",
        "canteen_pantrymove": "",
        "canteen_pricecheck": "",
        "canteen_purchasereport": "",
        "canteen_supplierexception": "OF supplier_id, first_on, last_on, shortcomings, reason, answers_id, created_at, created_by_id",
        "canteen_wastehandover": "OF kind, kg, buckets, collector_person, plate, purpose, exception, note, happened_at, created_at, created_by_id",
        "canteen_additiveuse": "OF name, batch, food, food_kg, grams, most_per_kg, reviewer_id, happened_at, created_at, created_by_id, note",
        "canteen_agentmove": "",
        "canteen_checkanswer": "",
        "canteen_checksheet": 'OF book, "on", meal_id, items, faults_found, score, full_score, happened_at, created_at, created_by_id, note',
        "canteen_coretemperature": "OF dish_id, celsius, is_reheated, is_done, measure, happened_at, created_at, created_by_id, note",
        "canteen_disinfection": "OF meal, things, quantity, method, celsius, chlorine, started_at, ended_at, seconds, checked_by_id, happened_at, created_at, created_by_id, note",
        "canteen_fridgereading": "OF fridge_id, celsius, is_within, measure, happened_at, created_at, created_by_id, note",
        "canteen_morningcheck": 'OF worker_id, "on", celsius, diarrhea, vomiting, throat, wound, jaundice, dress_ok, nails_ok, hands_ok, result, went, happened_at, created_at, created_by_id, note',
        "canteen_pestcontrol": 'OF kind, "where", found, agent, firm, food_away, happened_at, created_at, created_by_id, note',
        "canteen_sample": "OF dish_id, grams, container, fridge_id, taken_by_id, keep_until, happened_at, created_at, created_by_id, note",
        "canteen_samplegap": "OF dish_id, reason, happened_at, created_at, created_by_id, note",
        "canteen_training": "OF kind, topic, hours, teacher, happened_at, created_at, created_by_id, note",
        "canteen_trainingperson": "",
    },
)
