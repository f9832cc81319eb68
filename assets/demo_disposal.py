"""The demo school's damages and disposals: judged, paid, waived; one list written off, one on its way, one being appraised."""

import io
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone
from PIL import Image, ImageDraw

from finance.public import open_accounts
from logistics.platform.approvals.deciding_rules import approve
from logistics.platform.approvals.public import current_run
from logistics.platform.attachments.photos import clean_photo, typed_signature
from logistics.platform.demo.build import DemoSchool
from logistics.platform.org.models import SchoolClass

from .card.models import AssetCard, Status
from .damage import rules as damage
from .damage.models import Damage
from .disposal import carrying_rules as carrying
from .disposal import rules as disposal
from .disposal.first_run import make_usual
from .disposal.models import Disposal, DisposalKind

DESK, PROJECTOR, BOARD = "学生课桌", "投影机", "电子白板"


def build(school: DemoSchool) -> None:
    """Damages of this term, and three lists of old things at different stages."""
    damages(school)
    make_usual(actor=school.director, at=school.now - timedelta(days=20))
    idle = AssetCard.objects.filter(status=Status.IDLE, quantity=1, asset_class__code__startswith="A020").order_by("acquired_on", "pk")
    old = list(idle[:6])
    if len(old) < 6:
        return
    titles = ["、".join(dict.fromkeys(card.name for card in part)) for part in (old[:3], old[3:5], old[5:6])]
    done = application(school, old[:3], f"闲置的{titles[0]}", "过了使用年限，配件停产，修不好", days=12)
    finish(school, done)
    application(school, old[3:5], f"旧{titles[1]}", "主板损坏，修理费超过净值", days=2)
    waiting = draft(school, old[5:6], f"旧{titles[2]}", "屏幕碎裂", days=1)
    disposal.send_for_appraisal(actor=school.people["keeper"], at=school.now - timedelta(hours=20), record=waiting, people=judges(school, old[5:6]))


def damages(school: DemoSchool) -> None:
    keeper, now = school.people["keeper"], school.now
    today = timezone.localdate(now)
    classes = list(SchoolClass.objects.filter(head_teacher__isnull=False).select_related("head_teacher", "room").order_by("order", "pk")[:4])
    desks = AssetCard.objects.filter(name=DESK, place__in=[one.room_id for one in classes]).order_by("pk")
    if len(classes) < 4 or not desks:
        return
    rows = [
        ("玻璃", "课间打球打破窗玻璃一块", "张同学", Decimal(60), Decimal(45), Decimal(1)),
        ("窗帘", "窗帘扯下一幅，挂钩断了", "", Decimal(80), Decimal(30), Decimal("0.5")),
        ("门锁", "门锁踢坏", "李同学", Decimal(70), Decimal(55), Decimal(2)),
    ]
    made = []
    for n, (thing, words, name, worth, amount, points) in enumerate(rows):
        one, at = classes[n], now - timedelta(days=9 - 2 * n)
        given = {"thing": thing, "description": words, "place": one.room, "school_class": one, "by_name": name, "found_on": timezone.localdate(at)}
        found = damage.file_damage(actor=one.head_teacher, at=at, **given)
        given = {"amount": amount, "worth": worth, "points": points, "school_class": one, "by_name": name, "opinion": "当场看到，本人承认"}
        made.append(damage.assess(actor=keeper, at=at + timedelta(hours=3), record=found, **given))
    take_money(school, made[0])
    damage.waive(actor=school.director, at=now - timedelta(days=3), record=made[1], reason="主动报告，班里自己缝好了")
    card = desks[0]
    damage.file_damage(
        actor=classes[3].head_teacher,
        at=now - timedelta(hours=6),
        card=card,
        quantity=2,
        description="桌面刻字，桌斗脱落",
        school_class=classes[3],
        found_on=today,
    )


def take_money(school: DemoSchool, paid: Damage) -> None:
    """Into the cash box, where its book is open for today."""
    today = timezone.localdate(school.now)
    account = open_accounts().filter(kind="cash", opened_on__lte=today).first()
    if account is not None and (account.last_on is None or account.last_on <= today):
        damage.receive_payment(actor=school.people["cashier"], at=school.now - timedelta(hours=2), record=paid, account=account, on=today, payer="张同学家长")


def draft(school: DemoSchool, cards: list[AssetCard], title: str, reason: str, *, days: int) -> Disposal:
    keeper, at = school.people["keeper"], school.now - timedelta(days=days)
    made = disposal.save_disposal(actor=keeper, at=at, kind=DisposalKind.SCRAP, title=title, reason=reason, department=keeper.department)
    disposal.add_cards(actor=keeper, at=at, record=made, cards=cards)
    disposal.add_files(actor=keeper, at=at, record=made, photos=[picture(days)])
    return made


def judges(school: DemoSchool, cards: list[AssetCard]) -> list:
    """Three who keep none of the things."""
    keepers = {card.custodian_id for card in cards}
    found = [school.director, school.people["repairer"], *school.teachers] if "repairer" in school.people else [school.director, *school.teachers]
    return [person for person in found if person.pk not in keepers][:3]


def application(school: DemoSchool, cards: list[AssetCard], title: str, reason: str, *, days: int) -> Disposal:
    """Appraised by three and sent for approval."""
    keeper, at = school.people["keeper"], school.now - timedelta(days=days)
    made = draft(school, cards, title, reason, days=days)
    people = judges(school, cards)
    made = disposal.send_for_appraisal(actor=keeper, at=at + timedelta(hours=1), record=made, people=people)
    for n, person in enumerate(people):
        mark = [typed_signature(person.name, signer=person.name)]
        disposal.appraise(
            actor=person, at=at + timedelta(hours=2 + n), record=made, agrees=True, opinion="没有修理价值" if n else "配件停产，修不好", signature=mark
        )
    return disposal.submit_disposal(actor=keeper, at=at + timedelta(hours=6), record=Disposal.objects.get(pk=made.pk))


def finish(school: DemoSchool, made: Disposal) -> None:
    """Approved, wiped, carried away and written off."""
    keeper, accountant, on = school.people["keeper"], school.people["accountant"], timezone.localdate(school.now)
    at = school.now - timedelta(days=10)
    while (run := current_run(made)) is not None:
        for signer in [one for step in run.steps.all() for one in step.signers.all() if one.state == "open"]:
            approve(actor=signer.person, at=at, record=run, opinion="同意报废")
    made = Disposal.objects.get(pk=made.pk)
    rows = list(made.lines.filter(needs_wipe=True))
    if rows:
        carrying.confirm_wipe(actor=keeper, at=school.now - timedelta(days=3), record=made, rows=rows, how="硬盘拆下打孔销毁", on=on - timedelta(days=3))
    given = {"how": "交有资质的回收单位拆解，开了回收证明", "handed_to": "绿源再生资源公司"}
    carrying.note_handed(actor=keeper, at=school.now - timedelta(days=2), record=Disposal.objects.get(pk=made.pk), on=on - timedelta(days=2), **given)
    carrying.write_off(
        actor=accountant, at=school.now - timedelta(days=1), record=Disposal.objects.get(pk=made.pk), on=on - timedelta(days=1), voucher=f"记-{on:%Y%m}-052"
    )


def picture(n: int):
    """A small drawn photo of a machine with a crack."""
    image = Image.new("RGB", (640, 480), (224, 226, 220))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 350, 640, 480), fill=(176, 168, 152))
    draw.rectangle((180, 110, 470, 320), fill=(58, 64, 70), outline=(30, 32, 36), width=8)
    draw.rectangle((290, 320, 360, 372), fill=(58, 64, 70))
    draw.line((210 + 9 * n, 130, 330, 220, 300, 250, 440, 300), fill=(190, 200, 205), width=4)
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=70)
    buffer.seek(0)
    buffer.name, buffer.size = f"old-{n}.jpg", buffer.getbuffer().nbytes
    return clean_photo(buffer)
