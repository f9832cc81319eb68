"""打印资产标签, and what a scanned label of a thing offers (AST-13)."""

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import content_disposition_header
from django.views.generic import View

from assets.card.models import ALIVE, AssetCard
from assets.card.pages import CARDS
from assets.card.queries import MANAGE, cards_visible_to
from assets.card.rules import check_can_manage
from assets.transfer.forms import CardNumberField
from logistics.platform.access.rules import has
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.labels.codes import BARE, is_blank_code
from logistics.platform.labels.sheets import LAYOUT_CHOICES, MOST_LABELS, Label, labels_pdf
from logistics.platform.labels.things import Choice, Thing
from logistics.platform.places.queries import descendants
from logistics.platform.printing.queries import base_address
from logistics.platform.school.models import school
from logistics.platform.web.forms import PlaceField
from logistics.platform.web.record_pages import add_refusal

OWN = "KP-"  # before the key of a card whose number no scanner can type


def code_of(card: AssetCard) -> str:
    """What the card's label says: its number where that is a code, otherwise one of its own."""
    number = card.number.upper()
    fits = BARE.fullmatch(number) and not number.startswith(OWN) and not is_blank_code(number)
    return number if fits else f"{OWN}{card.pk}"


def card_by_code(code: str) -> AssetCard | None:
    """The card a label was printed for; a card in use before one that has gone."""
    rows = AssetCard.objects.exclude(status="void")
    key = code.upper().removeprefix(OWN)
    if code.upper().startswith(OWN) and key.isdecimal() and len(key) < 18:
        return rows.filter(pk=int(key)).first()
    return rows.filter(number__iexact=code).first()


def label_of(card: AssetCard) -> Label:
    code = code_of(card)
    small = [card.number if code != card.number.upper() else "", str(card.place or "")]
    return Label(code, f"{card.name} {card.model}".strip(), "　".join(filter(None, small)))


def card_choices(user, card: AssetCard) -> list[Choice]:
    """The card's own page and what the keeper does at the thing."""
    if not cards_visible_to(user).filter(pk=card.pk).exists():
        return []
    page = CARDS.url("detail", card)
    choices = [Choice("看卡片", "谁保管、放在哪里、值多少", "armchair", page, rank=10)]
    if has(user, MANAGE) and card.is_alive:
        move = reverse("assets:card-action", args=[card.pk, "move"])
        choices.append(Choice("变动", "换地点、换部门、换保管人", "arrow-left-right", move, rank=15))
    return choices


CARD_THING = Thing(
    CARDS,
    label=label_of,
    check=check_can_manage,
    field=lambda: CardNumberField(label="资产编号", help_text="写资产编号，或者扫这件东西原来的标签。"),
    by_code=card_by_code,
    note=lambda card: f"{card.place or '没有地点'}{f' · 保管人 {card.custodian}' if card.custodian else ''}",
    is_retired=lambda card: not card.is_alive,
)


class LabelsForm(forms.Form):
    place = PlaceField(label="哪里的", max_length=200, required=False, help_text="写楼名就打印整栋楼的；空着是全校。")
    since = forms.DateField(label="登记日期从", required=False, widget=forms.DateInput(attrs={"type": "date"}), help_text="只补打新登记的。")
    layout = forms.ChoiceField(label="标签纸", choices=LAYOUT_CHOICES, help_text="按买来的不干胶标签纸选。")
    start = forms.IntegerField(label="从第几张开始", min_value=1, max_value=200, initial=1, help_text="用过一半的标签纸，从空着的那张数起。")
    ids = forms.CharField(required=False, widget=forms.HiddenInput)


def chosen_cards(user, *, place, since, ids: str) -> QuerySet[AssetCard]:
    """The cards in use that the labels are for, room by room."""
    rows = cards_visible_to(user).filter(status__in=ALIVE)
    keys = [int(key) for key in ids.split(",") if key.isdecimal() and len(key) < 18]
    if keys:
        rows = rows.filter(pk__in=keys[:MOST_LABELS])
    if place:
        rows = rows.filter(place__in=descendants(place).values("pk"))
    if since:
        rows = rows.filter(created_at__date__gte=since)
    return rows.order_by("place__path", "number")


class LabelSheets(View):
    """The form, and the sheets as a PDF."""

    def dispatch(self, request, *args, **kwargs):
        check_can_manage(request.user)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request):
        return self.shown(LabelsForm(initial={name: request.GET.get(name, "") for name in ("place", "ids")} | {"start": 1}))

    def post(self, request):
        form = LabelsForm(request.POST)
        if form.is_valid():
            try:
                return self.printed(**form.cleaned_data)
            except RuleViolation as refusal:
                add_refusal(form, refusal)
        return self.shown(form, status=422)

    def shown(self, form, status: int = 200):
        back = CARDS.url("list")
        return render(self.request, "assets/labels.html", {"form": form, "title": "打印资产标签", "back": back}, status=status)

    def printed(self, *, place, since, layout, start, ids):
        cards = list(chosen_cards(self.request.user, place=place, since=since, ids=ids)[: MOST_LABELS + 1])
        if not cards:
            raise RuleViolation("这里没有在账的资产，没有可以打印的标签。", field="place")
        if len(cards) > MOST_LABELS:
            raise RuleViolation(f"一次最多打印 {MOST_LABELS} 张。请写楼名或者登记日期，分几次打印。", field="place")
        pdf = labels_pdf([label_of(card) for card in cards], layout, address=base_address(self.request), school=school().name, start=start)
        response = HttpResponse(pdf, content_type="application/pdf")
        response["Content-Disposition"] = content_disposition_header(False, "资产标签.pdf") or "inline"
        return response


def label_urls() -> list:
    """The label sheets, under /assets/."""
    return [path("labels/", LabelSheets.as_view(), name="labels")]
