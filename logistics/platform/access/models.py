"""Who may do what: roles are rows a school edits."""

from django.conf import settings
from django.db import models


class Scope(models.TextChoices):
    OWN = "own", "本人"
    CLASS = "class", "本班"
    DEPARTMENT = "department", "本部门"
    BUILDING = "building", "负责的地点"
    ALL = "all", "全校"


# From narrow to wide: a person with several roles has the widest of their scopes.
WIDTH = [Scope.OWN, Scope.CLASS, Scope.DEPARTMENT, Scope.BUILDING, Scope.ALL]


class Role(models.Model):
    key = models.SlugField("代号", max_length=30, unique=True)
    name = models.CharField("角色", max_length=30, unique=True)
    holders = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="roles", verbose_name="成员")
    order = models.PositiveSmallIntegerField("排序", default=0)

    class Meta:
        verbose_name = "角色"
        ordering = ["order", "id"]

    def __str__(self):
        return self.name


class Grant(models.Model):
    role = models.ForeignKey(Role, models.CASCADE, related_name="grants")
    permission = models.CharField("权限", max_length=80)
    scope = models.CharField("范围", max_length=10, choices=Scope)

    class Meta:
        verbose_name = "授权"
        constraints = [models.UniqueConstraint(fields=["role", "permission"], name="one_grant_per_role_and_permission")]

    def __str__(self):
        return f"{self.permission}:{self.scope}"


class Separation(models.Model):
    """Two acts on one document that one person may not both do (FIN-12, REP-04). Acts are journal actions."""

    kind = models.CharField("单据", max_length=80)
    first = models.CharField("先做", max_length=40)
    second = models.CharField("不得再做", max_length=40)
    reason = models.CharField("理由", max_length=200)

    class Meta:
        verbose_name = "不相容职务"
        constraints = [models.UniqueConstraint(fields=["kind", "first", "second"], name="separation_once")]

    def __str__(self):
        return f"{self.first} × {self.second}"
