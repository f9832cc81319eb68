"""What every table of the school shares."""

from functools import cache, reduce
from operator import and_

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models


class Together(models.CheckConstraint):
    """The check constraints of a table, asked about in one query instead of one with a savepoint each; the sentence is that of the one that is broken."""

    def __init__(self, parts: list[models.CheckConstraint]):
        super().__init__(name="together", condition=reduce(and_, (models.Q(part.condition) for part in parts)))
        self.parts = parts

    def validate(self, model, instance, exclude=None, using=DEFAULT_DB_ALIAS):
        if not exclude:  # else a part may name a field that is not asked about
            try:
                super().validate(model, instance, exclude=exclude, using=using)
            except ValidationError:
                pass  # a part says which
            else:
                return
        errors: dict = {}
        for part in self.parts:
            try:
                part.validate(model, instance, exclude=exclude, using=using)
            except ValidationError as error:
                errors = error.update_error_dict(errors)
        if errors:
            raise ValidationError(errors)


@cache
def asked_of(model: type[models.Model]) -> list[models.BaseConstraint]:
    """The constraints of a table as `full_clean` asks about them."""
    checks = [one for one in model._meta.constraints if type(one) is models.CheckConstraint]
    others = [one for one in model._meta.constraints if one not in checks]
    return [Together(checks), *others] if len(checks) > 1 else model._meta.constraints


class Model(models.Model):
    """A table of the school's."""

    class Meta:
        abstract = True

    def get_constraints(self):
        return [(model, asked_of(model)) for model, _ in super().get_constraints()]


class Stamped(Model):
    """Who wrote the row first, and when."""

    created_at = models.DateTimeField("登记时间", editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="登记人", editable=False)

    class Meta:
        abstract = True
