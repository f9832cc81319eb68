"""往来单位: cards, papers that run out, merging, and whether a firm may be used today."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from logistics.platform.audit.models import Event
from logistics.platform.kernel.errors import NotAllowed, RuleViolation
from logistics.platform.notices.delivery import sweep
from logistics.platform.notices.models import Notice
from logistics.platform.partners import rules
from logistics.platform.partners.credit_code import LETTERS, check_letter, fault_of, tidy_code
from logistics.platform.partners.models import FirmPaper, Partner, PartnerKind, PartnerState
from logistics.platform.partners.queries import (
    active,
    check_usable,
    expired,
    expiring,
    firm_paper_late,
    firm_paper_todos,
    paper_counts,
    papers_visible_to,
    partners_visible_to,
    similar_to,
    standing,
)
from tests.conftest import NOW

TODAY = NOW.date()
CODE = "91350100M000100Y43"  # the worked example of GB 32100-2015


@pytest.fixture
def firm(cast):
    def make(name="绿源蔬菜配送有限公司", kinds=("food",), **fields) -> Partner:
        return rules.save_partner(actor=cast.buyer, at=NOW, name=name, kinds=kinds, is_another=True, **fields)

    return make


@pytest.fixture
def paper(cast):
    """paper(firm, "licence", 10) ends that many days from now; None is for good."""

    def make(partner, kind="licence", days: int | None = None, **fields) -> FirmPaper:
        ends = None if days is None else TODAY + timedelta(days=days)
        return rules.save_firm_paper(actor=cast.buyer, at=NOW, partner=partner, kind=kind, **{"expires_on": ends} | fields)

    return make


def refused(act, *, says: str, field: str | None = None) -> None:
    """The rule refuses in these words, and neither a firm nor an entry of the journal was written."""
    before = (list(Partner.objects.order_by("pk").values()), Event.objects.count())
    with pytest.raises(RuleViolation, match=says) as refusal:
        act()
    assert refusal.value.field == field or field is None
    assert (list(Partner.objects.order_by("pk").values()), Event.objects.count()) == before


# the credit code


def test_the_standards_own_example_is_a_code():
    assert fault_of(CODE) == ""
    assert tidy_code(" ９１３５0100-m000100y43 ") == CODE


@given(st.text(LETTERS, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(LETTERS))
def test_one_wrong_character_is_always_noticed(body, place, other):
    code = body + check_letter(body)
    assert fault_of(code) == ""
    if code[place] != other:
        assert "校验位" in fault_of(code[:place] + other + code[place + 1 :])


@pytest.mark.parametrize(("typed", "says"), [("123", "这里有 3 位"), ("I" + CODE[1:], "没有「I」"), (CODE[:-1] + "4", "校验位对不上")])
def test_a_wrong_code_is_refused_at_its_field(cast, typed, says):
    refused(lambda: rules.save_partner(actor=cast.buyer, at=NOW, name="甲公司", kinds=["food"], credit_code=typed), says=says, field="credit_code")


def test_a_code_belongs_to_one_firm(firm, cast):
    firm(credit_code=CODE)
    with pytest.raises(ValidationError, match="已经登记过"):
        firm("完全不同商行", credit_code=CODE.lower())
    with pytest.raises(IntegrityError), transaction.atomic():
        Partner.objects.create(name="乙", kinds=",food,", credit_code=CODE, created_by=cast.buyer, created_at=NOW)
    assert Partner.objects.count() == 1


# cards


def test_a_card_keeps_kinds_in_order_and_the_journal_tells_them_in_words(firm, cast):
    made = firm(kinds=["transport", "food"])
    assert (made.kinds, made.kind_words) == (",food,transport,", "食材供应商、运输单位")
    rules.save_partner(actor=cast.accountant, at=NOW, record=made, kinds=["food"], bank_account="6228480322000011")
    changes = Event.objects.latest("id").changes
    assert changes == {"类别": ["食材供应商、运输单位", "食材供应商"], "账号": ["—", "**** 0011"]}


@pytest.mark.parametrize("kinds", [(), ("nonsense",), ("food", "nonsense")])
def test_a_firm_without_a_known_kind_is_refused(cast, kinds):
    refused(lambda: rules.save_partner(actor=cast.buyer, at=NOW, name="甲公司", kinds=kinds), says="至少选一类", field="kinds")


def test_a_similar_name_is_asked_about_and_taken_when_it_is_another(firm, cast):
    known = firm("青禾市绿源蔬菜配送有限公司", short_name="绿源")
    for name in ("绿源蔬菜配送公司", "青禾绿源蔬菜配送有限责任公司", "绿源"):
        refused(lambda name=name: rules.save_partner(actor=cast.buyer, at=NOW, name=name, kinds=["food"]), says="已经有名字相近的：青禾市绿源", field="name")
    assert [found.pk for found in similar_to("绿源蔬菜配送")] == [known.pk]
    assert similar_to("安居建筑工程公司") == []
    rules.save_partner(actor=cast.buyer, at=NOW, name="绿源蔬菜配送公司", kinds=["food"], is_another=True)
    rules.save_partner(actor=cast.buyer, at=NOW, record=known, phone="8260")
    assert Partner.objects.count() == 2, "changing something else asks nothing"


def test_two_firms_never_have_the_same_name(firm):
    firm("甲公司")
    with pytest.raises(ValidationError, match="同名"):
        firm("甲公司")


@pytest.mark.parametrize("key", ["director", "buyer", "storekeeper", "accountant"])
def test_those_who_buy_and_keep_accounts_manage_firms(cast, key):
    assert rules.save_partner(actor=getattr(cast, key), at=NOW, name="甲公司", kinds=["food"]).pk


def test_others_change_nothing_and_strangers_see_nothing(firm, paper, cast):
    paper(firm())
    for key in ("teacher", "repairer", "canteen", "inspector"):
        with pytest.raises(NotAllowed):
            rules.save_partner(actor=getattr(cast, key), at=NOW, name="乙公司", kinds=["food"])
    assert not partners_visible_to(cast.teacher).exists()
    assert not papers_visible_to(cast.teacher).exists()
    assert partners_visible_to(cast.inspector).count() == papers_visible_to(cast.canteen).count() == 1


def test_a_firm_goes_out_of_use_and_back_with_a_reason(firm, cast):
    made = firm()
    refused(lambda: rules.stop_partner(actor=cast.buyer, at=NOW, record=made, reason=" "), says="请写原因", field="reason")
    rules.stop_partner(actor=cast.buyer, at=NOW, record=made, reason="合同到期")
    assert not active().exists()
    rules.restore_partner(actor=cast.buyer, at=NOW, record=made, reason="续签")
    rules.blacklist_partner(actor=cast.buyer, at=NOW, record=made, reason="以次充好")
    made.refresh_from_db()
    assert (made.state, made.state_reason) == (PartnerState.BLACKLISTED, "以次充好")
    refused(lambda: rules.stop_partner(actor=cast.buyer, at=NOW, record=made, reason="再停"), says="黑名单")
    assert [event.action for event in Event.objects.filter(record_id=made.pk, kind="platform.partner")] == ["create", "stop", "restore", "blacklist"]


@pytest.mark.parametrize("broken", [{"state": "stopped"}, {"state": "merged"}, {"kinds": ""}, {"kinds": ",,"}])
def test_the_database_keeps_cards_whole(firm, broken):
    made = firm()
    with pytest.raises(IntegrityError), transaction.atomic():
        Partner.objects.filter(pk=made.pk).update(**broken)


# merging


def test_merging_moves_papers_and_what_others_registered_and_is_journaled(firm, paper, cast, monkeypatch):
    kept, twice = firm("绿源蔬菜配送有限公司"), firm("绿源配送", kinds=("transport",), phone="8260", credit_code=CODE)
    moved = paper(twice, days=100)
    calls = []
    monkeypatch.setitem(rules._mergers, "采购单", lambda source, target: calls.append((source.pk, target.pk)) or 3)
    rules.merge_partner(actor=cast.buyer, at=NOW, record=twice, target=kept)
    twice.refresh_from_db()
    kept.refresh_from_db()
    moved.refresh_from_db()
    assert (twice.state, twice.merged_into_id, moved.partner_id) == (PartnerState.MERGED, kept.pk, kept.pk)
    assert (kept.kinds, kept.phone, kept.credit_code) == (",food,transport,", "8260", CODE)
    assert calls == [(twice.pk, kept.pk)]
    assert {event.action for event in Event.objects.filter(at=NOW, kind="platform.partner")} >= {"merge", "take_over"}
    assert "证照 1 件、采购单 3 件" in Event.objects.get(action="take_over").text
    assert [found.pk for found in partners_visible_to(cast.buyer).filter(search__contains="绿源配送", state="active")] == [kept.pk]
    refused(lambda: rules.save_partner(actor=cast.buyer, at=NOW, record=twice, phone="1"), says="已经合并到")
    rules.save_partner(actor=cast.buyer, at=NOW, record=kept, phone="8261")
    assert active().filter(search__contains="绿源配送").exists(), "the old name still leads to it after a later change"


def test_everything_in_the_software_that_names_a_firm_moves_with_it(firm, cast):
    """A foreign key to a firm that no merger moves would be lost with the emptied card."""
    moved = {FirmPaper, Partner}
    with CaptureQueriesContext(connection) as seen:
        rules.merge_partner(actor=cast.buyer, at=NOW, record=firm("一家"), target=firm("另一家"))
    written = " ".join(query["sql"] for query in seen if query["sql"].startswith("UPDATE"))
    for relation in Partner._meta.get_fields(include_hidden=True):
        if relation.auto_created and not relation.concrete:
            table, column = relation.related_model._meta.db_table, relation.field.column
            assert relation.related_model in moved or f'UPDATE "{table}" SET "{column}"' in written, f"{table}.{column} has no on_merge"


def test_a_card_merged_twice_leads_to_the_one_in_use(firm, cast):
    first, second, third = firm("甲"), firm("乙"), firm("丙")
    rules.merge_partner(actor=cast.buyer, at=NOW, record=first, target=second)
    rules.merge_partner(actor=cast.buyer, at=NOW, record=second, target=third)
    first.refresh_from_db()
    third.refresh_from_db()
    assert first.merged_into == third
    assert "甲" in third.search and "乙" in third.search


def test_who_may_not_read_an_account_does_not_write_one_either(firm, cast):
    made = firm()
    for name in rules.BANK_FIELDS:
        refused(lambda name=name: rules.save_partner(actor=cast.buyer, at=NOW, record=made, **{name: "6228480322000011"}), says="由会计", field=name)
    rules.save_partner(actor=cast.accountant, at=NOW, record=made, bank_account="6228480322000011")
    rules.save_partner(actor=cast.buyer, at=NOW, record=made, bank_account="6228480322000011", phone="8260")  # unchanged
    refused(lambda: rules.save_partner(actor=cast.buyer, at=NOW, record=made, bank_account=""), says="由会计", field="bank_account")


def test_two_different_firms_are_not_merged(firm, cast):
    body = "91330102MA2ABCDEF"
    one, other = firm("甲公司", credit_code=CODE), firm("乙公司", credit_code=body + check_letter(body))
    refused(lambda: rules.merge_partner(actor=cast.buyer, at=NOW, record=one, target=other), says="是两家单位", field="target")
    refused(lambda: rules.merge_partner(actor=cast.buyer, at=NOW, record=one, target=one), says="不能并到自己", field="target")
    rules.stop_partner(actor=cast.buyer, at=NOW, record=other, reason="停")
    refused(lambda: rules.merge_partner(actor=cast.buyer, at=NOW, record=one, target=other), says="不能并进去", field="target")
    rules.blacklist_partner(actor=cast.buyer, at=NOW, record=one, reason="差")
    third = firm("丙公司")
    refused(lambda: rules.merge_partner(actor=cast.buyer, at=NOW, record=one, target=third), says="黑名单")


def test_a_handler_that_fails_undoes_the_whole_merge(firm, paper, cast, monkeypatch):
    kept, twice = firm("甲公司"), firm("乙公司")
    moved = paper(twice)

    def fail(source, target):
        raise RuleViolation("账已经结了，不能转。")

    monkeypatch.setitem(rules._mergers, "账", fail)
    refused(lambda: rules.merge_partner(actor=cast.buyer, at=NOW, record=twice, target=kept), says="账已经结了")
    moved.refresh_from_db()
    assert moved.partner_id == twice.pk


# papers


@pytest.mark.requirement("ORG-05")
def test_papers_that_run_out_are_found_and_told_to_the_keepers_once_a_step(firm, paper, cast):
    made = firm()
    soon, late, far = paper(made, days=30), paper(made, "food", -1), paper(made, "contract", 31)
    assert (list(expiring(TODAY)), list(expired(TODAY))) == ([soon], [late])
    assert [standing(found, TODAY)[0] for found in (soon, late, far)] == ["快到期", "已过期", "有效"]
    assert paper_counts(cast.buyer, TODAY) == {"soon": 1, "late": 1}
    assert [rules.remind(at=NOW), rules.remind(at=NOW)] == [2, 2]
    sweep(at=NOW)
    told = Notice.objects.filter(recipient=cast.buyer)
    assert sorted(notice.title[-4:] for notice in told) == ["已经过期", "快到期了"]
    assert not Notice.objects.filter(recipient=cast.teacher).exists()
    rules.stop_partner(actor=cast.buyer, at=NOW, record=made, reason="停")
    assert not expiring(TODAY).exists()
    assert not expired(TODAY).exists()


@pytest.mark.requirement("ORG-05")
def test_the_first_page_has_the_papers_for_keepers_and_a_count_for_overseers(firm, paper, cast):
    paper(firm(), days=-3)
    assert [todo.verb for todo in firm_paper_todos(cast.buyer, NOW)] == ["登记新证"]
    assert firm_paper_todos(cast.inspector, NOW) == []
    assert [late.count for late in firm_paper_late(cast.inspector, NOW)] == [1]
    assert firm_paper_late(cast.teacher, NOW) == []


@pytest.mark.requirement("ORG-05")
def test_a_renewed_paper_points_at_its_successor_and_a_void_one_says_why(firm, paper, cast):
    old = paper(firm(), days=3)
    with pytest.raises(RuleViolation, match="晚到期"):
        rules.renew_firm_paper(actor=cast.buyer, at=NOW, record=old, expires_on=TODAY)
    new = rules.renew_firm_paper(actor=cast.buyer, at=NOW, record=old, number="新", expires_on=TODAY + timedelta(days=400))
    old.refresh_from_db()
    assert (old.state, old.replaced_by, new.kind) == ("replaced", new, old.kind)
    with pytest.raises(RuleViolation, match="不能再改"):
        rules.save_firm_paper(actor=cast.buyer, at=NOW, record=old, number="改")
    with pytest.raises(RuleViolation, match="作废的原因"):
        rules.void_firm_paper(actor=cast.buyer, at=NOW, record=new, reason=" ")
    rules.void_firm_paper(actor=cast.buyer, at=NOW, record=new, reason="登记错了")
    new.refresh_from_db()
    assert (new.state, new.void_reason) == ("void", "登记错了")


@pytest.mark.parametrize("broken", [{"state": "void"}, {"state": "replaced"}, {"issued_on": date(2030, 1, 1), "expires_on": date(2029, 1, 1)}])
def test_the_database_keeps_papers_whole(firm, paper, broken):
    made = paper(firm())
    with pytest.raises(IntegrityError), transaction.atomic():
        FirmPaper.objects.filter(pk=made.pk).update(**broken)


# whether a firm may be used


def test_a_firm_is_usable_only_with_every_paper_its_kind_needs(firm, paper, cast):
    made = firm()
    with pytest.raises(RuleViolation, match=r"没有登记营业执照。.*没有登记食品经营许可证或食品生产许可证。"):
        check_usable(made, PartnerKind.FOOD, TODAY)
    paper(made)
    licence = paper(made, "food", 10)
    check_usable(made, PartnerKind.FOOD, TODAY)
    with pytest.raises(RuleViolation, match="食品经营许可证已在 2026年11月28日到期"):
        check_usable(made, PartnerKind.FOOD, TODAY + timedelta(days=11))
    rules.renew_firm_paper(actor=cast.buyer, at=NOW, record=licence, issued_on=TODAY + timedelta(days=11), expires_on=TODAY + timedelta(days=99))
    check_usable(made, PartnerKind.FOOD, TODAY)
    check_usable(made, PartnerKind.FOOD, TODAY + timedelta(days=11))


def test_a_firm_is_not_usable_before_its_paper_begins_nor_out_of_use_nor_as_another_kind(firm, paper, cast):
    made = firm(kinds=("repair",))
    paper(made, issued_on=TODAY + timedelta(days=1))
    with pytest.raises(RuleViolation, match="还没有生效"):
        check_usable(made, PartnerKind.REPAIR, TODAY)
    with pytest.raises(RuleViolation, match="没有登记为食材供应商"):
        check_usable(made, PartnerKind.FOOD, TODAY)
    rules.blacklist_partner(actor=cast.buyer, at=NOW, record=made, reason="以次充好")
    made.refresh_from_db()
    with pytest.raises(RuleViolation, match="黑名单：以次充好"):
        check_usable(made, PartnerKind.REPAIR, TODAY + timedelta(days=2))
