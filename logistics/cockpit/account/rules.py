"""What every person may change about their own account."""

from datetime import datetime

from logistics.platform.access.codes import authenticator_of
from logistics.platform.access.models import Substitution
from logistics.platform.access.substitution import name_substitute
from logistics.platform.audit.rules import rule, save_changes
from logistics.platform.audit.saving import stored, tidied
from logistics.platform.kernel.errors import RuleViolation
from logistics.platform.notices.rules import notify
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
def arrange_substitute(*, actor, at: datetime, person: User, substitute: User, **given) -> Substitution:
    """name_substitute, and both of them are told."""
    made = name_substitute(actor=actor, at=at, person=person, substitute=substitute, **given)
    days = f"{made.from_on} 到 {made.to_on}"
    told = {"at": at, "url": "/me/substitutes/"}
    without = authenticator_of(substitute) is None and made.roles.filter(needs_code=True).exists()
    body = f"{made.reason}{'。' if made.reason else ''}有的角色要动态口令，请先在「我的」里设好，设好才能代。" if without else made.reason
    notify(key=f"access.substitution.{made.pk}.in", recipients=[substitute], title=f"{days} 请您代理{person.name}", body=body, **told)
    if actor.pk != person.pk:
        notify(key=f"access.substitution.{made.pk}.for", recipients=[person], title=f"{days} 由{substitute.name}代理您", body=f"{actor.name}安排的", **told)
    return made
