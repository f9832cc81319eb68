"""资产处置: three appraisers, a frozen list, approval, data wiped, proceeds taken in, written off through the ledger (AST-07)."""

from decimal import Decimal

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from assets.card.change_rules import blockers, change_value, split_card, take_off
from assets.card.models import AssetCard, AssetEntry, Status
from assets.disposal import carrying_rules, rules
from assets.disposal.home import disposal_todos
from assets.disposal.models import Disposal, DisposalState
from assets.disposal.queries import left_to_do, ready_to_write_off, summary
from assets.disposal.shares import shared
from finance.journal.models import CashAccount, DayEntry
from finance.journal.rules import reverse_entry
from logistics.platform.approvals.deciding_rules import reject
from logistics.platform.approvals.public import current_run
from logistics.platform.attachments.photos import clean_paper
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.school.limit_rules import change_limit
from tests.assets.conftest import stands, sums
from tests.assets.disposal.conftest import TODAY, fresh, name_of
from tests.conftest import NOW
from tests.platform.attachments_kit import PDF, upload

pytestmark = pytest.mark.requirement("AST-07")


@settings(max_examples=60)
@drawn(st.decimals(0, 10**6, places=2), st.lists(st.decimals(0, 10**6, places=2), min_size=1, max_size=30))
def test_what_a_batch_brought_is_shared_to_the_cent(total, weights):
    found = shared(total, weights)
    assert sum(found) == total
    assert len(found) == len(weights)
    assert min(found) >= 0


def test_from_the_list_to_the_books(yard, account):
    disposal = yard.approved()
    assert (disposal.state, disposal.pieces, disposal.cost) == (DisposalState.APPROVED, 6, Decimal("9312.00"))
    assert fresh(yard.first).status == Status.LEAVING
    assert fresh(yard.desks).status == Status.USED  # only some pieces of it go
    yard.carried(disposal, proceeds=Decimal("100.00"), trade_in=Decimal("0.01"), traded_for="新电脑 2 台")
    with pytest.raises(RuleViolation, match=r"处置收入 100\.00 元出纳还没有收"):
        yard.write_off(disposal)
    carrying_rules.receive_proceeds(actor=yard.cast.cashier, at=NOW, record=disposal, account=account, on=TODAY)
    assert (CashAccount.objects.get().balance, fresh(disposal).receipt) == (100, "SJ-2026-0001")
    disposal = yard.write_off(disposal)
    assert (disposal.state, disposal.voucher, disposal.done_by) == (DisposalState.DONE, "记-30", yard.cast.accountant)
    first, desks = fresh(yard.first), fresh(yard.desks)
    assert (first.status, first.gone_kind, first.approval, first.quantity) == (Status.GONE, "scrap", disposal.number, 0)
    assert (desks.quantity, desks.cost) == (6, Decimal("1008.00"))
    assert sums(yard.first) == stands(yard.first)
    assert sum(line.income for line in disposal.lines.all()) == Decimal("100.01") == first.income + fresh(yard.second).income + desks.income
    entry = AssetEntry.objects.get(card=first, kind="scrap")
    assert (entry.voucher, entry.document_kind, entry.document_id) == ("记-30", "assets.disposal", disposal.pk)


def test_at_least_three_who_neither_apply_nor_keep_the_things(yard):
    disposal = yard.draft()
    for people, words in (
        (yard.judges[:2], "至少 3 人"), ([*yard.judges, yard.cast.keeper], "填单的人不能鉴定"), ([*yard.judges, yard.cast.headteacher], "保管人，不能鉴定"),
    ):  # fmt: skip
        with pytest.raises(RuleViolation, match=words) as refusal:
            rules.send_for_appraisal(actor=yard.cast.keeper, at=NOW, record=disposal, people=people)
        assert refusal.value.field == "people"
    assert fresh(disposal).state == DisposalState.DRAFT
    assert not disposal.appraisals.exists()


def test_all_of_them_must_agree(yard):
    disposal = yard.draft()
    rules.send_for_appraisal(actor=yard.cast.keeper, at=NOW, record=disposal, people=yard.judges)
    judge = yard.judges[0]
    with pytest.raises(NotAllowed):
        rules.appraise(actor=yard.cast.stranger, at=NOW, record=disposal, agrees=True, signature=name_of(yard.cast.stranger))
    with pytest.raises(RuleViolation, match="为什么"):
        rules.appraise(actor=judge, at=NOW, record=disposal, agrees=False, signature=name_of(judge))
    with pytest.raises(RuleViolation, match="签名"):
        rules.appraise(actor=judge, at=NOW, record=disposal, agrees=True)
    rules.appraise(actor=judge, at=NOW, record=disposal, agrees=False, opinion="换个电源还能用", signature=name_of(judge))
    with pytest.raises(RuleViolation, match="换个电源还能用"):
        rules.submit_disposal(actor=yard.cast.keeper, at=NOW, record=fresh(disposal))
    with pytest.raises(RuleViolation, match="已经签过"):
        rules.appraise(actor=judge, at=NOW, record=disposal, agrees=True, signature=name_of(judge))
    assert fresh(disposal).state == DisposalState.JUDGING


def test_signatures_hold_as_long_as_the_list_does(yard):
    disposal = yard.judged()
    rules.take_back(actor=yard.cast.keeper, at=NOW, record=disposal, reason="标题写错")
    rules.save_disposal(actor=yard.cast.keeper, at=NOW, record=fresh(disposal), title="旧电脑 2 台")
    assert disposal.appraisals.filter(agrees=True).count() == 3
    rules.remove_line(actor=yard.cast.keeper, at=NOW, record=disposal, row=disposal.lines.last())
    assert not disposal.appraisals.filter(agrees=True).exists()


def test_the_list_is_frozen_and_the_things_are_marked(yard):
    disposal = yard.sent()
    assert (disposal.state, disposal.sent_at) == (DisposalState.WAITING, NOW)
    for call, given in (
        (rules.add_line, {"card": yard.ledger.desks(1)}),
        (rules.remove_line, {"row": disposal.lines.first()}),
        (rules.save_disposal, {"title": "x"}),
    ):
        with pytest.raises(RuleViolation, match="不能再改"):
            call(actor=yard.cast.keeper, at=NOW, record=disposal, **given)
    assert disposal.lines.count() == 3
    rules.withdraw_disposal(actor=yard.cast.keeper, at=NOW, record=disposal)
    assert (fresh(disposal).state, fresh(yard.first).status) == (DisposalState.DRAFT, Status.USED)


def test_a_refusal_sets_the_things_free(yard):
    disposal = yard.sent(lines=[(yard.first, None)])
    reject(actor=yard.cast.principal, at=NOW, record=current_run(disposal), opinion="先看看能不能调剂")
    assert (fresh(disposal).state, fresh(disposal).opinion, fresh(yard.first).status) == (DisposalState.REJECTED, "先看看能不能调剂", Status.USED)


def test_no_photo_no_appraisal_and_no_report_no_sale(yard):
    draft = yard.draft(photo=False)
    with pytest.raises(RuleViolation, match="照片"):
        rules.check_can_send(yard.cast.keeper, draft)  # and so no button
    with pytest.raises(RuleViolation, match="照片"):
        yard.judged(draft)
    with pytest.raises(RuleViolation, match="评估报告"):
        yard.sent(yard.draft(kind="sold", lines=[(yard.second, None)]))
    assert Disposal.objects.filter(sent_at=None).count() == 2


def test_what_still_holds_a_thing_is_named(yard):
    def held(card):
        return "借给理科组，单号 JY-1" if card.pk == yard.first.pk else ""

    blockers.append(held)
    try:
        with pytest.raises(RuleViolation, match="借给理科组，单号 JY-1"):
            yard.draft()
    finally:
        blockers.remove(held)
    disposal = yard.approved(lines=[(yard.second, None)])
    yard.carried(disposal)
    blockers.append(lambda card: "还在盘点")
    try:
        with pytest.raises(RuleViolation, match="旧电脑乙」还在盘点"):
            yard.write_off(disposal)
    finally:
        blockers.pop()
    assert (fresh(disposal).state, fresh(yard.second).is_alive) == (DisposalState.APPROVED, True)


def test_a_listed_thing_goes_no_other_way(yard):
    disposal = yard.judged(lines=[(yard.first, None)])
    with pytest.raises(RuleViolation, match=f"处置单 {disposal.number}"):
        take_off(actor=yard.cast.accountant, at=NOW, record=yard.first, on=TODAY, kind="sold", quantity=1, approval="批-1", voucher="记-1")
    with pytest.raises(RuleViolation, match=disposal.number):
        yard.draft(lines=[(yard.first, None)])
    assert fresh(yard.first).is_alive


def test_a_card_that_changed_is_not_written_off(yard):
    disposal = yard.approved(lines=[(yard.desks, 4)])
    yard.carried(disposal)
    split_card(actor=yard.cast.keeper, at=NOW, record=yard.desks, on=TODAY, quantity=2)
    with pytest.raises(RuleViolation, match="列单时是 10"):
        yard.write_off(disposal)
    carrying_rules.void_disposal(actor=yard.cast.keeper, at=NOW, record=fresh(disposal), reason="重新列单")
    assert (fresh(disposal).state, fresh(yard.desks).quantity) == (DisposalState.VOID, 8)


def test_data_wiped_above_asked_before_anything_leaves(yard):
    change_limit(actor=yard.cast.director, at=NOW, code=rules.UPWARD, value=Decimal(1000), effective_on=TODAY, reason="按区里规定")
    disposal = yard.approved(lines=[(yard.first, None)])
    assert left_to_do(disposal)[:2] == ["还没有上报", "1 样电脑、办公设备还没有确认清除数据"]
    with pytest.raises(RuleViolation, match="上级批复"):
        yard.carried(disposal)
    carrying_rules.report_up(actor=yard.cast.keeper, at=NOW, record=fresh(disposal), on=TODAY, number="校发 12 号")
    with pytest.raises(RuleViolation, match="附上批复"):
        carrying_rules.note_answer(actor=yard.cast.keeper, at=NOW, record=fresh(disposal), on=TODAY, number="教财 31 号", papers=[])
    carrying_rules.note_answer(
        actor=yard.cast.keeper, at=NOW, record=fresh(disposal), on=TODAY, number="教财 31 号", papers=[clean_paper(upload(PDF, "批复.pdf"))]
    )
    yard.carried(fresh(disposal))
    yard.write_off(disposal)
    assert (fresh(yard.first).approval, disposal.lines.get().wiped_by) == ("教财 31 号", yard.cast.keeper)


def test_large_batches_go_above(yard):
    assert not yard.sent(lines=[(yard.first, None)]).needs_upper
    dear = yard.ledger.computer(price=Decimal("200000.01"), custodian=None)
    assert yard.sent(yard.draft(lines=[(dear, None)])).needs_upper


def test_proceeds_struck_out_are_owed_again_until_it_is_written_off(yard, account):
    disposal = yard.carried(yard.approved(lines=[(yard.first, None)]), proceeds=Decimal(50))
    receive = {"actor": yard.cast.cashier, "at": NOW, "account": account, "on": TODAY}
    carrying_rules.receive_proceeds(record=disposal, **receive)
    reverse_entry(actor=yard.cast.cashier, at=NOW, record=DayEntry.objects.get(), reason="收错")
    assert fresh(disposal).receipt == ""
    carrying_rules.receive_proceeds(record=fresh(disposal), **receive)
    yard.write_off(disposal)
    with pytest.raises(RuleViolation, match="已经核销"):
        reverse_entry(actor=yard.cast.cashier, at=NOW, record=DayEntry.objects.order_by("pk").last(), reason="错")
    assert CashAccount.objects.get().balance == 50


def test_many_numbers_at_once_all_or_nothing(yard, client):
    disposal = yard.draft(lines=[(yard.first, None)])
    client.force_login(yard.cast.keeper)
    page = f"/assets/disposal/{disposal.pk}/add_cards/"
    answer = client.post(page, {"numbers": f"{yard.second.number}、没有这个\n{yard.desks.number}"})
    assert answer.status_code == 422
    assert "没有这个" in answer.content.decode()
    assert client.post(page, {"numbers": f"{yard.second.number}\n{yard.first.number}"}).status_code == 422
    assert disposal.lines.count() == 1
    assert client.post(page, {"numbers": f"{yard.second.number}\n{yard.desks.number}"}).status_code == 302
    assert disposal.lines.count() == 3


def test_chosen_in_the_list_they_become_a_draft(yard, client):
    cards = [yard.first, yard.second]
    given = {"ids": [card.pk for card in cards]}
    client.force_login(yard.cast.accountant)
    assert "data-pick-all" not in client.get("/assets/card/").content.decode()
    assert client.post("/assets/card/bulk/dispose/", given).status_code == 403
    client.force_login(yard.cast.keeper)
    assert 'formaction="/assets/card/bulk/dispose/"' in client.get("/assets/card/").content.decode()
    assert client.post("/assets/card/bulk/dispose/", {"ids": ["x", "9" * 30]}).status_code == 302
    page = client.post("/assets/card/bulk/dispose/", given).content.decode()
    assert "旧电脑甲、旧电脑乙 2 台" in page
    assert not Disposal.objects.exists()
    given |= {"confirmed": "1", "kind": "scrap", "title": "旧电脑 2 台", "reason": "主板烧了", "department": yard.ledger.office.pk}
    yard.judged(lines=[(yard.second, None)])
    answer = client.post("/assets/card/bulk/dispose/", given)
    assert (answer.status_code, "旧电脑乙」已经在处置单" in answer.content.decode(), Disposal.objects.count()) == (422, True, 1)
    assert client.post("/assets/card/bulk/dispose/", given | {"ids": [yard.first.pk]}).status_code == 302
    made = Disposal.objects.latest("pk")
    assert (made.state, made.created_by, [line.card for line in made.lines.all()]) == (DisposalState.DRAFT, yard.cast.keeper, [yard.first])


def test_an_old_draft_voided_leaves_another_s_things_marked(yard):
    old = yard.sent(lines=[(yard.first, None)])
    rules.withdraw_disposal(actor=yard.cast.keeper, at=NOW, record=old)
    yard.sent(lines=[(yard.first, None)])
    assert fresh(yard.first).status == Status.LEAVING
    carrying_rules.void_disposal(actor=yard.cast.keeper, at=NOW, record=fresh(old), reason="另开了一张")
    assert fresh(yard.first).status == Status.LEAVING


def test_what_is_worth_more_than_was_approved_is_not_written_off(yard):
    disposal = yard.carried(yard.approved(lines=[(yard.first, None)]))
    change_value(actor=yard.cast.accountant, at=NOW, record=yard.first, on=TODAY, cost=Decimal(400000), voucher="记-9", note="加装")
    with pytest.raises(RuleViolation, match=r"送批时是 4,320\.00"):
        yard.write_off(disposal)
    assert fresh(yard.first).is_alive


def test_scanned_labels_are_numbers_too(yard, client):
    disposal = yard.draft(lines=[(yard.first, None)])
    client.force_login(yard.cast.keeper)
    text = f"http://school.example.cn/q/{yard.second.number}/\nkp-{yard.desks.pk}"
    assert client.post(f"/assets/disposal/{disposal.pk}/add_cards/", {"numbers": text}).status_code == 302
    assert disposal.lines.count() == 3


def test_the_applicant_is_told_what_goes_further(yard):
    keeper, disposal = yard.cast.keeper, yard.draft(lines=[(yard.first, None)])
    rules.send_for_appraisal(actor=keeper, at=NOW, record=disposal, people=yard.judges)
    assert [todo.title for todo in disposal_todos(keeper, NOW)] == []
    for person in yard.judges:
        rules.appraise(actor=person, at=NOW, record=disposal, agrees=True, signature=name_of(person))
    assert [todo.title for todo in disposal_todos(keeper, NOW)] == ["送批：旧电脑和课桌"]
    yard.approved(lines=[(yard.second, None)])
    assert [todo.verb for todo in disposal_todos(keeper, NOW)] == ["送批", "办理处置"]
    assert disposal_todos(yard.cast.stranger, NOW) == []


def test_whoever_writes_off_is_told_what_is_ready(yard, account):
    disposal = yard.carried(yard.approved(lines=[(yard.first, None)]), proceeds=Decimal(5))
    assert not ready_to_write_off().exists()
    carrying_rules.receive_proceeds(actor=yard.cast.cashier, at=NOW, record=disposal, account=account, on=TODAY)
    assert list(ready_to_write_off()) == [fresh(disposal)]


def test_the_summary_for_above(yard, client):
    disposal = yard.approved()
    found = summary(TODAY, TODAY)
    assert (found.total["pieces"], found.total["cost"]) == (6, Decimal("9312.00"))
    assert [(one["code"], one["pieces"]) for one in found.classes] == [("A02010105", 2), ("A05010203", 4)]
    client.force_login(yard.cast.accountant)
    days = f"since={TODAY}&until={TODAY}"
    assert disposal.number in client.get(f"/assets/disposal/summary/?{days}").content.decode()
    for path in (f"summary/print.pdf?{days}", f"summary/excel/?{days}"):
        assert client.get(f"/assets/disposal/{path}").status_code == 200
    assert client.get(f"/print/assets.disposal/{disposal.pk}/")["Content-Type"] == "application/pdf"
    client.force_login(yard.cast.teacher)
    assert client.get("/assets/disposal/summary/").status_code == 403
    assert AssetCard.objects.filter(status=Status.LEAVING).count() == 2
