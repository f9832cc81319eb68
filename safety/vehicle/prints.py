"""派车单 (BUS-02)."""

from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_moment

from .models import Trip


def trip_paper(trip: Trip, user) -> dict:
    """Request, decision and the odometer."""
    return {
        "heading": "公务用车派车单",
        "facts": [
            ("申请人", trip.created_by.name, False),
            ("申请时间", full_moment(trip.created_at), False),
            ("事由", trip.purpose, True),
            ("去哪里", trip.destination, False),
            ("人数", f"{trip.people}", False),
            ("出发", full_moment(trip.starts_at), False),
            ("预计回来", full_moment(trip.ends_at), False),
            ("车辆", str(trip.vehicle or ""), False),
            ("司机", trip.driver.name if trip.driver else "", False),
            ("实际出车", full_moment(trip.out_at), False),
            ("实际回场", full_moment(trip.back_at), False),
            ("出车里程", f"{trip.km_out or ''}", False),
            ("回场里程", f"{trip.km_back or ''}", False),
            ("行驶（公里）", f"{trip.km if trip.km is not None else ''}", False),
            ("其中空驶（公里）", f"{trip.km_empty if trip.km_empty is not None else ''}", False),
            ("状态", trip.get_state_display(), False),
            ("原因", trip.reason, False),
        ],
        "signers": [
            ("申请人", trip.created_by.name),
            ("批准人", trip.decided_by.name if trip.decided_by else ""),
            ("司机", trip.driver.name if trip.driver else ""),
        ],
    }


TRIP_PAPER = PrintDocument(kind="safety.trip", title="派车单", template="print/facts.html", context=trip_paper, number=lambda trip: trip.number)
