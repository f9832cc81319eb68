"""People, places, students, posts and the site's own pages in the one search box."""

from logistics.cockpit.partners.record import PARTNERS
from logistics.cockpit.places.queries import what_is
from logistics.cockpit.places.record import PLACES
from logistics.cockpit.setup.classes import CLASSES
from logistics.cockpit.setup.departments import DEPARTMENTS
from logistics.cockpit.setup.papers import PAPERS
from logistics.cockpit.setup.people import PEOPLE
from logistics.cockpit.setup.posts import POSTS
from logistics.cockpit.setup.students import STUDENTS
from logistics.platform.places.queries import renamed_by
from logistics.platform.search.grams import initials, pieces, squash
from logistics.platform.search.index import Indexed
from logistics.platform.web import menu
from logistics.platform.web.finding import Hit


def _joined(*parts) -> str:
    return " · ".join(str(part) for part in parts if part)


INDEXED = (
    Indexed(
        PEOPLE,
        names=lambda person: (person.name,),
        words=lambda person: (person.username, person.phone, person.title),
        detail=lambda person: _joined(person.department, person.title, person.phone),
        rows=lambda rows: rows.filter(is_person=True),
        shown=lambda rows: rows.filter(is_active=True).select_related("department"),
        order=50,
    ),
    Indexed(
        PLACES,
        names=lambda place: (place.full_name,),
        words=lambda place: (place.code,),
        detail=lambda place: _joined(what_is(place), f"责任人 {place.responsible}" if place.responsible else "", place.code),
        shown=lambda rows: rows.filter(is_active=True),
        touched=renamed_by,
        order=60,
    ),
    Indexed(
        STUDENTS,
        names=lambda student: (student.name,),
        words=lambda student: (student.number,),
        detail=lambda student: _joined(student.school_class, student.number, "" if student.is_active else "不在读"),
        order=65,
    ),
    Indexed(CLASSES, names=lambda row: (row.name,), words=lambda row: (), detail=lambda row: _joined(row.grade, row.head_teacher), order=66),
    Indexed(DEPARTMENTS, names=lambda row: (row.name,), words=lambda row: (), detail=lambda row: _joined(row.head, row.phone), order=67),
    Indexed(POSTS, names=lambda row: (row.name,), words=lambda row: (row.duties,), detail=lambda row: str(row.department or ""), order=68),
    Indexed(
        PARTNERS,
        names=lambda firm: (firm.name, firm.short_name),
        words=lambda firm: (firm.contact, firm.phone, firm.credit_code),
        detail=lambda firm: _joined(firm.kind_words, firm.contact, firm.phone, "" if firm.is_usable else firm.get_state_display()),
        order=62,
    ),
    Indexed(PAPERS, words=lambda paper: (paper.number,), detail=lambda paper: _joined(paper.person, paper.get_state_display()), order=70),
)


def find_pages(user, words: str, limit: int) -> list[Hit]:
    """Pages of the menu and of the set-up by name, by what they say of themselves or by the initials of their name."""
    wanted = pieces(words)
    if not wanted:
        return []
    pages = [(item.label, item.section or "主菜单", item.url) for _, items in menu.menu_for(user) for item in items]
    pages += [(card.label, f"系统设置 · {card.hint}", card.url) for card in menu.cards_for(user)]
    found: dict[str, tuple[int, Hit]] = {}
    for label, hint, url in pages:
        name = squash(label)
        if all(piece in name or piece in squash(hint) or initials(name).startswith(piece) for piece in wanted):
            found.setdefault(url, (not name.startswith(wanted[0]), Hit(label, hint, url)))
    return [hit for _, hit in sorted(found.values(), key=lambda pair: pair[0])][:limit]
