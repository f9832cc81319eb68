"""A list of things on its way out: two computers and some desks, three appraisers, the usual chains, a cashier's account."""

from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from assets.disposal import carrying_rules, rules
from assets.disposal.models import Disposal
from finance.journal.rules import save_account
from logistics.platform.approvals.deciding_rules import approve
from logistics.platform.approvals.public import current_run, load_usual_chains
from logistics.platform.attachments.photos import clean_photo, typed_signature
from tests.conftest import NOW

TODAY = date(2026, 11, 18)


def picture():
    out = BytesIO()
    Image.new("RGB", (40, 30), "white").save(out, "PNG")
    return clean_photo(SimpleUploadedFile("old.png", out.getvalue(), "image/png"))


def name_of(person) -> list:
    return [typed_signature(person.name, signer=person.name)]


def fresh(record):
    return type(record).objects.get(pk=record.pk)


class Yard:
    def __init__(self, ledger):
        self.ledger, self.cast = ledger, ledger.cast
        load_usual_chains(actor=self.cast.director, at=NOW)
        self.first, self.second = (ledger.computer(custodian=None, name=name) for name in ("旧电脑甲", "旧电脑乙"))
        self.desks = ledger.desks(10)
        self.judges = [self.cast.director, self.cast.repairer, self.cast.teacher]

    def draft(self, kind="scrap", lines=None, photo=True, **given) -> Disposal:
        made = rules.save_disposal(actor=self.cast.keeper, at=NOW, kind=kind, title="旧电脑和课桌", reason="用了八年，主板烧了", **given)
        for card, quantity in lines or ((self.first, None), (self.second, None), (self.desks, 4)):
            rules.add_line(actor=self.cast.keeper, at=NOW, record=made, card=card, quantity=quantity)
        if photo:
            rules.add_files(actor=self.cast.keeper, at=NOW, record=made, photos=[picture()])
        return fresh(made)

    def judged(self, disposal=None, **given) -> Disposal:
        disposal = disposal or self.draft(**given)
        rules.send_for_appraisal(actor=self.cast.keeper, at=NOW, record=disposal, people=self.judges)
        for person in self.judges:
            rules.appraise(actor=person, at=NOW, record=disposal, agrees=True, opinion="修不好", signature=name_of(person))
        return fresh(disposal)

    def sent(self, disposal=None, **given) -> Disposal:
        return fresh(rules.submit_disposal(actor=self.cast.keeper, at=NOW, record=self.judged(disposal, **given)))

    def approved(self, **given) -> Disposal:
        """Through every step of its chain, whoever must sign."""
        disposal = self.sent(**given)
        for _ in range(8):
            run = current_run(disposal)
            if run is None:
                break
            for signer in [one for step in run.steps.all() for one in step.signers.all() if one.state == "open"]:
                approve(actor=getattr(self.cast, signer.person.username), at=NOW, record=run, opinion="同意")
        return fresh(disposal)

    def carried(self, disposal: Disposal, **given) -> Disposal:
        """Wiped and carried away."""
        rows = list(disposal.lines.filter(needs_wipe=True, wipe=""))
        carrying_rules.confirm_wipe(actor=self.cast.keeper, at=NOW, record=disposal, rows=rows, how="硬盘拆下打孔", on=TODAY) if rows else None
        usual = {"on": TODAY, "how": "交回收单位拆解", "handed_to": "绿源回收"}
        return fresh(carrying_rules.note_handed(actor=self.cast.keeper, at=NOW, record=fresh(disposal), **usual | given))

    def write_off(self, disposal: Disposal, **given) -> Disposal:
        return fresh(carrying_rules.write_off(actor=self.cast.accountant, at=NOW, record=fresh(disposal), **{"on": TODAY, "voucher": "记-30"} | given))


@pytest.fixture
def yard(ledger) -> Yard:
    return Yard(ledger)


@pytest.fixture
def account(cast):
    given = {"opened_on": TODAY - timedelta(days=60), "opening": Decimal(0)}
    return save_account(actor=cast.accountant, at=NOW, name="库存现金", kind="cash", **given)
