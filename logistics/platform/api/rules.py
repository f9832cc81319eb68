"""The key to the API that a person gets for a password."""

from datetime import datetime

from rest_framework.authtoken.models import Token

from logistics.platform.audit.rules import record_event, rule


@rule
def token_of(*, actor, at: datetime) -> Token:
    """The person's own token, made when there is none yet; one that exists stays, so that other programs keep working."""
    token, is_new = Token.objects.get_or_create(user=actor)
    if is_new:
        record_event(actor=actor, at=at, action="make_token", record=actor, text="用密码换取接口令牌")
    return token
