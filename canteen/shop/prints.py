"""经营品种表: what one outlet may sell, with prices and the figures of the labels."""

from canteen.numbers import plainly
from logistics.platform.printing.documents import PrintDocument
from logistics.platform.web.templatetags.school import full_day

from .models import LAW, GoodsState, Outlet


def goods_paper(outlet: Outlet, user) -> dict:
    heads = [
        ("序", True),
        ("商品", False),
        ("规格", False),
        ("生产厂家", False),
        ("供货单位", False),
        ("售价（元）", True),
        ("糖", True),
        ("钠", True),
        ("脂肪", True),
    ]
    sold = outlet.goods.filter(state=GoodsState.SOLD).select_related("supplier").order_by("name", "pk")
    rows = [
        [str(n), g.name, g.spec, g.maker, str(g.supplier), f"{g.price:.2f}", *(plainly(value) if g.is_food else "—" for value in (g.sugar, g.sodium, g.fat))]
        for n, g in enumerate(sold, 1)
    ]
    return {
        "heading": f"{outlet.get_kind_display()}经营品种表",
        "name": outlet.name,
        "firm": str(outlet.firm),
        "place": str(outlet.place),
        "why": outlet.why,
        "decided_on": full_day(outlet.decided_on),
        "table": {"columns": heads, "rows": rows},
        "count": len(rows),
        "law": LAW,
        "signers": [("经营单位", ""), ("学校负责人", "")],
    }


GOODS_PAPER = PrintDocument(
    kind="canteen.outlet", title="经营品种表", template="print/canteen/goods.html", context=goods_paper, number=lambda outlet: f"XMB-{outlet.pk}"
)
