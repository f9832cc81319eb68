"""The refusals that pages show, as HTTP statuses with the same sentences."""

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework import exceptions
from rest_framework.serializers import as_serializer_error
from rest_framework.views import exception_handler

from logistics.platform.kernel.errors import Conflict, NotAllowed, RuleViolation


class ConflictError(exceptions.APIException):
    status_code = 409


def handler(exc, context):
    """403 for NotAllowed, 409 for Conflict, 400 with the field's name for other refusals."""
    if isinstance(exc, NotAllowed):
        exc = exceptions.PermissionDenied(exc.message)
    elif isinstance(exc, Conflict):
        exc = ConflictError(exc.message)
    elif isinstance(exc, RuleViolation):
        exc = exceptions.ValidationError({exc.field or "detail": [exc.message]})
    elif isinstance(exc, DjangoValidationError):
        exc = exceptions.ValidationError(as_serializer_error(exc))
    return exception_handler(exc, context)
