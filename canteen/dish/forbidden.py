"""What a school canteen may not cook, by name. Names in, a sentence out."""

from dataclasses import dataclass

from logistics.platform.kernel.text import plain

BASIS = "《学校食品安全与营养健康管理规定》：中小学、幼儿园食堂不得制售冷荤类食品、生食类食品、裱花蛋糕，不得加工制作四季豆、鲜黄花菜、野生蘑菇、发芽土豆等高风险食品"
NITRITE = "《餐饮服务通用卫生规范》（GB 31654）：餐饮服务场所不得采购、贮存、使用亚硝酸盐"


@dataclass(frozen=True)
class Forbidden:
    what: str
    words: tuple[str, ...]
    basis: str = BASIS


FORBIDDEN = (
    Forbidden("四季豆", ("四季豆", "芸豆角", "刀豆")),
    Forbidden("鲜黄花菜", ("鲜黄花菜", "鲜黄花", "新鲜黄花菜", "鲜金针菜")),
    Forbidden("野生蘑菇", ("野生蘑菇", "野蘑菇", "野生菌")),
    Forbidden("发芽土豆", ("发芽土豆", "发芽马铃薯", "发芽洋芋")),
    Forbidden("冷荤类食品", ("冷荤", "卤味冷切", "白切鸡", "白斩鸡", "口水鸡", "夫妻肺片", "凉拌牛肉", "凉拌鸡", "肉皮冻", "皮冻")),
    Forbidden("生食类食品", ("刺身", "生鱼片", "生食", "醉虾", "醉蟹", "生腌", "生拌")),
    Forbidden("裱花蛋糕", ("裱花",)),
    Forbidden("亚硝酸盐", ("亚硝酸",), NITRITE),
)


def forbidden_in(*names: str) -> str:
    """The sentence that refuses the first forbidden food among the names, empty when there is none."""
    for name in names:
        text = plain(name)
        for one in FORBIDDEN:
            if any(word in text for word in one.words):
                return f"「{name.strip()}」属于学校食堂不得制售的{one.what}。{one.basis}。"
    return ""
