"""Naming a student or a class in a form: by number, or by name where only one has it."""

from django import forms

from logistics.platform.kernel.text import plain
from logistics.platform.org.models import SchoolClass, Student


class StudentField(forms.CharField):
    """Cleans to a student in school. Several of one name are told apart by their numbers."""

    def __init__(self, **kwargs):
        super().__init__(**{"label": "学生", "max_length": 30, "help_text": "写学号；全校没有重名的，写姓名也可以。"} | kwargs)

    def prepare_value(self, value):
        return getattr(value, "number", value)

    def clean(self, value):
        text = plain(super().clean(value) or "")
        if not text:
            return None
        rows = Student.objects.filter(is_active=True).select_related("school_class__head_teacher")
        found = list(rows.filter(number__iexact=text)[:1]) or list(rows.filter(name=text)[:4])
        if not found:
            raise forms.ValidationError(f"没有「{text[:20]}」这名在读学生，请核对学号。")
        if len(found) > 1:
            raise forms.ValidationError(f"「{text[:20]}」有重名，请写学号：{'、'.join(f'{one.school_class} {one.number}' for one in found)}。")
        return found[0]


class ClassField(forms.ModelChoiceField):
    """A class in school."""

    def __init__(self, **kwargs):
        super().__init__(SchoolClass.objects.filter(is_active=True), **{"label": "班级", "empty_label": "请选"} | kwargs)
