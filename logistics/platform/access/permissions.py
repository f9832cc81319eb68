"""Every permission code with its Chinese name and what each starting role gets. Apps register theirs in wiring.py."""

from collections.abc import Iterable
from dataclasses import dataclass

from .models import Scope

ROLES = {  # key: (name, order); the roles of requirements.md
    "admin": "系统管理员",
    "principal": "校长",
    "vice": "分管副校长",
    "director": "总务主任",
    "keeper": "资产管理员",
    "storekeeper": "仓库保管员",
    "accountant": "会计",
    "cashier": "出纳",
    "buyer": "采购员",
    "financegroup": "理财小组",
    "repairer": "维修工",
    "canteen": "食堂管理员",
    "foodsafety": "食品安全员",
    "chef": "厨师",
    "committee": "膳食委员会",
    "safety": "安全员",
    "guard": "门卫",
    "dormkeeper": "宿管员",
    "nurse": "校医",
    "driver": "司机",
    "headteacher": "班主任",
    "teacher": "教师",
    "inspector": "督查",
}


@dataclass(frozen=True)
class Permission:
    code: str
    label: str
    group: str
    defaults: dict  # role key -> Scope


_permissions: dict[str, Permission] = {}


def register(group: str, permissions: Iterable[tuple[str, str, dict]]) -> None:
    """Add an app's permissions: (code, label, {role key: scope}). "*" as role key means every role but the inspector's.

    The administrator starts with what sets the platform up, not with the school's decisions (FIN-12: duties stay apart).
    """
    for code, label, defaults in permissions:
        if code in _permissions:
            raise ValueError(f"permission {code} registered twice")
        spread = {role: defaults["*"] for role in ROLES if role != "inspector"} if "*" in defaults else {}
        named = {role: scope for role, scope in defaults.items() if role != "*"}
        setup = {"admin": Scope.ALL} if code.startswith("platform.") or code.endswith(".setting.manage") else {}
        _permissions[code] = Permission(code, label, group, spread | setup | named)


def all_permissions() -> list[Permission]:
    return list(_permissions.values())


def label(code: str) -> str:
    return _permissions[code].label
