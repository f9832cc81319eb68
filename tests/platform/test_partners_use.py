"""Firms beyond their own cards: repairs that call them in, the list from a file, pages and API."""

from datetime import timedelta
from decimal import Decimal

import pytest
from rest_framework.test import APIClient

from logistics.platform.audit.models import Event
from logistics.platform.audit.saving import BadRows
from logistics.platform.imports.grid import Unread
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.partners import rules
from logistics.platform.partners.importing import credit_code, kinds, resolve, save_partners
from logistics.platform.partners.models import FirmPaper, Partner, PartnerState
from tests.conftest import NOW

TODAY = NOW.date()
CODE = "91350100M000100Y43"  # the worked example of GB 32100-2015


@pytest.fixture
def firm(cast):
    def make(name="绿源蔬菜配送有限公司", kinds=("food",), **fields) -> Partner:
        return rules.save_partner(actor=cast.accountant, at=NOW, name=name, kinds=kinds, is_another=True, **fields)

    return make


@pytest.fixture
def paper(cast):
    """paper(firm, "licence", 10) ends that many days from now; None is for good."""

    def make(partner, kind="licence", days: int | None = None, **fields) -> FirmPaper:
        ends = None if days is None else TODAY + timedelta(days=days)
        return rules.save_firm_paper(actor=cast.buyer, at=NOW, partner=partner, kind=kind, **{"expires_on": ends} | fields)

    return make


# repairs


@pytest.mark.requirement("REP-11")
def test_a_quote_names_a_partner_and_the_contract_asks_for_its_papers(firm, paper, cast, rooms):
    from repairs.project import rules as projects
    from repairs.project.models import Project

    builder = firm("安居建筑公司", kinds=("builder",))
    paper(builder)
    given = {"reason": "漏", "budget": Decimal(90000), "fund": "公用", "start_on": TODAY, "end_on": TODAY + timedelta(days=60), "method": "quotes"}
    project = projects.propose_project(actor=cast.director, at=NOW, title="翻修", place=rooms.dorm, owner=cast.keeper, **given)
    projects.approve_project(actor=cast.vice, at=NOW, record=project)
    quote = projects.add_quote(actor=cast.director, at=NOW, record=project, partner=builder, amount=Decimal(80000), quoted_on=TODAY)
    assert (quote.firm, quote.partner) == ("安居建筑公司", builder)
    with pytest.raises(RuleViolation) as refusal:
        projects.add_quote(actor=cast.director, at=NOW, record=project, amount=Decimal(1), quoted_on=TODAY)
    assert refusal.value.field == "firm"
    for n, name in enumerate(("大禹", "新城")):
        projects.add_quote(actor=cast.director, at=NOW, record=project, firm=name, amount=Decimal(81000 + n), quoted_on=TODAY)
    contract = {"firm": "安居建筑公司", "contract_number": "1", "contract_amount": Decimal(80000), "contract_on": TODAY}
    with pytest.raises(RuleViolation, match="没有登记资质证书") as refusal:
        projects.sign_contract(actor=cast.director, at=NOW, record=project, **contract)
    assert refusal.value.field == "firm"
    assert Project.objects.get().state == "approved"
    paper(builder, "qualification", 100)
    projects.sign_contract(actor=cast.director, at=NOW, record=project, **contract)
    assert Project.objects.get().partner == builder
    kept = firm("安居建筑工程集团", kinds=("builder",))
    rules.merge_partner(actor=cast.buyer, at=NOW, record=builder, target=kept)
    assert (Project.objects.get().partner, Project.objects.get().firm) == (kept, "安居建筑公司"), "papers keep the name they were signed with"


@pytest.mark.requirement("REP-05")
def test_an_outside_firm_for_a_ticket_is_chosen_or_written(firm, paper, cast, rooms, kinds):
    from repairs.dispatch.rules import assign_ticket
    from repairs.ticket.models import Ticket
    from repairs.ticket.rules import file_ticket
    from repairs.work.rules import decide_firm, refer

    def referred():
        ticket = file_ticket(actor=cast.teacher, at=NOW, place=rooms.room, kind=kinds.water, description="主管爆裂")
        assign_ticket(actor=cast.director, at=NOW, record=ticket, repairer=kinds.plumber)
        refer(actor=cast.plumber, at=NOW, record=ticket, reason="没有工具")
        return ticket

    works = firm("水司维修所", kinds=("repair",))
    ticket = referred()
    with pytest.raises(RuleViolation, match="没有登记营业执照") as refusal:
        decide_firm(actor=cast.vice, at=NOW, record=ticket, opinion="请水司", partner=works)
    assert refusal.value.field == "partner"
    assert Ticket.objects.get(pk=ticket.pk).state == "referred"
    paper(works)
    decide_firm(actor=cast.vice, at=NOW, record=ticket, opinion="请水司", partner=works)
    stored = Ticket.objects.get(pk=ticket.pk)
    assert (stored.state, stored.partner, stored.firm) == ("waiting", works, "水司维修所")
    other = referred()
    decide_firm(actor=cast.vice, at=NOW, record=other, opinion="请老王", firm=" 老王疏通 ")
    stored = Ticket.objects.get(pk=other.pk)
    assert (stored.partner, stored.firm) == (None, "老王疏通")
    assert Event.objects.filter(action="wait", record_id=other.pk).get().text.startswith("等外面单位（老王疏通）")


@pytest.mark.requirement("REP-05")
def test_who_waits_for_an_outside_firm_says_which(firm, paper, cast, rooms, kinds):
    from repairs.dispatch.rules import take_ticket
    from repairs.ticket.models import Ticket
    from repairs.ticket.rules import file_ticket
    from repairs.work.rules import arrive, wait

    ticket = file_ticket(actor=cast.teacher, at=NOW, place=rooms.room, kind=kinds.water, description="电梯不动")
    take_ticket(actor=cast.plumber, at=NOW, record=ticket)
    arrive(actor=cast.plumber, at=NOW, record=ticket)
    works = firm("恒升电梯维保", kinds=("repair",))
    for given, field in (({"reason": "firm"}, "partner"), ({"reason": "parts"}, "reason")):
        with pytest.raises(RuleViolation) as refusal:
            wait(actor=cast.plumber, at=NOW, record=ticket, partner=works, **given)
        assert refusal.value.field == field
        stored = Ticket.objects.get()
        assert (stored.state, stored.partner, stored.firm) == ("working", None, "")
    paper(works)
    wait(actor=cast.plumber, at=NOW, record=Ticket.objects.get(), reason="firm", partner=works)
    stored = Ticket.objects.get()
    assert (stored.state, stored.partner, stored.firm) == ("waiting", works, "恒升电梯维保")
    assert "等外面单位（恒升电梯维保）" in Event.objects.get(action="wait").text


# from a file


def test_a_file_brings_no_account_by_somebody_who_may_not_read_it(cast):
    with pytest.raises(BadRows) as refusal:
        save_partners(actor=cast.buyer, at=NOW, rows=[{"name": "甲公司", "bank_account": "6228480322000011"}])
    assert "由会计" in refusal.value.rows[0]
    assert not Partner.objects.exists()


def test_cells_of_a_supplier_list_are_read_as_schools_write_them():
    assert kinds("食材、运输", "").value == ",food,transport,"
    assert kinds("供应商", "").value == ",supplier,"
    assert "不在可选的里面" in kinds("银行", "").problem
    assert credit_code()(CODE.lower(), "").value == CODE
    assert "校验位" in credit_code()(CODE[:-1] + "4", "").problem
    assert credit_code()(Unread("读不出"), "").problem


def test_a_supplier_list_updates_known_firms_and_notes_similar_names(firm, cast):
    from logistics.platform.imports.targets import Row

    known = firm("绿源蔬菜配送有限公司", credit_code=CODE)
    rows = [
        Row("1", "表", 2, values={"name": "改过名的公司", "credit_code": CODE}),
        Row("2", "表", 3, values={"name": "绿源蔬菜配送"}),
        Row("3", "表", 4, values={"name": "文华办公用品商行"}),
    ]
    resolve(rows, user=cast.buyer)
    assert [row.existing for row in rows] == [known, None, None]
    assert "名字相近" in rows[1].notes["name"][0]
    assert not rows[2].notes
    made = save_partners(actor=cast.buyer, at=NOW, rows=[row.values for row in rows[1:]])
    assert [partner.kinds for partner in made] == [",supplier,", ",supplier,"]


# pages and API


@pytest.fixture
def as_(client):
    def browser(person):
        client.force_login(person)
        return client

    return browser


def test_the_account_is_shown_in_full_to_accountants_only(firm, as_, cast):
    made = firm(bank_name="农业银行", bank_account="6228480322000011")
    for person, is_full in ((cast.accountant, True), (cast.cashier, True), (cast.buyer, False), (cast.inspector, False)):
        page = as_(person).get(f"/partner/{made.pk}/").content.decode()
        assert ("6228480322000011" in page) is is_full
        assert "0011" in page
        program = APIClient()
        program.force_authenticate(person)
        assert (program.get(f"/api/v1/org/partners/{made.pk}/").json()["bank_account"] == "6228480322000011") is is_full
    assert "6228480322000011" not in as_(cast.buyer).get(f"/partner/{made.pk}/edit/").content.decode()


def test_saving_the_form_without_the_right_keeps_the_account(firm, as_, cast):
    made = firm(bank_account="6228480322000011")
    given = {"name": made.name, "kinds": ["food", "transport"], "phone": "8260", "bank_account": "1"}
    assert as_(cast.buyer).post(f"/partner/{made.pk}/edit/", given).status_code == 302
    made.refresh_from_db()
    assert (made.kinds, made.phone, made.bank_account) == (",food,transport,", "8260", "6228480322000011")


def test_a_similar_name_stands_at_its_field_with_a_way_on(firm, as_, cast):
    firm("青禾市绿源蔬菜配送有限公司")
    browser = as_(cast.buyer)
    assert 'type="hidden" name="is_another"' in browser.get("/partner/new/").content.decode()
    answer = browser.post("/partner/new/", {"name": "绿源蔬菜配送", "kinds": "food", "is_another": "False"})
    assert answer.status_code == 422
    assert "是另一家" in answer.content.decode()
    assert Partner.objects.count() == 1
    assert browser.post("/partner/new/", {"name": "绿源蔬菜配送", "kinds": "food", "is_another": "on"}).status_code == 302


def test_the_page_tells_what_is_lacking_and_where_a_merged_card_went(firm, paper, as_, cast):
    made, twice = firm(), firm("重复的卡片")
    browser = as_(cast.buyer)
    assert "没有登记营业执照" in browser.get(f"/partner/{made.pk}/").content.decode()
    assert browser.post(f"/partner/{twice.pk}/merge/", {"target": made.pk}).url == f"/partner/{made.pk}/"
    assert f'href="/partner/{made.pk}/"' in browser.get(f"/partner/{twice.pk}/").content.decode()
    assert browser.get("/partner-paper/?state=late").status_code == 200


def test_firms_are_made_and_merged_through_the_api(cast):
    program = APIClient()
    program.force_authenticate(cast.buyer)
    answer = program.post("/api/v1/org/partners/", {"name": "甲公司", "kinds": ["food", "transport"], "credit_code": CODE}, format="json")
    assert (answer.status_code, answer.json()["kinds"]) == (201, ["food", "transport"])
    other = program.post("/api/v1/org/partners/", {"name": "丙商行", "kinds": ["supplier"]}, format="json").json()["id"]
    assert program.post(f"/api/v1/org/partners/{other}/merge/", {"target": answer.json()["id"]}, format="json").status_code == 200
    assert Partner.objects.get(pk=other).state == PartnerState.MERGED
    assert program.post("/api/v1/org/partners/", {"name": "乙", "kinds": ["nonsense"]}, format="json").status_code == 400
