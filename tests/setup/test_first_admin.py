"""How a school without the demo begins."""

import pytest
from django.core.management import CommandError, call_command

from logistics.platform.access.models import Role
from logistics.platform.audit.models import Event
from logistics.platform.org.models import User


@pytest.mark.django_db
@pytest.mark.requirement("ORG-01")
def test_the_first_administrator_can_sign_in_with_the_printed_password(capsys, client):
    call_command("first_admin", "1001", "王敏")
    person = User.objects.get(username="1001")
    password = capsys.readouterr().out.split("首次登录密码 ")[1].split("（")[0]
    assert person.check_password(password)
    assert person.must_change_password
    assert list(person.roles.values_list("key", flat=True)) == ["admin"]
    assert Event.objects.filter(action="appoint_first_admin", record_id=person.pk).count() == 1


@pytest.mark.django_db
def test_there_is_no_second_first_administrator():
    call_command("first_admin", "1001", "王敏")
    with pytest.raises(CommandError, match="已经有人能分配权限"):
        call_command("first_admin", "1002", "李强")
    assert not User.objects.filter(username="1002").exists()
    assert Role.objects.get(key="admin").holders.count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize(("username", "name"), [("system", "王敏"), ("一〇〇一", "王敏"), ("1001", " "), ("1001", "王" * 51)])
def test_a_bad_number_or_name_is_refused(username, name):
    with pytest.raises(CommandError):
        call_command("first_admin", username, name)
    assert not User.objects.filter(is_person=True).exists()
