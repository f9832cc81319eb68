"""The usual check lists of a school, from the laws and standards on rounds and inspections (SAF-02, SAF-03)."""

from logistics.platform.places.models import PlaceKind
from safety.hazard.models import HazardKind

FIRE_LAW = "GB/T 40248-2021 第 7.3 条；公安部令第 61 号第二十五条"
FIRE_CHECK_LAW = "《中小学校、幼儿园消防安全十项规定》（教发厅〔2024〕1号）：每月防火检查"

# name, kind of place, kind of hazard, basis, items one a line
USUAL = [
    ("日常巡视", "", HazardKind.FACILITY, "学校制度：环境、楼宇、设备、绿化、卫生一日三巡", "环境卫生\n门窗、玻璃、护栏\n设施设备\n花草树木\n有无陌生人和异常情况"),
    ("重点部位巡查", PlaceKind.EQUIPMENT, HazardKind.GUARD, "GB/T 29315-2022：门卫巡查重点部位每天不少于 5 次", "门锁完好\n无异味、异响\n防护器材在位"),
    ("夜间防火巡查", PlaceKind.DORM, HazardKind.FIRE, FIRE_LAW, "用火用电无违章\n安全出口和通道畅通\n疏散标志、应急照明完好\n常闭防火门关好\n消防器材在位、有效\n值班人员在岗"),
    ("每月防火检查", "", HazardKind.FIRE, FIRE_CHECK_LAW, "火灾隐患已整改\n安全出口和通道畅通\n疏散标志、应急照明完好\n灭火器压力正常｜拍照\n消火栓有水有压\n用火用电无违章\n易燃易爆品管理"),
    ("校舍检查", "", HazardKind.BUILDING, "学校制度：中层每月检查；校舍隐患每学期至少排查一次", "墙体、屋面无裂缝和渗漏\n护栏牢固\n吊灯、吊扇牢固\n外墙和女儿墙无脱落\n门窗、玻璃完好"),
    ("用电线路检查", "", HazardKind.POWER, "学校制度：每月检查线路", "配电箱上锁、有警示｜拍照\n线路无裸露、老化\n漏电保护动作正常\n无私拉乱接\n配电室温度｜5 至 40 ℃"),
    ("排水检查", "", HazardKind.FACILITY, "学校制度：每月检查，雨季前加查", "雨水口、下水道畅通\n化粪池、检查井盖完好\n屋面落水口无堵塞"),
    ("体育设施检查", PlaceKind.SPORTS, HazardKind.FACILITY, "学校制度：每月检查体育设施", "篮球架、足球门牢固\n单双杠无松动、锈蚀\n场地平整无积水\n器材无尖角、断裂"),
    ("开学前检查", "", HazardKind.OTHER, "学校制度：开学前一周全面检查", "校舍安全\n水电气正常\n消防设施有效\n食堂和饮水\n教室桌椅、门窗\n校门和监控"),
    ("放假前检查", "", HazardKind.OTHER, "学校制度：节假日前检查", "断电、断水、关窗\n门锁好\n贵重物品和危险品入库\n值班表贴出｜拍照"),
    ("特种设备检查", PlaceKind.EQUIPMENT, HazardKind.SPECIAL, "《特种设备安全法》；TSG T5002", "检验标志在有效期内｜拍照\n安全附件齐全\n运行无异响\n操作人员持证\n记录齐全"),
    ("饮水设备检查", "", HazardKind.FOOD, "《学校卫生工作条例》；生活饮用水卫生标准 GB 5749-2022", "周围清洁\n滤芯在有效期内\n出水无异味\n余氯｜0.05 至 2 mg/L"),
]  # fmt: skip
