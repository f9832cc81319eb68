"""收货验收: the list, writing one down, its page with signatures and certificates."""

from django.utils import timezone

from assets.public import figure
from canteen.amounts import price_words
from canteen.supplier.queries import check_can_view as check_can_see_suppliers
from canteen.supplier.queries import shortcomings
from logistics.platform.attachments.queries import attachments_of
from logistics.platform.web.lines import LinesAction, LinesDetail
from logistics.platform.web.record_pages import RecordForm, record_urls
from logistics.platform.web.records import Action, Record, allowed
from logistics.platform.web.records import View as ListView
from logistics.platform.web.rows import more_rows
from logistics.platform.web.tables import Column, link, state_mark
from logistics.platform.web.templatetags.school import money, stamp

from . import forms, rules, signing
from .models import NEEDED_SIGNATURES, Delivery, DeliveryState, SignRole
from .papers import basis_of, missing_papers
from .queries import (
    check_can_view,
    deliveries_visible_to,
    delivery_counts,
    lines_of,
    listed_deliveries,
    officer_presence,
    papers_of,
    signatures_of,
    unsigned_roles,
    url_of,
    week_start,
)


def views(user) -> list[ListView]:
    n = delivery_counts(user)
    return [
        ListView("全部", ""),
        ListView("等我签", "mine=1", n["mine"], pressing=True),
        ListView("等证票", "state=held", n["held"], pressing=True),
        ListView("验收中", "state=checking", n["checking"]),
        ListView("有拒收", "sent_back=1"),
        ListView("放行的", "exempt=1"),
    ]


def goods(delivery: Delivery) -> str:
    names = [str(line.ingredient) for line in delivery.lines.all()]
    return "、".join(names[:4]) + (f"等 {len(names)} 样" if len(names) > 4 else "")


def signers(delivery: Delivery) -> str:
    return f"{3 - len(unsigned_roles(delivery.signatures.all()))} / 3"


def detail_context(delivery: Delivery, user) -> dict:
    lines, papers, signed = lines_of(delivery), papers_of(delivery), signatures_of(delivery)
    files: dict[str, list] = {}
    for file in attachments_of(delivery):
        files.setdefault(file.role, []).append(file)
    for line in lines:
        line.weighed_shown, line.accepted_shown, line.rejected_shown = figure(line.weighed), figure(line.accepted), figure(line.rejected)
        line.price_shown = price_words(line.price)
        line.ordered_shown = figure(line.order_line.quantity) if line.order_line else ""
        line.bad = [label for name, label in forms.ASPECT_CHOICES if getattr(line, name) == "bad"]
    for paper in papers:
        paper.photos = files.get(paper.file_role, [])
    for one in signed:
        one.drawn = next((file for file in files.get(one.file_role, []) if file.file), None)
    missing = missing_papers(delivery, lines, papers)
    came, joined = officer_presence(week_start(timezone.localdate(delivery.happened_at)))
    open_roles = unsigned_roles(signed)
    return {
        "sees_kitchen": allowed(check_can_see_suppliers, user),
        "lines": lines,
        "papers": papers,
        "signed": signed,
        "unsigned": [SignRole(role).label for role in open_roles] if delivery.state == DeliveryState.CHECKING else [],
        "missing": missing if delivery.state in (DeliveryState.CHECKING, DeliveryState.HELD) else [],
        "missing_basis": basis_of(missing),
        "lacks": shortcomings(delivery.supplier, timezone.localdate(delivery.happened_at)) if delivery.state == DeliveryState.HELD and not missing else [],
        "state_cell": state_mark(delivery.get_state_display(), delivery.tone),
        "officer_words": f"本周到货 {came} 次，食品安全员参加 {joined} 次",
        "sent_back": any(line.rejected for line in lines),
        "done": {one.role for one in signed} >= set(NEEDED_SIGNATURES),
    }


DELIVERIES = Record(
    model=Delivery,
    namespace="canteen:delivery",
    icon="package-check",
    label="收货验收",
    rows=deliveries_visible_to,
    list_rows=listed_deliveries,
    columns=(
        Column("name", "谁送来的", lambda d: d.supplier.partner.name, lambda d: link(str(d.supplier), url_of(d), goods(d)), css="key", sort="supplier__partner__name", width=26),
        Column("goods", "送了什么", goods, css="only-wide", optional=True, width=36),
        Column("number", "单号", lambda d: d.number, css="nw only-wide", sort="number", width=16),
        Column("happened_at", "到货", lambda d: d.happened_at, lambda d: stamp(d.happened_at), css="nw", sort="happened_at", kind="datetime", width=18),
        Column("late", "补记", lambda d: d.late, css="only-wide", optional=True, width=26),
        Column("signers", "签字", signers, css="nw"),
        Column("amount", "金额（元）", lambda d: d.amount or None, lambda d: money(d.amount) if d.amount else "", css="num only-wide", sort="amount", kind="money"),
        Column("driver", "送货人", lambda d: d.driver, css="nw only-wide", optional=True),
        Column("plate", "车牌", lambda d: d.plate, css="nw only-wide", optional=True),
        Column("exempt", "放行", lambda d: d.exempt_by.name if d.exempt_by else "", css="nw only-wide"),
        Column("state", "状态", lambda d: d.get_state_display(), lambda d: state_mark(d.get_state_display(), d.tone), css="tail", sort="state"),
    ),
    filters=forms.DeliveryFilters,
    create_form=forms.ReceiveForm,
    create=rules.receive,
    check_view=check_can_view,
    check_create=rules.check_can_receive,
    views=views,
    order=("-happened_at", "-pk"),
    facts=lambda d: [],  # the page has its own
    detail_context=detail_context,
    empty="还没有收货。货到了点「新建」，过秤、拍单子，三个人各自签字。",
    extra={"lines": {"change_line", "add_paper"}},
    actions=(
        Action("sign_quantity", "签数量", signing.sign_quantity, signing.check_can_sign_quantity, forms.SignForm, icon="signature", tone="primary", hint=lambda d, user: f"{d.supplier}，{d.lines.count()} 样，数量和单价以验收单为准。签字表示您在场看过秤。"),
        Action("sign_quality", "验质量", signing.sign_quality, signing.check_can_sign_quality, forms.QualityForm, icon="signature", tone="primary", hint=lambda d, user: "一样一样看、闻、量温度。有一项不合格，写拒收多少。"),
        Action("sign_officer", "安全员签字", signing.sign_officer, signing.check_can_sign_officer, forms.SignForm, icon="shield-check", hint=lambda d, user: "食品安全员每周至少到场一次。"),
        Action("change_line", "改一行", rules.change_line, rules.check_can_change, forms.ChangeLineForm, icon="pencil"),
        Action("recount", "重新过秤", rules.recount, rules.check_can_recount, forms.ReasonForm, icon="scale", hint=lambda d, user: "已经签的字作废，数量改好以后重新签。"),
        Action("add_paper", "登记证票", rules.add_paper, rules.check_can_add_paper, forms.PaperForm, icon="file-plus"),
        Action("let_in", "放行入库", signing.let_in, signing.check_can_let_in, forms.LetInForm, icon="shield-alert", tone="stop", hint=lambda d, user: "证票不全的食材不能用。放行要写理由，记在您名下，验收单上印出来。"),
        Action("send_back", "全部拒收", signing.send_back, signing.check_can_send_back, forms.SendBackForm, icon="corner-up-left", tone="stop", hint=lambda d, user: "证票补不来的，整车退回或者当场销毁，不入库，不付款。"),
        Action("call_off", "撤回", rules.call_off, rules.check_can_call_off, forms.ReasonForm, icon="undo-2", tone="stop"),
    ),
)  # fmt: skip


class ReceivePage(RecordForm):
    """Writing a delivery down; the button 再加一行 comes back for one more row."""

    def post(self, request, *args, **kwargs):
        if "lines-more" in request.POST:
            form = more_rows(forms.ReceiveForm, request.POST)
            return self.render_to_response(self.get_context_data(form=form))
        return super().post(request, *args, **kwargs)


class DeliveryAction(LinesAction):
    again = frozenset({"add_paper"})

    def get_form(self, *args):
        form = super().get_form(*args)
        if self.action.name == "add_paper" and not args:
            form.initial |= {"line_row": self.request.GET.get("line", "")}
        return form


def delivery_urls() -> list:
    """The routes of deliveries, under /canteen/."""
    return record_urls(DELIVERIES, pages={"detail": LinesDetail, "form": ReceivePage, "action": DeliveryAction})
