"""The school's own things by every name they go by, for cells that refer to them. One query each."""

from logistics.platform.org.models import Department, SchoolClass, User
from logistics.platform.places.models import Level, Place

from .lookup import Names


def department_names() -> Names:
    names = Names("部门", go="请先建好部门，或者改成已有的。")
    for department in Department.objects.filter(is_active=True):
        names.add(department, [department.name])
    return names


def person_names() -> Names:
    """Staff in post by name, number, and both together; people of one name are told apart by number and department."""

    def tell(person: User) -> str:
        return f"{person.name}（工号 {person.username}{f'，{person.department}' if person.department else ''}）"

    names = Names("在职的人", tell=tell, go="可以写姓名，也可以写工号。")
    for person in User.objects.filter(is_active=True, is_person=True).select_related("department"):
        names.add(
            person, [person.name, person.username, f"{person.name}{person.username}", f"{person.name}({person.username})", f"{person.username}{person.name}"]
        )
    return names


def class_names() -> Names:
    names = Names("班级", go="请先建好班级，或者改成已有的。")
    for school_class in SchoolClass.objects.filter(is_active=True):
        names.add(school_class, [school_class.name], loosely=True)
        names.add(school_class, [f"{school_class.grade}{school_class.name}"], loosely=school_class.grade not in school_class.name)
    return names


def place_names() -> Names:
    """Open places by full name, by code, and by building and room without the floor between them."""
    names = Names("地点", go="写楼名和房间，例如 教学楼A座 305。")
    for place in Place.objects.filter(is_active=True).select_related("building"):
        short = f"{place.building.name} {place.name}" if place.building and place.building_id != place.pk else place.name
        wanted = [place.full_name, place.code] + ([short] if place.level == Level.ROOM and place.building else [])
        names.add(place, dict.fromkeys(wanted), loosely=False)
    return names
