"""Who may do what, who stands in for whom, and what opens the door: devices, codes, keys of programs."""

from django.conf import settings
from django.db import models

from logistics.platform.kernel.models import Model


class Scope(models.TextChoices):
    OWN = "own", "本人"
    CLASS = "class", "本班"
    DEPARTMENT = "department", "本部门"
    BUILDING = "building", "负责的地点"
    ALL = "all", "全校"


# From narrow to wide: a person with several roles has the widest of their scopes.
WIDTH = [Scope.OWN, Scope.CLASS, Scope.DEPARTMENT, Scope.BUILDING, Scope.ALL]


class Role(Model):
    key = models.SlugField("代号", max_length=30, unique=True)
    name = models.CharField("角色", max_length=30, unique=True)
    holders = models.ManyToManyField(settings.AUTH_USER_MODEL, blank=True, related_name="roles", verbose_name="成员")
    order = models.PositiveSmallIntegerField("排序", default=0)
    needs_code = models.BooleanField("登录要动态口令", default=False, editable=False)

    class Meta:
        verbose_name = "角色"
        ordering = ["order", "id"]

    def __str__(self):
        return self.name


class Grant(Model):
    role = models.ForeignKey(Role, models.CASCADE, related_name="grants")
    permission = models.CharField("权限", max_length=80)
    scope = models.CharField("范围", max_length=10, choices=Scope)

    class Meta:
        verbose_name = "授权"
        constraints = [models.UniqueConstraint(fields=["role", "permission"], name="one_grant_per_role_and_permission")]

    def __str__(self):
        return f"{self.permission}:{self.scope}"


class Relaxation(Model):
    """For a time one person may do both of two acts that are kept apart (FIN-12, REP-04). Without a row every pair is strict."""

    kind = models.CharField("单据", max_length=80)
    first = models.CharField("先做", max_length=40)
    second = models.CharField("后做", max_length=40)
    reason = models.CharField("理由", max_length=200)
    until_on = models.DateField("放宽到")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "不相容职务的放宽"
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["kind", "first", "second"], condition=models.Q(ended_at=None), name="relaxation_open_once"),
            models.CheckConstraint(name="relaxation_has_reason", condition=~models.Q(reason="")),
        ]

    def __str__(self):
        return f"{self.first} × {self.second}"


class Substitution(Model):
    """代理: from one day to another `substitute` may do, besides his own, what these roles let `person` do.

    `permissions` narrows to these codes, each between line ends, empty for all of them.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="lent", verbose_name="请谁代理的人")
    substitute = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="borrowed", verbose_name="代理人")
    from_on = models.DateField("从")
    to_on = models.DateField("到")
    roles = models.ManyToManyField(Role, related_name="substitutions", verbose_name="角色")
    permissions = models.TextField("只代这几项", blank=True)
    reason = models.CharField("原因", max_length=100, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = "代理"
        ordering = ["-from_on", "-id"]
        constraints = [
            models.CheckConstraint(name="substitution_days_in_order", condition=models.Q(to_on__gte=models.F("from_on"))),
            models.CheckConstraint(name="substitution_by_another", condition=~models.Q(person=models.F("substitute"))),
        ]

    def __str__(self):
        return f"{self.substitute}代{self.person}"


class SignIn(Model):
    """A browser that is signed in. Deleted when it signs out or is sent out; the session's key is kept as a digest only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="sign_ins")
    digest = models.CharField(max_length=32, unique=True)
    device = models.CharField("设备", max_length=60)
    address = models.CharField("从哪里", max_length=45)
    since_at = models.DateTimeField("登录时间")
    seen_at = models.DateTimeField("最近使用")

    class Meta:
        verbose_name = "登录的设备"
        ordering = ["-seen_at", "-id"]

    def __str__(self):
        return self.device


class Authenticator(Model):
    """动态口令. The secret is made from `seed` and the site's own secret, so a copy of the database opens nothing."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="authenticator")
    seed = models.CharField(max_length=64)
    confirmed_at = models.DateTimeField(null=True)
    last_step = models.BigIntegerField(default=0)  # the half minute of the last code taken; no earlier one is taken again

    class Meta:
        verbose_name = "动态口令"

    def __str__(self):
        return f"{self.user}的动态口令"


class RecoveryCode(Model):
    """A code on paper that works once instead of the phone."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "备用码"
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="recovery_code_once")]

    def __str__(self):
        return f"{self.user}的备用码"


class Reach(models.TextChoices):
    READ = "read", "只看"
    CHOSEN = "chosen", "选定的几项"
    ALL = "all", "和本人一样"


class ApiToken(Model):
    """A program's key to the API; only its digest is stored. `permissions` are codes, one per line, for Reach.CHOSEN."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField("用途", max_length=40)
    digest = models.CharField(max_length=64, unique=True)
    reach = models.CharField("能做什么", max_length=10, choices=Reach)
    permissions = models.TextField("权限", blank=True)
    made_at = models.DateTimeField("新建")
    expires_at = models.DateTimeField("到期")
    used_at = models.DateTimeField("最近使用", null=True, blank=True)
    revoked_at = models.DateTimeField("收回", null=True, blank=True)

    class Meta:
        verbose_name = "接口令牌"
        ordering = ["-id"]
        constraints = [models.CheckConstraint(name="token_ends_after_it_begins", condition=models.Q(expires_at__gt=models.F("made_at")))]

    def __str__(self):
        return self.name
