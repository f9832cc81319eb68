"""打印门牌码: sheets of QR labels for a building, a floor or one room."""

from django import forms
from django.http import HttpResponse
from django.utils.http import content_disposition_header

from logistics.cockpit.places.queries import in_line
from logistics.cockpit.setup.base import RulePage
from logistics.platform.access.rules import has
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.labels.sheets import LAYOUT_CHOICES, Label, labels_pdf
from logistics.platform.labels.things import Choice, Thing
from logistics.platform.places.models import Level, Place
from logistics.platform.places.queries import descendants, place_by_code
from logistics.platform.places.rules import MANAGE, check_can_manage
from logistics.platform.printing.queries import base_address
from logistics.platform.school.models import school
from logistics.platform.web.forms import PlaceField

from .record import PLACES

WHAT = [("rooms", "只要房间"), ("all", "楼、层和房间都要")]


def label_of(place: Place) -> Label:
    return Label(place.code, place.full_name, f"责任人 {place.responsible}" if place.responsible else "")


def place_choices(user, place: Place) -> list[Choice]:
    """The place's own page: first for whoever keeps the places, last for others."""
    page = PLACES.url("detail", place)
    return [Choice("地点信息", "责任人、里面有什么、以前修过什么", "map-pin", page, rank=5 if has(user, MANAGE) else 40)]


PLACE_THING = Thing(
    PLACES,
    label=label_of,
    check=check_can_manage,
    field=lambda: PlaceField(label="贴在哪里"),
    by_code=place_by_code,
    note=lambda place: f"{place.get_kind_display()}{f' · 责任人 {place.responsible}' if place.responsible else ''}",
    is_retired=lambda place: not place.is_active,
    public=lambda place: f"/public/repair/{place.code}/",
)


class LabelsForm(forms.Form):
    place = PlaceField(label="哪里", help_text="写楼名就打印整栋楼，写房间就打印一张。")
    what = forms.ChoiceField(label="打印哪些", choices=WHAT)
    layout = forms.ChoiceField(label="标签纸", choices=LAYOUT_CHOICES, help_text="按买来的不干胶标签纸选。")
    start = forms.IntegerField(label="从第几张开始", min_value=1, max_value=200, initial=1, help_text="用过一半的标签纸，从空着的那张数起。")


class LabelSheets(RulePage):
    heading = "打印门牌码"
    submit = "生成 PDF"
    back = "/places/"
    back_label = "地点"
    template_name = "cockpit/labels.html"

    def check(self):
        check_can_manage(self.request.user)

    def get_form(self, *args):
        return LabelsForm(*args, initial={"place": self.request.GET.get("place", "")})

    def get_context_data(self, **kwargs):
        buildings = Place.objects.filter(level=Level.BUILDING, is_active=True).order_by()
        return super().get_context_data(buildings=sorted(buildings, key=in_line)[:60], **kwargs)

    def run(self, place, what, layout, start):
        places = descendants(place).filter(is_active=True).select_related("responsible").order_by("path")
        if what == "rooms" and place.level != Level.ROOM:
            places = places.filter(level=Level.ROOM)
            if not places.exists():
                raise RuleViolation(f"「{place}」里面还没有房间。要打印楼和层的，选“楼、层和房间都要”。", field="what")
        labels = [label_of(one) for one in places]
        return place, labels_pdf(labels, layout, address=base_address(self.request), school=school().name, start=start)

    def done(self, result):
        place, pdf = result
        response = HttpResponse(pdf, content_type="application/pdf")
        response["Content-Disposition"] = content_disposition_header(False, f"门牌码 {place}.pdf")
        return response
