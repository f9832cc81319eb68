"""资产: the cards, the ledger's increases and decreases, and the numbering rule."""

from dataclasses import replace

from django.urls import path, reverse
from django.utils import timezone

from assets.arrival.forms import HandBackForm
from assets.arrival.rules import check_can_hand_back, hand_back_cards
from assets.disposal.pages import DisposeCards
from assets.disposal.queries import APPLY
from assets.disposal.rules import apply_for, check_can_apply
from logistics.platform.access.rules import has
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.kernel.light import light
from logistics.platform.web.dictionaries import dictionary
from logistics.platform.web.record_pages import RecordForm, RecordList, record_urls
from logistics.platform.web.records import Action, Record, allowed
from logistics.platform.web.records import View as ListView
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import day, full_day, money

from . import change_rules, forms, rules
from .models import AssetCard, AssetEntry, NumberRule, Status
from .queries import (
    MANAGE,
    card_counts,
    cards_visible_to,
    check_can_view,
    check_can_view_books,
    entries_visible_to,
    list_rows,
    others_with_serial,
    sums_of,
)
from .statement_pages import statement_urls

SETTINGS = "assets.setting.manage"
SUMMED = 10_000
ENTRY_FIELDS = (
    "id", "kind", "on", "month", "quantity", "amount", "depreciation", "voucher", "note", "place__full_name", "place__name", "custodian__name", "by__name",
)  # fmt: skip
STATUS_WORDS = dict(Status.choices)


def yuan_column(name: str, label: str, *, css: str = "num", sort: str = "", optional: bool = False) -> Column:
    return Column(
        name, label, lambda row: getattr(row, name), lambda row: money(getattr(row, name)), css=css, sort=sort, kind="money", width=15, optional=optional
    )


def day_column(name: str, label: str, *, css: str = "nw only-wide", optional: bool = False) -> Column:
    return Column(
        name, label, lambda row: getattr(row, name), lambda row: day(getattr(row, name)), css=css, sort=name, kind="date", width=12, optional=optional
    )


def card_name(card: AssetCard):
    small = " ".join(filter(None, [card.brand, card.model]))
    return link(card.name, reverse("assets:card-detail", args=[card.pk]), f"{card.number}{f' · {small}' if small else ''}")


def named(name: str, label: str, *, css: str = "only-wide", sort: str = "", width: int = 14, optional: bool = True) -> Column:
    return Column(name, label, lambda card: str(getattr(card, name) or ""), css=css, sort=sort, width=width, optional=optional)


def shown_choice(name: str, label: str, *, width: int = 10) -> Column:
    words = dict(AssetCard._meta.get_field(name).flatchoices)  # asked of every row of a long file
    return Column(name, label, lambda card: words[getattr(card, name)], css="nw only-wide", sort=name, width=width, optional=True)


def card_views(user) -> list[ListView]:
    n = card_counts(user, timezone.localdate())
    return [
        ListView("全部", ""),
        ListView("在账", "state=alive"),
        ListView("我保管", "mine=true", n["mine"]),
        ListView("闲置", "state=idle", n["idle"]),
        ListView("没有保管人", "nobody=true", n["nobody"], pressing=True),
        ListView("没有地点", "nowhere=true", n["nowhere"], pressing=True),
        ListView("快过保修", "soon=true", n["soon"], pressing=True),
        ListView("序列号重复", "twice=true"),
    ]


def blocks_of(card: AssetCard) -> list[tuple[str, list]]:
    """The card's four blocks; what nobody wrote is left out."""
    basic = [
        ("资产编号", card.number, False), ("类别", card.asset_class, False), ("品牌", card.brand, False), ("规格型号", card.model, False),
        ("序列号", card.serial, False), ("数量", card.amount_words, False), ("取得方式", card.get_source_display(), False),
        ("取得日期", full_day(card.acquired_on), False), ("生产厂家", card.maker, False), ("供应商", card.supplier_name, False),
        ("合同或采购单号", card.contract, False), ("接替", card.replaces, False), ("其他特征", card.details, True),
    ]  # fmt: skip
    done = f"{card.months_done} / {card.life_months} 个月" if card.life_months else "不提折旧"
    money_block = [
        ("价值类型", card.get_value_kind_display(), False), ("原值", f"{card.cost:,.2f} 元", False), ("其中财政资金", f"{card.fiscal:,.2f} 元", False),
        ("累计折旧", f"{card.depreciation:,.2f} 元", False), ("净值", f"{card.net:,.2f} 元", False), ("已提折旧", done, False),
        ("月折旧额", f"{card.monthly:,.2f} 元" if card.next_month else "", False), ("入账日期", full_day(card.booked_on), False),
        ("凭证号", card.voucher, False), ("经费来源", card.fund, False), ("采购组织形式", card.get_procurement_display(), False),
    ]  # fmt: skip
    use = [
        ("使用状况", state_mark(card.get_status_display(), card.tone), False), ("使用方向", card.get_purpose_display(), False),
        ("存放地点", card.place, True), ("使用部门", card.department, False), ("管理部门", card.manager, False), ("保管人", card.custodian, False),
        ("保修到", full_day(card.warranty_until), False), ("备注", card.note, True),
    ]  # fmt: skip
    gone = [
        ("处置方式", dict(AssetEntry._meta.get_field("kind").flatchoices).get(card.gone_kind, ""), False), ("处置日期", full_day(card.gone_on), False),
        ("批文号", card.approval, False), ("处置收入", f"{card.income:,.2f} 元" if card.income else "", False),
    ]  # fmt: skip
    titled = [("基本信息", basic), ("财务信息", money_block), ("使用信息", use), ("处置信息", gone)]
    kept = [(title, [fact for fact in facts if fact[1] not in (None, "")]) for title, facts in titled]
    return [(title, facts) for title, facts in kept if facts]


def card_context(card: AssetCard, user) -> dict:
    files = attachments_of(card)
    entries = list(light(card.entries.order_by("-on", "-pk"), *ENTRY_FIELDS)[:60])
    return {
        "blocks": blocks_of(card),
        "photos": [file for file in files if file.role == "photo"],
        "papers": [file for file in files if file.role == "paper"],
        "entries": entries,
        "twice": others_with_serial(card),
        "state_cell": state_mark(card.get_status_display(), card.tone),
        "today": timezone.localdate(),
    }


CARDS = Record(
    model=AssetCard,
    namespace="assets:card",
    label="资产",
    icon="armchair",
    rows=cards_visible_to,
    list_rows=list_rows,
    columns=(
        Column("name", "名称", lambda c: c.name, card_name, css="key", sort="name", width=24),
        Column("number", "资产编号", lambda c: c.number, css="nw only-wide", sort="number", optional=True, width=22),
        Column("asset_class", "类别", lambda c: c.asset_class.name, css="only-wide", sort="asset_class__code", width=18),
        Column("class_code", "分类代码", lambda c: c.asset_class.code, css="nw only-wide", sort="asset_class__code", optional=True, width=14),
        Column("brand", "品牌", lambda c: c.brand, css="only-wide", optional=True),
        Column("model", "规格型号", lambda c: c.model, css="only-wide", optional=True, width=18),
        Column("serial", "序列号", lambda c: c.serial, css="nw only-wide", optional=True, width=18),
        Column("quantity", "数量", lambda c: c.quantity, lambda c: c.amount_words if c.is_alive else "—", css="num", sort="quantity", kind="integer", width=8),
        Column("unit", "单位", lambda c: c.unit, css="nw only-wide", optional=True, width=6),
        yuan_column("cost", "原值（元）", sort="cost", css="num only-wide"),
        yuan_column("depreciation", "累计折旧（元）", sort="depreciation", css="num only-wide", optional=True),
        yuan_column("net", "净值（元）", css="num only-wide"),
        named("place", "存放地点", css="", sort="place__path", width=26, optional=False),
        named("department", "使用部门", sort="department__order"),
        named("custodian", "保管人", css="nw", sort="custodian__pinyin", width=10, optional=False),
        Column("status", "使用状况", lambda c: STATUS_WORDS[c.status], lambda c: state_mark(c.get_status_display(), c.tone), css="tail", sort="status", width=10),
        day_column("acquired_on", "取得日期", optional=True),
        day_column("booked_on", "入账日期", optional=True),
        Column("voucher", "凭证号", lambda c: c.voucher, css="nw only-wide", optional=True),
        Column("life", "折旧年限（年）", lambda c: c.life_months // 12 or "", css="num only-wide", sort="life_months", kind="integer", optional=True, width=10),
        Column("months_done", "已提月数", lambda c: c.months_done, css="num only-wide", sort="months_done", kind="integer", optional=True, width=10),
        shown_choice("source", "取得方式"),
        shown_choice("purpose", "使用方向"),
        shown_choice("value_kind", "价值类型"),
        Column("fund", "经费来源", lambda c: c.fund, css="only-wide", optional=True),
        Column("supplier", "供应商", lambda c: c.supplier_name, css="only-wide", optional=True, width=20),
        day_column("warranty_until", "保修到", optional=True),
        Column("note", "备注", lambda c: c.note, css="only-wide", optional=True, width=24),
    ),
    filters=forms.CardFilters,
    form=forms.CardEditForm,
    create_form=forms.CardForm,
    create=rules.create_card,
    update=rules.update_card,
    check_view=check_can_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_manage,
    views=card_views,
    facts=lambda card: [],  # the page has its own four blocks
    detail_context=card_context,
    stamp=lambda c: f"{c.status}.{c.quantity}.{c.cost}.{c.place_id}.{c.department_id}.{c.custodian_id}.{c.asset_class_id}.{c.depreciation}",
    empty="还没有资产卡片。有台账的话，直接导入 Excel。",
    actions=(
        Action("move", "变动", change_rules.move_card, change_rules.check_can_move, forms.MoveForm, icon="arrow-left-right", tone="primary"),
        Action("split", "拆卡", change_rules.split_card, change_rules.check_can_split, forms.SplitForm, icon="split"),
        Action("merge", "并卡", change_rules.merge_card, change_rules.check_can_move, forms.MergeForm, icon="merge"),
        Action("add_photos", "加照片", rules.add_photos, rules.check_can_add_files, forms.PhotosForm, icon="camera"),
        Action("add_papers", "加文件", rules.add_papers, rules.check_can_add_files, forms.PapersForm, icon="paperclip"),
        Action(
            "reclassify", "改类别", change_rules.reclassify, change_rules.check_can_account, forms.ReclassifyForm, icon="tags",
            hint=lambda c, user: f"现在是{c.asset_class}，净值 {c.net:,.2f} 元。改了以后，净值在新类别剩下的年限里提完。",
        ),
        Action(
            "change_value", "价值变动", change_rules.change_value, change_rules.check_can_account, forms.ValueForm, icon="calculator",
            hint=lambda c, user: f"现在原值 {c.cost:,.2f} 元，累计折旧 {c.depreciation:,.2f} 元，净值 {c.net:,.2f} 元。",
        ),
        Action(
            "hand_back", "退回验收", hand_back_cards, check_can_hand_back, HandBackForm, icon="undo-2",
            hint=lambda c, user: "这一行验收建的卡片都撤回，东西重新等着建卡。登记以后有过变动的，撤不回。",
        ),
        Action(
            "take_off", "减少", change_rules.take_off, change_rules.check_can_account, forms.TakeOffForm, icon="circle-minus", tone="stop",
            hint=lambda c, user: f"{c.name}，现有 {c.amount_words}，原值 {c.cost:,.2f} 元。核销以后撤不回。",
        ),
    ),
)  # fmt: skip


DISPOSE = Action("dispose", "申请处置", apply_for, check_can_apply, icon="recycle", bulk=True)


class CardList(RecordList):
    """The list with the sums of what is shown above it; whoever may applies for the disposal of the chosen ones."""

    def bulk_acts(self):
        return [DISPOSE] if has(self.request.user, APPLY) else []

    def filtered(self):
        self.shown = super().filtered()
        return self.shown

    def get_context_data(self, **kwargs):
        context = super().get_context_data(**kwargs)
        sums = sums_of(self.shown) if context["total"] <= SUMMED and not context["is_part"] else None  # the whole of a big ledger is added up in the statement
        return context | {"sums": sums, "can_import": has(self.request.user, MANAGE), "sees_books": allowed(check_can_view_books, self.request.user)}


class CardForm(RecordForm):
    """Something is registered, not "new"."""

    def get_context_data(self, **kwargs):
        return super().get_context_data(**kwargs) | ({} if self.object else {"heading": "登记资产", "submit": "登记"})


def held_words(entry: AssetEntry) -> str:
    return "，".join(str(one) for one in (entry.department, entry.place, entry.custodian) if one)


ENTRIES = Record(
    model=AssetEntry,
    namespace="assets:entry",
    label="增减变动",
    icon="arrow-left-right",
    rows=entries_visible_to,
    columns=(
        Column(
            "card", "资产", lambda e: e.card.name, lambda e: link(e.card.name, reverse("assets:card-detail", args=[e.card_id]), e.card.number), css="key",
            width=24,
        ),
        Column("number", "资产编号", lambda e: e.card.number, css="nw only-wide", optional=True, width=22),
        Column("on", "日期", lambda e: e.on, lambda e: day(e.on), css="nw", sort="on", kind="date", width=12),
        Column("kind", "类型", lambda e: e.get_kind_display(), css="tail nw", sort="kind", width=10),
        Column("asset_class", "类别", lambda e: e.asset_class.name, css="only-wide", optional=True, width=18),
        Column("quantity", "数量", lambda e: e.quantity, css="num", sort="quantity", kind="integer", width=8),
        yuan_column("amount", "原值增减（元）", sort="amount"),
        yuan_column("depreciation", "累计折旧增减（元）", sort="depreciation", css="num only-wide", optional=True),
        Column("held", "在谁名下", held_words, css="only-wide", width=34),
        Column("voucher", "凭证号", lambda e: e.voucher, css="nw only-wide", sort="voucher"),
        Column("document", "单据", lambda e: e.document_label, css="only-wide", optional=True, width=20),
        Column("note", "说明", lambda e: e.note, css="only-wide", optional=True, width=30),
        Column("by", "经手", lambda e: e.by.name, css="nw only-wide", width=10),
    ),
    filters=forms.EntryFilters,
    check_view=check_can_view_books,
    views=lambda user: [ListView("全部", ""), *(ListView(label, f"group={key}") for key, (label, _) in forms.GROUPS.items())],
    order=("-on", "-pk"),
    stamp=lambda e: "",
    empty="还没有增减变动。",
)  # fmt: skip
NUMBERS = replace(
    dictionary(NumberRule, namespace="assets:number", fields=["template", "digits"], permission=SETTINGS, icon="hash", order=("-pk",)), create=None
)


def card_urls() -> list:
    """The routes of cards, under /assets/."""
    return [
        *(path(route, view, name=name) for route, view, name in statement_urls()),
        path("card/bulk/dispose/", DisposeCards.as_view(record=CARDS), name="card-dispose"),
        *record_urls(CARDS, pages={"list": CardList, "form": CardForm}),
        *record_urls(ENTRIES, without=("detail",)),
        *record_urls(NUMBERS, without=("detail",)),
    ]
