"""What the folder supplier registers with the platform."""

from canteen.rights import BUYING_MANAGE, BUYING_VIEW
from logistics.platform.limits import registry as limits
from logistics.platform.limits.registry import GUIDANCE, Limit
from logistics.platform.partners.rules import on_merge
from logistics.platform.search import index
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu, registry
from logistics.platform.web.home import sources
from logistics.platform.web.menu import MenuItem

LIMITS = (
    Limit("canteen.supplier.warn.days", "供应商证照到期前多少天提醒", "天", 30, floor=1, ceiling=180, group="食堂"),
    Limit(
        "canteen.supplier.clean.years", "供应商多少年内没有食品安全事故", "年", 3, floor=3, ceiling=10, force=GUIDANCE, group="食堂",
        basis="《学校食堂大宗食材采购验收管理工作指引》（教体艺厅函〔2025〕30号）",
    ),
    Limit("canteen.supplier.exception.days", "证照不全最长放行多少天", "天", 7, floor=1, ceiling=30, group="食堂", help="过了自动失效，要再放行得重写理由。"),
)  # fmt: skip


def register() -> None:
    from .pages import SUPPLIERS
    from .queries import late_suppliers
    from .rules import move_to

    limits.register(*LIMITS)
    registry.register(SUPPLIERS)
    on_merge("食堂供应商", move_to)
    sources.late.append(late_suppliers)
    index.register(
        Indexed(
            SUPPLIERS, names=lambda s: (s.partner.name, s.partner.short_name), words=lambda s: (s.goods,), title=lambda s: s.partner.name,
            detail=lambda s: f"供{s.goods}", rows=lambda rows: rows.select_related("partner"), shown=lambda rows: rows.select_related("partner"), order=71,
        )
    )  # fmt: skip
    menu.register(MenuItem("食堂", "定点供应商", "truck", "/canteen/supplier/", (BUYING_VIEW, BUYING_MANAGE), 51))
