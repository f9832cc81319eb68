"""Departments, posts, staff, classes, students, the calendar, roles and the journal as JSON (shape only)."""

from django.utils import timezone
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from logistics.platform.access.models import Role
from logistics.platform.api.records import viewset_for
from logistics.platform.api.shapes import described
from logistics.platform.audit.models import Event
from logistics.platform.limits.models import LimitValue
from logistics.platform.org.models import Department, Post, SchoolClass, Student, User
from logistics.platform.org.rules import reset_password
from logistics.platform.papers.models import StaffPaper
from logistics.platform.terms.models import CalendarDay, Term, WorkingHours

from .people import PEOPLE


class DepartmentSerializer(serializers.ModelSerializer):
    head_name = serializers.CharField(source="head.name", read_only=True, allow_null=True, default=None)
    people = serializers.IntegerField(read_only=True, default=0)

    class Meta:
        model = Department
        fields = ["id", "name", "head", "head_name", "phone", "order", "is_active", "people"]


class PostSerializer(serializers.ModelSerializer):
    duties = serializers.ListField(source="duty_lines", child=serializers.CharField(), read_only=True)
    holders = serializers.SerializerMethodField()

    class Meta:
        model = Post
        fields = ["id", "name", "department", "duties", "holders", "order"]

    def get_holders(self, post: Post) -> list[str]:
        return [person.name for person in (post.owners if hasattr(post, "owners") else post.holders.filter(is_active=True))]


class PersonSerializer(serializers.ModelSerializer):
    department_name = serializers.CharField(source="department.name", read_only=True, allow_null=True, default=None)
    roles = serializers.SerializerMethodField()
    first_password = serializers.CharField(read_only=True, allow_null=True, default=None, help_text="只在新建和重置密码的回答里有，以后再也看不到。")

    class Meta:
        model = User
        fields = ["id", "username", "name", "department", "department_name", "title", "phone", "email", "is_active", "roles", "first_password"]

    def get_roles(self, person: User) -> list[str]:
        return [role.key for role in person.roles.all()]


class PeopleViewSet(viewset_for(PEOPLE, PersonSerializer)):  # type: ignore[misc]
    """教职工"""

    @described(request=None, responses=PersonSerializer)
    @action(detail=True, methods=["post"], url_path="password", url_name="password")
    def do_password(self, request, *args, **kwargs):
        """重置密码：新的初始密码只在这次回答里。"""
        return Response(self.get_serializer(reset_password(actor=request.user, at=timezone.now(), record=self.get_object())).data)


class ClassSerializer(serializers.ModelSerializer):
    head_teacher_name = serializers.CharField(source="head_teacher.name", read_only=True, allow_null=True, default=None)
    room_name = serializers.CharField(source="room.full_name", read_only=True, allow_null=True, default=None)
    pupils = serializers.IntegerField(read_only=True, default=0)
    boarders = serializers.IntegerField(read_only=True, default=0)

    class Meta:
        model = SchoolClass
        fields = ["id", "name", "grade", "head_teacher", "head_teacher_name", "room", "room_name", "order", "is_active", "pupils", "boarders"]


class StudentSerializer(serializers.ModelSerializer):
    class_name = serializers.CharField(source="school_class.name", read_only=True)

    class Meta:
        model = Student
        fields = ["id", "number", "name", "school_class", "class_name", "sex", "is_boarder", "is_active"]


class StaffPaperSerializer(serializers.ModelSerializer):
    person_name = serializers.CharField(source="person.name", read_only=True)

    class Meta:
        model = StaffPaper
        fields = ["id", "person", "person_name", "kind", "number", "issued_on", "expires_on", "note", "state", "replaced_by", "void_reason"]


class LimitSerializer(serializers.ModelSerializer):
    by_name = serializers.CharField(source="created_by.name", read_only=True)

    class Meta:
        model = LimitValue
        fields = ["id", "code", "value", "effective_on", "reason", "created_at", "by_name"]


class TermSerializer(serializers.ModelSerializer):
    class Meta:
        model = Term
        fields = ["id", "name", "year", "start_on", "end_on"]


class CalendarDaySerializer(serializers.ModelSerializer):
    class Meta:
        model = CalendarDay
        fields = ["id", "on", "kind", "name"]


class WorkingHoursSerializer(serializers.ModelSerializer):
    class Meta:
        model = WorkingHours
        fields = ["id", "start", "end"]


class RoleSerializer(serializers.ModelSerializer):
    grants = serializers.SerializerMethodField()
    people = serializers.IntegerField(read_only=True, default=0)

    class Meta:
        model = Role
        fields = ["id", "key", "name", "order", "people", "grants"]

    def get_grants(self, role: Role) -> dict[str, str]:
        return {grant.permission: grant.scope for grant in role.grants.all()}


class EventSerializer(serializers.ModelSerializer):
    class Meta:
        model = Event
        fields = [
            "id", "chain", "position", "at", "written_at", "actor_id", "actor_name", "source", "action", "kind", "record_id", "label", "text", "note",
            "changes", "previous", "digest",
        ]  # fmt: skip
