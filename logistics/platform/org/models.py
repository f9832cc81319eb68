"""People of the school: departments, posts with written duties, staff, classes, students (ORG-01, ORG-04)."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from logistics.platform.kernel.models import Model


class Department(Model):
    name = models.CharField("名称", max_length=50, unique=True)
    head = models.ForeignKey("platform.User", models.PROTECT, null=True, blank=True, related_name="heads", verbose_name="负责人")
    phone = models.CharField("电话", max_length=30, blank=True)
    order = models.PositiveSmallIntegerField("排序", default=0)
    is_active = models.BooleanField("在用", default=True)

    class Meta:
        verbose_name = "部门"
        ordering = ["order", "id"]

    def __str__(self):
        return self.name


class UserManager(BaseUserManager):
    def get_by_natural_key(self, username):
        return self.get(username=username)

    def system(self, username: str = "system"):
        """The account that acts when no person does: the clock ("system") or the public forms ("public")."""
        names = {"system": "系统", "public": "公开页面"}
        user, _ = self.get_or_create(username=username, defaults={"name": names[username], "is_person": False, "is_active": False, "password": "!"})
        return user


class User(AbstractBaseUser):
    """One member of staff and their account. `is_person` is false for the system's own actors."""

    username = models.CharField("工号", max_length=30, unique=True)
    name = models.CharField("姓名", max_length=50)
    pinyin = models.CharField(max_length=200, blank=True, editable=False)
    phone = models.CharField("手机", max_length=20, blank=True)
    email = models.EmailField("邮箱", blank=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, related_name="members", verbose_name="部门")
    title = models.CharField("职务", max_length=50, blank=True)
    is_active = models.BooleanField("在职", default=True)
    is_person = models.BooleanField(default=True, editable=False)
    must_change_password = models.BooleanField(default=False, editable=False)
    ended_sessions = models.JSONField(default=dict, editable=False)  # digest of a session sent out: the day it was, so that no page needs another query

    objects = UserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = "教职工"
        ordering = ["pinyin", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["phone"], condition=~models.Q(phone=""), name="user_phone_unique", violation_error_message="这个手机号已经是别人的账号"
            ),
        ]
        indexes = [models.Index(fields=["name"])]

    def __str__(self):
        return self.name


class Post(Model):
    """岗位 with its written duties; a duty is everybody's until a post with a holder owns it."""

    name = models.CharField("岗位", max_length=50, unique=True)
    department = models.ForeignKey(Department, models.PROTECT, null=True, blank=True, verbose_name="部门")
    holders = models.ManyToManyField(User, blank=True, related_name="posts", verbose_name="任职人")
    duties = models.TextField("职责", blank=True, help_text="一行写一条")
    order = models.PositiveSmallIntegerField("排序", default=0)

    class Meta:
        verbose_name = "岗位"
        ordering = ["order", "id"]

    def __str__(self):
        return self.name

    @property
    def duty_lines(self) -> list[str]:
        return [line.strip() for line in self.duties.splitlines() if line.strip()]


class SchoolClass(Model):
    name = models.CharField("班级", max_length=40, unique=True)
    grade = models.CharField("年级", max_length=20)
    head_teacher = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="classes", verbose_name="班主任")
    room = models.ForeignKey("platform.Place", models.PROTECT, null=True, blank=True, related_name="classes", verbose_name="教室")
    order = models.PositiveSmallIntegerField("排序", default=0)
    is_active = models.BooleanField("在读", default=True)

    class Meta:
        verbose_name = "班级"
        ordering = ["order", "id"]

    def __str__(self):
        return self.name


class Sex(models.TextChoices):
    MALE = "m", "男"
    FEMALE = "f", "女"


class Student(Model):
    """Minimal data by ORG-04: number, name, class, sex and whether boarding."""

    number = models.CharField("学号", max_length=30, unique=True)
    name = models.CharField("姓名", max_length=50)
    pinyin = models.CharField(max_length=200, blank=True, editable=False)
    school_class = models.ForeignKey(SchoolClass, models.PROTECT, related_name="students", verbose_name="班级")
    sex = models.CharField("性别", max_length=1, choices=Sex, blank=True)
    is_boarder = models.BooleanField("住校", default=False)
    is_active = models.BooleanField("在读", default=True)

    class Meta:
        verbose_name = "学生"
        ordering = ["number"]

    def __str__(self):
        return self.name
