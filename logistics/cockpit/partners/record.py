"""往来单位: suppliers and firms, their cards and their papers."""

from django.db.models import F
from django.utils import timezone
from django.utils.html import format_html

from logistics.cockpit.setup.papers import VoidForm, last_day, last_day_line
from logistics.platform.access.rules import has, require
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.papers.models import PaperState
from logistics.platform.partners import rules
from logistics.platform.partners.models import FirmPaper, Partner, PartnerKind, PartnerState
from logistics.platform.partners.queries import (
    BANK,
    MANAGE,
    VIEW,
    paper_counts,
    papers_visible_to,
    partners_visible_to,
    shortcomings,
    standing,
)
from logistics.platform.web.records import Action, Record
from logistics.platform.web.records import View as Usual
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import full_day

from .forms import FirmPaperFilters, FirmPaperForm, MergeForm, PartnerFilters, PartnerForm, ReasonForm, RenewFirmPaperForm


def check_view(user, record=None) -> None:
    if not has(user, MANAGE):
        require(user, VIEW)


def partner_facts(firm: Partner) -> list[tuple]:
    return [
        ("类别", firm.kind_words, False),
        ("简称", firm.short_name or "—", False),
        ("统一社会信用代码", firm.credit_code or "—", False),
        ("联系人", firm.contact or "—", False),
        ("电话", firm.phone or "—", False),
        ("地址", firm.address or "—", False),
        *([("备注", firm.note, True)] if firm.note else []),
    ]


def partner_context(firm: Partner, user) -> dict:
    """Its papers, what it lacks, its account as far as this person may see it, and the cards it has taken in."""
    today = timezone.localdate()
    papers = firm.papers.filter(state=PaperState.CURRENT).order_by(F("expires_on").asc(nulls_last=True), "pk")[:60]
    lacks = [words for kind in firm.kind_list for words in shortcomings(firm, kind, today)] if firm.is_usable else []
    return {
        "papers": [(paper, *standing(paper, today)) for paper in papers],
        "lacks": list(dict.fromkeys(lacks)),
        "account": firm.bank_account if has(user, BANK) else firm.masked_account,
        "account_is_masked": bool(firm.bank_account) and not has(user, BANK),
        "can_add": has(user, MANAGE) and firm.state == PartnerState.ACTIVE,
        "merged": list(firm.merged.all()),
    }


def partner_views(user) -> list[Usual]:
    return [
        Usual("全部", ""),
        Usual("在用", "state=active"),
        *(Usual(kind.label, f"kind={kind.value}") for kind in (PartnerKind.FOOD, PartnerKind.SUPPLIER, PartnerKind.REPAIR, PartnerKind.BUILDER)),
        Usual("黑名单", "state=blacklisted"),
    ]


PARTNERS = Record(
    model=Partner,
    namespace="cockpit:partner",
    icon="building-2",
    rows=partners_visible_to,
    columns=(
        Column(
            "name", "单位名称", lambda row: row.name, lambda row: link(row.name, PARTNERS.url("detail", row), row.short_name), css="key", sort="name", width=30
        ),
        Column("kinds", "类别", lambda row: row.kind_words, width=18),
        Column("contact", "联系人", lambda row: row.contact, css="nw", width=10),
        Column("phone", "电话", lambda row: row.phone, css="nw", width=16),
        Column("credit_code", "统一社会信用代码", lambda row: row.credit_code, css="only-wide nw", width=22),
        Column("address", "地址", lambda row: row.address, css="only-wide", optional=True, width=30),
        Column("bank_name", "开户行", lambda row: row.bank_name, css="only-wide", optional=True, width=24),
        Column("account", "账号", lambda row: row.masked_account, css="only-wide nw", optional=True, width=14),
        Column(
            "state", "状态", lambda row: row.get_state_display(), lambda row: state_mark(row.get_state_display(), row.tone), css="tail", sort="state", width=10
        ),
    ),
    filters=PartnerFilters,
    order=("name", "pk"),
    form=PartnerForm,
    create=rules.save_partner,
    update=rules.save_partner,
    check_view=check_view,
    check_create=rules.check_can_manage,
    check_update=rules.check_can_change,
    actions=(
        Action("stop", "停用", rules.stop_partner, rules.check_can_stop, ReasonForm, icon="circle-pause"),
        Action("restore", "恢复使用", rules.restore_partner, rules.check_can_restore, ReasonForm, icon="rotate-ccw"),
        Action("merge", "合并重复", rules.merge_partner, rules.check_can_merge, MergeForm, icon="merge"),
        Action("blacklist", "列入黑名单", rules.blacklist_partner, rules.check_can_blacklist, ReasonForm, icon="ban", tone="stop"),
    ),
    views=partner_views,
    facts=partner_facts,
    detail_context=partner_context,
    empty="还没有往来单位。供应商、维修单位登记进来，证照快到期会提醒。",
)


def paper_mark(paper: FirmPaper):
    return state_mark(*standing(paper, timezone.localdate()))


def paper_views(user) -> list[Usual]:
    n = paper_counts(user, timezone.localdate())
    return [Usual("全部", ""), Usual("快到期", "state=soon", n["soon"]), Usual("已过期", "state=late", n["late"], pressing=True)]


def paper_facts(paper: FirmPaper) -> list[tuple]:
    return [
        ("单位", format_html('<a href="/partner/{}/">{}</a>', paper.partner_id, paper.partner), False),
        ("证照", paper.get_kind_display(), False),
        ("证号", paper.number or "—", False),
        ("有效期从", full_day(paper.issued_on) or "—", False),
        ("有效期到", last_day_line(paper), False),
        ("状态", paper_mark(paper), False),
        *([("备注", paper.note, True)] if paper.note else []),
        *([("作废原因", paper.void_reason, True)] if paper.void_reason else []),
    ]


def paper_context(paper: FirmPaper, user) -> dict:
    hung = list(attachments_of(paper))
    others = FirmPaper.objects.filter(partner=paper.partner_id, kind=paper.kind).exclude(pk=paper.pk).order_by("-pk")[:20]
    return {
        "photos": [file for file in hung if file.is_picture],
        "scans": [file for file in hung if not file.is_picture],
        "others": [(other, *standing(other, timezone.localdate())) for other in others],
    }


FIRM_PAPERS = Record(
    model=FirmPaper,
    namespace="cockpit:partner-paper",
    icon="file-badge",
    label="单位证照",
    rows=papers_visible_to,
    columns=(
        Column(
            "partner",
            "单位",
            lambda row: row.partner.name,
            lambda row: link(row.partner.name, FIRM_PAPERS.url("detail", row)),
            css="key",
            sort="partner__name",
            width=30,
        ),
        Column("kind", "证照", lambda row: row.get_kind_display(), css="nw", sort="kind", width=16),
        Column("number", "证号", lambda row: row.number, css="only-wide", width=24),
        Column("issued_on", "有效期从", lambda row: row.issued_on, css="nw only-wide", sort="issued_on", kind="date", width=12),
        Column("expires_on", "有效期到", lambda row: row.expires_on, last_day, css="nw", sort="expires_on", kind="date", width=12),
        Column("note", "备注", lambda row: row.note, css="only-wide", optional=True, width=20),
        Column("state", "状态", lambda row: standing(row, timezone.localdate())[0], paper_mark, css="tail", sort="state", width=10),
    ),
    filters=FirmPaperFilters,
    order=("state", F("expires_on").asc(nulls_last=True), "pk"),
    form=FirmPaperForm,
    create=rules.save_firm_paper,
    update=rules.save_firm_paper,
    check_view=check_view,
    check_create=rules.check_can_add_paper,
    check_update=rules.check_can_change_paper,
    actions=(
        Action(
            "renew",
            "登记新证",
            rules.renew_firm_paper,
            rules.check_can_renew,
            RenewFirmPaperForm,
            icon="refresh-cw",
            tone="primary",
            hint=lambda paper, user: "旧证留着备查，提醒跟着新证走。",
        ),
        Action("void", "作废", rules.void_firm_paper, rules.check_can_void, VoidForm, icon="x", tone="stop"),
    ),
    views=paper_views,
    facts=paper_facts,
    detail_context=paper_context,
    empty="还没有单位证照。营业执照、许可证登记进来，快到期会提醒。",
)
