"""The statement of a car that stays overnight (SAF-09)."""

from logistics.platform.attachments.queries import attachments_of
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day, full_moment
from safety.marks import mark_of

from .models import NightVehicle


def car_paper(car: NightVehicle, user) -> dict:
    """The statement as it was signed."""
    mark = mark_of(list(attachments_of(car, "signature")))
    return {
        "number": car.number, "plate": car.plate, "car": car.car, "who": car.who, "phone": car.phone, "place": str(car.place or ""), "reason": car.reason,
        "from_on": full_day(car.from_on), "until_on": full_day(car.until_on), "lines": car.statement.split("\n"), "mark": mark,
        "signed_by": car.who if car.signed_at and not mark else "", "signed_at": full_moment(car.signed_at), "witness": car.signed_before.name if car.signed_before else "",
        "left_at": full_moment(car.left_at), "left_by": car.left_by.name if car.left_by else "", "on": full_day(car.created_at),
    }  # fmt: skip


CAR_PAPER = PrintDocument(
    kind="safety.nightvehicle", title="过夜停放车辆安全责任书", template="print/safety/night.html", context=car_paper, number=lambda car: car.number
)
