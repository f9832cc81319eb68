"""Naming a student or a class in the forms of the dormitories."""

from logistics.platform.web.students import ClassField, StudentField

__all__ = ["ClassField", "StudentField"]
