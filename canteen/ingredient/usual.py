"""What school kitchens usually cook with, and what may never enter one (《学校食品安全与营养健康管理规定》)."""

FORBIDDEN_BASIS = "《学校食品安全与营养健康管理规定》，高风险食品，中小学和幼儿园不得制售"
NITRITE_BASIS = "亚硝酸盐，餐饮单位不得采购、贮存和使用（GB 31654 和监管公告）"

# name, other names, group, packing of the rest: (unit, grams, usable %, storage, shelf days, papers, allergens, dark, bulk)
KG = ("千克", 1000)
GRAIN = (*KG, 100, "room", 365, "packed")
GREEN = (*KG, 85, "cold", None, "produce")
USUAL = {
    "grain": (
        ("大米", "大米饭 粳米 香米", *GRAIN, "", 0, 1), ("小米", "", *GRAIN, "", 0, 1), ("面粉", "小麦粉", *GRAIN, "gluten", 0, 1), ("面条", "挂面 切面", *GRAIN, "gluten", 0, 0),
        ("燕麦", "", *GRAIN, "gluten", 0, 0), ("玉米", "甜玉米", *KG, 60, "cold", None, "produce", "", 0, 0), ("土豆", "马铃薯 洋芋", *KG, 90, "room", None, "produce", "", 0, 0),
        ("红薯", "山芋 地瓜", *KG, 90, "room", None, "produce", "", 0, 0), ("粉丝", "", *GRAIN, "", 0, 0), ("年糕", "", *KG, 100, "cold", 30, "packed", "", 0, 0),
    ),
    "vegetable": (
        ("青菜", "上海青 小青菜 毛白菜", *GREEN, "", 1, 0), ("鸡毛菜", "毛菜", *GREEN, "", 1, 0), ("菠菜", "", *GREEN, "", 1, 0), ("生菜", "", *GREEN, "", 1, 0),
        ("芹菜", "香芹", *GREEN, "", 1, 0), ("西芹", "", *GREEN, "", 1, 0), ("西兰花", "", *GREEN, "", 1, 0), ("胡萝卜", "", *GREEN, "", 1, 0), ("西红柿", "番茄 洋柿子", *GREEN, "", 1, 0),
        ("白菜", "大白菜 娃娃菜", *GREEN, "", 0, 0), ("包菜", "卷心菜 圆白菜", *GREEN, "", 0, 0), ("花菜", "菜花 花椰菜", *GREEN, "", 0, 0), ("白萝卜", "萝卜", *GREEN, "", 0, 0),
        ("茄子", "", *GREEN, "", 1, 0), ("黄瓜", "", *GREEN, "", 0, 0), ("冬瓜", "", *GREEN, "", 0, 0), ("莴苣", "莴笋", *GREEN, "", 0, 0), ("茭白", "", *GREEN, "", 0, 0),
        ("莲藕", "藕", *GREEN, "", 0, 0), ("洋葱", "", *GREEN, "", 0, 0), ("青椒", "甜椒 彩椒", *GREEN, "", 1, 0), ("豆芽", "绿豆芽 黄豆芽", *GREEN, "", 0, 0),
        ("香菇", "", *GREEN, "", 0, 0), ("杏鲍菇", "", *GREEN, "", 0, 0), ("金针菇", "", *GREEN, "", 0, 0), ("平菇", "", *GREEN, "", 0, 0), ("木耳", "黑木耳", *GRAIN, "", 0, 0),
        ("海带", "海带丝", *GREEN, "", 0, 0), ("紫菜", "", *GRAIN, "", 0, 0), ("大蒜", "蒜头", *GREEN, "", 0, 0), ("生姜", "姜", *GREEN, "", 0, 0), ("小葱", "葱 香葱", *GREEN, "", 1, 0),
        ("荷兰豆", "", *GREEN, "", 1, 0), ("毛豆", "", *GREEN, "soy", 0, 0), ("豌豆", "青豆", *GREEN, "", 0, 0), ("南瓜", "", *GREEN, "", 1, 0), ("山药", "", *GREEN, "", 0, 0),
        ("丝瓜", "", *GREEN, "", 0, 0),
    ),
    "fruit": (
        ("苹果", "", *KG, 90, "room", None, "produce", "", 0, 0), ("香蕉", "", *KG, 70, "room", None, "produce", "", 0, 0), ("桔子", "橘子 柑橘", *KG, 75, "room", None, "produce", "", 0, 0),
        ("梨", "", *KG, 85, "room", None, "produce", "", 0, 0), ("橙子", "", *KG, 75, "room", None, "produce", "", 0, 0),
    ),
    "meat": (
        ("猪肉", "肉丝 肉片 肉末 瘦肉", *KG, 100, "cold", 3, "pork", "", 0, 1), ("大排", "", *KG, 90, "cold", 3, "pork", "", 0, 1), ("排骨", "小排", *KG, 80, "cold", 3, "pork", "", 0, 1),
        ("猪肝", "", *KG, 100, "cold", 2, "pork", "", 0, 0), ("牛肉", "牛柳 牛腩", *KG, 100, "cold", 3, "meat", "", 0, 1), ("鸡肉", "鸡丁 鸡块", *KG, 100, "cold", 3, "meat", "", 0, 1),
        ("鸡翅中", "", *KG, 85, "frozen", 180, "meat", "", 0, 1), ("鸡腿", "", *KG, 80, "frozen", 180, "meat", "", 0, 1), ("鸭肉", "鸭块", *KG, 85, "cold", 3, "meat", "", 0, 1),
        ("牛肉丸", "", *KG, 100, "frozen", 180, "packed", "", 0, 0), ("羊肉", "", *KG, 100, "cold", 3, "meat", "", 0, 0),
    ),
    "fish": (
        ("基围虾", "", *KG, 60, "cold", 1, "produce", "shellfish", 0, 0), ("虾仁", "", *KG, 100, "frozen", 180, "packed", "shellfish", 0, 0),
        ("带鱼", "", *KG, 75, "frozen", 180, "packed", "fish", 0, 0), ("鲈鱼", "", *KG, 60, "cold", 1, "produce", "fish", 0, 0), ("银鱼", "", *KG, 100, "frozen", 180, "packed", "fish", 0, 0),
        ("鱼丸", "", *KG, 100, "frozen", 180, "packed", "fish", 0, 0), ("龙利鱼", "", *KG, 100, "frozen", 180, "packed", "fish", 0, 0),
    ),
    "egg": (("鸡蛋", "", *KG, 88, "room", 30, "meat", "egg", 0, 1), ("鹌鹑蛋", "", *KG, 85, "room", 30, "meat", "egg", 0, 0), ("鸭蛋", "", *KG, 88, "room", 30, "meat", "egg", 0, 0)),
    "milk": (("纯牛奶", "牛奶", "盒", 200, 100, "room", 180, "packed", "milk", 0, 1), ("酸奶", "", "盒", 150, 100, "cold", 21, "packed", "milk", 0, 1)),
    "bean": (
        ("豆腐", "", *KG, 100, "cold", 2, "packed", "soy", 0, 0), ("百叶", "千张", *KG, 100, "cold", 3, "packed", "soy", 0, 0), ("豆腐干", "香干", *KG, 100, "cold", 7, "packed", "soy", 0, 0),
        ("腐竹", "", *GRAIN, "soy", 0, 0), ("油面筋", "面筋", *GRAIN, "gluten", 0, 0), ("黄豆", "", *GRAIN, "soy", 0, 0), ("花生米", "花生", *GRAIN, "peanut", 0, 0),
        ("核桃仁", "", *GRAIN, "nut", 0, 0), ("绿豆", "", *GRAIN, "", 0, 0), ("红豆", "", *GRAIN, "", 0, 0),
    ),
    "oil": (("大豆油", "豆油 色拉油", *KG, 100, "room", 540, "packed", "soy", 0, 1), ("菜籽油", "菜油", *KG, 100, "room", 540, "packed", "", 0, 1)),
    "salt": (("食盐", "盐", *KG, 100, "room", None, "packed", "", 0, 0),),
    "seasoning": (
        ("酱油", "生抽", *KG, 100, "room", 540, "packed", "gluten,soy", 0, 0), ("老抽", "", *KG, 100, "room", 540, "packed", "gluten,soy", 0, 0), ("食醋", "醋", *KG, 100, "room", 540, "packed", "gluten", 0, 0),
        ("白糖", "糖 白砂糖", *KG, 100, "room", None, "packed", "", 0, 0), ("料酒", "黄酒", *KG, 100, "room", 540, "packed", "", 0, 0), ("淀粉", "生粉", *GRAIN, "", 0, 0),
        ("蚝油", "", *KG, 100, "room", 540, "packed", "shellfish,gluten", 0, 0), ("味精", "", *GRAIN, "", 0, 0), ("番茄酱", "番茄沙司", *GRAIN, "", 0, 0), ("胡椒粉", "", *GRAIN, "", 0, 0),
    ),
    "additive": (("泡打粉", "无铝泡打粉", *GRAIN, "", 0, 0),),
}  # fmt: skip
PACKS = {
    "大米": ("袋", 25),
    "面粉": ("袋", 25),
    "鸡蛋": ("箱", 18),
    "大豆油": ("桶", 20),
    "食盐": ("袋", "0.4"),
    "纯牛奶": ("箱", 24),
    "酸奶": ("箱", 24),
    "酱油": ("桶", 5),
}
KEPT = {"大米": 200, "面粉": 50, "大豆油": 40, "食盐": 10, "酱油": 10, "白糖": 10, "淀粉": 5, "料酒": 5, "食醋": 5}  # topped up whatever the menu says
FORBIDDEN = (
    ("四季豆", "豆角 芸豆 刀豆", "vegetable", FORBIDDEN_BASIS), ("鲜黄花菜", "鲜金针菜", "vegetable", FORBIDDEN_BASIS),
    ("野生蘑菇", "野生菌", "vegetable", FORBIDDEN_BASIS), ("发芽土豆", "发芽马铃薯", "grain", FORBIDDEN_BASIS), ("亚硝酸盐", "亚硝酸钠 硝盐 工业盐", "additive", NITRITE_BASIS),
)  # fmt: skip
