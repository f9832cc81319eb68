"""What meal money may never pay for, by its words: pure, so that page, API and import refuse alike (CAN-13)."""

import re

ALONE = "食堂单独核算，伙食费专款专用"
GUIDE = "《中小学校园食品安全和膳食经费管理工作指引》"
LAW = "《学前教育法》第六十九条、第七十九条"

# (what it is, words that name it, which purse it belongs to)
ELSEWHERE = (
    ("公务接待", ("招待", "接待", "宴请", "工作餐补助", "会务"), "学校的公用经费（公务接待）"),
    ("教职工福利和奖金", ("福利", "奖金", "奖励", "慰问", "津贴", "过节费", "节日费", "聚餐", "工会"), "工会经费或人员经费"),
    ("教职工工资", ("教师工资", "教职工工资", "课时费", "加班费", "值班费", "代课费"), "学校的人员经费"),
    ("办公费", ("办公用品", "办公费", "办公耗材", "打印纸", "复印", "打印机", "电脑", "报刊", "差旅", "招待所"), "学校的公用经费"),
    ("教学和活动", ("教材", "教学", "文体", "校服", "春游", "秋游", "研学", "运动会", "比赛", "演出"), "学校的公用经费或代收费"),
    ("基建和校舍维修", ("基建", "校舍", "围墙", "操场", "绿化", "教学楼", "宿舍楼", "装修工程"), "学校的维修或基建经费"),
    ("车辆", ("校车", "公车", "汽油", "过路费", "停车费"), "学校的公用经费"),
    ("烟酒和礼品", ("香烟", "白酒", "红酒", "啤酒", "礼品", "礼盒", "购物卡"), "不能报销"),
    ("罚款和捐赠", ("罚款", "滞纳金", "捐款", "捐赠", "赞助"), "不能从伙食费里出"),
)
OURS = re.compile(r"教学楼食堂|宿舍楼食堂|食堂电脑秤")


def stranger_in(*texts: str) -> str:
    """A sentence when the words name something that is no meal, where it belongs and the basis; empty when nothing does."""
    words = OURS.sub("", "，".join(filter(None, texts)).replace(" ", "").replace("\u3000", ""))
    for what, names, purse in ELSEWHERE:
        if found := next((name for name in names if name in words), None):
            belongs = f"应当从{purse}支出" if purse.startswith(("学校", "工会")) else purse
            return f"「{found}」是{what}，不是伙食支出，不能记进伙食账；{belongs}。依据：{ALONE}（{GUIDE}；幼儿园并依{LAW}）。"
    return ""
