"""What every page needs around its content: the unread messages come with the person; what waits for a signature is kept a minute."""

from logistics.platform.school.models import school

from .menu import menu_for

badges = {"unread": lambda user: 0, "approvals": lambda user: 0}


def shell(request) -> dict:
    user = getattr(request, "user", None)
    around = {"school": school()}
    if user is None or not user.is_authenticated:
        return around
    path = request.path
    return around | {
        "menu": menu_for(user),
        "unread": badges["unread"](user),
        "to_sign": badges["approvals"](user),
        "here": path,
        "is_dark": request.COOKIES.get("theme") == "dark",
    }
