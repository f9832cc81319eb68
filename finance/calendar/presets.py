"""Statutory reports and payments of a school, each with its law, its months and days, and the post that usually owns it (FIN-14)."""

from dataclasses import dataclass

from logistics.platform.duties.rhythm import Days, Kind

DAY = 24 * 60  # minutes
ACCOUNTANT, CASHIER, BUYER, DIRECTOR = "会计", "出纳", "采购员", "总务主任"


@dataclass(frozen=True)
class Statutory:
    """One of them: to be done from day `opens` to day `due` of each of the `months`; of every month when there are none."""

    key: str
    title: str
    basis: str
    opens: int
    due: int
    post: str
    months: tuple[int, ...] = ()

    @property
    def subject(self) -> str:
        """What its duty is known by."""
        return f"finance.calendar:{self.key}"

    @property
    def rhythm(self) -> dict:
        minutes = (self.due - self.opens) * DAY
        common = {"day": self.opens, "times": ["17:00"], "minutes": minutes, "days": Days.ALL.value}
        return {"kind": Kind.SEASONAL.value, "months": list(self.months), **common} if self.months else {"kind": Kind.MONTHLY.value, **common}

    @property
    def when(self) -> str:
        months = f"每年 {'、'.join(str(month) for month in self.months)} 月" if self.months else "每月"
        return f"{months} {self.due} 日前"


PRESETS = (
    Statutory("payroll", "发工资", "劳动合同法第三十条；按当地财政统发的日子改", 1, 10, CASHIER),
    Statutory("tax", "个税和社保申报缴纳", "个人所得税法第十四条；社会保险法第六十条", 1, 15, ACCOUNTANT),
    Statutory("close", "月结、银行对账、会计报表", "会计基础工作规范", 1, 10, ACCOUNTANT),
    Statutory("disclosure", "财务公开表公示", "中小学财务制度，民主理财", 8, 20, ACCOUNTANT),
    Statutory("contracts", "查政府采购合同公示和备案", "政府采购法第四十七条；条例第五十条：合同签订 2 个工作日内公告，7 个工作日内备案", 20, 26, BUYER),
    Statutory("quarter", "季度预算执行分析", "预算法；中小学校财务制度", 5, 15, ACCOUNTANT, (1, 4, 7, 10)),
    Statutory("receipts", "财政票据盘点核销", "财政票据管理办法", 20, 28, CASHIER, (3, 6, 9, 12)),
    Statutory("halfyear", "半年财务分析", "中小学校财务制度", 1, 20, ACCOUNTANT, (7,)),
    Statutory("yearend", "年终决算", "预算法；部门决算管理办法", 4, 28, ACCOUNTANT, (1,)),
    Statutory("budget", "下年预算编报", "预算法", 8, 28, ACCOUNTANT, (10,)),
    Statutory("internal", "内部控制报告", "行政事业单位内部控制报告管理制度（试行）", 5, 25, ACCOUNTANT, (4,)),
    Statutory("fees", "收费项目和标准公示", "教育收费公示制度，开学前公示", 15, 28, DIRECTOR, (2, 8)),
    Statutory("aid", "学生资助名单公示和发放", "学生资助资金管理办法", 10, 30, DIRECTOR, (4, 10)),
)
BY_KEY = {preset.key: preset for preset in PRESETS}
