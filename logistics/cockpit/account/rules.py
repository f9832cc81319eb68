"""What every person may change about their own account."""

from datetime import datetime

from rest_framework.authtoken.models import Token

from logistics.platform.audit.rules import record_event, rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.org.models import User
from logistics.platform.org.people import check_person, complete, login_clashes


@rule
def change_own_contact(*, actor, at: datetime, phone: str, email: str) -> User:
    """Write one's own phone and mail address. The phone is also a name to sign in with, so it must be nobody else's."""
    person = stored(User, actor)
    values = complete(tidied({"phone": phone, "email": email}))
    draft = User(**{field.attname: getattr(person, field.attname) for field in User._meta.concrete_fields})
    draft.phone, draft.email = values["phone"], values["email"]
    check_person(draft)
    for field, sentence in login_clashes([draft]).values():
        raise RuleViolation(sentence, field=field)
    return save_changes(actor=actor, at=at, record=person, action="change_contact", **values)


@rule
def make_token(*, actor, at: datetime) -> Token:
    """A new key to the API for oneself; an older one stops working at once."""
    person = stored(User, actor)
    Token.objects.filter(user=person).delete()
    token = Token.objects.create(user=person)
    record_event(actor=actor, at=at, action="make_token", record=person, text="新建自己的接口令牌")
    return token


@rule
def drop_token(*, actor, at: datetime) -> None:
    """Withdraw one's own key to the API. Raises RuleViolation when there is none."""
    person = stored(User, actor)
    if not Token.objects.filter(user=person).delete()[0]:
        raise RuleViolation("您现在没有接口令牌，不用收回。")
    record_event(actor=actor, at=at, action="drop_token", record=person, text="收回自己的接口令牌")
